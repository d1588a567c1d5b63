"""The rota in words: who is on duty now, until when, then who; a gap with its day and hours. Times read off by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from api.recipients.models import Rota
from api.recipients.rotas import of_document
from dashboard.alarms import rota
from dashboard.alarms.on_call import on_call
from tests.dashboard.alarms.boards import board
from tests.dashboard.alarms.test_on_call import recipient
from texts import load

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "timezone": "Europe/Lisbon",
    "shifts": [
        {
            "name": "Duty",
            "weekdays": [1, 2, 3, 4, 5, 6, 7],
            "begins": "06:00:00",
            "ends": "06:00:00",
            "turn": "week",
            "first_day": "2026-10-19",
            "members": ["Ana", "Rui"],
        }
    ],
    "absences": [
        {"id": 4, "member": "Ana", "start": "2026-10-24T01:00:00Z", "stop": "2026-10-24T05:00:00Z", "stand_in": None}
    ],
    "recipients": ["Ana", "Rui", "manager"],
}


def given() -> Rota:
    """The rota as the api answers it at noon of Tuesday 20 October 2026."""
    return of_document("vale", msgspec.json.decode(msgspec.json.encode(DOCUMENT)), NOW)


def test_the_section_says_who_is_on_duty_until_when_then_who_and_its_gaps() -> None:
    """Ana until the absence begins, then nobody on Saturday from 02:00 to 06:00, then Ana again."""
    shown = rota.of_answer(given(), replace(board(), now=NOW), load())

    assert shown["now"] == "Ana is on duty until Sat 24 Oct 02:00. Then Ana, from Sat 24 Oct 06:00"
    assert shown["gaps"] == ["Nobody on duty Sat 24 Oct 02:00 to 06:00"]
    assert shown["shifts"] == [
        {"name": "Duty", "rule": "all day, hand-over at 06:00, a week each, from Mon", "order": "Ana, Rui"}
    ]


def test_the_head_of_the_page_goes_by_the_rota() -> None:
    """Members by their turn, others by their hours; Rui, whose week it is not, is not named."""
    known = [recipient("Ana"), recipient("Rui"), recipient("Desk"), recipient("manager", after_min=15)]
    late = given().model_copy(update={"on_duty": []})

    said = on_call(known, [given()], "Europe/Lisbon", NOW, load())
    assert said == "Ana is on duty until Sat 24 Oct 02:00, on call: Desk, then manager after 15 min"
    assert on_call(known[:2], [late], "Europe/Lisbon", NOW, load()).startswith("Nobody is on duty")


def test_who_comes_before_the_hand_over_follows_first() -> None:
    """By hand: Ana 06:00 to 18:00, Rui from 16:00 to midnight, Eva the night: at 13:00 Rui comes next, then Eva."""
    days = [
        ("Day", "06:00:00", "18:00:00", "Ana"),
        ("Late", "16:00:00", "00:00:00", "Rui"),
        ("Night", "00:00:00", "06:00:00", "Eva"),
    ]
    shifts = [
        DOCUMENT["shifts"][0] | {"name": name, "begins": begins, "ends": ends, "members": [who]}
        for name, begins, ends, who in days
    ]
    document = DOCUMENT | {"shifts": shifts, "absences": [], "recipients": ["Ana", "Rui", "Eva"]}
    found = of_document("vale", msgspec.json.decode(msgspec.json.encode(document)), NOW)

    shown = rota.of_answer(found, replace(board(), now=NOW), load())
    assert shown["now"] == (
        "Ana is on duty until Tue 20 Oct 18:00. Then Rui, from Tue 20 Oct 16:00. Then Eva, from Wed 21 Oct 00:00"
    )


def test_with_a_rota_nobody_outside_it_is_named_but_in_hours_of_their_own() -> None:
    """At 13:00 in Lisbon the desk, on call from 20:00, is not called: the rota has somebody on duty."""
    known = [recipient("Ana"), recipient("Rui"), recipient("Desk", on_call_from="20:00", on_call_until="06:00")]

    assert on_call(known, [given()], "Europe/Lisbon", NOW, load()) == "Ana is on duty until Sat 24 Oct 02:00"
