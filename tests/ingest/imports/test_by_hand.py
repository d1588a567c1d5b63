"""Readings that a person took by hand, from the command to what hangs on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest import alarms, imports, rederive
from ingest.commands import CommandRefused, Task, kinds
from ingest.imports import HandReading
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tests import standpipe
from tests.ingest.revisions.asked import AUTHOR, is_audited, now, number_of, rows_as_of
from tests.standpipe import DISTANCE, LEVEL
from wire import quality

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)


@pytest.fixture
def dipped(connection: Connection) -> Connection:
    """A database that knows vale with a standpipe, whose casing ends at 342.6 m and whose plan is red above 331 m."""
    standpipe.register(connection)
    return connection


def enter(connection: Connection, *values: float | None, at: datetime = AT, **more: Any) -> dict[str, Any]:
    """Carry out the command for the standpipe, one reading a minute."""
    readings = [
        {"datastream": f"vale:{DISTANCE}", "at": (at + timedelta(minutes=place)).isoformat(), "value": value}
        for place, value in enumerate(values)
    ]
    body = {"readings": readings, **more}
    task = Task(1, "add-observations", "vale", AUTHOR, body, attempts=1)
    with connection.transaction():
        return kinds()[task.kind].do(connection, task, lambda share: None)


def withdraw(connection: Connection, number: int) -> int:
    """Carry out the command that takes an entry back."""
    body = {"revision": number, "reason": "wrong pipe"}
    task = Task(1, "withdraw-observations", "vale", AUTHOR, body, attempts=1)
    with connection.transaction():
        return int(kinds()[task.kind].do(connection, task, lambda share: None)["revision"])


def stored(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    """Result, quality and tests of all rows of a datastream."""
    return connection.execute(
        "SELECT result, quality, tests FROM observation WHERE datastream_id = %s ORDER BY phenomenon_time",
        (number_of(connection, name),),
    ).fetchall()


def test_a_reading_is_stored_once_judged_and_derived(dipped: Connection) -> None:
    """342.6 less 12.35 m are 330.25 m, and it is there once. The book has who, and as of before nobody knew of it."""
    before = now(dipped)
    first, again = enter(dipped, 12.35), enter(dipped, 12.35)
    told = dipped.execute("SELECT kind, author, reason, added FROM revision ORDER BY id").fetchall()
    (known,) = dipped.execute(
        "SELECT received_at > %s FROM latest l JOIN datastream d ON d.id = l.datastream_id WHERE d.name = %s",
        (before, f"vale:{LEVEL}"),
    ).fetchone() or (None,)

    assert (first["stored"], first["already"], first["revision"], first["derived"]) == (1, 0, 1, 2)
    assert (again["stored"], again["already"], again["revision"]) == (0, 1, None)
    assert stored(dipped, DISTANCE) == [(12.35, 1, None)]
    assert stored(dipped, LEVEL) == [(pytest.approx(330.25, abs=1e-9), 1, None)]
    assert [rows_as_of(dipped, DISTANCE, at) == [] for at in (before, now(dipped))] == [True, False]
    assert told == [("hand-entry", AUTHOR, DISTANCE, 1), ("rederive", AUTHOR, DISTANCE, 1)]
    assert known and is_audited(dipped)


def test_what_could_not_be_read_is_missing(dipped: Connection) -> None:
    """No number is stored for it, and none is derived; what the filter refuses fails, and what hangs on it."""
    enter(dipped, None, 25.0)

    assert stored(dipped, DISTANCE) == [(None, 9, None), (25.0, 4, "gross_range")]
    assert [row[:2] for row in stored(dipped, LEVEL)] == [(None, 9), (pytest.approx(317.6, abs=1e-9), 4)]


def test_a_dip_past_red_raises_the_level(dipped: Connection) -> None:
    """The plan of record is followed by the level that is derived from it: 342.6 less 11.0 m stand above 331 m."""
    levels = alarms.Levels()

    def level() -> tuple[Any, ...] | None:
        with dipped.transaction():
            while levels.follow(dipped):
                pass
        return dipped.execute("SELECT level FROM tarp_state WHERE plan = 'dipped'").fetchone()

    enter(dipped, 12.35)
    calm = level()
    enter(dipped, 11.0, at=AT + timedelta(hours=1))

    assert (calm, level()) == ((0,), (3,))


def test_another_value_is_a_conflict_and_replaced_with_a_reason(dipped: Connection) -> None:
    """The first stays, counted; with a reason the second takes its place in a revision, which gives the first back."""
    enter(dipped, 12.35)
    held = enter(dipped, 13.25)
    with pytest.raises(CommandRefused, match="only with a reason"):
        enter(dipped, 13.25, replace=True)
    changed = enter(dipped, 13.25, replace=True, reason="misread by 0.9 m")
    level = stored(dipped, LEVEL)[0][0]
    for number in (changed["derived"], changed["revision"]):
        task = Task(1, "undo-revision", "vale", AUTHOR, {"revision": number, "reason": "it was right"}, attempts=1)
        with dipped.transaction():
            kinds()[task.kind].do(dipped, task, lambda share: None)

    assert (held["stored"], held["conflicts"][0]["stored"], held["revision"]) == (0, 12.35, None)
    assert (changed["replaced"], level) == (1, pytest.approx(329.35, abs=1e-9))
    assert stored(dipped, DISTANCE) == [(12.35, 1, None)]
    assert stored(dipped, LEVEL) == [(pytest.approx(330.25, abs=1e-9), 1, None)]


def test_what_was_taken_back_can_be_entered_again(dipped: Connection) -> None:
    """An entry that was undone leaves a failed row; the right value takes its place without asking."""
    entered = enter(dipped, 2.35)
    for number in (entered["derived"], entered["revision"]):
        task = Task(1, "undo-revision", "vale", AUTHOR, {"revision": number, "reason": "wrong pipe"}, attempts=1)
        with dipped.transaction():
            kinds()[task.kind].do(dipped, task, lambda share: None)
    undone = stored(dipped, DISTANCE)
    again = enter(dipped, 12.35)

    assert undone == [(2.35, 4, "undone")]
    assert again["replaced"] == 1
    assert stored(dipped, DISTANCE) == [(12.35, 1, None)]


def test_an_entry_is_withdrawn_in_one_step(dipped: Connection) -> None:
    """Its reading fails as undone and no level is left of it that counts, also after a re-derivation of all; a value
    that it corrected comes back with its level. As of before, the entry is known."""
    right = enter(dipped, 12.35)
    wrong = enter(dipped, 13.25, replace=True, reason="misread by 0.9 m")
    other = enter(dipped, 2.35, at=AT + timedelta(hours=1))
    before = now(dipped)
    with dipped.transaction():
        rederive.around(dipped, "vale", AT, AT + timedelta(hours=2), AUTHOR, reason="all of it")
    for entered in (wrong, other):
        withdraw(dipped, entered["revision"])
    with pytest.raises(CommandRefused, match="was undone by"):
        withdraw(dipped, wrong["revision"])
    with pytest.raises(CommandRefused, match="no entry by hand"):
        withdraw(dipped, right["derived"])
    known = [row[1] for row in rows_as_of(dipped, DISTANCE, before)]

    assert stored(dipped, DISTANCE) == [(12.35, 1, None), (2.35, 4, "undone")]
    level, gone = stored(dipped, LEVEL)
    assert level == (pytest.approx(330.25, abs=1e-9), 1, None)
    assert gone[1] == quality.FAIL
    assert known == [13.25, 2.35] and is_audited(dipped)


def test_what_stands_on_an_entry_is_withdrawn_first(dipped: Connection) -> None:
    """A correction by a person is named; what a program derived later is no obstacle, and is not brought back by its
    own undoing."""
    first = enter(dipped, 12.35)
    second = enter(dipped, 12.45, replace=True, reason="misread")
    with pytest.raises(CommandRefused, match=f"revision {second['revision']} changed the same"):
        withdraw(dipped, first["revision"])
    withdraw(dipped, second["revision"])
    withdraw(dipped, first["revision"])
    task = Task(1, "undo-revision", "vale", AUTHOR, {"revision": first["derived"], "reason": "odd"}, attempts=1)
    with pytest.raises(CommandRefused, match="later; undo that one first"), dipped.transaction():
        kinds()[task.kind].do(dipped, task, lambda share: None)

    assert stored(dipped, DISTANCE) == [(12.35, 4, "undone")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"datastream": "vale:n07:vw1.frequency"}, "read by hand"),
        ({"datastream": f"vale:{LEVEL}"}, "read by hand"),
        ({"at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, "lies ahead"),
        ({"at": "1970-02-01T00:00:00Z"}, "its year"),
        ({"at": "2026-05-01T10:00:00"}, "body"),
    ],
)
def test_what_cannot_be_a_reading_is_refused(dipped: Connection, change: dict[str, str], says: str) -> None:
    """Of a datastream that a node reads or a formula makes, ahead of the clock, or without a zone: none is stored."""
    good = {"datastream": f"vale:{DISTANCE}", "at": AT.isoformat(), "value": 12.35}
    task = Task(1, "add-observations", "vale", AUTHOR, {"readings": [good, good | change]}, attempts=1)
    with pytest.raises(CommandRefused, match=says), dipped.transaction():
        kinds()[task.kind].do(dipped, task, lambda share: None)
    assert stored(dipped, DISTANCE) == []


def test_what_lies_between_readings_is_left(dipped: Connection) -> None:
    """Two readings a year apart derive the days around them, and nothing of the year between."""
    between = "INSERT INTO observation VALUES (%s, %s, 12.0, 2, NULL, NULL)"
    dipped.execute(between, (number_of(dipped, DISTANCE), AT - timedelta(days=180)))
    readings = [HandReading(f"vale:{DISTANCE}", AT - timedelta(days=days), 12.35) for days in (0, 365)]
    with dipped.transaction():
        imports.enter(dipped, "vale", readings, AUTHOR, "", is_replacing=False)

    assert [row[:2] for row in stored(dipped, DISTANCE)] == [(12.35, 1), (12.0, 2), (12.35, 1)]
    assert [row[0] for row in stored(dipped, LEVEL)] == [pytest.approx(330.25, abs=1e-9)] * 2


GAUGE = """
[facility]
id = "gauge"
name = "Gauge"
version = 1
timezone = "Europe/Lisbon"
location = { lon = -7.7, lat = 40.1 }
commissioned = 2015-01-01
[agents.gw1]
nodes = ["n01"]
[nodes.n01]
expected_interval_s = 604800
[instruments."n01:staff"]
driver = "sample_point"
[datastreams."n01:staff.level"]
quantity = "water-level"
unit = "m"
filters = { gross_range = { fail = [330.0, 342.0] } }
"""


def test_the_filters_judge_where_nothing_is_derived(connection: Connection) -> None:
    """A facility that has a staff gauge and no formula: 338.2 m passes, 33.82 m is beyond its range and fails."""
    with connection.transaction():
        facility.register(connection, parse(GAUGE), GAUGE)
        readings = [
            HandReading("gauge:n01:staff.level", AT + timedelta(minutes=place), value)
            for place, value in enumerate((338.2, 33.82))
        ]
        imports.enter(connection, "gauge", readings, AUTHOR, "", is_replacing=False)
    rows = connection.execute("SELECT result, quality FROM observation ORDER BY phenomenon_time").fetchall()

    assert rows == [(338.2, 1), (33.82, 4)]
