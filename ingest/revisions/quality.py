"""A person's word on flags: the observations of a span get another quality, whatever the filters say; reversible."""

from typing import Final

from ingest.revisions import annotations
from ingest.revisions.books import RevisionDraft, RevisionRefused, begin, close, datastream_id_of, progress
from ingest.revisions.replacement import ReplacementOutcome, touch
from ingest.values import Connection

MANUAL: Final = "manual"
"""The name, in `tests`, of a person's decision; a re-derivation keeps the flag that stands under it."""
ALLOWED: Final = (1, 3, 4)
UPDATE: Final = f"""
UPDATE observation SET quality = %s, tests = '{MANUAL}'
WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s AND quality <> 9
  AND (quality, tests) IS DISTINCT FROM (%s, '{MANUAL}')"""


def set_quality(connection: Connection, draft: RevisionDraft, datastream: str, quality: int) -> int:
    """Give all observations of a datastream in the draft's span this flag, but for missing ones; return the revision.

    The reason stands beside the span as an annotation. What is derived from them is not touched: derive it anew.
    Raises RevisionRefused.
    """
    if quality not in ALLOWED:
        raise RevisionRefused(f"a person can set quality 1 (pass), 3 (suspect) or 4 (fail), not {quality}")
    datastream_id = datastream_id_of(connection, draft.facility, datastream)
    number = begin(connection, draft)
    span = (datastream_id, draft.start, draft.stop)
    changed = connection.execute(UPDATE, (quality, *span, quality)).rowcount
    if not changed:
        raise RevisionRefused(f"no observation of {datastream} in this span would change")
    annotations.annotate(connection, draft, datastream, number)
    progress(connection, number, draft.stop, changed, 0)
    first_ms, last_ms = (round(time.timestamp() * 1000) for time in (draft.start, draft.stop))
    touch(connection, draft.facility, ReplacementOutcome(changed, spans={datastream_id: (first_ms, last_ms - 1)}))
    close(connection, number)
    return number
