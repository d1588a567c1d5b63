"""Tests of undo: what a revision replaced comes back, and the book keeps both."""

import pytest

from ingest import revisions
from ingest.revisions import RevisionRefused
from ingest.rollups import rebuild
from ingest.values import Connection
from tests.ingest.batches import DERIVED
from tests.ingest.revisions.asked import AUTHOR, draft, is_audited, now, rows, rows_as_of
from tests.ingest.revisions.test_replacement import replace, replacement
from tests.ingest.rollups.oracle import assert_equal, recount, stored


def undo(connection: Connection, number: int) -> int:
    """Undo in a transaction."""
    with connection.transaction():
        return revisions.undo(connection, "vale", number, AUTHOR, "wrong sheet")


def test_undo_gives_the_old_values_back(filled: Connection) -> None:
    """All values are as before; a row that was added is missing, not deleted; the audit chain is whole."""
    before = rows(filled, DERIVED)
    number, _ = replace(filled, replacement(filled, {3: 33.0, 15: 15.5}))
    changed, then = rows(filled, DERIVED), now(filled)
    undo(filled, number)
    with filled.transaction():
        rebuild(filled)

    assert rows(filled, DERIVED) == [*before, (900, None, 9, "undone", 2)]
    assert rows_as_of(filled, DERIVED, then) == changed
    assert_equal(stored(filled, "hour"), recount(filled, "hour"))
    assert is_audited(filled)


def test_an_undo_can_be_undone(filled: Connection) -> None:
    """Undoing the undoing gives the new values again."""
    number, _ = replace(filled, replacement(filled, {3: 33.0}))
    undo(filled, undo(filled, number))
    assert rows(filled, DERIVED)[3][1] == 33.0


def test_undo_in_the_wrong_order_is_refused(filled: Connection) -> None:
    """What a later revision stands on is not pulled away; neither is it undone twice, nor while it is open."""
    first, _ = replace(filled, replacement(filled, {3: 33.0}))
    second, _ = replace(filled, replacement(filled, {3: 34.0}))
    with pytest.raises(RevisionRefused, match=f"revision {second} changed the same observations"):
        undo(filled, first)
    undo(filled, second)
    with pytest.raises(RevisionRefused, match=f"revision {second} was undone"):
        undo(filled, second)
    undo(filled, first)
    assert rows(filled, DERIVED)[3][1] == 3.0
    with filled.transaction():
        still_open = revisions.begin(filled, draft("rederive"))
    with pytest.raises(RevisionRefused, match="not finished"):
        undo(filled, still_open)
    with pytest.raises(RevisionRefused, match="no revision 999"):
        undo(filled, 999)
