"""Actions of an alarm: done by a person, and closed by a program."""

from datetime import UTC, datetime

import pytest

import texts
from api.access import Caller
from api.alarms.models import AlarmAction, AlarmDetail
from dashboard.alarms import tasks

from .boards import alarm

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(("who", "is_done"), [("user:3", True), ("program:ingest", False), (None, False)])
def test_only_what_a_person_did_has_a_tick(who: str | None, is_done: bool) -> None:
    """What was over before anybody knew of it was dropped by a program, and nobody did it."""
    one = AlarmAction(
        id=1,
        level=1,
        who="shift",
        what="walk",
        due_at=NOW,
        closed_at=NOW if who else None,
        closed_by=who,
        evidence=None,
    )
    found = AlarmDetail(
        alarm=alarm(),
        gateways=[],
        context=[],
        actions=[one],
        history=[],
        names={},
        evidence=[],
        escalation=None,
        movement=None,
    )
    made = tasks.of_alarm(found, Caller("anonymous", "::1"), zone="UTC", now=NOW, texts=texts.load())

    assert [each["is_done"] for each in made["actions"]] == [is_done]
