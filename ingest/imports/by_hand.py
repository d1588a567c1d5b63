"""Readings that a person took by hand: entered once, each at its own time, as a revision that can be undone.

No gateway brings them and no pack counts them: their book is that of revisions, which holds author, reason and the time
at which they became known. What hangs on them is derived anew in the same transaction, by the filters, formulas and
calibrations of the stored facility file.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from ingest import rederive, revisions
from ingest.imports import known
from ingest.revisions import Replacement, RevisionDraft, RevisionRefused
from ingest.values import Connection
from tailings.plausible import time_fault
from wire import quality

LONGEST_REASON: Final = 1000
MS: Final = 1000
NS_PER_MS: Final = 1_000_000
ONE_MS: Final = timedelta(milliseconds=1)
IDS: Final = """
SELECT name, id FROM datastream
WHERE facility_id = %s AND origin = 'manual' AND formula IS NULL AND retired_at IS NULL"""


class HandReading(NamedTuple):
    """One reading; `datastream` is a full name, `value` in its unit; None: it was tried and could not be read."""

    datastream: str
    at: datetime
    value: float | None

    @property
    def time_ms(self) -> int:
        """Its instant [Unix ms]."""
        return round(self.at.timestamp() * MS)


class ReadingConflict(NamedTuple):
    """A reading that was not entered: another value (None: missing) is stored at its instant."""

    datastream: str
    at: datetime
    value: float | None
    stored: float | None


class EnteredReadings(NamedTuple):
    """What became of readings; `revision` holds those that were stored or replaced, `derived` what hangs on them."""

    stored: int
    already: int
    replaced: int
    conflicts: tuple[ReadingConflict, ...]
    revision: int | None = None
    derived: int | None = None


def enter(
    connection: Connection,
    facility: str,
    readings: Sequence[HandReading],
    author: str,
    reason: str,
    *,
    is_replacing: bool,
) -> EnteredReadings:
    """Store readings inside the open transaction and derive what hangs on them; raises RevisionRefused.

    Of two of one datastream and time the last one counts. is_replacing: a value that differs from the stored one takes
    its place, which needs a reason; otherwise the stored one stays, and the reading is a conflict. What was taken back
    can be entered again.
    """
    if is_replacing and not reason.strip():
        raise RevisionRefused("a stored value is replaced only with a reason: say why it is wrong")
    ids: dict[str, int] = dict(connection.execute(IDS, (facility,)).fetchall())
    for one in readings:
        _check(one, facility, ids)
    wanted = {(one.datastream, one.time_ms): one for one in readings}
    found = _sort_out(connection, list(wanted.values()), ids)
    replaced = [*found.undone, *(found.others if is_replacing else ())]
    put = [wanted[key] for key in (*found.fresh, *replaced)]
    outcome = EnteredReadings(
        stored=len(found.fresh),
        already=len(wanted) - len(found.fresh) - len(found.undone) - len(found.others),
        replaced=len(replaced),
        conflicts=() if is_replacing else tuple(found.others.values()),
    )
    return _write(connection, facility, put, ids, author=author, reason=reason, outcome=outcome) if put else outcome


Key = tuple[str, int]


class SortedReadings(NamedTuple):
    """Readings by what stands at their place: nothing, a row that was taken back, another value; the rest is stored."""

    fresh: list[Key]
    undone: list[Key]
    others: dict[Key, ReadingConflict]


def _check(one: HandReading, facility: str, ids: Mapping[str, int]) -> None:
    if one.datastream not in ids:
        raise RevisionRefused(f"{facility} has no datastream {one.datastream!r} that is read by hand")
    if fault := time_fault(one.time_ms, time.time_ns() // NS_PER_MS):
        raise RevisionRefused(f"{one.at} {fault}")
    if one.value is not None and not np.isfinite(one.value):
        raise RevisionRefused(f"{one.datastream}: a finite number is needed, or none where nothing could be read")


def _sort_out(connection: Connection, readings: Sequence[HandReading], ids: Mapping[str, int]) -> SortedReadings:
    asked: dict[int, list[int]] = {}
    for one in readings:
        asked.setdefault(ids[one.datastream], []).append(one.time_ms)
    stored = known.find(connection, {number: np.array(times, np.int64) for number, times in asked.items()})
    found = SortedReadings([], [], {})
    for one in readings:
        is_there, before, is_undone = stored[ids[one.datastream]].at(np.array([one.time_ms], np.int64))
        there = None if np.isnan(before[0]) else float(before[0])
        key = (one.datastream, one.time_ms)
        if not is_there[0]:
            found.fresh.append(key)
        elif is_undone[0]:
            found.undone.append(key)
        elif there != one.value:
            found.others[key] = ReadingConflict(one.datastream, one.at, one.value, there)
    return found


def _write(
    connection: Connection,
    facility: str,
    readings: Sequence[HandReading],
    ids: Mapping[str, int],
    *,
    author: str,
    reason: str,
    outcome: EnteredReadings,
) -> EnteredReadings:
    reason = reason.strip() or _named(readings)
    times = [datetime.fromtimestamp(one.time_ms / MS, UTC) for one in readings]
    start, stop = min(times), max(times) + ONE_MS
    number = revisions.begin(connection, RevisionDraft(facility, "hand-entry", author, reason, start, stop=stop))
    replaced = revisions.replace(connection, number, revisions.join([_row(one, ids) for one in readings]))
    revisions.progress(connection, number, stop, replaced.changed, replaced.added)
    revisions.close(connection, number)
    revisions.touch(connection, facility, replaced)
    derived = rederive.around_each(connection, facility, times, author, reason)
    return outcome._replace(revision=number, derived=derived)


def _named(readings: Sequence[HandReading]) -> str:
    """What stands in the book where the person gave no reason, which new readings need not: what was read."""
    names = sorted({one.datastream.partition(":")[2] for one in readings})
    return ", ".join(names)[:LONGEST_REASON]


def _row(one: HandReading, ids: Mapping[str, int]) -> Replacement:
    value = np.nan if one.value is None else one.value
    flag = quality.MISSING if one.value is None else quality.NOT_EVALUATED
    return Replacement.of(ids[one.datastream], [one.time_ms], [value], [flag], [None], cfg=None)
