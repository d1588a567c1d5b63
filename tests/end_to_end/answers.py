"""Answers of the whole chain without a network: readings into a gateway, and out come assessment, api and notices.

Gateway, ingest, assessor, notifier and api are the real ones; only the clock is given. What a gateway forwards is
handed to ingest's store as it would arrive.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from codec import batch
from edge_agent.buffer.store import Store as AgentStore
from edge_agent.config.settings import Endpoint, Settings
from edge_agent.values import Reading, ReadingsDelivery
from ingest import facility as registry
from ingest.alarms import Equipment, Files, Levels
from ingest.assessment import Assessor
from ingest.store import Store
from ingest.values import Connection
from tailings import Facility, parse
from tailings.assess.model import Assessment
from tests.edge_agent.world import clock_at
from tests.ingest.batches import arrival

START = datetime(2025, 11, 25, 14, 0, tzinfo=UTC)


class Chain:
    """A facility file on a gateway and at the centre. `at` is minutes since START, for all clocks."""

    def __init__(self, folder: Path, connection: Connection, store: Store, text: str) -> None:
        self.connection, self.store, self.facility = connection, store, parse(text)
        self.now = START
        self._sent = 0
        file = folder / "facility.toml"
        file.write_text(text)
        end = Endpoint("127.0.0.1", 1883, "vale/_edge/gw1", folder / "password")
        settings = msgspec.structs.replace(Settings(file, "gw1", folder / "state", end, end), max_buffer_mb=10)
        self.gateway = AgentStore(settings, clock_at(lambda: _ms(self.now)), lambda *_, **__: None)
        self._register(text)
        files = Files()
        self.levels = Levels(lambda: self.now, timedelta(0), files)
        self.equipment = Equipment(folder, clock=lambda: self.now, files=files)
        self.assessor = Assessor(files, lambda: self.now)

    def _register(self, text: str) -> None:
        with self.connection.transaction():
            registry.register(self.connection, self.facility, text)
        self.store.greet(self.connection)

    def read(self, at: float, values: Mapping[str, float]) -> None:
        """One reading of each datastream at a minute: taken in by the gateway, forwarded, stored."""
        self.now = minute(at)
        by_node: dict[str, list[Reading]] = {}
        for name, value in values.items():
            by_node.setdefault(name.partition(":")[0], []).append(Reading(name, _ms(self.now), value))
        for node, readings in by_node.items():
            delivery = ReadingsDelivery(node, tuple(readings), _ms(self.now), lambda: None)
            self.gateway.take_in([delivery], lambda: False)
        self._forward()

    def _forward(self) -> None:
        buffer = self.gateway.buffer
        for seq in range(self._sent, buffer.next_seq):
            body = buffer.batch(seq)
            assert body is not None
            message = batch.put_head(body, "vale", "gw1", buffer.epoch, seq, kept=buffer.kept)
            with self.connection.transaction():
                written = self.store.write(self.connection, [arrival(message)])
            self.store.committed(written)
        self._sent = buffer.next_seq

    def assess(self, at: float | None = None) -> Assessment:
        """Everything that ingest does after a commit, then what it stored."""
        if at is not None:
            self.now = minute(at)
        for _ in range(100):
            with self.connection.transaction():
                if not self.levels.follow(self.connection):
                    break
        for work in (self.equipment.look, self.assessor.work):
            with self.connection.transaction():
                work(self.connection)
        row = self.connection.execute("SELECT document FROM assessment WHERE facility_id = %s", (self.facility.id,))
        found = row.fetchone()
        assert found is not None
        return msgspec.convert(found[0], Assessment)

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return self.connection.execute(statement.encode(), values).fetchall()

    def close(self) -> None:
        """Let go of the gateway's folder."""
        with suppress(OSError):
            self.gateway.close()


def minute(at: float) -> datetime:
    """The time so many minutes after START."""
    return START + timedelta(minutes=at)


def _ms(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def hertz(level_m: float, tip_m: float, barometer_kpa: float = 96.1) -> float:
    """The frequency [Hz] that gives this level at 12 degC, by the sheets of the test facility (Geokon, linear)."""
    pressure = (level_m - tip_m) * 9.80665 + (barometer_kpa - 96.1)
    return float(((9082.0 - pressure / 0.1795) * 1000) ** 0.5)


__all__ = ["START", "Chain", "Facility", "hertz", "minute"]
