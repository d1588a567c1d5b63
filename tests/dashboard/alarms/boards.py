"""Boards of the alarm pages made up for tests: a pond over yellow, and what else a test asks for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.access import Caller
from api.alarms import performance
from api.alarms.models import Alarm, Plan
from api.alarms.queries import Answered
from dashboard.alarms.board import AlarmBoardView

NOW = datetime(2026, 11, 25, 14, 32, tzinfo=UTC)


def alarm(**more: Any) -> Alarm:
    """A pond that stands 0.18 m above orange, acknowledged, with nothing left to do."""
    usual: dict[str, Any] = {
        "id": 7,
        "facility": "fria",
        "facility_name": "Ribeira Fria",
        "family": "dam",
        "rule": "overtopping",
        "subject": "",
        "title": "overtopping",
        "state": "acknowledged",
        "level": 2,
        "signal": 2,
        "highest": 2,
        "lowered_by": None,
        "began_at": NOW - timedelta(hours=40),
        "noted_at": NOW - timedelta(hours=40),
        "returned_at": None,
        "acknowledged_at": NOW - timedelta(hours=39),
        "acknowledged_by": None,
        "closed_at": None,
        "is_simulated": False,
        "is_past": False,
        "corrections": 0,
        "is_taken_back": False,
        "open_actions": 0,
        "next_action": None,
        "next_who": None,
        "next_due_at": None,
        "held_until": None,
        "hold": None,
        "watched": "fria:n01:pond.level",
        "quantity": "pond-level",
        "unit": "m",
        "value_now": 641.38,
        "time_now": NOW - timedelta(minutes=1),
        "quality_now": 1,
        "is_stale": False,
        "limits": [],
    }
    return Alarm(**usual | more)


def plan(**more: Any) -> Plan:
    """A plan in force that stands green."""
    usual: dict[str, Any] = {
        "id": "overtopping",
        "failure_mode": "overtopping",
        "digest": "d",
        "approved_by": "Engineer of Record",
        "approved_on": "2026-01-01",
        "valid_to": None,
        "approval": "in-force",
        "withdrawn_by": None,
        "withdrawn_on": None,
        "is_changed": False,
        "lowered_by": None,
        "level": 0,
        "believed": 0,
        "sight": "full",
        "lost": [],
        "followed_to": NOW,
        "levels": [],
        "open_alarm": None,
    }
    return Plan(**usual | more)


def board(*opened: Alarm, **more: Any) -> AlarmBoardView:
    """A board on which these alarms are open."""
    load = performance.load([], Answered(None, []), NOW - timedelta(days=30), NOW)
    places = (("fria", "Ribeira Fria"),)
    return AlarmBoardView(
        NOW, 1, "UTC", opened, (), load=load, names={}, caller=Caller("anonymous", "::1"), places=places, **more
    )
