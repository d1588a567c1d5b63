"""What is to be done about one alarm and what was done, for its own page and for the safety page alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from api.access import Caller
from api.access.roles import Role
from api.alarms.models import AlarmAction, AlarmDetail
from dashboard.alarms import words
from dashboard.evidence import page as evidence
from texts import Texts, record

PROGRAM: Final = "program:"
"""An action that a program closed was over when it became known: nobody did it."""
MAY: Final[tuple[Role, ...]] = ("annotate", "approve")


def of_alarm(found: AlarmDetail, caller: Caller, *, zone: str, now: datetime, texts: Texts) -> dict[str, Any]:
    """Give an alarm, its actions, and what the caller may do; templates write them with `alarm_parts.tasks`."""
    alarm = found.alarm
    return {
        "alarm": alarm,
        "title": words.title(alarm, zone, now, texts),
        "may": {role: caller.may(role, alarm.facility) for role in MAY},
        "evidence": evidence.of_alarm(found, zone=zone, now=now, texts=texts),
        "actions": [_action(one, found.names, zone=zone, now=now, texts=texts) for one in found.actions],
    }


def _action(one: AlarmAction, names: Mapping[str, str], *, zone: str, now: datetime, texts: Texts) -> dict[str, Any]:
    return {
        "action": one,
        "is_done": one.closed_at is not None and not (one.closed_by or "").startswith(PROGRAM),
        "who_closed": words.who(one.closed_by or "", names, texts),
        "evidence": record.evidence(one.evidence or "", one.closed_by or "", texts),
        "left": words.left(one.due_at, now, texts) if one.due_at else "",
        "by": words.by(one.due_at, zone, now, texts) if one.due_at else "",
    }
