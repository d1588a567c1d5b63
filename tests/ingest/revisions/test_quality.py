"""Tests of flags set by hand and of annotations, both reversible."""

import pytest

from ingest import revisions
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tests.ingest.batches import RAW
from tests.ingest.revisions.asked import AUTHOR, at, draft, now, rows, rows_as_of


def test_a_person_sets_the_flags_of_a_span(filled: Connection) -> None:
    """The flags change, the raw values do not, the reason stands beside them, and undo gives the old flags back."""
    before, then = rows(filled, RAW), now(filled)
    with filled.transaction():
        number = revisions.set_quality(filled, draft(first_s=120, last_s=240), f"vale:{RAW}", 4)

    after = rows(filled, RAW)
    assert [row[1] for row in after] == [row[1] for row in before]
    assert [row[2:4] for row in after] == [(2, None)] * 2 + [(4, "manual")] * 2 + [(2, None)] * 6
    assert rows_as_of(filled, RAW, then) == before
    told = "SELECT reason, author, withdrawn_at IS NULL FROM annotation WHERE revision_id = %s"
    assert filled.execute(told, (number,)).fetchall() == [("the cable was wet", AUTHOR, True)]

    with filled.transaction():
        revisions.undo(filled, "vale", number, AUTHOR, "it was not")
    assert rows(filled, RAW) == before
    assert filled.execute(told, (number,)).fetchall() == [("the cable was wet", AUTHOR, False)]


@pytest.mark.parametrize(
    ("quality", "name", "first_s", "sentence"),
    [(9, RAW, 0, "not 9"), (4, "n99:x.y", 0, "no datastream"), (4, RAW, 3000, "no observation")],
)
def test_what_makes_no_sense_is_refused(
    filled: Connection, quality: int, name: str, first_s: int, sentence: str
) -> None:
    """A flag that a person cannot set, an unknown datastream, an empty span: one sentence, nothing changed."""
    with pytest.raises(RevisionRefused, match=sentence), filled.transaction():
        revisions.set_quality(filled, draft(first_s=first_s), f"vale:{name}", quality)
    assert filled.execute("SELECT count(*) FROM revision").fetchone() == (0,)


def test_an_annotation_is_withdrawn_and_stays(filled: Connection) -> None:
    """An annotation of the whole facility changes no value; withdrawing it twice is refused."""
    with filled.transaction():
        number = revisions.annotate(filled, draft(), None)
        revisions.withdraw(filled, "vale", number, AUTHOR)
    with pytest.raises(RevisionRefused, match="withdrawn before"):
        revisions.withdraw(filled, "vale", number, AUTHOR)

    row = filled.execute("SELECT from_time, to_time, withdrawn_by FROM annotation").fetchone()
    assert row == (at(0), at(3600), AUTHOR)
