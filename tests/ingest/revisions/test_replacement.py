"""Tests of replacing: the old value is kept, and newest value, rollups and the live feed follow."""

import psycopg
import pytest
from psycopg import errors

from ingest import revisions
from ingest.revisions import Replacement, ReplacementOutcome, join
from ingest.rollups import rebuild
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S
from tests.ingest.revisions.asked import at, draft, is_audited, now, number_of, rows, rows_as_of
from tests.ingest.rollups.oracle import assert_equal, recount, stored


def replacement(
    connection: Connection, values: dict[int, float], name: str = DERIVED, cfg: int | None = 2
) -> Replacement:
    """New values by minute."""
    times = [(START_S + 60 * minute) * 1000 for minute in values]
    flags = [1] * len(values)
    return Replacement.of(
        number_of(connection, name), times, list(values.values()), flags, [None] * len(values), cfg=cfg
    )


def replace(connection: Connection, part: Replacement) -> tuple[int, ReplacementOutcome]:
    """Replace in a revision of its own."""
    with connection.transaction():
        number = revisions.begin(connection, draft("rederive"))
        replaced = revisions.replace(connection, number, part)
        revisions.touch(connection, "vale", replaced)
        revisions.close(connection, number)
    return number, replaced


def test_the_replaced_value_is_kept_and_can_be_asked_for(filled: Connection) -> None:
    """Two values change and one is new; as of before, everything is as it was."""
    before, then = rows(filled, DERIVED), now(filled)
    number, replaced = replace(filled, replacement(filled, {3: 33.0, 4: 44.0, 15: 15.5}))

    assert (replaced.changed, replaced.added) == (2, 1)
    assert rows(filled, DERIVED)[3:5] == [(180, 33.0, 1, None, 2), (240, 44.0, 1, None, 2)]
    assert rows(filled, DERIVED)[-1] == (900, 15.5, 1, None, 2)
    assert rows_as_of(filled, DERIVED, then) == before
    assert rows_as_of(filled, DERIVED, now(filled)) == rows(filled, DERIVED)
    kept = filled.execute("SELECT revision_id, result, quality FROM superseded ORDER BY phenomenon_time").fetchall()
    assert kept == [(number, 3.0, 2), (number, 4.0, 2), (number, None, None)]


def test_each_of_several_revisions_can_be_asked_for(filled: Connection) -> None:
    """A value replaced three times is known as of each time between."""
    times = [now(filled)]
    for value in (10.0, 20.0, 30.0):
        replace(filled, replacement(filled, {5: value}))
        times.append(now(filled))

    assert [rows_as_of(filled, DERIVED, time)[5][1] for time in times] == [5.0, 10.0, 20.0, 30.0]


def test_what_hangs_on_it_follows(filled: Connection) -> None:
    """The newest value, the counters, the rollups and the commit log know the new values."""
    replace(filled, replacement(filled, {9: 99.0, 11: 11.0}))
    with filled.transaction():
        assert rebuild(filled)

    newest = "SELECT result, observation_count FROM latest WHERE datastream_id = %s"
    assert filled.execute(newest, (number_of(filled, DERIVED),)).fetchone() == (11.0, 11)
    assert_equal(stored(filled, "hour"), recount(filled, "hour"))
    log = filled.execute("SELECT datastream_ids, rows FROM commit_log ORDER BY id DESC LIMIT 1").fetchone()
    assert log == ([number_of(filled, DERIVED)], 1)


def test_a_raw_result_cannot_be_replaced(filled: Connection) -> None:
    """Not even inside a revision."""
    before = rows(filled, RAW)
    with pytest.raises(errors.RestrictViolation):
        replace(filled, replacement(filled, {3: 1.0}, RAW, None))
    assert rows(filled, RAW) == before


def test_a_closed_revision_changes_nothing_more(filled: Connection) -> None:
    """Its number is not a key to later changes."""
    number, _ = replace(filled, replacement(filled, {3: 33.0}))
    with pytest.raises(psycopg.Error), filled.transaction():
        revisions.replace(filled, number, replacement(filled, {4: 44.0}))


def test_the_same_values_are_no_change(filled: Connection) -> None:
    """What would not change is neither replaced nor kept."""
    part = join([replacement(filled, {3: 3.0}), replacement(filled, {4: 44.0})])
    part.quality[0] = 2
    replaced = replace(filled, part)[1]
    assert (replaced.changed, replaced.added) == (1, 0)


def test_revisions_are_in_the_audit_log(filled: Connection) -> None:
    """Opening and closing stand in the chain with author and digest of the reason, and the chain is whole."""
    number, _ = replace(filled, replacement(filled, {3: 33.0}))
    told = filled.execute("SELECT actor, action FROM audit WHERE subject = %s ORDER BY number", (f"revision:{number}",))
    assert told.fetchall() == [("user:1", "revision.rederive"), ("user:1", "revision.closed")]
    assert is_audited(filled)


def test_a_revision_needs_a_reason(filled: Connection) -> None:
    """Nobody replaces a value without saying why."""
    with pytest.raises(revisions.RevisionRefused, match="say why"):
        revisions.RevisionDraft("vale", "rederive", "user:1", " ", at(0), stop=at(1))
