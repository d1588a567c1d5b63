"""The wake cycle on the real VM against a real Mosquitto."""

from itertools import pairwise

import pytest

from codec.pack import Pack, Record
from tailings import instruments
from tests.firmware.agent import Agent
from tests.firmware.conftest import CHANNELS, MakeNode
from tests.firmware.node_process import NodeProcess, until
from tests.servers import Broker


def arrived(agent: Agent, node: NodeProcess) -> bool:
    """All that the node kept is with the agent."""
    kept = node.journal().kept
    return bool(kept) and kept <= agent.seqs()


def readings(pack: Pack) -> list[Record]:
    """What it measured: on a machine that is busier than its interval allows it adds the fault that says so."""
    return [record for record in pack.records if not record.name.startswith("fault.")]


def test_what_the_node_made_is_what_the_agent_stores(agent: Agent, make_node: MakeNode) -> None:
    """Every value and every time arrives as it was made, before and after the clock is set."""
    vw = {"id": "vw1", "driver": "vw_piezometer", "sweep_ms": 10, "settle_ms": 1}
    changes = {"interval_s": 0.2, "instruments": [vw, {"id": "battery", "driver": "battery"}]}
    made = make_node(configuration=changes)

    made.start()

    until(lambda: len(agent.seqs()) >= 8, "eight packs at the agent")
    made.kill()
    journal = made.journal()
    for (_, seq), pack in agent.packs.items():
        for record in readings(pack):
            value = journal.values[seq][record.name]
            assert (record.value, record.time_ms) == (float(value.value), journal.time_ms(value))


def test_instruments_say_what_the_world_shows(make_node: MakeNode) -> None:
    """Frequency within 0.05 Hz, thermistor within 1 Ohm, battery within 5 mV of the simulated ones."""
    vw = {"id": "vw1", "driver": "vw_piezometer", "sweep_ms": 10, "settle_ms": 1}
    changes = {"instruments": [vw, {"id": "battery", "driver": "battery"}]}
    once = make_node(cycles=1, configuration=changes)

    once.start()

    assert once.wait() == 0, once.said()
    values = {name: float(made.value) for name, made in once.journal().values[0].items()}
    assert abs(values["vw1.frequency"] - CHANNELS["vw1.frequency"]) < 0.05
    assert abs(values["vw1.thermistor"] - CHANNELS["vw1.thermistor"]) < 1
    assert abs(values["battery.voltage"] - CHANNELS["battery.voltage"]) < 0.005


@pytest.mark.parametrize(("least_v", "sends"), [(13.2, False), (13.0, True)])
def test_a_low_battery_holds_the_radio_whatever_it_is_called(
    agent: Agent, make_node: MakeNode, least_v: float, sends: bool
) -> None:
    """13.1 V of an instrument accu: below the limit it measures on and sends nothing, above it sends."""
    changes = {"link_least_v": least_v, "instruments": [{"id": "accu", "driver": "battery"}]}
    made = make_node(cycles=8, configuration=changes)
    made.simulate({"accu.voltage": 13.1})

    made.start()

    assert made.wait() == 0, made.said()
    assert len(made.journal().kept) == 8
    assert bool(agent.seqs()) == sends


def test_a_killed_node_loses_and_repeats_nothing(agent: Agent, node: NodeProcess) -> None:
    """kill -9 five times: every pack on flash arrives, and no seq stands for two packs."""
    for round_number in range(5):
        node.start()
        until(lambda: len(node.journal().kept) > 4 * (round_number + 1), "packs")  # noqa: B023 - used at once
        node.kill()

    node.start()
    until(lambda: arrived(agent, node), "all packs at the agent")
    node.kill()
    journal = node.journal()
    for (_, seq), pack in list(agent.packs.items()):
        if seq in journal.kept:
            assert [record.value for record in readings(pack)] == [float(journal.values[seq]["battery.voltage"].value)]
    assert len({epoch for epoch, _ in agent.packs}) == 1


def test_without_an_agent_packs_wait(field_broker: Broker, node: NodeProcess) -> None:
    """Nobody answers the time, so packs are held; an agent that comes later gets them all, with their times."""
    node.start()
    until(lambda: len(node.journal().kept) > 5, "packs without an agent")

    agent = Agent(field_broker.port)

    until(lambda: arrived(agent, node), "packs at the late agent")
    agent.close()
    assert all(record.time_ms is not None for pack in agent.packs.values() for record in pack.records)


def test_the_largest_usual_node_fits_in_the_heap(agent: Agent, make_node: MakeNode) -> None:
    """Four wires with thermistors and the battery, 21 channels, connected, on a heap of 64wk."""
    wires = [
        {"id": f"piezo-{i}", "driver": "vw_piezometer", "channel": i, "sweep_ms": 10, "settle_ms": 1} for i in range(4)
    ]
    changes = {"interval_s": 0.5, "instruments": [*wires, {"id": "battery", "driver": "battery"}]}
    large = make_node(configuration=changes)
    channels = {f"piezo-{i}.{name}": 2000.0 + i for i in range(4) for name in ("frequency", "thermistor")}
    large.simulate({**channels, "battery.voltage": 13.1})

    large.start()

    until(lambda: len(agent.seqs()) >= 4, "four packs", said=large.told)
    large.kill()
    pack = next(iter(agent.packs.values()))
    assert len(readings(pack)) == 21
    assert large.said() == ""


def test_every_driver_reads_its_simulated_instrument(make_node: MakeNode) -> None:
    """Each kind in a node of its own gives what the world shows; a fault is missing under its reason."""
    kinds = {
        "barometer": {"pressure": 961.2},
        "tilt_meter": {"tilt": 0.123, "tilt-b": -0.2, "temperature": 12.5},
        "water_quality": {"ph": 3.1, "conductivity": 2210.0, "temperature": 13.1},
        "inclinometer_chain": {f"tilt-{number}": number / 10 for number in range(1, 9)},
        "current_loop": {"current": 12.3456},
        "rain_gauge": {"count": 17.0},
    }
    for kind, shown in kinds.items():
        changes = {"instruments": [{"id": "one", "driver": kind, "rail": getattr(instruments.get(kind), "RAIL", "")}]}
        node = make_node(kind, cycles=1, configuration=changes)
        node.simulate({f"one.{name}": value for name, value in shown.items()})
        node.start()
        assert node.wait() == 0, node.said()
        found = {name: float(made.value) for name, made in node.journal().values[0].items()}
        assert found == {f"one.{name}": value for name, value in shown.items()}

        node.simulate({}, {"one": "vandalised"})
        node.start()
        assert node.wait() == 0, node.said()
        assert {made.value for made in node.journal().values[1].values()} == {"missing:vandalised"}


def test_a_damaged_pack_is_sent_as_void(agent: Agent, node: NodeProcess) -> None:
    """A flipped byte on flash: its seq is accounted for, the others arrive, the ack goes on."""
    agent.clock_on = False
    node.start()
    until(lambda: len(node.journal().kept) > 6, "packs that wait for the time")
    node.kill()
    segment = min((node.folder / "outbox").glob("s*"))
    data = bytearray(segment.read_bytes())
    data[data.index(b"battery", 200)] ^= 1
    segment.write_bytes(bytes(data))

    agent.clock_on = True
    node.start()

    until(lambda: any(pack.void for pack in agent.packs.values()), "a void pack")
    until(lambda: max(pack.oldest_unacked for pack in agent.packs.values()) > 6, "the ack goes on")
    (void,) = [pack for pack in agent.packs.values() if pack.void]
    assert node.journal().void == {void.seq: "crc"}


def test_the_journal_is_told_again_what_flash_knows_of_the_time(agent: Agent, node: NodeProcess) -> None:
    """A kill between the offset on flash and its line in the journal must not leave times that nobody can compare."""
    node.start()
    until(lambda: node.journal().offsets_ms, "the time of the first boot")
    node.kill()
    (offset_ms,) = node.journal().offsets_ms.values()
    journal = node.folder / "produced.log"
    journal.write_text("".join(line for line in journal.read_text().splitlines(True) if line[0] != "T"))

    node.start()

    until(lambda: node.journal().offsets_ms, "the time of the first boot again")
    assert node.journal().offsets_ms[1] == offset_ms


def test_packs_of_a_boot_that_never_knew_the_time_go_without(agent: Agent, node: NodeProcess) -> None:
    """They carry boot and uptime; those of the next boot carry times. Nothing is invented."""
    agent.clock_on = False
    node.start()
    until(lambda: len(node.journal().kept) > 3, "packs without a time")
    node.kill()

    agent.clock_on = True
    node.start()

    until(lambda: {pack.boot for pack in agent.packs.values()} >= {1, 2}, "packs of both boots")
    timeless = [pack for pack in agent.packs.values() if pack.time_s is None]
    assert {pack.boot for pack in timeless} == {1}
    assert all(pack.uptime_s is not None for pack in timeless)


def test_a_full_outbox_drops_the_oldest_and_says_so(agent: Agent, make_node: MakeNode) -> None:
    """A small box without acks: what is missing at the agent is exactly what the node says it dropped."""
    changes = {"outbox_bytes": 2048, "segment_bytes": 512, "interval_s": 0.03}
    agent.clock_on = False
    node = make_node(configuration=changes)
    node.start()
    until(lambda: len(node.journal().dropped) > 20, "drops")

    agent.clock_on = True
    until(lambda: agent.seqs() and max(agent.seqs()) > max(node.journal().dropped), "packs behind the hole")
    node.kill()

    journal, stored = node.journal(), agent.seqs()
    assert {seq for seq in range(max(stored)) if seq not in stored} <= journal.dropped
    assert max(pack.dropped or 0 for pack in agent.packs.values()) == len(journal.dropped)


def test_an_agent_that_answers_after_the_next_question_is_heard(agent: Agent, make_node: MakeNode) -> None:
    """It answers after 0.3 s, the node asks every 0.2 s and measures meanwhile: packs with their time go out."""
    agent.clock_delay_s = 0.3
    slow = {"id": "vw1", "driver": "vw_piezometer", "sweep_ms": 250, "settle_ms": 100}
    made = make_node(configuration={"interval_s": 0.1, "instruments": [slow]})

    made.start()

    until(lambda: len(agent.seqs()) >= 4, "four packs at the agent")
    made.kill()
    assert len(made.journal().offsets_ms) == 1


@pytest.mark.parametrize("hold_link_below_s", [30, 0], ids=["held", "visited"])
def test_a_node_that_measures_longer_than_its_interval_still_talks(
    agent: Agent, make_node: MakeNode, hold_link_below_s: float
) -> None:
    """Its packs arrive whether the link is held or visited; starts that it missed are left out, and it says so once."""
    slow = {"id": "vw1", "driver": "vw_piezometer", "sweep_ms": 250, "settle_ms": 100}
    made = make_node(
        configuration={
            "interval_s": 0.1,
            "instruments": [slow],
            "hold_link_below_s": hold_link_below_s,
            "mark_wait_s": 1,
        }
    )

    made.start()

    until(lambda: len(agent.seqs()) >= 6, "six packs at the agent")
    made.kill()
    packs = sorted(agent.packs.items())
    faults = [record.text for _, pack in packs for record in pack.records if record.name == "fault.cycle"]
    assert len(faults) == 1
    assert str(faults[0]).endswith("ms, longer than the interval")
    times_ms = [pack.records[0].time_ms for _, pack in packs if pack.records[0].time_ms is not None]
    assert min(later - earlier for earlier, later in pairwise(times_ms[-3:])) >= 200
