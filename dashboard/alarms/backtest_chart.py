"""A back-test as a chart: what the plan looks at with its levels, and below it the alarms, recorded and replayed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, Final

from api.alarms.models import LevelTimeline
from dashboard import ages, chart_events, numbers
from dashboard.chart_events import EventMark
from dashboard.drawing import Drawing, Scale, ticks, words_along
from dashboard.view_models import quantity_words
from tailings.time_span import span
from texts import Texts, say

from . import words

WIDTH: Final = 930.0
LEFT, RIGHT, TOP = 104.0, 916.0, 30.0
PANEL, STRIP, GAP, FOOT = 150.0, 30.0, 22.0, 24.0
PARTS: Final = 4
STEP: Final = 8.0
"""How much higher a strip is for each level."""
LEAST: Final = 2.0
"""An alarm of a minute is seen too."""
MAX_ROWS: Final = 200
Steps = Sequence[tuple[datetime, int]]


@dataclass(frozen=True)
class AlarmSpan:
    """One time above green in words: by whom, at which worst level, from when, how long."""

    who: str
    level: str
    start: datetime
    lasted: str


@dataclass(frozen=True)
class ReplayChart:
    """The drawing, its alarms as a table, and how many more there are than the table has.

    is_cut: a plan changed its level more often than is kept, so that only its newest changes are drawn.
    """

    drawing: Drawing
    alarms: list[AlarmSpan]
    left_out: int
    is_cut: bool = False


def chart(
    outcome: Mapping[str, Any],
    recorded: LevelTimeline | None,
    zone: str,
    texts: Texts,
    marks: Sequence[EventMark] = (),
) -> ReplayChart | None:
    """Draw a back-test that is done; None for one of no readings, or of an earlier release, which kept no values.

    marks: what happened meanwhile.
    """
    extents = outcome.get("extents")
    names = [name for name in ("present", "proposed") if name in outcome]
    if not extents or not extents["series"] or not names:
        return None
    start, stop = (datetime.fromtimestamp(extents[key], UTC) for key in ("start_s", "stop_s"))
    said = texts["alarms"]["backtest"]
    strips = [(said["recorded"], _of_record(recorded, stop))] if recorded else []
    strips += [(said[name], _steps(outcome[name])) for name in names]
    spans = [(who, one) for who, steps in strips for one in _spans(steps, stop)]
    counts = ", ".join(say(said["bars_say"], what=who, n=sum(one is who for one, _ in spans)) for who, _ in strips)
    height = TOP + len(extents["series"]) * (PANEL + GAP) + len(strips) * (STRIP + GAP / 2) + FOOT
    drawing = Drawing(WIDTH, height, say(said["chart_says"], counts=counts))
    across = Scale(start.timestamp(), stop.timestamp(), LEFT, RIGHT)
    chart_events.draw(drawing, marks, across, (TOP - 8, height - FOOT), texts)
    top = TOP
    for one in extents["series"]:
        _values(drawing, one, {name: outcome[name]["levels"] for name in names}, across, top, texts=texts)
        top += PANEL + GAP
    for who, steps in strips:
        _strip(drawing, who, steps, across, (top, stop))
        top += STRIP + GAP / 2
    words_along(drawing, across, top + 8, PARTS, partial(ages.day_of_s, zone=zone, now=stop))
    rows = [
        AlarmSpan(who, words.LEVELS[level], at, span((until - at).total_seconds())) for who, (at, until, level) in spans
    ]
    is_cut = any(outcome[name].get("steps_left_out") for name in names)
    return ReplayChart(drawing, rows[:MAX_ROWS], max(len(rows) - MAX_ROWS, 0), is_cut)


def _steps(found: Mapping[str, Any]) -> Steps:
    return [(datetime.fromisoformat(at), level) for at, level in found["steps"]]


def _of_record(recorded: LevelTimeline, stop: datetime) -> Steps:
    return [(one.at, one.level) for one in recorded.steps if one.at < stop]


def _spans(steps: Steps, stop: datetime) -> Iterator[tuple[datetime, datetime, int]]:
    """From when until when it was above green, with the worst level of that time; an open one lasts until the end."""
    begun, worst = None, 0
    for at, level in [*steps, (stop, 0)]:
        if level and begun is None:
            begun = at
        worst = max(worst, level)
        if not level and begun is not None:
            yield begun, at, worst
            begun, worst = None, 0


def _values(
    drawing: Drawing, one: Mapping[str, Any], levels: Mapping[str, Any], across: Scale, top: float, *, texts: Texts
) -> None:
    """The lowest and highest value of each part of the time, and the levels of each plan on them, if near."""
    low, high = one["low"], one["high"]
    known = [value for value in (*low, *high) if value is not None]
    own = {tuple(level) for of_plan in levels.values() for level in of_plan.get(one["datastream"], ())}
    room = max(max(known) - min(known), 1e-6)
    near = sorted(level for level in own if min(known) - room < level[1] < max(known) + room)
    ends = [*known, *(value for _, value in near)]
    y = Scale(min(ends) - 0.05 * room, max(ends) + 0.05 * room, top + PANEL, top + 16)
    title = f"{one['datastream']} {quantity_words(one['quantity'], texts).lower()}, {numbers.unit_words(one['unit'])}"
    drawing.text(LEFT, top + 8, title, "b")
    for value in ticks(y.low, y.high, 4):
        drawing.line([(LEFT, y(value)), (RIGHT, y(value))], "grid")
        drawing.text(LEFT - 8, y(value) + 4, numbers.short(value), "q", "end")
    for level, value in near:
        drawing.line([(LEFT, y(value)), (RIGHT, y(value))], level)
        written = numbers.number(value, one["quantity"], one["unit"])
        drawing.text(RIGHT, y(value) - 5, f"{texts['states'][level]} {written}", "halo", "end")
    width = (across.high - across.low) / len(low)
    run: list[tuple[float, float]] = []
    for place, (least, most) in enumerate(zip([*low, None], [*high, None], strict=True)):
        if least is None:
            drawing.line(run, "now")
            run = []
        else:
            x = across(across.low + (place + 0.5) * width)
            run += [(x, y(least)), (x, y(most) + (0.8 if least == most else 0.0))]


def _strip(drawing: Drawing, who: str, steps: Steps, across: Scale, ends: tuple[float, datetime]) -> None:
    """The level over time: higher and in its colour above green."""
    top, stop = ends
    bottom = top + STRIP
    drawing.text(LEFT - 8, bottom - 2, who, "q", "end")
    drawing.line([(LEFT, bottom), (RIGHT, bottom)], "axis")
    for (at, level), (until, _) in pairwise([*steps, (stop, 0)]):
        if level:
            left = max(across(at.timestamp()), LEFT)
            right, upper = max(across(until.timestamp()), left + LEAST), bottom - STEP * (level + 0.5)
            drawing.area(
                [(left, bottom), (left, upper), (right, upper), (right, bottom)], f"past-{words.LEVELS[level]}"
            )
            drawing.line([(left, upper), (right, upper)], words.LEVELS[level])
