"""Tests of taking back samples that were imported by mistake, in a real database."""

import datetime as dt
from functools import partial

import psycopg
import pytest
from psycopg import errors

from ingest.samples import assays
from ingest.samples.assays import WithdrawalRefused
from ingest.values import Connection
from tests.ingest.samples.assays.test_assay_import import ROWS, take, text
from tests.servers import TestDatabase

AUTHOR = "user:7"
REASON = "the file of another dam"
CORRECTED = ROWS[0].replace("120", "150")


def withdraw(connection: Connection, file: int, *names: str) -> assays.Withdrawn:
    """Take back a file, or samples of it."""
    return assays.withdraw(connection, "vale", file, AUTHOR, REASON, names=names)


def tungsten(connection: Connection, at: dt.datetime | None = None) -> dict[str, float]:
    """What counts of each sample, now or as it stood."""
    return {one.name: one.assays[0]["mg_per_kg"] for one in assays.stored_at(connection, "vale", at)}


def now(connection: Connection) -> dt.datetime:
    """By the clock of the database."""
    (found,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
    assert found is not None
    return found


def test_a_withdrawn_file_counts_no_more_and_stays(connection: Connection) -> None:
    """Its rows stay as they came, a record says who, why and when; as they stood before, all are there."""
    first = take(connection, text(*ROWS))
    before = now(connection)
    rows = connection.execute("SELECT s::text FROM assay_sample s ORDER BY id").fetchall()
    told = withdraw(connection, first.file)

    assert (told.file, told.samples, told.remaining_samples) == ("lab.csv", ("S1", "S2"), ())
    assert (tungsten(connection), tungsten(connection, before)) == ({}, {"S1": 120.0, "S2": 5.0})
    assert connection.execute("SELECT s::text FROM assay_sample s ORDER BY id").fetchall() == rows
    assert connection.execute(
        "SELECT author, reason, cardinality(samples), withdrawn_at > %s FROM assay_withdrawal", (before,)
    ).fetchall() == [(AUTHOR, REASON, 2, True)]
    assert connection.execute("SELECT actor FROM audit WHERE action = 'assays.withdrawn'").fetchall() == [(AUTHOR,)]


def test_what_stood_before_counts_again(connection: Connection) -> None:
    """A withdrawn correction gives the earlier revision back, and says where it stands."""
    take(connection, text(*ROWS))
    told = withdraw(connection, take(connection, text(CORRECTED)).file)

    assert [(one.name, one.file, one.row) for one in told.remaining_samples] == [("S1", "lab.csv", 2)]
    assert tungsten(connection) == {"S1": 120.0, "S2": 5.0}


def test_one_sample_is_withdrawn_and_the_others_count(connection: Connection) -> None:
    """By its name."""
    first = take(connection, text(*ROWS))

    assert withdraw(connection, first.file, "S2").samples == ("S2",)
    assert tungsten(connection) == {"S1": 120.0}


def test_a_withdrawn_file_can_come_again(connection: Connection) -> None:
    """As further revisions; once more changes nothing."""
    first = take(connection, text(*ROWS))
    withdraw(connection, first.file)
    again, twice = take(connection, text(*ROWS)), take(connection, text(*ROWS))

    assert ((again.added, again.file > first.file), (twice.added, twice.unchanged, twice.file)) == (
        (2, True),
        (0, 2, again.file),
    )
    assert tungsten(connection) == {"S1": 120.0, "S2": 5.0}
    assert connection.execute("SELECT name, max(revision) FROM assay_sample GROUP BY name ORDER BY 1").fetchall() == [
        ("S1", 2),
        ("S2", 2),
    ]


def test_a_file_whose_samples_stood_in_a_withdrawn_one_brings_them(connection: Connection) -> None:
    """What it brought unchanged was in the wrong file alone; without that, it comes when the right file comes again."""
    wrong, right = text(*ROWS), text(CORRECTED, ROWS[1])
    first = take(connection, wrong)
    take(connection, right)
    withdraw(connection, first.file)
    lost, again = tungsten(connection), take(connection, right)

    assert (lost, again.added, again.revised, again.unchanged) == ({"S1": 150.0}, 1, 0, 1)
    assert tungsten(connection) == {"S1": 150.0, "S2": 5.0}


def test_an_earlier_file_does_not_undo_a_correction(connection: Connection) -> None:
    """The same bytes again change nothing, though something else was withdrawn since."""
    wrong = text(*ROWS)
    take(connection, wrong)
    take(connection, text(CORRECTED))
    other = take(connection, text(ROWS[0].replace("S1", "S9").replace("DH-1", "DH-9")))
    withdraw(connection, other.file)

    assert take(connection, wrong).revised == 0
    assert tungsten(connection)["S1"] == 150.0


def test_what_is_not_there_is_not_withdrawn(connection: Connection) -> None:
    """No such file, one of another facility, a sample that it has not, what is withdrawn already: each by name."""
    first = take(connection, text(*ROWS))
    ask = partial(withdraw, connection)
    ask(first.file, "S1")

    with pytest.raises(WithdrawalRefused, match=f"file: vale has no import {first.file + 9} of assays; `tailwatch"):
        ask(first.file + 9)
    with pytest.raises(WithdrawalRefused, match=r"samples: import \d+ \(lab.csv\) brought no S1, X that stands; leave"):
        ask(first.file, "S1", "S2", "X")
    ask(first.file)
    with pytest.raises(WithdrawalRefused, match="there is nothing to take back"):
        ask(first.file)
    assert connection.execute("SELECT count(*) FROM assay_withdrawal").fetchone() == (2,)


@pytest.mark.parametrize("change", ["UPDATE assay_withdrawal SET reason = 'none'", "DELETE FROM assay_withdrawal"])
def test_nobody_changes_a_withdrawal(connection: Connection, vale: TestDatabase, change: str) -> None:
    """Not even the owner of the tables."""
    withdraw(connection, take(connection, text(*ROWS)).file)
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner, pytest.raises(errors.RestrictViolation):
        owner.execute(change.encode())
