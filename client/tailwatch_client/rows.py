"""Observations as columns, and times as the api writes them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
PAGE_ROWS: Final = 50_000
US: Final = timedelta(microseconds=1)


class Row(NamedTuple):
    """One observation: Unix microseconds, result (None: the read failed), QARTOD flag, names of tests."""

    time_us: int
    result: float | None
    quality: int
    tests: str | None


@dataclass
class Rows:
    """Observations of one datastream, in order of time; item i of each column belongs to times_us[i]."""

    times_us: list[int] = field(default_factory=list)
    results: list[float | None] = field(default_factory=list)
    qualities: list[int] = field(default_factory=list)
    tests: list[str | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.times_us)

    def __iter__(self) -> Iterator[Row]:
        return map(Row, self.times_us, self.results, self.qualities, self.tests)

    def extend(self, other: "Rows") -> None:
        """Add rows behind these."""
        self.times_us += other.times_us
        self.results += other.results
        self.qualities += other.qualities
        self.tests += other.tests

    @classmethod
    def of(cls, columns: dict[str, Any]) -> "Rows":
        """Take the columns of an answer of the api."""
        return cls(
            [microseconds(datetime.fromisoformat(text)) for text in columns["times"]],
            columns["results"],
            columns["qualities"],
            columns["tests"],
        )


class Interval(NamedTuple):
    """[start, stop), None: open."""

    start: datetime | None
    stop: datetime | None


def microseconds(time: datetime) -> int:
    """Return the Unix microseconds of an instant."""
    return (time - EPOCH) // US


def instant(time_us: int) -> datetime:
    """Return the instant of Unix microseconds."""
    return EPOCH + time_us * US


def written(time: datetime | None) -> str | None:
    """Return an instant as the api reads it."""
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
