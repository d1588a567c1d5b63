"""The book of revisions: opened with author and reason, carried on piece by piece, closed with what they changed."""

from datetime import datetime
from typing import Final, Literal

import msgspec

from ingest.values import Connection
from tailings.digest import functions

Kind = Literal["rederive", "catch-up", "quality", "place", "undo", "quality-update", "import", "hand-entry"]
OPEN: Final = """
INSERT INTO revision (facility_id, kind, author, reason, cfg, functions, from_time, to_time, done_until, undoes)
SELECT id, %s, %s, %s, version, %s, %s, %s, %s, %s FROM facility WHERE id = %s RETURNING id"""
RESUME: Final = """
SELECT id, done_until FROM revision
WHERE facility_id = %s AND kind = %s AND from_time = %s AND to_time = %s AND functions = %s AND state = 'open'
  AND cfg = (SELECT version FROM facility WHERE id = revision.facility_id) ORDER BY id DESC LIMIT 1"""
PROGRESS: Final = """
UPDATE revision SET done_until = greatest(done_until, %s), changed = changed + %s, added = added + %s WHERE id = %s"""
FIND: Final = "SELECT id FROM datastream WHERE name = %s AND facility_id = %s"
ACTIVATE: Final = """
SELECT set_config('tailwatch.revision', %(number)s::text, true),
       set_config('tailwatch.revisions', concat_ws(',', nullif(known.numbers, ''), %(number)s::text), true)
FROM (SELECT coalesce(current_setting('tailwatch.revisions', true), '') AS numbers) known
WHERE current_setting('tailwatch.revision', true) IS DISTINCT FROM %(number)s::text
"""
"""The commit log has all that a transaction was made under (0020_changes.sql)."""
CLOSE: Final = "UPDATE revision SET state = 'closed', closed_at = clock_timestamp() WHERE id = %s"


class RevisionRefused(Exception):
    """What was asked cannot be done; the sentence says what a person should do instead. Nothing was changed."""


class RevisionDraft(msgspec.Struct, frozen=True):
    """What a revision says of itself: `author` is user:3, key:5, system:1000, program:ingest or agent:gw1; it is
    about [start, stop)."""

    facility: str
    kind: Kind
    author: str
    reason: str
    start: datetime
    stop: datetime
    undoes: int | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > 1000:
            raise RevisionRefused("a revision needs a reason of at most 1,000 letters: say why the values change")
        if self.start >= self.stop:
            raise RevisionRefused(f"the span ends ({self.stop}) before it begins ({self.start}); exchange them")


def begin(connection: Connection, draft: RevisionDraft) -> int:
    """Open a revision under the stored version of the facility, make it that of this transaction, return its number."""
    told = (draft.kind, draft.author, draft.reason, functions(), draft.start, draft.stop, draft.start, draft.undoes)
    row = connection.execute(OPEN, (*told, draft.facility)).fetchone()
    if row is None:
        raise RevisionRefused(f"there is no facility {draft.facility!r} in this database")
    activate(connection, row[0])
    return int(row[0])


def resume(connection: Connection, draft: RevisionDraft) -> tuple[int, datetime] | None:
    """Return number and place of an open revision of the same kind, span and version, None when there is none."""
    told = (draft.facility, draft.kind, draft.start, draft.stop, functions())
    row = connection.execute(RESUME, told).fetchone()
    return None if row is None else (int(row[0]), row[1])


def activate(connection: Connection, number: int) -> None:
    """Make this open revision the one that the rest of the transaction writes under."""
    connection.execute(ACTIVATE, {"number": str(number)})


def progress(connection: Connection, number: int, done_until: datetime, changed: int, added: int) -> None:
    """Enter one more piece."""
    connection.execute(PROGRESS, (done_until, changed, added, number))


def close(connection: Connection, number: int) -> None:
    """Close a revision: nothing can be changed under it any more."""
    connection.execute(CLOSE, (number,))


def datastream_id_of(connection: Connection, facility: str, datastream: str) -> int:
    """Return the id of a datastream by its full name; raise RevisionRefused when the facility has none such."""
    row = connection.execute(FIND, (datastream, facility)).fetchone()
    if row is None:
        raise RevisionRefused(f"{facility} has no datastream {datastream!r}; its names begin with {facility}:node:")
    return int(row[0])
