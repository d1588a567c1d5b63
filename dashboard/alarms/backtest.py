"""A plan replayed on history: the form that proposes other limits, and what they would have done beside the present."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from api.alarms.models import LevelTimeline, Plan
from api.commands.models import Command
from api.events.models import FacilityEvents
from api.sight.models import PlanSight
from dashboard import ages, chart_events, numbers, pages, states
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.safety.sight import SightRow, SightWords
from dashboard.verdict import VerdictBanner
from dashboard.view_models import FacilityRow
from tailings.time_span import span
from texts import Texts, say, writing

from . import backtest_chart, words
from .load import BOTTOM, HEIGHT, LEFT, ROOM, WIDTH, DayBar, LoadPicture, axis

USUAL: Final = {"value": None, "hysteresis": 0, "for_n": 1, "for_s": 0}
"""What a person may change of a test, and what it is when the plan does not say."""
PERIOD: Final = timedelta(days=365)
NAMES: Final = ("present", "proposed")
Replayed = Mapping[str, Any]


class Change(NamedTuple):
    """What the form is filled in with: readings in a row, the dead bands so many times as wide (None: as it is)."""

    for_n: int | None = None
    times: float | None = None


@dataclass(frozen=True)
class Test:
    """One test of a plan in the form: where it stands in the plan, its words, its fields with their values."""

    place: str
    level: str
    words: str
    fields: list[tuple[str, Any]]


def start_of(command: Command) -> datetime:
    """Give when the replayed time of a back-test begins."""
    outcome: Replayed = command.outcome or {}
    return datetime.fromisoformat(outcome["parameters"]["from"])


def page(
    plan: Plan,
    texts: Texts,
    shown: Shown,
    command: Command | None,
    change: Change,
    *,
    recorded: LevelTimeline | None = None,
    events: FacilityEvents | None = None,
) -> dict[str, Any]:
    """Give what the page shows; command: a back-test that is done, None before one was asked.

    recorded: what the plan's alarms really said since that time began. events: what else happened.
    """
    facility = shown.facilities[0]
    outcome: Replayed | None = command.outcome if command else None
    said = texts["alarms"]["backtest"]
    asked = outcome["parameters"] if outcome else {}
    levels = asked.get("levels") or [level.model_dump() for level in plan.levels]
    found = {name: outcome[name] for name in NAMES if name in outcome} if outcome else {}
    marks = chart_events.worded(events, facility, texts) if events else []
    return pages.shared(shown, texts, "alarms", facility.timezone, facility) | {
        "tab": "",
        "heading": say(said["heading"], plan=plan.failure_mode),
        "path": [(texts["alarms"]["tabs"]["plans"], "/alarms/plans"), (facility.name, "")],
        "subheading": said["sub"],
        "verdict": _verdict(found, outcome, texts),
        "facts": _facts(found, outcome, texts),
        "plan": plan,
        "body": {"plan": plan.id, "levels": levels},
        "tests": list(_tests(levels, facility, texts, change)),
        "asked": {
            "from": _day(asked.get("from")) or (shown.now - PERIOD).date().isoformat(),
            "to": _day(asked.get("to")) or (shown.now + timedelta(days=1)).date().isoformat(),
            "marks": [_field(mark) for mark in asked.get("marks", ())],
        },
        "found": found,
        "chart": backtest_chart.chart(outcome, recorded, facility.timezone, texts, marks) if outcome else None,
        **chart_events.listed(marks, events is not None and events.is_cut),
        "bars": bars(found, texts) if found else None,
        "rows": _rows(found, texts),
        "marked": _marked(found, texts),
        "sight": list(_sight(plan.id, found, texts, facility, shown.now)),
    }


def bars(found: Mapping[str, Replayed], texts: Texts) -> LoadPicture:
    """Draw the alarms of each month, the present rule beside the proposed one."""
    months = sorted({month for one in found.values() for month in one["by_month"]})
    most = max([4, *(count for one in found.values() for count in one["by_month"].values())])
    step = (WIDTH - LEFT) / max(len(months), 1)
    width = 0.7 * step / len(found)
    drawn = [
        DayBar(
            round(LEFT + (number + 0.15) * step + place * width, 1),
            round(HEIGHT - BOTTOM - count / most * ROOM, 1),
            round(min(width, 40) * 0.92, 1),
            round(count / most * ROOM, 1),
            name,
        )
        for number, month in enumerate(months)
        for place, (name, one) in enumerate(found.items())
        if (count := one["by_month"].get(month, 0))
    ]
    every = max(1, len(months) // 9)
    shown = [
        (round(LEFT + (n + 0.5) * step, 1), writing.month_of_year(month))
        for n, month in enumerate(months)
        if n % every == 0
    ]
    said = texts["alarms"]["backtest"]
    counts = ", ".join(say(said["bars_say"], what=said[name], n=one["alarms"]) for name, one in found.items())
    return LoadPicture(drawn, axis(most), shown, say(said["picture"], months=len(months), counts=counts))


def _tests(levels: list[dict[str, Any]], facility: FacilityRow, texts: Texts, change: Change) -> Iterator[Test]:
    units = {row.name: (row.quantity, row.unit) for row in facility.datastreams}
    for number, level in enumerate(levels):
        for place, leaf in _leaves(level["when"], f"levels.{number}.when"):
            values = {key: leaf.get(key, usual) for key, usual in USUAL.items()}
            values["for_n"] = max(change.for_n or 1, values["for_n"])
            values["hysteresis"] *= change.times or 1
            said = {key: value for key, value in leaf.items() if key == "value" or USUAL.get(key) != value}
            line = words.condition(said, units, texts)[0]
            yield Test(place, level["level"], line, [(key, f"{value:.10g}") for key, value in values.items()])


def _leaves(when: Mapping[str, Any], place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    inner = [(f"{place}.{group}.{n}", part) for group in ("all", "any") for n, part in enumerate(when.get(group, ()))]
    if not inner:
        yield place, when
    for below, part in inner:
        yield from _leaves(part, below)


def _verdict(found: Mapping[str, Replayed], outcome: Replayed | None, texts: Texts) -> VerdictBanner:
    said = texts["alarms"]["backtest"]
    if outcome is None:
        return VerdictBanner("", said["ask"], said["ask_says"], "")
    note = say(said["rows"], rows=numbers.count(outcome["rows"]))
    if len(found) < len(NAMES):
        return VerdictBanner("", say(said["alone"], next(iter(found.values()))["alarms"]), "", note)
    present, proposed = found["present"], found["proposed"]
    title = say(
        said["same"] if present["alarms"] == proposed["alarms"] else said["instead"],
        new=proposed["alarms"],
        old=present["alarms"],
    )
    says = f"{_first_words(present, proposed, texts)} {_missed(found, texts)}".strip()
    return VerdictBanner("", title, says, note)


def _first_words(present: Replayed, proposed: Replayed, texts: Texts) -> str:
    """Say by how much the proposed plan spoke later, or earlier, for the first time."""
    said = texts["alarms"]["backtest"]
    before, after = (min(filter(None, one["first"].values()), default=None) for one in (present, proposed))
    if before is None or after is None:
        return str(said["never_spoke"] if after is None else said["spoke_alone"])
    seconds = (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()
    if seconds == 0:
        return str(said["as_soon"])
    return say(said["later"] if seconds > 0 else said["earlier"], time=span(abs(seconds)))


def _missed(found: Mapping[str, Replayed], texts: Texts) -> str:
    said, proposed = texts["alarms"]["backtest"], found["proposed"]
    if not proposed["marked"]:
        return ""
    return say(said["missed"], proposed["missed"]) if proposed["missed"] else str(said["none_missed"])


def _facts(found: Mapping[str, Replayed], outcome: Replayed | None, texts: Texts) -> list[Fact]:
    said = texts["alarms"]["backtest"]
    if outcome is None:
        return []
    newest, present = found.get("proposed", found.get("present")), found.get("present")
    assert newest is not None

    def fact(name: str, give: Any) -> Fact:
        beside = say(said["now_is"], value=give(present)) if present and present is not newest else ""
        return Fact(said["facts"][name], give(newest), "", beside)

    return [
        fact("alarms_a_month", lambda one: numbers.fixed(one["alarms_a_month"], 1)),
        fact("alarms", lambda one: numbers.count(one["alarms"])),
        fact("raised", lambda one: span(sum(one["time_in_s"][name] for name in words.LEVELS[1:]))),
        fact("seen", lambda one: f"{len(one['marked']) - one['missed']} / {len(one['marked'])}"),
        Fact(said["facts"]["from"], writing.calendar_day(newest["from"]), "", "UTC"),
        Fact(said["facts"]["to"], writing.calendar_day(newest["to"]), "", "UTC"),
    ]


def _rows(found: Mapping[str, Replayed], texts: Texts) -> list[dict[str, Any]]:
    """Give the table: for each rule and level how often, first when, and how long."""
    said = texts["alarms"]["backtest"]
    return [
        {
            "who": said[name],
            "level": level,
            "reached": one["reached"][level],
            "first": _minute(one["first"][level]) if one["first"][level] else said["never"],
            "lasted": span(one["time_in_s"][level]),
        }
        for level in reversed(words.LEVELS[1:])
        for name, one in found.items()
    ]


def _sight(
    plan: str, found: Mapping[str, Replayed], texts: Texts, facility: FacilityRow, now: datetime
) -> Iterator[SightRow]:
    """Give what would be seen with each rule; nothing for a back-test that did not try it."""
    said = texts["alarms"]["backtest"]
    for name, one in found.items():
        tried = one.get("sight")
        if tried and tried["proof"]:
            yield SightWords(facility, now, texts, PlanSight.model_validate(tried["proof"])).row(said[name])
        elif tried:
            yield SightRow(plan, said[name], states.UNKNOWN, said["unproved"][tried["unproved"]], ())


def _marked(found: Mapping[str, Replayed], texts: Texts) -> list[dict[str, Any]]:
    said = texts["alarms"]["backtest"]
    columns = [one["marked"] for one in found.values()]
    return [
        {
            "at": _minute(marks[0]["at"]),
            "leads": [
                (said[name], said["not_seen"] if lead is None else say(said["lead"], time=span(lead)))
                for name, lead in zip(found, (mark["lead_s"] for mark in marks), strict=True)
            ],
        }
        for marks in zip(*columns, strict=True)
    ]


def _minute(instant: str) -> str:
    return ages.utc_minute(datetime.fromisoformat(instant))


def _field(instant: str) -> str:
    """Write a time as the form reads it."""
    return ages.utc(datetime.fromisoformat(instant))[:16].replace("T", " ")


def _day(instant: str | None) -> str:
    return _field(instant)[:10] if instant else ""
