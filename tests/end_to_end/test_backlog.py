"""What waited at the site goes up: a day without the centre, and millions of rows while live data goes ahead."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np
import pytest

from codec import cborbatch
from edge_agent.buffer.store import AgentStore
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config.settings import Settings, load
from edge_agent.values import FilePosition, RowsDelivery
from tests.edge_agent.world import Client, pack_bytes
from tests.end_to_end.field import BATTERY, FACILITY, Field
from tests.end_to_end.running_site import AGENT, RunningSite
from wire import acks, limits, topics

DAY_MINUTES = 24 * 60
NODES = ("n04", "n05", "n06")
EPOCH = "0da70001"
CHANNELS = [f"n0{node}:vw1.{channel}" for node in range(2, 9) for channel in ("amplitude", "decay", "snr")]
STEPS_A_CHUNK = 2000
LIVE = "n03"
LIVE_INTERVAL_S = 0.1
HISTORY_S = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
THROUGH = "SELECT through FROM sequence_state WHERE facility_id = %s AND sender = %s AND epoch = %s"
NEWEST = """
SELECT coalesce(max(extract(epoch FROM phenomenon_time)), 0)::float8
FROM latest JOIN datastream ON id = datastream_id WHERE name = %s"""
STORED = """
SELECT count(*), coalesce(sum(result), 0) FROM observation JOIN datastream ON id = datastream_id
WHERE name = ANY(%s) AND phenomenon_time >= to_timestamp(%s) AND phenomenon_time < to_timestamp(%s)"""
LONG = (pytest.mark.long, pytest.mark.timeout(3600))


class MinuteNode:
    """A day of packs, one a minute, sent as fast as they are acknowledged (wire.md section 4)."""

    def __init__(self, site: RunningSite, node: str, first_s: int) -> None:
        access = site.site.access(topics.user_of_node(FACILITY, node))
        self.node, self.acked, self.sent, self._first_s = node, -1, 0, first_s
        self.client = Client(access.port, access.user, password=access.password_file.read_text())
        self.client.subscribe(topics.ack(FACILITY, node))

    def work(self) -> bool:
        """Send what the window allows; True when everything is acknowledged."""
        for payload in self.client.on(topics.ack(FACILITY, self.node)):
            epoch, through = acks.decode(payload)
            self.acked = max(self.acked, through if epoch == EPOCH else -1)
        while self.sent < min(self.acked + 1 + limits.MAX_UNACKED, DAY_MINUTES):
            time_s = self._first_s + 60 * self.sent
            readings: dict[str, float | str] = {"battery.voltage": 12 + self.sent / 10_000}
            pack = pack_bytes(self.sent, readings, self.node, self.acked + 1, EPOCH, time_s=time_s)
            self.client.client.publish(topics.obs(FACILITY, self.node), pack, 1)
            self.sent += 1
        return self.acked == DAY_MINUTES - 1


def test_a_day_without_the_centre_is_complete_afterwards(site: RunningSite) -> None:
    """24 h of three nodes at high speed while ingest and database are gone; then the ledger says 0 lost.

    As of before it came, nothing of that day is known, though the day was over then.
    """
    then = datetime.now(UTC).isoformat()
    first_s = int(time.time()) // 60 * 60 - (DAY_MINUTES + 60) * 60
    with site.down("ingest"), site.down("database"):
        nodes = [MinuteNode(site, node, first_s) for node in NODES]
        site.until(
            lambda: len([node for node in nodes if node.work()]) == len(nodes),
            "the agent has acknowledged the whole day",
        )
        for node in nodes:
            node.client.close()
    site.until(site.is_answering, "the api answers")
    for node in NODES:
        site.until(lambda node=node: through(site, node, EPOCH) == DAY_MINUTES - 1, f"the centre knows all of {node}")

    for node in NODES:
        (counts,) = [
            sequence_state["counts"]
            for sequence_state in site.get(f"facilities/{FACILITY}/ledger", sender=node)["sequence_states"]  # type: ignore[attr-defined]
            if sequence_state["epoch"] == EPOCH
        ]
        assert (counts["sent"], counts["stored"], counts["lost"], counts["pending"]) == (DAY_MINUTES, DAY_MINUTES, 0, 0)
        ((count, total),) = site.rows(STORED, [f"{FACILITY}:{node}:battery.voltage"], first_s, first_s + 86_400)
        assert count == DAY_MINUTES
        assert total == pytest.approx(sum(12 + seq / 10_000 for seq in range(DAY_MINUTES)), rel=1e-12)
        day = {"from": instant(first_s), "to": instant(first_s + 86_400), "limit": DAY_MINUTES}
        known, now = (
            site.get(f"datastreams/{FACILITY}:{node}:battery.voltage/observations", **day, **more)["count"]
            for more in ({"as_of": then}, {})
        )
        assert (known, now) == (0, DAY_MINUTES)


@pytest.fixture
def batches_in_cbor(site: RunningSite) -> Iterator[None]:
    """From its next start on the agent writes batches in CBOR; afterwards in JSON again."""
    file = site.state.folder / "settings" / f"{AGENT}.toml"
    usual = file.read_text()
    file.write_text(f'batch_form = "cbor"\n{usual}')
    yield
    with site.down(AGENT):
        file.write_text(usual)


@pytest.mark.usefixtures("batches_in_cbor")
@pytest.mark.parametrize("rows", [300_000, pytest.param(5_000_000, marks=LONG), pytest.param(10_000_000, marks=LONG)])
def test_a_backlog_drains_while_live_goes_on(site: RunningSite, field: Field, rows: int) -> None:
    """All rows of the backlog are stored, once, and what a node sends meanwhile arrives before the backlog ends.

    In CBOR, so that a batch goes in this form from the agent's buffer by broker and ingest to the database.
    """
    steps, start_s = -(-rows // len(CHANNELS)), HISTORY_S + rows
    with site.down(AGENT):
        epoch, last = fill(site, start_s, steps)
        node = field.start(LIVE, LIVE_INTERVAL_S, [BATTERY])
        site.until(node.made, "the node sends")  # a short backlog is gone before a node has started
    begun_s, ages_s = time.time(), list[float]()
    deadline_s = time.monotonic() + 120 + rows / 2000
    while through(site, "_edge/gw1", epoch) < last:
        site.supervisor.poll()
        (newest_s,) = site.rows(NEWEST, f"{FACILITY}:{LIVE}:battery.voltage")[0]
        ages_s += [time.time() - float(str(newest_s))] if float(str(newest_s)) > begun_s else []
        assert time.monotonic() < deadline_s, site.last_lines()
        time.sleep(0.05)
    took_s = time.time() - begun_s
    print(
        f"{rows:,} rows in {took_s:.1f} s: {rows / took_s:,.0f} rows/s; live at most {max(ages_s, default=0):.2f} s old"
    )

    ((count, total),) = site.rows(STORED, [f"{FACILITY}:{name}" for name in CHANNELS], start_s, start_s + steps)
    assert count == steps * len(CHANNELS)
    assert total == sum(range(steps)) * len(CHANNELS)
    assert ages_s  # live came before the backlog had ended


def instant(time_s: int) -> str:
    """A time as the api reads it."""
    return datetime.fromtimestamp(time_s, UTC).isoformat()


def through(site: RunningSite, sender: str, epoch: str) -> int:
    """The centre's ack, -1 before it knows the sequence state."""
    rows = site.rows(THROUGH, FACILITY, sender, epoch)
    return int(str(rows[0][0])) if rows else -1


def fill(site: RunningSite, start_s: int, steps: int) -> tuple[str, int]:
    """Put so many rows of each channel, one a second, into the buffer of the agent that is down: epoch, last seq."""
    settings = load(site.state.folder / "settings" / f"{AGENT}.toml")
    with opened(settings) as store:
        for first in range(0, steps, STEPS_A_CHUNK):
            at = np.arange(first, min(first + STEPS_A_CHUNK, steps))
            columns = {name: ((start_s + at) * 1000, at.astype(np.float64)) for name in CHANNELS}
            place = FilePosition(f"test:{start_s}", first)
            store.take_in(
                [RowsDelivery(columns, (), place, LIVE, int(time.time() * 1000), acknowledge=lambda: None)],
                lambda: False,
            )
        last = store.buffer.next_seq - 1
        assert (store.buffer.batch(last) or b"").startswith(cborbatch.FIRST)
        return store.buffer.epoch, last


@contextmanager
def opened(settings: Settings) -> Iterator[AgentStore]:
    """The storing half of an agent, without the agent."""
    store = AgentStore(settings, GatewayClock(), lambda *_, **__: None, is_live=False)
    try:
        yield store
    finally:
        store.close()
