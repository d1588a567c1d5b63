"""The local alarm: through the whole agent without a centre, and its rules one by one. Expected levels are read off
the plan below by hand."""

import signal
import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from edge_agent.alarm.alarm import FRESH_MS, LATE_WAIT_MS, Alarm
from edge_agent.alarm.memory import Learned, decode
from edge_agent.config.settings import load
from edge_agent.config.site import read_facility
from edge_agent.outputs import relay_file
from edge_agent.process.derive import Judged
from runtime.settings import BadSettings
from tailings.facility import Datastream, Facility, Instrument, parse
from tailings.series import Series
from tailwatch import ports
from tests.edge_agent.place import Log
from tests.edge_agent.test_main import started
from tests.edge_agent.world import FACILITY_FILE, World, pack_bytes, wait_until
from wire import acks, topics

PLAN = """
[tarp.pond]
failure_mode = "overtopping"
approved_by = "Example engineer of record"
approved_on = 2025-06-01
[[tarp.pond.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = 337.0, hysteresis = 0.1 }
[[tarp.pond.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 339.0, hysteresis = 0.1, for_n = 2 }
"""
TEXT = FACILITY_FILE.read_text("utf-8") + PLAN


class Settings(msgspec.Struct, frozen=True):
    """Of the instrument that carries a plan's level."""

    plan: str


def with_carrier(facility: Facility) -> Facility:
    """A facility whose instrument n01:alarm carries the level of the plan `pond`."""
    carrier = Datastream("n01:alarm.level", "n01", "n01:alarm", "alarm-level", "{level}", expected_interval_s=60.0)
    instrument = Instrument("n01:alarm", "n01", "local_alarm", settings=Settings("pond"))
    return msgspec.structs.replace(
        facility,
        instruments={**facility.instruments, "n01:alarm": instrument},
        datastreams={**facility.datastreams, carrier.name: carrier},
    )


VALE = with_carrier(parse(TEXT))
NODES = VALE.agents["gw1"].nodes
NOW_MS = 1_764_079_200_000
RED = relay_file.Settings(Path("relay"))
YELLOW = relay_file.Settings(Path("relay"), from_level="yellow")


def pond(*levels_m: float, from_ms: int = NOW_MS, quality: int = 1) -> list[Judged]:
    times = [from_ms + 60_000 * row for row in range(len(levels_m))]
    series = Series.of(times, levels_m, [quality] * len(levels_m))
    return [Judged(VALE.datastreams["n01:pond.level"], series, [None] * len(levels_m), None)]


def alarm(facility: Facility = VALE) -> Alarm:
    return Alarm(facility, NODES, [], Log())


def test_a_level_rises_and_stays() -> None:
    """Also when it comes and goes within one group: 337.2 is yellow, 336 below its hysteresis."""
    one = alarm()
    levels, rows = one.follow(pond(336.0, 337.2, 336.0), [], NOW_MS)

    assert (one.is_on(YELLOW, NOW_MS), one.is_on(RED, NOW_MS)) == (True, False)
    assert ([row.series.value.tolist() for row in levels], rows[0].level) == ([[1.0]], 1)


def test_a_release_lowers_it_to_what_is_measured() -> None:
    """Red was left behind, yellow is still true."""
    one = alarm()
    one.follow(pond(339.2, 339.3, 338.0), [], NOW_MS)
    assert one.is_on(RED, NOW_MS)

    row = one.release("pond", NOW_MS + 1)

    assert row is not None
    assert (row.level, one.is_on(RED, NOW_MS), one.is_on(YELLOW, NOW_MS)) == (1, False, True)
    assert one.release("other", NOW_MS) is None


@pytest.mark.parametrize("quality", [3, 4])
def test_a_suspect_value_raises_nothing(quality: int) -> None:
    """A sensor that fails must not sound the siren."""
    one = alarm()
    one.follow(pond(339.2, 339.3, quality=quality), [], NOW_MS)

    assert not one.is_on(YELLOW, NOW_MS)


def test_history_raises_nothing() -> None:
    """A node that comes back after days tells the centre; the people at the dam are not warned of last week."""
    one = alarm()
    one.follow(pond(339.2, 339.3, 336.0, from_ms=NOW_MS - 2 * FRESH_MS), [], NOW_MS)

    assert not one.is_on(YELLOW, NOW_MS)


@pytest.mark.case("7", "At a gateway, a level that became known a day late and still stands raises the local alarm.")
def test_what_became_known_late_and_still_stands_raises() -> None:
    """Two days old and red by the newest reading there is: after a minute in which nothing newer came, the siren."""
    one = alarm()
    one.follow(pond(339.2, 339.3, from_ms=NOW_MS - 2 * FRESH_MS), [], NOW_MS)
    waits = one.settle_late(NOW_MS + LATE_WAIT_MS - 1), one.is_on(RED, NOW_MS)
    rows = one.settle_late(NOW_MS + LATE_WAIT_MS)

    assert waits == ((), False)
    assert ([row.level for row in rows], one.is_on(RED, NOW_MS)) == ([3], True)


def test_what_became_known_late_and_is_ended_by_what_follows_raises_nothing() -> None:
    """A backlog comes in pieces: red, and seconds later that it was over. It is said, from when to when, and once."""
    log = Log()
    one = Alarm(VALE, NODES, [], log)
    start_ms = NOW_MS - 2 * FRESH_MS
    one.follow(pond(339.2, 339.3, from_ms=start_ms), [], NOW_MS)
    one.follow(pond(339.4, from_ms=start_ms + 120_000), [], NOW_MS + 1000)
    _, rows = one.follow(pond(336.0, from_ms=start_ms + 180_000), [], NOW_MS + 2000)

    assert one.settle_late(NOW_MS + 2 * LATE_WAIT_MS) == () and not one.is_on(YELLOW, NOW_MS)
    assert decode(rows[0].memory, VALE.tarp["pond"]).learned == Learned(3, start_ms + 60_000, start_ms + 180_000)
    assert log.said("WARNING alarm-learned-late") == 2  # that it began, and that it ended


def test_what_became_known_late_is_remembered_over_a_restart() -> None:
    """The agent stops within the minute: the next one waits for what may come, then raises."""
    one = alarm()
    _, stored = one.follow(pond(339.2, 339.3, from_ms=NOW_MS - 2 * FRESH_MS), [], NOW_MS)
    again = Alarm(VALE, NODES, stored, Log())

    assert again.settle_late(NOW_MS) == ()
    assert [row.level for row in again.settle_late(NOW_MS + LATE_WAIT_MS)] == [3]


@pytest.mark.case("3", "At a gateway, a plan whose approval has ended keeps its siren.")
def test_a_plan_whose_approval_ended_keeps_its_siren() -> None:
    """It was approved until the day before."""
    text = TEXT.replace("approved_on = 2025-06-01", "approved_on = 2025-06-01\nvalid_to = 2025-11-24")
    one = alarm(with_carrier(parse(text)))
    one.follow(pond(337.2), [], NOW_MS)

    assert one.is_on(YELLOW, NOW_MS)


def test_a_plan_that_was_withdrawn_switches_nothing() -> None:
    """By its file, from that day on."""
    gone = 'withdrawn_on = 2025-11-25\nwithdrawn_by = "Example engineer of record"'
    one = alarm(with_carrier(parse(TEXT.replace("approved_on = 2025-06-01", f"approved_on = 2025-06-01\n{gone}"))))
    one.follow(pond(337.2), [], NOW_MS)

    assert (one.is_on(YELLOW, NOW_MS - FRESH_MS), one.is_on(YELLOW, NOW_MS)) == (True, False)


def test_a_plan_that_nobody_approved_switches_nothing() -> None:
    """It simulates: its level is known and sent."""
    lines = [line for line in TEXT.splitlines() if not line.startswith("approved_")]
    one = alarm(with_carrier(parse("\n".join(lines))))
    levels, rows = one.follow(pond(337.2), [], NOW_MS)

    assert (one.is_on(YELLOW, NOW_MS), rows[0].level, len(levels)) == (False, 1, 1)


def test_the_level_is_sent_when_it_changes_and_as_often_as_expected() -> None:
    """Not with each reading."""
    one = alarm()
    sent = [len(one.follow(pond(336.0, from_ms=at), [], at)[0]) for at in range(NOW_MS, NOW_MS + 130_000, 10_000)]
    raised, _ = one.follow(pond(337.5, from_ms=NOW_MS + 130_000), [], NOW_MS + 130_000)

    assert sent == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert raised[0].series.value.tolist() == [1.0]


def test_a_facility_without_a_datastream_for_it_sends_nothing() -> None:
    """The alarm works all the same."""
    one = alarm(parse(TEXT))
    levels, rows = one.follow(pond(337.2), [], NOW_MS)

    assert (levels, rows[0].level) == ([], 1)


def test_a_stale_plan_says_so_in_its_level() -> None:
    """Yellow stands, but nothing was measured for an hour: the row is suspect."""
    one = alarm()
    levels, _ = one.follow(pond(337.2, from_ms=NOW_MS - 3_600_000), [], NOW_MS)

    assert (levels[0].series.quality.tolist(), levels[0].tests) == ([3], ["stale,blind"])


def test_a_plan_of_an_output_must_exist(tmp_path: Path) -> None:
    """The nearest one is named."""
    file = settings_of(tmp_path, 1, 2, 'kind = "relay_file"\nfile = "relay"\nplans = ["pnd"]\n')

    with pytest.raises(BadSettings, match="did you mean 'pond'"):
        read_facility(load(file))


def settings_of(folder: Path, site_port: int, uplink_port: int, output: str) -> Path:
    (folder / "vale.toml").write_text(TEXT)
    end = 'host = "127.0.0.1"\nuser = "vale/_edge/gw1"\npassword_file = "password"\n'
    file = folder / "settings.toml"
    head = 'facility_file = "vale.toml"\nagent = "gw1"\nstate_dir = "state"\nwait_for_time_s = 0\n'
    ends = f"[site_broker]\n{end}port = {site_port}\n[uplink]\n{end}port = {uplink_port}\n"
    file.write_text(f"{head}{ends}[[outputs]]\n{output}")
    return file


def end(running: subprocess.Popen[str], by: signal.Signals) -> None:
    running.send_signal(by)
    running.communicate(timeout=60)


def test_the_pond_rises_while_the_uplink_is_down(world: World) -> None:
    """The relay says so, a kill -9 keeps it, a release lowers it, and the centre gets all packs when it is back."""
    relay, node = world.folder / "relay", world.node("n01")
    node.subscribe(topics.ack("vale", "n01"))
    output = 'kind = "relay_file"\nfile = "relay"\nplans = ["pond"]\n'
    cut = settings_of(world.folder, world.broker.port, ports.free_port(), output)
    running = started(cut)

    def measure(seq: int, level_m: float) -> None:
        pack = pack_bytes(seq, {"pond.level": level_m}, node="n01", time_s=int(time.time()) - 60 + seq)
        ack, until_s = topics.ack("vale", "n01"), time.monotonic() + 60
        while not any(acks.decode(got)[1] == seq for got in node.on(ack)):
            assert time.monotonic() < until_s, "no ack within 60 s"
            node.publish(topics.obs("vale", "n01"), pack)  # again and again: the agent may not have subscribed yet
            time.sleep(0.2)

    for seq, level_m in enumerate((336.0, 339.2)):
        measure(seq, level_m)
    before = relay.read_text()
    measure(2, 339.3)
    wait_until(lambda: relay.read_text() == "1\n", "the relay")
    end(running, signal.SIGKILL)
    relay.unlink()
    running = started(cut)
    wait_until(relay.exists, "the relay again")
    measure(3, 336.0)
    latched = relay.read_text()
    release = world.folder / "state" / "release"
    release.mkdir()
    (release / "pond").touch()
    wait_until(lambda: relay.read_text() == "0\n", "the release")
    end(running, signal.SIGTERM)
    centre = world.centre()
    running = started(settings_of(world.folder, world.broker.port, world.broker.port, output))
    wait_until(lambda: len(centre.packs()) == 4, "all packs")
    end(running, signal.SIGTERM)
    node.close()
    centre.close()

    assert (before, latched) == ("0\n", "1\n")
