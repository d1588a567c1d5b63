"""A facility with a plan in a real database: store values in any order, follow, and read what became of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from codec.batch import BatchObservation
from ingest.alarms import Levels
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings import Facility, parse
from tests.ingest.batches import arrival, message, verdict
from tests.tailings.facilities import VALE
from tests.tailings.tarp.plans import OVERTOPPING

POND = "n01:pond.level"
START_S = 1_764_000_000
ROLE = "Engineer of Record"
TEXT = VALE.read_text().replace("version = 1\n", "version = 2\n", 1) + OVERTOPPING


def minute(number: float) -> datetime:
    """The time so many minutes after the start."""
    return datetime.fromtimestamp(START_S + 60 * number, UTC)


class Dam:
    """The stored facility with its plan; `now` is the clock of whoever follows."""

    def __init__(self, connection: Connection, store: Store, text: str = TEXT) -> None:
        self.connection, self._store = connection, store
        self.now = minute(0)
        self._epochs = 0
        self.apply(text)
        self.levels = Levels(lambda: self.now, timedelta(0))

    def apply(self, text: str) -> Facility:
        """Store a facility file."""
        parsed = parse(text)
        with self.connection.transaction():
            facility.register(self.connection, parsed, text)
        self._store.greet(self.connection)
        return parsed

    def put(
        self,
        rows: Iterable[tuple[float, float | None]],
        quality: int = 1,
        name: str = POND,
        tests: str | None = None,
    ) -> None:
        """Store (minute, value) as one batch of a new epoch; tests: those that failed."""
        observations = [_observation(at, value, quality, name, tests) for at, value in rows]
        self._epochs += 1
        for first in range(0, len(observations), 4000):
            part = message(first // 4000, observations[first : first + 4000], epoch=f"{self._epochs:08x}")
            with self.connection.transaction():
                written = self._store.write(self.connection, [arrival(part)])
            self._store.committed(written)

    def judge(self, rows: Iterable[tuple[float, float]], quality: int = 4, name: str = POND) -> None:
        """Store verdicts on (minute, value) that were told before, as one batch of a new epoch."""
        self._epochs += 1
        verdicts = [verdict(START_S + 60 * at, value, quality, name) for at, value in rows]
        with self.connection.transaction():
            part = message(0, verdicts=verdicts, epoch=f"{self._epochs:08x}")
            written = self._store.write(self.connection, [arrival(part)])
        self._store.committed(written)

    def follow(self, at_minute: float | None = None) -> None:
        """Follow the plans until nothing is left to do."""
        if at_minute is not None:
            self.now = minute(at_minute)
        for _ in range(100):
            with self.connection.transaction():
                if not self.levels.follow(self.connection):
                    return
        raise AssertionError("it never ends")

    def steps(self) -> list[tuple[float, int, int]]:
        """The changes of level that stand, as (minute, before, after)."""
        rows = self.rows("SELECT at, before, after FROM tarp_step WHERE withdrawn_at IS NULL ORDER BY at")
        return [((at.timestamp() - START_S) / 60, before, after) for at, before, after in rows]

    def event(self, columns: str = "level, signal, highest") -> tuple[Any, ...]:
        """The newest event of the level of a plan."""
        return self.rows(f"SELECT {columns} FROM alarm_event WHERE type = 'level' ORDER BY id DESC LIMIT 1")[0]

    def history(self) -> list[tuple[str, int]]:
        """Kind and level of each line of the history of all events of levels."""
        lines = "SELECT h.kind, h.level FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id"
        return [(row[0], row[1]) for row in self.rows(f"{lines} WHERE e.type = 'level' ORDER BY h.id")]

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return self.connection.execute(statement.encode(), values).fetchall()


def _observation(at: float, value: float | None, quality: int, name: str, tests: str | None) -> BatchObservation:
    missing = "timeout" if value is None else None
    flag = 9 if value is None else quality
    return BatchObservation(
        name, round((START_S + 60 * at) * 1000), value, flag, tests, cfg=None, unit=None, missing=missing
    )
