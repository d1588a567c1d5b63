"""Undoing: a revision that gives back what another one replaced, row by row; both stay in the book."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ingest.revisions import instants
from ingest.revisions.books import RevisionDraft, RevisionRefused, begin, close, progress
from ingest.revisions.replacement import ReplacementOutcome, touch
from ingest.values import Connection

UNDONE: Final = "undone"
"""The name, in `tests`, of a row that a revision added and another one took back."""
FIND: Final = """
SELECT state, kind, from_time, to_time, (SELECT id FROM revision u WHERE u.undoes = r.id)
FROM revision r WHERE id = %s AND facility_id = %s FOR UPDATE"""
LATER: Final = """
WITH RECURSIVE later AS (
    SELECT DISTINCT l.revision_id AS id FROM superseded s JOIN superseded l USING (datastream_id, phenomenon_time)
    JOIN revision r ON r.id = l.revision_id
    WHERE s.revision_id = %s AND l.revision_id > s.revision_id
      AND (r.kind <> 'undo' OR r.undoes < s.revision_id) AND r.kind <> ALL (%s)
), chain AS (
    SELECT id AS root, id, 0 AS depth FROM later
    UNION ALL SELECT chain.root, u.id, chain.depth + 1 FROM chain JOIN revision u ON u.undoes = chain.id
)
SELECT min(root) FROM (SELECT root, max(depth) AS depth FROM chain GROUP BY root) told WHERE depth %% 2 = 0"""
"""A later revision that was undone is no obstacle, unless its undoing was undone too, and so on. The undoing of an
earlier one is one: it gave back what was there before either."""
DERIVING: Final = ("rederive", "catch-up", "quality-update")
"""Kinds that are made again from what stands: they have no word of a person."""
SPAN: Final = """
SELECT datastream_id, (extract(epoch FROM min(phenomenon_time)) * 1000)::bigint,
       (extract(epoch FROM max(phenomenon_time)) * 1000)::bigint
FROM superseded WHERE revision_id = %s GROUP BY datastream_id"""
GIVE_BACK: Final = f"""
UPDATE observation o SET
    result = CASE WHEN s.quality IS NULL AND d.formula IS NOT NULL THEN NULL
                  WHEN s.quality IS NULL THEN o.result ELSE s.result END,
    quality = CASE WHEN s.quality IS NOT NULL THEN s.quality
                   WHEN d.formula IS NOT NULL OR o.result IS NULL THEN 9 ELSE 4 END,
    tests = CASE WHEN s.quality IS NULL THEN '{UNDONE}' ELSE s.tests END,
    cfg = CASE WHEN s.quality IS NULL THEN o.cfg ELSE s.cfg END
FROM superseded s JOIN datastream d ON d.id = s.datastream_id
WHERE s.revision_id = %s AND o.datastream_id = s.datastream_id AND o.phenomenon_time = s.phenomenon_time
  AND o.phenomenon_time BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0)"""
LET_IN: Final = """
SELECT n.datastream_id, n.instants FROM import_instants n JOIN import i ON i.id = n.import_id
WHERE i.revision_id = %s ORDER BY n.end_offset"""
IMPORTED_SINCE: Final = """
SELECT r.id FROM unnest(%s::bigint[]) AS let_in (time_ms)
JOIN superseded s ON s.datastream_id = %s AND s.phenomenon_time = to_timestamp(time_ms / 1000.0)
  AND s.phenomenon_time BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0)
JOIN revision r ON r.id = s.revision_id
WHERE r.id > %s AND r.kind IN ('import', 'hand-entry')
  AND NOT EXISTS (SELECT FROM revision u WHERE u.undoes = r.id) LIMIT 1"""
TAKE_BACK: Final = f"""
UPDATE observation o SET quality = CASE WHEN o.result IS NULL THEN 9 ELSE 4 END, tests = '{UNDONE}'
FROM unnest(%s::bigint[]) AS let_in (time_ms)
WHERE o.datastream_id = %s AND o.phenomenon_time = to_timestamp(time_ms / 1000.0)
  AND o.phenomenon_time BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0)
  AND o.tests IS DISTINCT FROM '{UNDONE}'"""
REOPEN: Final = """
WITH RECURSIVE chain AS (
    SELECT id, undoes, 0 AS depth FROM revision WHERE id = %s
    UNION ALL SELECT r.id, r.undoes, chain.depth + 1 FROM chain JOIN revision r ON r.id = chain.undoes
), decided AS (
    SELECT d.quarantine_id, d.state, chain.depth %% 2 = 0 AS is_undone
    FROM chain JOIN quarantine_decision d ON d.revision_id = chain.id
)
UPDATE quarantine q SET state = CASE WHEN is_undone THEN 'open' ELSE decided.state END FROM decided
WHERE q.id = decided.quarantine_id AND q.state = CASE WHEN is_undone THEN decided.state ELSE 'open' END
  AND NOT (q.stage = 'ingest' AND q.readings = 0)"""
"""Messages of the quarantine whose readings a revision stored wait again, until its undoing is undone; a whole batch of
a gateway was taken in beside it, and stays."""
WITHDRAW: Final = """
UPDATE annotation SET withdrawn_at = clock_timestamp(), withdrawn_by = %s
WHERE revision_id = %s AND withdrawn_at IS NULL"""


def undo(
    connection: Connection, facility: str, number: int, author: str, reason: str, *, is_derived_anew: bool = False
) -> int:
    """Give back what revision `number` replaced, inside the open transaction; return the number of the undoing one.

    A derived row that it added becomes missing, a raw one fails, both as `undone`: nothing is deleted; what an import
    let in by way of a gateway counts as added by it. What came out of quarantine waits there again. is_derived_anew:
    the caller derives around it afterwards, so that later revisions which only derived do not stand in the way. Raises
    RevisionRefused when it is not there, still open, undone before, or when a later revision stands on it.
    """
    start, stop = _check(connection, facility, number, DERIVING if is_derived_anew else ())
    spans = {one: (first, last) for one, first, last in connection.execute(SPAN, (number,))}
    undoing = begin(connection, RevisionDraft(facility, "undo", author, reason, start, stop=stop, undoes=number))
    outcome = ReplacementOutcome(spans=spans)
    if spans:
        first_ms, last_ms = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
        outcome += ReplacementOutcome(connection.execute(GIVE_BACK, (number, first_ms, last_ms)).rowcount)
    outcome += _take_back(connection, number)
    if outcome.spans:
        progress(connection, undoing, stop, outcome.changed, 0)
        connection.execute(WITHDRAW, (author, number))
        connection.execute(REOPEN, (number,))
        touch(connection, facility, outcome)
    close(connection, undoing)
    return undoing


def _take_back(connection: Connection, number: int) -> ReplacementOutcome:
    """Fail what an import let in, chunk by chunk of its file."""
    outcome = ReplacementOutcome()
    for datastream_id, data in connection.execute(LET_IN, (number,)).fetchall():
        time_ms = instants.unpacked(data)
        span = int(time_ms[0]), int(time_ms[-1])
        told = (time_ms.tolist(), datastream_id, *span, number)
        later = connection.execute(IMPORTED_SINCE, told, prepare=False).fetchone()
        if later is not None:
            raise RevisionRefused(f"revision {later[0]} changed the same observations later; undo that one first")
        changed = connection.execute(TAKE_BACK, (time_ms.tolist(), datastream_id, *span), prepare=False).rowcount
        outcome += ReplacementOutcome(changed, spans={datastream_id: span})
    return outcome


def _check(connection: Connection, facility: str, number: int, passed: Sequence[str]) -> tuple[datetime, datetime]:
    found = connection.execute(FIND, (number, facility)).fetchone()
    if found is None:
        raise RevisionRefused(f"{facility} has no revision {number}")
    state, kind, start, stop, undone_by = found
    if undone_by is not None:
        raise RevisionRefused(f"revision {number} was undone by revision {undone_by}")
    if state == "open" and kind == "quality-update":
        close(connection, number)  # its agent begins another one
    elif state == "open":
        raise RevisionRefused(f"revision {number} is not finished; finish it first, then undo it")
    later = connection.execute(LATER, (number, list(passed))).fetchone()
    if later is not None and later[0] is not None:
        raise RevisionRefused(f"revision {later[0]} changed the same observations later; undo that one first")
    return start, stop
