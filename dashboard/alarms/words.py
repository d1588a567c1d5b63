"""Words of the alarm pages: levels, times left, who did it, conditions of a plan as sentences."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from api.alarms.models import Alarm, HistoryEntry, Plan, PlanTest
from api.recipients.models import Recipient
from dashboard import ages, numbers, states
from tailings.time_span import span, stated_span
from texts import Texts, record, say, sentence, writing

ENDS_SOON_D: Final = 30
"""So long before its end an approval is named, and can be renewed; the rule of the equipment has the same."""
LEVELS: Final = states.LEVELS
SILENT: Final = ("silent-node", "barometer", "stale", "never-read")
"""Rules of the equipment whose alarm wears the shape of stale."""


def state_of(alarm: Alarm) -> str:
    """Give the state whose shape an alarm wears."""
    if alarm.family == "maintenance":
        return states.STALE if alarm.rule in SILENT else states.MAINTENANCE
    return state_of_dam(alarm.type, alarm.level)


def state_of_dam(type: str, level: int) -> str:
    """Give the state whose shape an alarm of the dam wears."""
    return states.BLIND if type == "blind" else LEVELS[level]


def type_of(alarm: Alarm, texts: Texts) -> str:
    """Say what an alarm of the dam is when it is not of the level ('Suspect past red'); '' of the level."""
    if alarm.type == "level":
        return ""
    return say(
        texts["alarms"]["types"][alarm.type], level=texts["states"][LEVELS[alarm.level or alarm.highest]].lower()
    )


def level_of(alarm: Alarm, texts: Texts) -> str:
    """Say how high an alarm stands, or of which other type it is ('Red', 'Suspect past red', 'Blind')."""
    return type_of(alarm, texts) or str(texts["states"][LEVELS[alarm.level]])


def labels(alarm: Alarm, texts: Texts) -> list[str]:
    """Say what stands beside an alarm: what a blind plan misses, what to do about a doubt, an approval that ended."""
    said = texts["alarms"]
    lost = ", ".join(f"{one.datastream} ({said['lost_codes'].get(one.code, one.code)})" for one in alarm.lost)
    return [
        words
        for words in (
            say(said["types"]["lost"], names=lost) if alarm.type == "blind" else "",
            said["types"]["read"] if alarm.type == "suspect" else "",
            say(said["approval"]["ended"], day=writing.calendar_day(alarm.approval_ended_on))
            if alarm.approval_ended_on
            else "",
        )
        if words
    ]


def late(line: HistoryEntry, zone: str, now: datetime, texts: Texts) -> str:
    """Say from when to when the values stood at a level that became known late; '' of any other line."""
    start, stop = line.detail.get("from"), line.detail.get("to")
    if line.kind != "learned-late" or not isinstance(start, str):
        return ""
    said, began = texts["alarms"]["learned_late"], ages.day_and_clock(datetime.fromisoformat(start), zone, now)
    if not isinstance(stop, str):
        return say(said["stands"], start=began)
    return say(said["over"], start=began, stop=ages.day_and_clock(datetime.fromisoformat(stop), zone, now))


def left(due: datetime, now: datetime, texts: Texts) -> str:
    """Say how long there is, or by how much it is late."""
    words, seconds = texts["alarms"], (due - now).total_seconds()
    return say(words["left"] if seconds >= 0 else words["late"], time=span(abs(seconds)))


def by(due: datetime, zone: str, now: datetime, texts: Texts) -> str:
    """Say until when."""
    return say(texts["alarms"]["by"], time=ages.short_clock(due, zone, now))


def title(alarm: Alarm, zone: str, now: datetime, texts: Texts) -> str:
    """Give what an alarm is about, as a heading; times by the facility's clock."""
    said = record.title(alarm.title, alarm.detail, texts, lambda at: ages.short_clock(at, zone, now))
    return sentence(said)


def note(line: HistoryEntry, zone: str, now: datetime, texts: Texts) -> str:
    """Say what a line of history notes: what a person typed, or what a program found; times by the facility's clock."""
    return record.line(line.note, line.detail, texts, lambda at: ages.short_clock(at, zone, now))


def who(author: str, names: Mapping[str, str], texts: Texts) -> str:
    """Say who did something: a person's name, or a word for the program."""
    if author.startswith("program:"):
        return str(texts["alarms"]["by_values"])
    return names.get(author, author)


def limits(some: Iterable[PlanTest], quantity: str, unit: str, texts: Texts) -> str:
    """Say the fixed limits of a datastream ('yellow 338.00, red 340.50'); rates and margins stand in the plan."""
    fixed = [one for one in some if one.rate_over_s is None and one.against is None]
    return ", ".join(
        f"{texts['states'][one.level].lower()} {numbers.stated(one.value, quantity, unit)}" for one in fixed
    )


def force(plan: Plan, today: date, texts: Texts) -> str:
    """Say why a plan only simulates, or that its approval has ended or ends soon; '': it is in force as ever."""
    said = texts["alarms"]["plan"]
    ends = date.fromisoformat(plan.valid_to) if plan.valid_to else date.max
    if plan.approval == "in-force":
        return say(said["ends"], n=(ends - today).days) if (ends - today).days <= ENDS_SOON_D else ""
    if plan.approval == "approval-ended":
        return say(said["ended"], day=writing.calendar_day(plan.valid_to))
    if plan.withdrawn_on and date.fromisoformat(plan.withdrawn_on) <= today:
        return say(said["withdrawn"], day=writing.calendar_day(plan.withdrawn_on), who=plan.withdrawn_by)
    if plan.is_changed:
        return str(said["changed"])
    if plan.approved_on and date.fromisoformat(plan.approved_on) > today:
        return say(said["begins"], day=writing.calendar_day(plan.approved_on))
    return str(said["simulates"])


def route(one: Recipient, texts: Texts) -> str:
    """Say of what and when somebody is told."""
    said = texts["alarms"]["route"]
    level = texts["states"][LEVELS[one.from_level]].lower()
    days = ", ".join(said["weekdays"][day - 1] for day in one.weekdays)
    parts = [
        said["equipment"] if one.family == "maintenance" else say(said["from"], level=level),
        say(said["after"], minutes=one.after_min) if one.after_min else said["at_once"],
        say(said["on_call"], start=one.on_call_from, stop=one.on_call_until) if one.on_call_from else "",
        say(said["days"], days=days) if len(one.weekdays) < 7 else "",
        say(said["quiet"], start=one.quiet_from, stop=one.quiet_until) if one.quiet_from else "",
        said["digest"] if one.has_digest else "",
    ]
    return ", ".join(filter(None, parts))


def condition(when: Mapping[str, Any], units: Mapping[str, tuple[str, str]], texts: Texts) -> list[str]:
    """Say a condition in lines, those of a group indented by its word; units: quantity and unit by datastream."""
    words = texts["alarms"]["conditions"]
    for group in ("all", "any"):
        if group in when:
            inner = [line for part in when[group] for line in condition(part, units, texts)]
            return [words[group], *(f"· {line}" for line in inner)]
    quantity, unit = units.get(when["datastream"], ("", ""))
    limit = numbers.limit(when["value"], quantity, unit)
    if "rate_over_s" in when:
        limit = say(words["rate"], value=limit, time=stated_span(when["rate_over_s"]))
    line = say(words[when["test"]], name=when["datastream"], value=limit)
    more = [
        say(words["against"], line=_line(when["against"], quantity, unit, words)) if "against" in when else "",
        say(words["for_n"], n=when["for_n"]) if "for_n" in when else "",
        say(words["for_s"], time=stated_span(when["for_s"])) if "for_s" in when else "",
        say(words["hysteresis"], value=numbers.stated(when["hysteresis"], quantity, unit))
        if "hysteresis" in when
        else "",
        say(words["stale"], time=stated_span(when["stale_after_s"])) if "stale_after_s" in when else "",
        say(words["months"], months=", ".join(writing.month(one) for one in when["months"]))
        if "months" in when
        else "",
    ]
    return [", ".join([line, *filter(None, more)])]


def _line(against: Mapping[str, Any], quantity: str, unit: str, words: Texts) -> str:
    """Say what a value is held against ('0.6 × n02:pond.level + 1.50, 2 h before')."""
    factor, offset, delay_s = (
        against.get(key, usual) for key, usual in (("factor", 1.0), ("offset", 0.0), ("delay_s", 0.0))
    )
    name = against["datastream"] if factor == 1 else f"{numbers.short(factor)} × {against['datastream']}"
    size = numbers.stated(abs(offset), quantity, unit)
    line = f"{name} {'+' if offset > 0 else writing.MINUS} {size}" if offset else name
    return say(words["before"], line=line, time=stated_span(delay_s)) if delay_s else line
