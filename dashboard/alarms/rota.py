"""The rota on the page of recipients: on duty now, until when, then who; its shifts, who is away, and its gaps."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from api.recipients.models import Recipient, Rota, RotaShift
from dashboard.alarms import on_call, words
from texts import Texts, say

from .board import AlarmBoardView


def of_answer(one: Rota, board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    """Give the rota of a facility as its section writes it."""
    said, zone, now = texts["alarms"]["rota"], one.timezone, board.now
    present = [on_call.turn_words(turn, zone, now, texts) for turn in one.on_duty] or [said["nobody_now"]]
    then = [
        say(said["then"], name=turn.name, time=on_call.day_words(turn.from_, zone, now, texts))
        for turn in one.following
    ]
    return {
        "facility": one.facility,
        "where": dict(board.places).get(one.facility, one.facility),
        "is_empty": not one.on_duty,
        "now": ". ".join([*present, *then]),
        "gaps": [_span("gap", gap.from_, gap.until, zone=zone, now=now, texts=texts) for gap in one.gaps],
        "shifts": [{"name": shift.name, "rule": _rule(shift, texts), "order": _order(shift)} for shift in one.shifts],
        "absences": [
            {
                "one": away,
                "time": _span("from_until", away.from_, away.until, zone=zone, now=now, texts=texts),
                "instead": away.stand_in or said["nobody"],
            }
            for away in one.absences
        ],
        "may": board.caller.may("admin", one.facility),
        "members": list(dict.fromkeys(name for shift in one.shifts for name in shift.members)),
    }


def names(known: Iterable[Recipient]) -> list[str]:
    """Give the names that a rota may have: who is told of the dam at once."""
    return list(dict.fromkeys(one.name for one in known if one.family == "dam" and not one.after_min))


def route(one: Recipient, rotas: Iterable[Rota], texts: Texts) -> str:
    """Say of what and when somebody is told, and that it is in turn where the rota names them."""
    given = next((rota for rota in rotas if rota.facility == one.facility), None)
    is_member = one.family == "dam" and on_call.is_member(one, given)
    return ", ".join([words.route(one, texts), *([texts["alarms"]["rota"]["by_rota"]] if is_member else [])])


def _span(key: str, start: datetime, stop: datetime, *, zone: str, now: datetime, texts: Texts) -> str:
    """Say what lasts from one time to another; the end of the same day without its day."""
    first, last = (on_call.day_words(at, zone, now, texts) for at in (start, stop))
    is_one_day = first.rpartition(" ")[0] == last.rpartition(" ")[0]
    return say(texts["alarms"]["rota"][key], start=first, stop=last.rpartition(" ")[2] if is_one_day else last)


def _rule(shift: RotaShift, texts: Texts) -> str:
    """Say the hours of a shift and how often it is handed over."""
    said, days = texts["alarms"]["rota"], texts["alarms"]["route"]["weekdays"]
    hours = "whole_day" if shift.begins == shift.ends else "hours"
    parts = [
        say(said[hours], begins=shift.begins[:5], ends=shift.ends[:5]),
        say(said["on_days"], days=", ".join(days[day - 1] for day in shift.weekdays))
        if len(shift.weekdays) < 7
        else "",
        say(said[f"each_{shift.turn}"], day=days[date.fromisoformat(shift.first_day).isoweekday() - 1]),
    ]
    return ", ".join(filter(None, parts))


def _order(shift: RotaShift) -> str:
    return ", ".join(shift.members)
