"""How a call went, in words: delivered, waiting for the end of quiet hours, tried again, given up; read off by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.alarms.models import AlarmDetail, CalledRecipient, Escalation, HistoryEntry, NextCall
from dashboard.alarms.escalation import timeline
from tests.dashboard.alarms.boards import alarm
from texts import load

NOW = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)


def called(**more: Any) -> CalledRecipient:
    """A mail to Ana at 02:10 that nobody has sent yet."""
    at = NOW - timedelta(minutes=20)
    usual = {"recipient": "Ana", "channel": "mailtos", "kind": "raised", "made_at": at, "due_at": at}
    unsent = {"sent_at": None, "attempts": 0, "is_given_up": False, "retry_at": None, "error": ""}
    return CalledRecipient(**usual | unsent | more)


def detail(*some: CalledRecipient, following: tuple[NextCall, ...] = ()) -> AlarmDetail:
    """An alarm that Ana acknowledged at 02:15."""
    line = HistoryEntry(
        id=1,
        at=NOW - timedelta(minutes=15),
        noted_at=NOW,
        kind="acknowledged",
        level=1,
        author="recipient:7",
        note="",
        detail={},
    )
    escalation = Escalation(called=list(some), following=list(following))
    named = {"recipient:7": "Ana"}
    return AlarmDetail(
        alarm=alarm(),
        gateways=[],
        context=[],
        actions=[],
        history=[line],
        names=named,
        evidence=[],
        escalation=escalation,
        movement=None,
    )


@pytest.mark.parametrize(
    ("more", "how"),
    [
        ({"sent_at": NOW, "attempts": 1}, "delivered"),
        ({"sent_at": NOW, "attempts": 3}, "delivered 02:30, after 3 attempts"),
        ({"due_at": NOW + timedelta(hours=4)}, "waits until 06:30 (quiet hours)"),
        ({}, "being sent"),
        (
            {"attempts": 2, "retry_at": NOW + timedelta(minutes=1), "error": "refused"},
            "not delivered after 2 attempts, again at 02:31: refused",
        ),
        ({"attempts": 9, "is_given_up": True, "error": "refused"}, "given up: refused"),
    ],
)
def test_how_a_call_went(more: dict[str, Any], how: str) -> None:
    """Each state of a notification has its sentence."""
    assert timeline(detail(called(**more)), "UTC", NOW, load())[0].how == how


def test_calls_and_acknowledgements_stand_in_the_order_of_time_and_what_comes_last() -> None:
    """Called at 02:10, acknowledged at 02:15, called again at 02:20 by another channel, the manager at 02:45."""
    later = called(kind="escalated", channel="twilio", made_at=NOW - timedelta(minutes=10))
    ahead = NextCall(recipient="manager", channel="signl4", at=NOW + timedelta(minutes=15))
    steps = timeline(detail(later, called(), following=(ahead,)), "UTC", NOW, load())

    assert [(f"{one.at:%H:%M}", one.what) for one in steps] == [
        ("02:10", "Ana called by mail: raised"),
        ("02:15", "Ana acknowledged"),
        ("02:20", "Ana called by SMS: risen"),
        ("02:45", "manager is called by signl4, if nobody acknowledges"),
    ]


def test_who_may_not_act_sees_no_recipient() -> None:
    """Without an answer of the api there is no timeline."""
    hidden = detail(called()).model_copy(update={"escalation": None})

    assert timeline(hidden, "UTC", NOW, load()) == []
