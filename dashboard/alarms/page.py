"""What the templates of the alarm pages write."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from api.access import Caller
from api.alarms.models import (
    Alarm,
    AlarmDetail,
    Alarms,
    AllPlans,
    AllRecipients,
    Duties,
    HistoryEntry,
    Hold,
    LevelLine,
    LevelTimeline,
    Plan,
    Trial,
)
from dashboard import ages, numbers, pages, states
from dashboard.alarms import (
    duties,
    escalation,
    hand_over,
    headline,
    level_steps,
    load,
    local,
    movement,
    night,
    on_call,
    rationalisation,
    rota,
    tasks,
    words,
)
from dashboard.attention import AT_ONCE
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from dashboard.view_models import quantity_words
from tailings.time_span import span
from texts import Texts, called, say, sentence, writing

from .board import AlarmBoardView
from .movement import Movement

TABS: Final = ("now", "shelved", "history", "plans", "recipients", "hand-over")

LATE_S: Final = 120.0
MAX_PAST: Final = 100


def frame(board: AlarmBoardView, texts: Texts, tab: str) -> dict[str, Any]:
    """Give what every tab of the alarms shows above its sections."""
    shown = Shown(board.now, board.commit, ())
    return pages.shared(shown, texts, "alarms", board.zone) | {
        "heading": texts["pages"]["alarms"],
        "tabs": [(name, f"/alarms/{name}" if name != "now" else "/alarms") for name in TABS],
        "tab": tab,
        "path": [(texts["alarms"]["everywhere"], "/")],
        "subheading": " · ".join(
            filter(
                None,
                [
                    say(texts["alarms"]["calling"]["places"], len(board.places)),
                    on_call.on_call(board.recipients, board.rotas, board.zone, board.now, texts),
                ],
            )
        ),
        "verdict": headline.of_board(board, texts),
        "facts": headline.of_board_facts(board, texts),
        "tested": on_call.last_test(board.tested, board.recipients, board.zone, board.now, texts),
        "night": night.of_board(board, texts),
        "due": [_due(one, board, texts) for one in headline.deadlines(board)[:AT_ONCE]],
        "board": board,
        "alarms_hash": _hash(board.open)[:12],
    }


def _hash(alarms: Sequence[Alarm]) -> str:
    """What tells two printed lists of alarms apart."""
    return hashlib.sha256("".join(one.model_dump_json() for one in alarms).encode()).hexdigest()


def now(board: AlarmBoardView, texts: Texts, timeline: LevelTimeline | None, tried: Sequence[Trial]) -> dict[str, Any]:
    """What needs me now; timeline: of the plan that stands highest, None: none stands; tried: other rules."""
    named = dict(board.places)
    return frame(board, texts, "now") | {
        "stair": level_steps.draw(timeline, board.now, board.zone, texts) if timeline else None,
        "worst": board.dam[0] if board.dam else None,
        "recent": [
            (line.at, words.LEVELS[line.level], _kind(line, texts)) for line in (timeline.lines[:3] if timeline else ())
        ],
        "unread": hand_over.unread(board, texts),
        "hints": rationalisation.of_board(board, texts, tried),
        "dam": [_row(one, board, texts) for one in [*board.dam, *board.simulated]],
        "equipment": [_fault(one, board, texts) for one in board.equipment],
        "load": load.picture(board.load, texts),
        "measures": board.load.measures,
        "busiest": [
            (rationalisation.rule(one, texts), named.get(one.facility, one.facility), one) for one in board.load.worst
        ],
    }


def shelved(board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    """What is held, by whom, until when."""
    named = dict(board.places)
    return frame(board, texts, "shelved") | {
        "holds": [
            {
                "hold": one,
                "what": _held(one, texts),
                "where": named.get(one.facility, one.facility),
                "who": words.who(one.author, board.names, texts),
                "may": board.caller.may("approve", one.facility),
            }
            for one in board.holds
        ],
    }


def history(board: AlarmBoardView, texts: Texts, past: Alarms) -> dict[str, Any]:
    """All alarms, the newest first; a full page has one that follows."""
    found = past.alarms
    named = replace(board, names=past.names)
    return frame(board, texts, "history") | {
        "past": [_row(one, named, texts) for one in found],
        "following": f"/alarms/history?before={found[-1].id}" if len(found) == MAX_PAST else None,
    }


def handed_over(board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    """The hand-over notes, and the form for one."""
    places = [(id, name) for id, name in board.places if board.caller.may("annotate", id)]
    return frame(board, texts, "hand-over") | {"places": places, "notes": hand_over.of_board(board, texts)}


def plans(board: AlarmBoardView, texts: Texts, found: AllPlans) -> dict[str, Any]:
    """The plans of all facilities."""
    today = board.now.date()
    rows = [
        {"facility": facility, "plan": plan, "state": plan_state(plan), "force": words.force(plan, today, texts)}
        for facility, some in duties.places_of(found, board)
        for plan in some
    ]
    rows.sort(key=lambda row: states.severity(str(row["state"])))
    return frame(board, texts, "plans") | {"plans": rows}


def recipients(
    board: AlarmBoardView, texts: Texts, told: AllRecipients, found: AllPlans, change: int | None
) -> dict[str, Any]:
    """Who is told, and how the telling went; `change` is the number of the one whose rule the form shows."""
    known, notifications = told.recipients, told.notifications
    may = {id for id, _ in board.places if board.caller.may("admin", id)}
    return frame(board, texts, "recipients") | {
        "places": [(id, name) for id, name in board.places if id in may],
        "named": {id: id for id in [*(one.facility for one in known), *(one.facility for one in notifications)]}
        | dict(board.places),
        "changed": next((one for one in known if one.id == change and one.facility in may), None),
        "roles": duties.of_all(found, told, board, texts),
        "rotas": [rota.of_answer(one, board, texts) for one in board.rotas],
        "rota_names": rota.names(known),
        "tests": _tests(board, told, texts),
        "recipients": [
            {"one": one, "rule": rota.route(one, board.rotas, texts), "may": one.facility in may} for one in known
        ],
        "notifications": [
            {"one": one, "delay": span(one.delay_s) if one.delay_s is not None and one.delay_s > LATE_S else ""}
            for one in notifications
        ],
    }


def _tests(board: AlarmBoardView, told: AllRecipients, texts: Texts) -> list[dict[str, Any]]:
    """Give the test alarms of each facility where somebody is told of the dam and the caller may act."""
    said, known = texts["alarms"]["tests"], {one.facility for one in told.recipients if one.family == "dam"}
    return [
        {
            "facility": id,
            "where": name,
            "may": board.caller.may("approve", id),
            "rows": [
                {
                    "test": one,
                    "title": say(
                        said["made"],
                        level=texts["states"][words.LEVELS[one.level]].lower(),
                        who=words.who(one.author, told.names, texts),
                    ),
                    "state": "" if one.confirmations else said["nobody"],
                    "steps": escalation.of_test(one, told.names, board.zone, board.now, texts),
                }
                for one in told.tests
                if one.facility == id
            ],
        }
        for id, name in board.places
        if id in known and board.caller.may("annotate", id)
    ]


def plan_state(plan: Plan) -> str:
    """Give the state that a plan wears: its level; blind where it could not see a worse one, unknown before all.

    One that only simulates calls nobody: below its first level it is no green.
    """
    if plan.followed_to is None:
        return states.UNKNOWN
    level = words.LEVELS[plan.level]
    if plan.approval == "simulated" and level == states.GREEN:
        return states.NOT_MONITORED
    return min(level, states.BLIND, key=states.severity) if plan.sight == "blind" else level


def event(found: AlarmDetail, texts: Texts, shown: Shown, caller: Caller) -> dict[str, Any]:
    """One alarm: what happened around it, what to do, what was done."""
    facility = shown.facilities[0]
    alarm, zone, names = found.alarm, facility.timezone, found.names
    moves = movement.of_answer(found.movement) if found.movement else Movement()
    return pages.shared(shown, texts, "alarms", zone, facility) | {
        "tab": "",
        "heading": words.title(alarm, zone, shown.now, texts),
        "path": [(texts["pages"]["alarms"], "/alarms"), (facility.name, "")],
        "subheading": say(texts["alarms"]["event"]["number"], n=alarm.id),
        "verdict": headline.of_event(found, moves, zone, shown.now, texts),
        "facts": _facts(found, zone, shown, texts),
        "tasks": tasks.of_alarm(found, caller, zone=zone, now=shown.now, texts=texts),
        "alarm": alarm,
        "context": [_around(one, texts) for one in found.context],
        "escalation": escalation.timeline(found, zone, shown.now, texts),
        "gateways": local.sentences(found, zone, shown.now, texts),
        "history": [
            {
                "line": one,
                "state": words.LEVELS[one.level] if alarm.family == "dam" else states.MAINTENANCE,
                "who": words.who(one.author, names, texts),
                "note": words.late(one, zone, shown.now, texts) or words.note(one, zone, shown.now, texts),
                "what": _kind(one, texts),
            }
            for one in reversed(found.history)
        ],
    }


def plan(one: Plan, known: Duties, texts: Texts, shown: Shown, caller: Caller) -> dict[str, Any]:
    """One plan: levels with conditions and actions, approval, who may lower."""
    facility = shown.facilities[0]
    may = caller.may("approve", facility.id)
    units = {row.name: (row.quantity, row.unit) for row in facility.datastreams}
    levels = [{"level": level, "lines": words.condition(level.when, units, texts)} for level in reversed(one.levels)]
    said, force = texts["alarms"]["plan"], words.force(one, shown.now.date(), texts)
    in_force = (
        say(said["in_force"], who=one.approved_by, day=writing.calendar_day(one.approved_on))
        if one.approval == "in-force"
        else ""
    )
    return pages.shared(shown, texts, "alarms", facility.timezone, facility) | {
        "tab": "",
        "heading": sentence(one.failure_mode),
        "path": [(texts["alarms"]["tabs"]["plans"], "/alarms/plans"), (facility.name, "")],
        "subheading": say(said["number"], id=one.id),
        "verdict": VerdictBanner(
            plan_state(one),
            say(said["stands"], level=texts["states"][words.LEVELS[one.level]].lower())
            if one.followed_to
            else said["never"],
            f"{in_force} {force}".strip(),
            say(said["lost"], names=", ".join(one.lost)) if one.lost else "",
        ),
        "facts": [
            Fact(said["level"], texts["states"][plan_state(one)], "", "", plan_state(one)),
            Fact(said["approved_by"], one.approved_by or said["nobody"]),
            Fact(said["approved_on"], writing.calendar_day(one.approved_on) or said["not_yet"]),
            Fact(said["valid_to"], writing.calendar_day(one.valid_to) or said["no_end"]),
            Fact(said["lowered_by"], one.lowered_by or said["by_itself"]),
            Fact(said["levels"], numbers.count(len(one.levels))),
        ],
        "plan": one,
        "answering": duties.of_plan(one, known, texts),
        "levels": levels,
        "may_approve": may and bool(force),
        "may_withdraw": may and one.approval != "simulated",
    }


def _held(one: Hold, texts: Texts) -> str:
    """Say which type of alarm is held, up to which level; '' of equipment, which has none."""
    if one.family == "maintenance":
        return ""
    level = texts["states"][words.LEVELS[one.level]].lower()
    said = texts["alarms"]["types"]
    held = say(said["held"], level=level)
    return held if one.type == "level" else f"{say(said[one.type], level=level)}, {held}"


def _kind(line: HistoryEntry | LevelLine, texts: Texts) -> str:
    return say(texts["alarms"]["kinds"][line.kind], level=texts["states"][words.LEVELS[line.level]].lower())


def _due(alarm: Alarm, board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    assert alarm.next_due_at is not None
    return {
        "alarm": alarm,
        "left": words.left(alarm.next_due_at, board.now, texts),
        "by": words.by(alarm.next_due_at, board.zone, board.now, texts),
    }


def _row(alarm: Alarm, board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    said, now, quantity = texts["alarms"], board.now, alarm.quantity or ""
    has_fallen = alarm.family == "dam" and alarm.highest > alarm.level
    answered = ""
    if alarm.acknowledged_at is not None:
        since_known_s = (alarm.acknowledged_at - alarm.noted_at).total_seconds()
        after_s = alarm.acknowledged_after_s
        answered = say(said["after"], time=span(since_known_s if after_s is None else after_s))
    elif alarm.closed_at is None:
        answered = say(said["waits"], time=span((now - (alarm.called_since or alarm.noted_at)).total_seconds()))
    return {
        "alarm": alarm,
        "state": words.state_of(alarm),
        "type": words.type_of(alarm, texts),
        "labels": words.labels(alarm, texts),
        "was": say(said["was"], level=texts["states"][words.LEVELS[alarm.highest]].lower()) if has_fallen else "",
        "title": words.title(alarm, board.zone, now, texts),
        "watched": _watched(alarm),
        "lasts": span(((alarm.returned_at or now) - alarm.began_at).total_seconds()),
        "who": words.who(alarm.acknowledged_by or "", board.names, texts),
        "answered": answered,
        "now": "" if alarm.value_now is None else numbers.with_unit(alarm.value_now, quantity, alarm.unit or ""),
        "quality": "" if alarm.value_now is None else _doubt(alarm.quality_now, texts),
        "limits": words.limits(alarm.limits, quantity, alarm.unit or "", texts),
        "left": words.left(alarm.next_due_at, now, texts) if alarm.next_due_at else "",
        "by": words.by(alarm.next_due_at, board.zone, now, texts) if alarm.next_due_at else "",
        "may": board.caller.may("annotate", alarm.facility),
    }


def _watched(alarm: Alarm) -> str:
    """Name the series that an alarm looks at: what its instrument is called first, then its code."""
    code = (alarm.watched or "").removeprefix(f"{alarm.facility}:")
    return f"{called(alarm.watched_title, alarm.watched_place)} ({code})" if alarm.watched_title else code


def _doubt(quality: int | None, texts: Texts) -> str:
    """Name a quality that is not to be trusted; empty: it is good, or was not evaluated."""
    return "" if quality in (None, *movement.USABLE) else str(texts["quality"][str(quality)]).lower()


def _fault(alarm: Alarm, board: AlarmBoardView, texts: Texts) -> dict[str, Any]:
    age = ages.age_words((board.now - alarm.began_at).total_seconds())
    title = words.title(alarm, board.zone, board.now, texts)
    return {"alarm": alarm, "title": title, "state": words.state_of(alarm), "age": age}


def _facts(found: AlarmDetail, zone: str, shown: Shown, texts: Texts) -> list[Fact]:
    alarm, said = found.alarm, texts["alarms"]["event"]
    words_of = texts["states"]
    ended = alarm.returned_at or shown.now
    answered, held = (
        ages.day_and_clock(time, zone, shown.now) if time else none
        for time, none in ((alarm.acknowledged_at, said["not_yet"]), (alarm.held_until, said["not_held"]))
    )
    done = sum(one.closed_at is not None for one in found.actions)
    return [
        Fact(
            said["level"],
            words.level_of(alarm, texts),
            "",
            say(said["values_say"], level=words_of[words.LEVELS[alarm.signal]].lower()),
            words.state_of(alarm),
        ),
        Fact(
            said["began"],
            ages.day_and_clock(alarm.began_at, zone, shown.now),
            "",
            say(said["lasted"], time=span((ended - alarm.began_at).total_seconds())),
        ),
        Fact(said["answered"], answered),
        Fact(said["actions"], say(said["done_of"], done=done, total=len(found.actions))),
        Fact(said["lowered_by"], alarm.lowered_by or said["by_itself"]),
        Fact(said["held"], held),
    ]


def _around(one: Any, texts: Texts) -> dict[str, Any]:
    facility, _, name = one.datastream.partition(":")
    change = None if one.value is None or one.day_before is None else one.value - one.day_before
    return {
        "around": one,
        "name": name,
        "address": f"/f/{facility}?ds={name}",
        "quantity": quantity_words(one.quantity, texts),
        "value": numbers.number(one.value, one.quantity, one.unit),
        "now": numbers.number(one.value_now, one.quantity, one.unit),
        "doubt_now": _doubt(one.quality_now, texts),
        "unit": numbers.unit_words(one.unit),
        "change": ""
        if change is None
        else f"{'+' if change > 0 else ''}{numbers.number(change, one.quantity, one.unit)}",
        "sum": numbers.number(one.sum_24h, one.quantity, one.unit),
        "limits": words.limits(one.limits, one.quantity, one.unit, texts),
    }
