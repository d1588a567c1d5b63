"""What a spike test says late reaches the centre: the last word there is that of the science over the whole series."""

import random
from pathlib import Path

import msgspec
import pytest

from codec import batch
from edge_agent.buffer.store import AgentStore as AgentStore
from edge_agent.config.settings import Settings
from edge_agent.values import Reading, ReadingsDelivery
from ingest.store import Store
from ingest.values import Connection
from runtime.settings import Endpoint
from tailings import Series, chain, parse
from tailings.facility import Facility
from tests.edge_agent.world import clock_at
from tests.end_to_end.compare import assert_delivery
from tests.end_to_end.field import BATTERY, Field
from tests.end_to_end.running_site import AGENT, VALE, running_site
from tests.ingest.batches import arrival
from tests.ingest.conftest import connection, database, store, vale

__all__ = ["connection", "database", "store", "vale"]

SPIKES = """
[datastreams."n02:vw1.frequency".filters.spike]
suspect = 20.0
fail = 100.0
[datastreams."n02:battery.voltage".filters.spike]
suspect = 0.5
fail = 1.0
"""
T0_MS = 1_764_079_200_000
MINUTES = 60
FLAGS = """
SELECT substr(name, 6), (extract(epoch FROM phenomenon_time) * 1000)::bigint,
       quality FROM observation JOIN datastream ON id = datastream_id ORDER BY 1, 2"""
VOLTAGE = """
SELECT (extract(epoch FROM phenomenon_time) * 1000)::bigint, result, quality FROM observation
JOIN datastream ON id = datastream_id WHERE name = 'vale:n02:battery.voltage' ORDER BY 1"""
BY_AGENT = "SELECT count(*) FROM revision WHERE kind = 'quality-update' AND author = 'agent:gw1'"


class Gateway:
    """An agent's store on disk, without a network; it can be ended and started at any moment between two groups."""

    def __init__(self, folder: Path, facility: Facility, text: str) -> None:
        self.facility = facility
        file = folder / "vale.toml"
        file.write_text(text)
        end = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", folder / "password")
        self._settings = msgspec.structs.replace(Settings(file, "gw1", folder / "state", end, end), max_buffer_mb=1)
        self._open()

    def _open(self) -> None:
        self._store = AgentStore(self._settings, clock_at(lambda: T0_MS + 86_400_000), lambda *_, **__: None)

    def restart(self) -> None:
        self._store.close()
        self._open()

    def take(self, readings: tuple[Reading, ...]) -> None:
        self._store.take_in([ReadingsDelivery("n02", readings, T0_MS + 86_400_000, lambda: None)], lambda: False)

    def messages(self) -> list[bytes]:
        """All batches, as the forwarder sends them."""
        buffer = self._store.buffer
        bodies = [buffer.batch(seq) for seq in range(buffer.next_seq)]
        return [
            batch.put_head(body, "vale", "gw1", buffer.epoch, seq, oldest_unacked=buffer.oldest_unacked)
            for seq, body in enumerate(bodies)
            if body is not None
        ]

    def close(self) -> None:
        self._store.close()


def readings(minute: int, values: dict[str, float]) -> tuple[Reading, ...]:
    return tuple(Reading(name, T0_MS + 60_000 * minute, value) for name, value in values.items())


@pytest.mark.parametrize("seed", range(3))
def test_the_centre_ends_with_the_flags_of_the_whole_series(
    seed: int,
    tmp_path: Path,
    store: Store,
    connection: Connection,
) -> None:
    """An agent that restarts at random takes an hour of spiky readings one by one; its batches reach the centre in any
    order, in groups, twice: raw and derived flags are those of one run over everything, and no batch is lost."""
    chance = random.Random(seed)
    text = VALE.read_text().replace("version = 1\n", "version = 2\n", 1) + SPIKES
    gateway = Gateway(tmp_path, parse(text), text)
    made: dict[str, list[float]] = {"n01:baro.pressure": [], "n02:vw1.frequency": [], "n02:vw1.thermistor": []}
    for minute in range(MINUTES):
        peak = chance.choice([0.0, 0.0, 0.0, 0.0, 60.0, 400.0])
        now = {"n01:baro.pressure": 950.0, "n02:vw1.frequency": 2800.0 + peak, "n02:vw1.thermistor": 4821.0}
        for name, value in now.items():
            made[name].append(value)
        gateway.take(readings(minute, now))
        if chance.random() < 0.2:
            gateway.restart()
    messages = gateway.messages() * 2
    gateway.close()
    chance.shuffle(messages)
    while messages:
        group = [messages.pop() for _ in range(min(len(messages), chance.randint(1, 9)))]
        with connection.transaction():
            stored = store.write(connection, [arrival(one) for one in group])
        store.committed(stored)

    times = [T0_MS + 60_000 * minute for minute in range(MINUTES)]
    oracle = chain.derive(gateway.facility, {name: Series.of(times, values) for name, values in made.items()})
    wanted = sorted(
        (name, time_ms, quality)
        for name, one in oracle.items()
        for time_ms, quality in zip(one.series.time_ms.tolist(), one.series.quality.tolist(), strict=True)
    )
    assert connection.execute(FLAGS).fetchall() == wanted
    assert {quality for name, _, quality in wanted if name == "n02:vw1.pressure"} > {3, 4}
    ledger = "SELECT sent, stored, lost, pending, quarantined FROM sequence_state"
    assert connection.execute(ledger).fetchall() == [(MINUTES, MINUTES, 0, 0, 0)]


@pytest.mark.long
def test_verdicts_survive_kill_9_on_both_sides(firmware: Path) -> None:
    """Real programs: agent and ingest die twenty times each while a node with a restless battery sends. Nothing is
    lost, and each reading ends with the flag that the spike test gives it in the whole series."""
    chance = random.Random(4)
    with running_site(SPIKES) as site:
        field = Field(site, firmware)
        try:
            node = field.start("n02", interval_s=0.1, instruments=[BATTERY])
            for _ in range(20):
                made = len(node.made()) + chance.randint(5, 15)
                site.until(lambda: len(node.made()) >= made, "the node goes on")  # noqa: B023
                site.kill(chance.choice([AGENT, "ingest"]))
                site.kill(chance.choice([AGENT, "ingest"]))
            node.finish()
            assert_delivery(site, node)
            facility = parse(VALE.read_text() + SPIKES)
            rows = [(int(str(t)), float(str(v)), int(str(q))) for t, v, q in site.rows(VOLTAGE)]
            raw = Series.of([row[0] for row in rows], [row[1] for row in rows])
            whole = chain.derive(facility, {"n02:battery.voltage": raw}, only=())["n02:battery.voltage"].series
            assert [row[2] for row in rows] == whole.quality.tolist()
            assert {1, 3, 4} <= {row[2] for row in rows}
            assert site.rows(BY_AGENT) != [(0,)]
        finally:
            field.end()
