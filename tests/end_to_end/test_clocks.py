"""Clocks that are wrong, on the real chain: a node's, and the gateway's; no reading stops counting, none is lost."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.end_to_end.clock_site import ClockSite, clock_site, now_s
from tests.end_to_end.running_site import AGENT

RELAY = """
[[outputs]]
kind = "relay_file"
file = "RELAY"
from_level = "orange"
"""
SETTINGS = {"wait_for_time_s": "2.0"}
LEVEL = "SELECT level, signal FROM alarm_event WHERE rule = 'overtopping' AND closed_at IS NULL"
STORED = """
SELECT extract(epoch FROM phenomenon_time)::float8, result
FROM observation o JOIN datastream d ON d.id = o.datastream_id WHERE d.name = %s ORDER BY 1"""
NEWEST = """
SELECT extract(epoch FROM phenomenon_time)::float8, result FROM latest l JOIN datastream d ON d.id = l.datastream_id
WHERE d.name = %s"""
REASONS = "SELECT reason, count(*) FROM quarantine WHERE sender = %s AND state = 'open' GROUP BY reason ORDER BY reason"
CLOCKS = "SELECT subject, detail FROM alarm_event WHERE rule = 'clock' AND closed_at IS NULL ORDER BY subject"
LEDGER = """
SELECT sent, stored, quarantined, lost FROM ledger_epoch WHERE sender = %s AND epoch = %s"""
SENT = "SELECT sent FROM ledger_epoch WHERE sender = 'n01' AND epoch = %s"
DAY_S = 86_400


@pytest.fixture(scope="module")
def site() -> Iterator[ClockSite]:
    """One site for these tests; each leaves the gateway's clock right."""
    with clock_site(SETTINGS, {}, RELAY) as running:
        yield running


@pytest.mark.case("13", "a node whose clock is two hours ahead hides no orange: its pack waits for a person")
def test_a_clock_ahead_hides_no_orange(site: ClockSite) -> None:
    """Green dated two hours ahead, then orange dated now: siren, alarm, notification; the green one is quarantined."""
    begun_s = now_s()
    with site.node("n01") as node:
        node.send(begun_s - 60, pond__level=337.0)
        node.send(begun_s + 7200, pond__level=337.0)
        site.until(lambda: site.rows(SENT, node.epoch) == [(2,)], "both are accounted for", 30)
        node.send(now_s(), pond__level=339.0)
        site.until(lambda: site.relay.exists() and site.relay.read_text() == "1\n", "the relay is on", 30)
        site.until(lambda: site.rows(LEVEL) == [(2, 2)], "orange stands at the centre", 30)
        site.called("ORANGE, Vale do Sino: overtopping")
        site.called("Clock of n01 is wrong")

    (newest,) = site.rows(NEWEST, "vale:n01:pond.level")
    assert newest[1] == 339.0 and float(str(newest[0])) <= now_s()
    assert site.rows(REASONS, "n01") == [("clock-ahead", 1)]
    assert [subject for subject, _ in site.rows(CLOCKS)] == ["n01"]
    assert site.rows(LEDGER, "n01", node.epoch) == [(3, 2, 1, 0)]


@pytest.mark.case("13", "a gateway three days behind says so, gives nodes no time, and stores nothing three days back")
def test_a_gateway_three_days_behind_is_told_and_nothing_is_stored_back_then(site: ClockSite) -> None:
    """By the centre's word: a node with its own clock is stored, one that follows the gateway waits, and comes back."""
    site.clock.step("-3d")
    try:
        site.until(lambda: site.agent_state().get("clock", {}).get("state") == "wrong", "the agent knows", 30)
        sent_s = round(now_s())
        with site.node("n02") as right, site.node("n03") as follower:
            right.ask_time(7)
            right.send(sent_s, battery__voltage=12.5)
            behind_s = now_s() - 3 * DAY_S
            for number in range(5):
                follower.send(behind_s - number, battery__voltage=12.0 + number / 10)
            site.until(lambda: site.rows(REASONS, "n03") == [("gateway-clock", 5)], "five packs wait", 30)
            site.until(lambda: site.rows(STORED, "vale:n02:battery.voltage"), "the right one is stored", 30)
            site.called("Clock of gateway gw1 is 72 h 00 min behind the server's")
            assert right.replies == []
        assert site.rows(STORED, "vale:n02:battery.voltage") == [(float(sent_s), 12.5)]
        assert site.rows(STORED, "vale:n03:battery.voltage") == []
    finally:
        site.clock.step("+0")
    site.until(lambda: site.agent_state()["clock"]["state"] == "good", "the clock is right again", 30)

    body = {
        "refused_as": "gateway-clock",
        "clock_ahead_s": -3 * DAY_S,
        "note": "the gateway's clock stood",
        "sender": "n03",
    }
    outcome = site.ask("release-quarantined", body, site.key())
    assert (outcome["messages"], outcome["readings"], outcome["left"]) == (5, 5, [])
    stored = site.rows(STORED, "vale:n03:battery.voltage")
    assert [result for _, result in stored] == [12.4, 12.3, 12.2, 12.1, 12.0]
    assert all(abs(float(str(at_s)) - sent_s) < 60 for at_s, _ in stored)
    assert site.rows(REASONS, "n03") == []


@pytest.mark.case("13", "a gateway that cannot ask and whose clock ran back keeps every pack for a person")
def test_a_clock_that_ran_back_judges_nothing_while_nobody_can_be_asked(site: ClockSite) -> None:
    """Restarted without the centre, two days behind its own store: all packs wait; one command brings them back."""
    with site.node("n04") as node:
        with site.down("ingest"):
            site.clock.step("-2d")
            site.kill(AGENT)
            since = len(site.lines)
            site.until(lambda: site.has_told(since, AGENT, "connected link=site"), "the agent is back", 30)
            sent_s = [round(now_s()) - at for at in (2, 1, 0)]
            for at_s in sent_s:
                node.send(at_s, battery__voltage=13.0)
            all_kept = {"gateway-clock": 3}
            site.until(lambda: site.agent_state().get("quarantine", {}).get("n04") == all_kept, "they are kept", 60)
            clock = site.agent_state()["clock"]
            site.clock.step("+0")
        site.until(lambda: site.rows(REASONS, "n04") == [("gateway-clock", 3)], "they are at the centre", 60)
    state = ["--state", str(site.state.folder), "--facility", "vale", "--reason", "its nodes were right"]
    words = ["quarantine", "release", "--refused-as", "gateway-clock", "--ahead-s", "0", "--sender", "n04", *state]
    done = subprocess.run([sys.executable, "-m", "tailwatch", *words], capture_output=True, text=True, timeout=120)

    assert (clock["state"], clock["by"]) == ("wrong", "buffer")
    assert done.stdout.startswith("3 messages with 3 readings stored"), done.stdout + done.stderr
    assert site.rows(STORED, "vale:n04:battery.voltage") == [(float(at_s), 13.0) for at_s in sent_s]
    assert site.rows(LEDGER, "n04", node.epoch) == [(3, 0, 3, 0)]
