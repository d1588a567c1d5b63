"""The sieve of an import: of each chunk of its file, the cells that are new go on, and each other one is counted.

A chunk that was sieved before (the program ended before the gateway had stored it) is sieved as it was then.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
from psycopg.types.json import Jsonb

from ingest import revisions
from ingest.imports import known
from ingest.imports.counts import ColumnCount, PartCount, ReadingGap, part_of
from ingest.revisions import Replacement, RevisionRefused, instants
from ingest.values import Connection
from wire import quality

Times = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Columns = dict[str, tuple[Times, Values]]
GAP_INTERVALS: Final = 1.5
"""As the api tells gaps: neighbours that are further apart than so many expected intervals."""
MOST_GAPS: Final = 20
MS: Final = 1000.0
IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s"
PART: Final = "SELECT counts FROM import_part WHERE import_id = %s AND end_offset = %s"
PARTS: Final = "SELECT counts FROM import_part WHERE import_id = %s ORDER BY end_offset"
LET_IN: Final = """
SELECT datastream_id, instants FROM import_instants WHERE import_id = %s AND (%s::bigint IS NULL OR end_offset = %s)
ORDER BY end_offset"""
REPLACED: Final = """
SELECT datastream_id, array_agg((extract(epoch FROM phenomenon_time) * 1000)::bigint ORDER BY phenomenon_time)
FROM superseded WHERE revision_id = %s
GROUP BY datastream_id, date_trunc('month', phenomenon_time AT TIME ZONE 'UTC')"""
ENTER: Final = "INSERT INTO import_part (import_id, end_offset, counts) VALUES (%s, %s, %s)"
ENTER_INSTANTS: Final = """
INSERT INTO import_instants (import_id, end_offset, datastream_id, instants) VALUES (%s, %s, %s, %s)"""


class ImportedChunk(msgspec.Struct, frozen=True):
    """Some rows of a file: columns by name as (Unix ms ascending, value, NaN = missing), and what was refused of them.

    end: where the chunk ends in its file; counts: cells, missing and refused ones, by name; rows: how many lines.
    """

    end: int
    columns: Columns
    counts: dict[str, ColumnCount]
    rows: int


class Sieve:
    """Sieves the chunks of one import, in their order.

    expected_s: the expected interval of each datastream by name. is_replacing: a value that differs from the stored one
    takes its place under `revision`. With import_id None nothing is written: what would happen is only counted.
    """

    def __init__(
        self,
        connection: Connection,
        facility: str,
        expected_s: Mapping[str, float],
        *,
        is_replacing: bool,
        import_id: int | None = None,
        revision: int = 0,
    ) -> None:
        self._connection, self._facility, self._expected_s = connection, facility, expected_s
        self._import_id, self._revision, self._is_replacing = import_id, revision, is_replacing
        prefix = len(facility) + 1
        self._ids = {name[prefix:]: number for name, number in connection.execute(IDS, (facility,))}
        self.count = PartCount()
        self._taken: dict[int, list[tuple[int, int, bytes]]] = {}
        self._newest_ms: dict[int, int] = {}
        if import_id is not None:
            for (document,) in connection.execute(PARTS, (import_id,)):
                self.count.add(part_of(document), MOST_GAPS)
            for number, data in connection.execute(LET_IN, (import_id, None, None)):
                self._remember(number, instants.unpacked(data))
            for number, times in connection.execute(REPLACED, (revision,)) if is_replacing else ():
                self._remember(number, np.array(times, np.int64))

    def take(self, chunk: ImportedChunk) -> Columns:
        """Return the cells of a chunk that are to be stored; all of it is counted, in one transaction."""
        with self._connection.transaction():
            if self._import_id is not None and (sieved := self._sieved(chunk)) is not None:
                return sieved
            part = PartCount(rows=chunk.rows)
            self._look_for_gaps(chunk, part)
            fresh, replaced = self._sort_out(chunk, part)
            if self._import_id is not None:
                self._enter(chunk, part, fresh, replaced)
        for name, (times, _) in (*fresh.items(), *replaced.items()):
            self._remember(self._ids[name], times)
        self.count.add(part, MOST_GAPS)
        return fresh

    def _sieved(self, chunk: ImportedChunk) -> Columns | None:
        """The same cells as when this chunk was sieved before; None when it was not."""
        assert self._import_id is not None
        if self._connection.execute(PART, (self._import_id, chunk.end)).fetchone() is None:
            return None
        rows = self._connection.execute(LET_IN, (self._import_id, chunk.end, chunk.end)).fetchall()
        before = {number: instants.unpacked(data) for number, data in rows}
        found: Columns = {}
        for name, (times, values) in chunk.columns.items():
            is_fresh = np.isin(times, before.get(self._ids[name], times[:0]))
            if is_fresh.any():
                found[name] = times[is_fresh], values[is_fresh]
        return found

    def _sort_out(self, chunk: ImportedChunk, part: PartCount) -> tuple[Columns, Columns]:
        """The new cells, and those that take the place of a stored one; all are counted."""
        if unknown := chunk.columns.keys() - self._ids.keys():
            raise RevisionRefused(
                f"{self._facility} has no datastream {min(unknown)} at the centre: apply its file there"
            )
        asked = {self._ids[name]: times for name, (times, _) in chunk.columns.items()}
        stored = known.find(self._connection, asked) if asked else {}
        fresh: Columns = {}
        replaced: Columns = {}
        for name, counted in chunk.counts.items():
            part.columns[name] = count = msgspec.convert(msgspec.to_builtins(counted), ColumnCount)
            if name not in chunk.columns:
                continue
            times, values = self._first_ones(name, *chunk.columns[name], count=count)
            is_there, before, is_undone = stored[self._ids[name]].at(times)
            is_missing = np.isnan(values)
            is_same = is_there & ~is_undone & ~is_missing & (before == values)
            is_other = is_there & ~is_undone & ~is_missing & ~is_same
            is_put = (is_there & is_undone) | (is_other if self._is_replacing else np.zeros(len(times), bool))
            is_new = ~is_there
            count.stored += int((is_new & ~is_missing).sum())
            count.already += int(is_same.sum())
            count.replaced += int((is_put & ~is_missing).sum())
            count.conflicts += 0 if self._is_replacing else int(is_other.sum())
            if is_other.any():
                at = int(np.flatnonzero(is_other)[0])
                count.conflict = int(times[at]), None if np.isnan(before[at]) else float(before[at]), float(values[at])
            for rows, is_chosen in ((fresh, is_new), (replaced, is_put)):
                if is_chosen.any():
                    rows[name] = times[is_chosen], values[is_chosen]
        return fresh, replaced

    def _first_ones(self, name: str, times: Times, values: Values, *, count: ColumnCount) -> tuple[Times, Values]:
        """What no earlier chunk let in or replaced: at an instant the first row of a file counts, as within a chunk."""
        number = self._ids[name]
        spans = self._taken[number] if times[0] <= self._newest_ms.get(number, times[0] - 1) else []
        before = [instants.unpacked(data) for first, last, data in spans if first <= times[-1] and times[0] <= last]
        is_again = np.isin(times, np.concatenate(before)) if before else np.zeros(len(times), bool)
        again = int(is_again.sum())
        if again:
            known_count, line = count.refused.get("same-time", (0, 0))
            count.refused["same-time"] = known_count + again, line
            count.missing -= int(np.isnan(values[is_again]).sum())
        return times[~is_again], values[~is_again]

    def _enter(self, chunk: ImportedChunk, part: PartCount, fresh: Columns, replaced: Columns) -> None:
        self._connection.execute(ENTER, (self._import_id, chunk.end, Jsonb(msgspec.to_builtins(part))))
        for name, (times, _) in fresh.items():
            data = instants.packed(times)
            self._connection.execute(ENTER_INSTANTS, (self._import_id, chunk.end, self._ids[name], data))
        if replaced:
            rows = [self._rows(name, *column) for name, column in replaced.items()]
            outcome = revisions.replace(self._connection, self._revision, revisions.join(rows))
            last = datetime.fromtimestamp(max(int(times[-1]) for times, _ in replaced.values()) / MS, UTC)
            revisions.progress(self._connection, self._revision, last, outcome.changed, outcome.added)
            revisions.touch(self._connection, self._facility, outcome)

    def _rows(self, name: str, times: Times, values: Values) -> Replacement:
        flags = np.where(np.isnan(values), quality.MISSING, quality.NOT_EVALUATED)
        return Replacement.of(self._ids[name], times, values, flags, [None] * len(times), cfg=None)

    def _remember(self, number: int, times: Times) -> None:
        """Keep the instants of this datastream that the file has let in, or replaced."""
        self._taken.setdefault(number, []).append((int(times[0]), int(times[-1]), instants.packed(times)))
        self._newest_ms[number] = max(int(times[-1]), self._newest_ms.get(number, int(times[-1])))

    def _look_for_gaps(self, chunk: ImportedChunk, part: PartCount) -> None:
        """Gaps between the instants of a chunk, and between it and the one before."""
        if not chunk.columns:
            return
        times = np.unique(np.concatenate([times for times, _ in chunk.columns.values()]))
        part.first_ms, part.last_ms = int(times[0]), int(times[-1])
        if self.count.last_ms is not None and self.count.last_ms < times[0]:
            times = np.concatenate(([self.count.last_ms], times))
        expected_s = max(self._expected_s[name] for name in chunk.counts)
        far = np.flatnonzero(np.diff(times) > GAP_INTERVALS * expected_s * MS)
        for first, last in zip(times[far].tolist(), times[far + 1].tolist(), strict=True):
            gap = ReadingGap(first, last, round((last - first) / MS / expected_s) - 1)
            part.gap_count += 1
            part.missing_instants += gap.missing
            if len(part.gaps) < MOST_GAPS:
                part.gaps.append(gap)
