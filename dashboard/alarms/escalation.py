"""Escalation as a timeline: who was called when, by which channel, how it went, who acknowledged, who comes next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from api.alarms.models import AlarmDetail, AlarmTest, CalledRecipient, Escalation
from dashboard import ages
from dashboard.alarms import words
from texts import Texts, say

EVENT, DONE, WAITS = "event", "green", "stale"


class EscalationStep(NamedTuple):
    """A line of the timeline: what happened at a time, how it went; is_ahead: unless somebody acknowledges."""

    at: datetime
    state: str
    what: str
    how: str = ""
    is_ahead: bool = False


def timeline(found: AlarmDetail, zone: str, now: datetime, texts: Texts) -> list[EscalationStep]:
    """Give the lines in the order of time; empty: nobody was or will be called, or the caller may not see who."""
    if found.escalation is None:
        return []
    said = texts["alarms"]["escalation"]["acknowledged"]
    done = [
        EscalationStep(line.at, DONE, say(said, who=words.who(line.author, found.names, texts)))
        for line in found.history
        if line.kind == "acknowledged"
    ]
    return _in_order(found.escalation, done, zone, now, texts)


def of_test(one: AlarmTest, names: Mapping[str, str], zone: str, now: datetime, texts: Texts) -> list[EscalationStep]:
    """Give the lines of a test alarm: who got it and when, who confirmed, who comes next."""
    said = texts["alarms"]["tests"]["confirmed"]
    done = [
        EscalationStep(each.at, DONE, say(said, who=words.who(each.author, names, texts))) for each in one.confirmations
    ]
    return _in_order(one.escalation, done, zone, now, texts)


def _in_order(
    known: Escalation, done: Sequence[EscalationStep], zone: str, now: datetime, texts: Texts
) -> list[EscalationStep]:
    steps = [_called(one, zone, now, texts) for one in known.called]
    said = texts["alarms"]["escalation"]["next"]
    ahead = [
        EscalationStep(
            one.at, EVENT, say(said, name=one.recipient, channel=_channel(one.channel, texts)), is_ahead=True
        )
        for one in known.following
    ]
    return [*sorted([*steps, *done], key=lambda one: one.at), *ahead]


def _called(one: CalledRecipient, zone: str, now: datetime, texts: Texts) -> EscalationStep:
    said = texts["alarms"]["escalation"]
    what = say(
        said["called"],
        name=one.recipient,
        channel=_channel(one.channel, texts),
        why=said["why"].get(one.kind, one.kind),
    )
    return EscalationStep(one.made_at, EVENT if one.sent_at else WAITS, what, _how(one, zone, now, texts))


def _how(one: CalledRecipient, zone: str, now: datetime, texts: Texts) -> str:
    said = texts["alarms"]["escalation"]
    if one.sent_at is not None:
        if one.attempts < 2:
            return str(said["arrived"])
        return say(said["arrived_at"], one.attempts, time=ages.short_clock(one.sent_at, zone, now))
    if one.is_given_up:
        return say(said["given_up"], error=one.error)
    if one.retry_at is not None:
        at = ages.short_clock(one.retry_at, zone, now)
        return say(said["failed"], one.attempts, time=at, error=one.error)
    if one.due_at > now:
        return say(said["waits"], time=ages.short_clock(one.due_at, zone, now))
    return str(said["queued"])


def _channel(code: str, texts: Texts) -> str:
    return str(texts["alarms"]["escalation"]["channels"].get(code, code))
