"""What separates two answers: the values that differ, and the revisions, calibrations and late readings behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from tailwatch_client.connection import Connection, NotFound
from tailwatch_client.rows import Row, Rows, instant, written
from tailwatch_client.series import Series


class DifferingValue(NamedTuple):
    """One instant of which the two answers differ; None: the answer does not have it."""

    datastream: str
    time: datetime
    first: Row | None
    second: Row | None


class Revision(NamedTuple):
    """A revision of which values differ."""

    id: int
    facility: str
    kind: str
    author: str
    reason: str
    made_at: datetime
    undoes: int | None


class ChangedCalibration(NamedTuple):
    """A calibration that the file of one instant has and that of the other has not, or has otherwise."""

    instrument: str
    valid_from: str
    first: dict[str, Any] | None
    second: dict[str, Any] | None


@dataclass(frozen=True)
class Explanation:
    """Why two instants give two answers; all lists are empty where they give the same."""

    first: datetime
    second: datetime
    values: list[DifferingValue]
    revisions: list[Revision]
    calibrations: list[ChangedCalibration]

    @property
    def is_same(self) -> bool:
        """Whether both instants give the same observations."""
        return not self.values

    @property
    def late(self) -> list[DifferingValue]:
        """Readings from before the first instant that were received after it, or added by a revision."""
        return [one for one in self.values if one.first is None and one.time <= self.first]

    @property
    def later(self) -> list[DifferingValue]:
        """Readings that were made after the first instant."""
        return [one for one in self.values if one.first is None and one.time > self.first]

    def __str__(self) -> str:
        if self.is_same:
            return "The two answers are the same."
        changed = len(self.values) - len(self.late) - len(self.later)
        lines = [f"{changed} observations changed, {len(self.late)} came late, {len(self.later)} are newer."]
        lines += [f"Revision {one.id} ({one.kind}) by {one.author}: {one.reason}" for one in self.revisions]
        lines += [f"Calibration of {one.instrument} from {one.valid_from}" for one in self.calibrations]
        return "\n".join(lines)


def of(figure: Series, first: datetime, second: datetime) -> Explanation:
    """Return what separates the answers of two instants, the earlier one first."""
    before, after = (replace(figure, as_of=one).read() for one in (first, second))
    values = [one for name in figure.names for one in _differing(name, before[name], after[name])]
    times: dict[str, list[datetime]] = {}
    for one in values:
        times.setdefault(_facility(one.datastream), []).append(one.time)
    revisions, calibrations = list[Revision](), list[ChangedCalibration]()
    for facility, differing in times.items():
        revisions += _revisions(figure.connection, facility, differing, (first, second))
        touched = {one.datastream for one in values if _facility(one.datastream) == facility}
        calibrations += _calibrations(figure.connection, facility, touched, (first, second))
    return Explanation(first, second, values, revisions, calibrations)


def _facility(datastream: str) -> str:
    return datastream.partition(":")[0]


def _differing(name: str, before: Rows, after: Rows) -> Iterator[DifferingValue]:
    first, second = ({row.time_us: row for row in rows} for rows in (before, after))
    for time_us in sorted(first.keys() | second.keys()):
        if first.get(time_us) != second.get(time_us):
            yield DifferingValue(name, instant(time_us), first.get(time_us), second.get(time_us))


def _revisions(
    connection: Connection, facility: str, times: list[datetime], between: tuple[datetime, datetime]
) -> Iterator[Revision]:
    """The revisions that were worked on between two instants, and are about one of these times."""
    for page in connection.pages(f"/api/v1/facilities/{facility}/revisions", {"limit": 500}):
        for one in page["revisions"]:
            made, closed, start, stop = (
                None if one[name] is None else datetime.fromisoformat(one[name])
                for name in ("made_at", "closed_at", "from", "to")
            )
            assert made is not None and start is not None and stop is not None
            is_between = made <= between[1] and (closed is None or closed > between[0])
            if is_between and any(start <= time < stop for time in times):
                told = (one["kind"], one["author"], one["reason"], made, one["undoes"])
                yield Revision(one["id"], facility, *told)


def _calibrations(
    connection: Connection, facility: str, datastreams: set[str], between: tuple[datetime, datetime]
) -> Iterator[ChangedCalibration]:
    """The calibrations that differ, of the instruments that these datastreams are made from."""
    first, second = (_document(connection, facility, one) for one in between)
    instruments = {name for document in (first, second) for name in _instruments(document, datastreams)}
    for name in sorted(instruments):
        before, after = (_dated(document, name) for document in (first, second))
        for valid_from in sorted(before.keys() | after.keys()):
            if before.get(valid_from) != after.get(valid_from):
                yield ChangedCalibration(name, valid_from, before.get(valid_from), after.get(valid_from))


def _document(connection: Connection, facility: str, as_of: datetime) -> dict[str, Any]:
    try:
        found = connection.get(f"/api/v1/facilities/{facility}", {"as_of": written(as_of)})
    except NotFound:  # no facility file yet
        return {}
    document: dict[str, Any] = found["document"]
    return document


def _instruments(document: dict[str, Any], datastreams: set[str]) -> set[str]:
    """Return the instruments of some datastreams and of all that they are derived from."""
    known = document.get("datastreams", {})
    waiting, seen = [one.partition(":")[2] for one in datastreams], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            inputs = (known.get(name) or {}).get("inputs") or {}
            waiting += inputs.values() if isinstance(inputs, dict) else inputs
    return {name.partition(".")[0] for name in seen}


def _dated(document: dict[str, Any], instrument: str) -> dict[str, dict[str, Any]]:
    found = (document.get("instruments", {}).get(instrument) or {}).get("calibrations") or []
    return {str(one["valid_from"]): one for one in found}
