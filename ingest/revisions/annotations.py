"""Annotations: what a reader should know of a span, in words, with an author; withdrawn, never deleted."""

from typing import Final

from ingest.revisions.books import RevisionDraft, RevisionRefused, datastream_id_of
from ingest.values import Connection

WRITE: Final = """
INSERT INTO annotation (facility_id, datastream_id, from_time, to_time, reason, author, revision_id)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id"""
WITHDRAW: Final = """
UPDATE annotation SET withdrawn_at = clock_timestamp(), withdrawn_by = %s
WHERE id = %s AND facility_id = %s AND withdrawn_at IS NULL"""


def annotate(connection: Connection, draft: RevisionDraft, datastream: str | None, revision: int | None = None) -> int:
    """Write an annotation of a datastream, or of the whole facility; return its number."""
    datastream_id = None if datastream is None else datastream_id_of(connection, draft.facility, datastream)
    told = (draft.facility, datastream_id, draft.start, draft.stop, draft.reason, draft.author, revision)
    row = connection.execute(WRITE, told).fetchone()
    assert row is not None
    return int(row[0])


def withdraw(connection: Connection, facility: str, number: int, author: str) -> None:
    """Withdraw an annotation; raise RevisionRefused when there is none such, or it was withdrawn before."""
    if connection.execute(WITHDRAW, (author, number, facility)).rowcount != 1:
        raise RevisionRefused(f"{facility} has no annotation {number}, or it was withdrawn before")
