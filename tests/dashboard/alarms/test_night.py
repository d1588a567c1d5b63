"""How loud each alarm is on the night watch, and which stands large; read off the design: red is the loudest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.access import Caller
from dashboard.alarms.night import loudness, of_board
from tests.dashboard.alarms.boards import NOW, alarm, board
from texts import load


@pytest.mark.parametrize(
    ("level", "type", "loud"),
    [(1, "level", 1), (2, "level", 2), (3, "level", 3), (1, "blind", 2), (3, "suspect", 3), (0, "blind", 2)],
)
def test_red_is_the_loudest_and_blind_as_loud_as_orange(level: int, type: str, loud: int) -> None:
    """By level and kind of alarm."""
    assert loudness(alarm(level=level, type=type)) == loud


def test_the_loudest_that_waits_stands_large_and_the_next_deadline_with_it() -> None:
    """A yellow one that has waited for long, a new red one, and an orange one that somebody has acknowledged."""
    waits = {"acknowledged_at": None, "state": "unacknowledged"}
    some = board(
        alarm(id=1, level=1, **waits),
        alarm(id=2, level=3, noted_at=NOW, **waits),
        alarm(id=3, next_due_at=NOW + timedelta(hours=2), next_action="inspect", next_who="operator"),
    )
    shown = of_board(some, load())

    assert shown["says"] == "Red, Ribeira Fria: Overtopping"
    assert (shown["due"], shown["what"]) == ("2026-11-25T16:32:00Z", "Next: inspect (operator)")
    known = {(one["id"], one["loud"], one["waits"]) for one in shown["alarms"]}
    assert known == {(1, 1, True), (2, 3, True), (3, 2, False)}
    assert shown["waits"] is None  # nobody is logged in


def test_who_may_act_has_the_button_of_the_loudest_alarm() -> None:
    """And where nothing waits there is none, and the page says so."""
    shift = Caller("user:3", "::1", {"fria": frozenset({"read", "annotate"})})
    some = replace(board(alarm(id=2, level=3, acknowledged_at=None)), caller=shift)

    assert of_board(some, load())["waits"].id == 2
    assert of_board(board(alarm()), load())["says"] == "No alarm waits for you."
