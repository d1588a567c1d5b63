"""Who is on call, and who is next: the hours of a made-up rota, read off by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.recipients.models import LastTest, Recipient
from dashboard.alarms.on_call import is_on_call, last_test, on_call
from texts import load

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def recipient(name: str, **more: Any) -> Recipient:
    """Told of the dam from yellow, at once, all day, unless said otherwise."""
    usual: dict[str, Any] = {
        "id": 1,
        "facility": "vale",
        "family": "dam",
        "from_level": 1,
        "after_min": 0,
        "weekdays": list(range(1, 8)),
        "on_call_from": None,
        "on_call_until": None,
        "quiet_from": None,
        "quiet_until": None,
        "has_digest": False,
        "language": "",
        "waiting": 0,
    }
    return Recipient(**usual | {"name": name} | more)


def test_the_head_of_the_page_says_who_is_called_first_and_who_after() -> None:
    """At noon the day's phone until 22:00, then the manager; equipment has its own people and is not named."""
    rota = [
        recipient("Night phone", on_call_from="22:00", on_call_until="06:00"),
        recipient("Mine manager", after_min=20),
        recipient("Day phone", on_call_from="06:00", on_call_until="22:00"),
        recipient("Workshop", family="maintenance"),
    ]

    assert on_call(rota, [], "UTC", MONDAY, load()) == "on call until 22:00: Day phone, then Mine manager after 20 min"
    assert on_call(rota[3:], [], "UTC", MONDAY, load()) == ""
    assert on_call([*rota, recipient("Other", facility="rosa")], [], "UTC", MONDAY, load()) == ""
    hole = [recipient("Sunday", weekdays=[7])]
    assert on_call(hole, [], "UTC", MONDAY, load()) == "on call: Sunday"  # nobody is on call: all are told


@pytest.mark.parametrize(
    ("hour", "weekdays", "has_it"),
    [(23, [1], True), (5, [7], True), (5, [1], False), (6, [7], False), (12, [1], False)],
)
def test_hours_over_midnight_belong_to_the_day_they_began(hour: int, weekdays: list[int], has_it: bool) -> None:
    """22:00 to 06:00: at five on Monday morning it is Sunday's."""
    one = recipient("Night phone", on_call_from="22:00", on_call_until="06:00", weekdays=weekdays)

    assert is_on_call(one, MONDAY.replace(hour=hour)) is has_it


def test_the_foot_says_when_the_way_to_people_was_tested() -> None:
    """At noon, of a test of ten that arrived after 8 s; never tested is said, too, and nothing where nobody is told."""
    known, at = [recipient("Shift phone")], MONDAY.replace(hour=10)

    said = last_test(LastTest(name="Shift phone", sent_at=at, took_s=8.2), known, "UTC", MONDAY, load())
    assert said == "Last test message: 23 Nov 10:00 to Shift phone, arrived after 8 s"
    assert last_test(None, known, "UTC", MONDAY, load()).startswith("No test message has arrived yet")
    assert last_test(None, [], "UTC", MONDAY, load()) == ""


def test_the_hours_that_end_first_are_said_also_over_midnight() -> None:
    """At 20:00 one is on call until 02:00 of the next day and one until 23:00: both are until 23:00."""
    some = [
        recipient("Night phone", on_call_from="18:00", on_call_until="02:00"),
        recipient("Late phone", on_call_from="15:00", on_call_until="23:00"),
    ]

    said = on_call(some, [], "UTC", MONDAY.replace(hour=20), load())
    assert said == "on call until 23:00: Night phone, Late phone"
