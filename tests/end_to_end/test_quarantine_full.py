"""A full quarantine on the real chain: two gateways, one centre without room; what is held back comes with room."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.report.status import STATE_FILE
from tests.edge_agent.world import Client, pack_bytes, wait_until
from tests.end_to_end.test_protocols import LEDGER, STORED, Chain
from tests.servers import Database, TestDatabase
from wire import topics

PACKS, CHANNELS = 20, 5
HELD = "SELECT agent_id FROM quarantine_held"
WAITING = "SELECT readings FROM quarantine_total WHERE sender = 'n02'"
ALARM = "SELECT subject, detail->>'sender' FROM alarm_event WHERE rule = 'quarantine-full' AND closed_at IS NULL"


TOLD_HELD = "SELECT (document->'centre'->'holds'->>'seq')::int FROM agent_state WHERE agent_id = 'gw1'"


def holds(state: Path) -> list[int]:
    """Which batch the centre holds back, as the state document of a gateway says."""
    held = json.loads((state / STATE_FILE).read_text())["centre"]["holds"]
    return [] if held is None else [held["seq"]]


@pytest.fixture
def chain(cluster: Database, database: TestDatabase, reachable_folder: Path) -> Iterator[Chain]:
    """A broker, a database and a centre that the test starts."""
    opened = Chain(reachable_folder, cluster, database.name)
    yield opened
    opened.close()


def send(client: Client, node: str, seqs: range, start_s: int, unknown: int = 0) -> None:
    """Packs with one known reading and so many of channels that nobody knows."""
    for seq in seqs:
        readings: dict[str, float | str] = {"vw1.frequency": 2800.0 + seq}
        readings |= {f"logger{number}.voltage": seq + number / 10 for number in range(unknown)}
        client.publish(topics.obs("vale", node), pack_bytes(seq, readings, node, time_s=start_s + seq))


def test_a_gateway_keeps_what_the_centre_has_no_room_for(chain: Chain) -> None:
    """19 of 20 packs wait at their gateway, told by an alarm, while the other gateway goes on; with room all 20 are
    stored, and all 100 unknown readings are in quarantine, once."""
    centre, start_s = chain.centre, int(time.time()) - 600
    centre.more = "quarantine_bytes = 1500\n"
    centre.start()
    with chain.gateway("gw1") as state, chain.gateway("gw2"):
        knows, unknown = chain.world.node("n07"), chain.world.node("n02")
        send(unknown, "n02", range(1), start_s, CHANNELS)
        wait_until(lambda: centre.query(WAITING) == [(CHANNELS,)], "the first pack has room")
        send(unknown, "n02", range(1, PACKS), start_s, CHANNELS)
        wait_until(lambda: centre.query(HELD) == [("gw1",)], "gw1 is held back")
        send(knows, "n07", range(PACKS), start_s)
        wait_until(lambda: centre.query(LEDGER, "n07") == [(PACKS, PACKS, 0, 0, 0)], "gw2 goes on")
        held = centre.query(STORED, "vale:n02:vw1.frequency"), centre.query(WAITING), chain.waiting(state)
        wait_until(lambda: holds(state) == [1], "the gateway is told why")
        wait_until(lambda: centre.query(TOLD_HELD) == [(1,)], "its state at the centre says so")
        centre.end()
        centre.start()
        wait_until(lambda: centre.query(ALARM) == [("_edge/gw1", "n02")], "the alarm names who is held back")
        centre.end()
        centre.more = "quarantine_bytes = 1000000\n"
        centre.start()
        wait_until(lambda: chain.waiting(state) == 0, "the gateway is rid of all")
        wait_until(lambda: holds(state) == [], "it is held no more")
        knows.close()
        unknown.close()

    assert held[:2] == ([(start_s, 2800.0)], [(CHANNELS,)]) and held[2] > 0
    assert centre.query(STORED, "vale:n02:vw1.frequency") == [(start_s + seq, 2800.0 + seq) for seq in range(PACKS)]
    assert centre.query(WAITING) == [(PACKS * CHANNELS,)]
    assert centre.query(LEDGER, "n02") == [(PACKS, PACKS, 0, 0, 0)]
    assert centre.query(HELD) == []
