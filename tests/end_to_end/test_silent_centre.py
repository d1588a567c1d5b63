"""A centre that dies, on the real chain: the gateway's relay says so, and who watches from outside hears nothing."""

import time
from collections.abc import Iterator

import pytest

from tests.end_to_end.clock_site import ClockSite, clock_site, now_s

RELAY = """
[[outputs]]
kind = "relay_file"
file = "RELAY"
switched_by = ["centre-silent"]
"""
SILENT_AFTER_S = 6.0
AGENT_SETTINGS = {"centre_silent_after_s": str(SILENT_AFTER_S)}
INGEST_SETTINGS = {"heartbeat_url": '"OUTSIDE"', "heartbeat_every_s": "1"}
QUIET_S = 4.0


@pytest.fixture(scope="module")
def site() -> Iterator[ClockSite]:
    """One site for these tests; each leaves all parts running."""
    with clock_site(AGENT_SETTINGS, INGEST_SETTINGS, RELAY) as running:
        yield running


def is_on(site: ClockSite) -> bool:
    """Whether the relay is on."""
    return site.relay.exists() and site.relay.read_text() == "1\n"


@pytest.mark.case("14", "a centre that dies switches the gateway's relay on, and off again when it answers")
def test_a_dead_centre_switches_the_relay(site: ClockSite) -> None:
    """Ingest is killed: on after the time that the settings say, not before; off soon after it is back. Told once."""
    site.until(lambda: site.relay.exists() and not is_on(site), "the relay is off", 30)
    site.until(lambda: site.agent_state()["centre"]["answered_ms"], "there was a centre", 60)
    begun_s = time.monotonic()  # before ingest is killed, which takes a while on a busy machine
    with site.node("n01") as node, site.down("ingest"):
        since = len(site.lines)
        node.send(now_s(), pond__level=337.0)  # something waits for an acknowledgement
        site.until(lambda: is_on(site), "the relay is on", 60)
        passed_s = time.monotonic() - begun_s
        site.until(lambda: site.agent_state()["centre"]["is_silent"], "the agent's state says so", 30)
    site.until(lambda: not is_on(site), "the relay is off again", 60)

    assert passed_s > SILENT_AFTER_S / 2
    assert len([line for _, line in site.lines[since:] if "centre-silent" in line]) == 1
    site.until(lambda: not site.agent_state()["centre"]["is_silent"], "the state is good again", 30)


def is_quiet(site: ClockSite) -> bool:
    """Whether nobody asks the address outside for a while."""
    time.sleep(QUIET_S / 2)  # what is under way
    before = len(site.outside.pings)
    time.sleep(QUIET_S)
    return len(site.outside.pings) == before


@pytest.mark.parametrize("part", ["database", "broker", "ingest"])
@pytest.mark.case("14", "an address outside is asked only while database, broker and ingest work")
def test_the_address_outside_hears_nothing_of_a_centre_that_does_not_work(site: ClockSite, part: str) -> None:
    """Asked again and again while all works; not once more while one part is dead; again when it is back."""
    heard = len(site.outside.pings)
    site.until(lambda: len(site.outside.pings) > heard + 2, "it is asked", 60)
    with site.down(part):
        quiet = is_quiet(site)
    heard = len(site.outside.pings)
    site.until(lambda: len(site.outside.pings) > heard + 2, "it is asked again", 90)

    assert quiet
    assert set(site.outside.pings) == {"/ping"}


@pytest.mark.case("14", "a heartbeat that nobody takes is told once and stops nothing")
def test_an_address_that_refuses_is_told_once(site: ClockSite) -> None:
    """It answers 500: one line names the host and no more of the address, readings go on, and it ends by itself."""
    since = len(site.lines)
    site.outside.status = 500
    site.until(lambda: site.has_told(since, "ingest", "heartbeat-not-taken"), "it is told", 30)
    heard = len(site.outside.pings)
    site.until(lambda: len(site.outside.pings) > heard + 2, "it is asked all the same", 30)
    told = [line for _, line in site.lines[since:] if "heartbeat-not-taken" in line]
    row = site.rows("SELECT host, failing_since IS NOT NULL, error FROM heartbeat")
    site.outside.status = 200
    site.until(lambda: site.has_told(since, "ingest", "heartbeat-taken-again"), "it is taken again", 30)

    assert len(told) == 1 and "host=127.0.0.1" in told[0] and "/ping" not in told[0]
    assert row == [("127.0.0.1", True, "it answers 500")]
