"""Notifications by the rota, on a real mail sink: who is on duty is told, then the escalation; a gap is told to all.

The dam's clock stands at 16:00 of Monday 24 November 2025 in Lisbon (minute 0).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from ingest.commands.kind import CommandRefused
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase

TOLD = """
SELECT r.name, n.kind FROM notification n JOIN recipient r ON r.id = n.recipient_id ORDER BY n.id"""
WEEK: dict[str, Any] = {"name": "Duty", "begins": "06:00", "ends": "06:00", "first_day": "2025-11-24"}


@pytest.fixture
def desk(connection: Connection, store: Store, vale: TestDatabase) -> Iterator[Desk]:
    """A dam with two phones in a weekly rota, and a manager who is told after a quarter of an hour."""
    with opened(connection, store, vale) as made:
        made.add("Ana's phone")
        made.add("Rui's phone")
        made.add("manager", after_min=15)
        yield made


def test_who_is_on_duty_is_told_then_the_escalation(desk: Desk) -> None:
    """In Ana's week Ana alone, after 15 minutes the manager; Rui, whose week it is not, hears nothing."""
    desk.ask("set-shift", "user:1", **WEEK, members=["Ana's phone", "Rui's phone"])
    desk.raise_pond(1)
    desk.run_until(minute(20), timedelta(minutes=5))

    assert desk.dam.rows(TOLD) == [("Ana's phone", "raised"), ("manager", "unacknowledged")]


def test_a_stand_in_is_told_in_the_place_of_who_is_away(desk: Desk) -> None:
    """Ana is away this Monday and Rui stands in."""
    desk.ask("set-shift", "user:1", **WEEK, members=["Ana's phone", "Rui's phone"])
    desk.absent("Ana's phone", "2025-11-24 06:00+00", "2025-11-25 06:00+00", "Rui's phone")
    desk.raise_pond(1)
    desk.run_until(minute(3))

    assert desk.dam.rows(TOLD) == [("Rui's phone", "raised")]


def test_a_rota_names_only_who_is_told_at_once(desk: Desk) -> None:
    """An unknown name, one that is told only later, and hours that are none are refused with what to do."""
    for members, words in ((["Zoe"], "nobody who is told of the dam"), (["manager"], "set after_min 0")):
        with pytest.raises(CommandRefused, match=words):
            desk.ask("set-shift", "user:1", **WEEK, members=members)
    with pytest.raises(CommandRefused, match="begins and ends"):
        desk.ask("set-shift", "user:1", **WEEK | {"begins": "29:00"}, members=["Ana's phone"])


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        ("0001-01-01T00:00", "2999-01-02T00:00"),
        ("2999-02-30T00:00", "2999-03-01T00:00"),
        ("2999-01-02T00:00", "2999-01-01T00:00"),
        ("2020-01-01T00:00", "2020-01-02T00:00"),
    ],
)
def test_an_absence_that_no_calendar_has_or_that_is_over_is_refused(desk: Desk, start: str, stop: str) -> None:
    """The first year of the calendar, a day that is none, an end before its beginning, and one that is past."""
    desk.ask("set-shift", "user:1", **WEEK, members=["Ana's phone"])
    span = {"from": start, "until": stop}
    with pytest.raises(CommandRefused, match="until"):
        desk.ask("set-absence", "user:1", member="Ana's phone", **span)


def test_the_commands_say_what_is_left_open(desk: Desk) -> None:
    """An absence is by the facility's clock; each change is audited."""
    today = date.today()
    done = desk.ask(
        "set-shift", "user:1", **WEEK | {"first_day": str(today - timedelta(days=400))}, members=["Ana's phone"]
    )
    away = desk.ask(
        "set-absence",
        "user:1",
        member="Ana's phone",
        **{"from": f"{today + timedelta(days=2)}T02:00", "until": f"{today + timedelta(days=2)}T06:00"},
    )
    ended = desk.ask("end-absence", "user:1", absence=away["absence"])
    gone = desk.ask("end-shift", "user:1", name="Duty")

    assert done["gaps"] == ended["gaps"] == gone["gaps"] == []
    assert len(away["gaps"]) == 1
    audited = desk.dam.rows("SELECT action FROM audit WHERE action ~ '^(shift|absence)' ORDER BY number")
    assert [action for (action,) in audited] == ["shift.given", "absence.given", "absence.ended", "shift.ended"]
