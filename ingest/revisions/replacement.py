"""Replacing rows under a revision, with all that hangs on them: newest values, rollups, the live feed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from ingest.revisions.books import activate
from ingest.store import commit, latest
from ingest.store.binary_copy import copy_bytes
from ingest.store.observations import Tally
from ingest.store.rows import NO_CFG, ObservationRows
from ingest.values import Connection

TABLE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS revised (
    datastream_id integer, phenomenon_time timestamptz, result float8, quality smallint, tests text, cfg integer
) ON COMMIT DELETE ROWS"""
PLAN: Final = "SET LOCAL work_mem = '32MB'; SET LOCAL default_statistics_target = 1; ANALYZE revised"
"""The planner needs to know how many rows there are: to look at 300 of them tells it that as well as 30,000. With
PostgreSQL's own 4 MB the old rows, the new ones and their join go through files from 60,000 rows on."""
COPY: Final = "COPY revised FROM STDIN (FORMAT BINARY)"
BOUNDS: Final = "BETWEEN to_timestamp(%(first_ms)s / 1000.0) AND to_timestamp(%(last_ms)s / 1000.0)"
SAME: Final = "o.datastream_id = r.datastream_id AND o.phenomenon_time = r.phenomenon_time"
UPDATE: Final = f"""
UPDATE observation o SET result = r.result, quality = r.quality, tests = r.tests, cfg = r.cfg FROM revised r
WHERE {SAME} AND o.phenomenon_time {BOUNDS}
  AND (o.result, o.quality, o.tests) IS DISTINCT FROM (r.result, r.quality, r.tests)"""
ADD: Final = f"""
WITH added AS (
    INSERT INTO observation (datastream_id, phenomenon_time, result, quality, tests, cfg)
    SELECT r.* FROM revised r
    WHERE NOT EXISTS (SELECT FROM observation o WHERE {SAME} AND o.phenomenon_time {BOUNDS})
    ORDER BY r.datastream_id, r.phenomenon_time ON CONFLICT DO NOTHING
    RETURNING *
), noted AS (
    SELECT note_added(%(number)s, array_agg(datastream_id), array_agg(phenomenon_time)) FROM added
)
SELECT DISTINCT ON (datastream_id)
    datastream_id, (extract(epoch FROM phenomenon_time) * 1000)::bigint, result, quality, tests,
    count(*) OVER same, (extract(epoch FROM min(phenomenon_time) OVER same) * 1000)::bigint
FROM added, noted WINDOW same AS (PARTITION BY datastream_id) ORDER BY datastream_id, phenomenon_time DESC"""


class Replacement(msgspec.Struct, frozen=True):
    """n new rows in columns: Unix ms, NaN for missing, empty texts for no tests, NO_CFG for raw; in any order."""

    datastream: npt.NDArray[np.int32]
    time_ms: npt.NDArray[np.int64]
    result: npt.NDArray[np.float64]
    quality: npt.NDArray[np.uint8]
    tests: npt.NDArray[np.bytes_]
    cfg: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.datastream)

    @classmethod
    def of(
        cls,
        datastream_id: int,
        time_ms: Any,
        result: Any,
        quality: Any,
        tests: Sequence[str | None] | npt.NDArray[np.bytes_],
        *,
        cfg: int | None,
    ) -> "Replacement":
        """Make the rows of one datastream; `cfg` is None for a raw one. tests: as texts, or `encoded`."""
        return cls(
            np.full(len(time_ms), datastream_id, np.int32),
            np.asarray(time_ms, np.int64),
            np.asarray(result, np.float64),
            np.asarray(quality, np.uint8),
            tests if isinstance(tests, np.ndarray) else encoded(tests),
            cfg=np.full(len(time_ms), NO_CFG if cfg is None else cfg, np.int64),
        )


class ReplacementOutcome(msgspec.Struct, frozen=True):
    """What came of it: rows with another value or flag, rows that are new, and the span of each datastream.

    spans: first and last Unix ms by datastream id.
    """

    changed: int = 0
    added: int = 0
    tallies: tuple[Tally, ...] = ()
    spans: dict[int, tuple[int, int]] = {}

    def __add__(self, later: "ReplacementOutcome") -> "ReplacementOutcome":
        """Both together; `later` has the later rows."""
        spans = dict(self.spans)
        for one, (first, last) in later.spans.items():
            before = spans.get(one, (first, last))
            spans[one] = (min(first, before[0]), max(last, before[1]))
        tallies = {one.datastream_id: one for one in self.tallies}
        for fresh in later.tallies:
            known = tallies.get(fresh.datastream_id)
            tallies[fresh.datastream_id] = fresh if known is None else _joined(known, fresh)
        return ReplacementOutcome(
            self.changed + later.changed, self.added + later.added, tuple(tallies.values()), spans
        )


def encoded(tests: Sequence[str | None]) -> npt.NDArray[np.bytes_]:
    """Return names of tests as a column has them."""
    return np.array([(text or "").encode() for text in tests]) if tests else np.zeros(0, "S1")


def join(parts: list[Replacement]) -> Replacement:
    """Put replacements of several datastreams behind one another."""
    columns = zip(*(msgspec.structs.astuple(part) for part in parts), strict=True)
    return Replacement(*(np.concatenate(column) for column in columns))


def replace(connection: Connection, number: int, rows: Replacement) -> ReplacementOutcome:
    """Put rows in place of the stored ones inside the open transaction, and add those that are not there.

    The trigger on observation keeps what is replaced; it refuses another result of a raw datastream. Before the end of
    the transaction the result must be given to `touch`.
    """
    if not len(rows):
        return ReplacementOutcome()
    activate(connection, number)
    connection.execute(TABLE)
    empty = np.zeros(len(rows), np.int32)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write(copy_bytes(ObservationRows(empty, empty, *msgspec.structs.astuple(rows))))
    connection.execute(PLAN)
    bounds = {"first_ms": int(np.min(rows.time_ms)), "last_ms": int(np.max(rows.time_ms))}
    changed = connection.execute(UPDATE, bounds).rowcount
    added = []
    if changed < len(rows):  # else all were there
        added = [Tally(*row) for row in connection.execute(ADD, {**bounds, "number": number})]
    connection.execute("TRUNCATE revised")
    return ReplacementOutcome(changed, sum(one.count for one in added), tuple(added), _touched(rows))


def touch(connection: Connection, facility: str, replaced: ReplacementOutcome) -> None:
    """Bring up to date what hangs on replaced rows: newest values, rollups, the live feed; the last of a transaction.

    Locks come in the order of the store: observations, latest, the commit log last.
    """
    spans = replaced.spans
    if not spans:
        return
    counts = {one.datastream_id: one.count for one in replaced.tallies}
    touched = [
        Tally(one, last, None, 0, None, count=counts.get(one, 0), first_ms=first)
        for one, (first, last) in spans.items()
    ]
    latest.renew(connection, touched)
    latest.write(connection, replaced.tallies, datetime.now(UTC))
    commit.write(connection, {facility}, touched)


def _joined(known: Tally, fresh: Tally) -> Tally:
    newest = max(known, fresh, key=lambda one: one.newest_ms)
    first_ms = min(known.first_ms, fresh.first_ms)
    return msgspec.structs.replace(newest, count=known.count + fresh.count, first_ms=first_ms)


def _touched(rows: Replacement) -> dict[int, tuple[int, int]]:
    spans = {}
    for datastream in np.unique(rows.datastream).tolist():
        times = rows.time_ms[rows.datastream == datastream]
        spans[datastream] = (int(times.min()), int(times.max()))
    return spans
