"""Cause and effect: does the pond explain what a piezometer does? Daily means against a fitted line with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from dashboard import numbers, rendering
from dashboard.drawing import Drawing, Scale, ticks
from dashboard.rows import DatastreamRow
from tailings import response
from tailings.response import Delayed
from tailings.series import Mask, Values
from texts import Texts, say

from .limits import Limits
from .watched import Watched

WIDTH, HEIGHT = 430.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 412.0, 14.0, 284.0
REFERENCE: Final = 2 / 3
"""The line is fitted to this first share of the days; the rest is judged by it."""
MAX_DELAY_D: Final = 7
CLASSES: Final = 5
DAY_MS: Final = 86_400_000
STEPS: Final = 40
REACHING: Final = 1.5
"""A trigger is in the view that is away from the days by at most so many times their height."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Daily means of pond and piezometer on the same days: start_ms int64[n], pond and level float64[n]."""

    start_ms: np.ndarray
    pond: Values
    level: Values
    fitted: Delayed | None
    is_reference: Mask

    @property
    def cause(self) -> Values:
        """The pond as late as the fit says."""
        return response.late(self.pond, self.fitted.delay) if self.fitted else self.pond


@dataclass(frozen=True, eq=False)
class Picture:
    """The drawing, what it shows in words, and its pairs for the table."""

    drawing: Drawing
    title: str
    sub: str
    says: str
    pairs: Pairs
    row: DatastreamRow


def picture(watched: Watched, row: DatastreamRow | None, texts: Texts) -> Picture | None:
    """Draw one piezometer against the pond; None where one of them has no days."""
    pond = next(iter(watched.of_quantity("pond-level")), None)
    pairs = pairs_of(watched, pond.name, row.name) if pond and row else None
    if pairs is None or row is None:
        return None
    words = texts["safety"]["cause"]
    says = _says(pairs, row, texts)
    drawing = Drawing(WIDTH, HEIGHT, says)
    _draw(drawing, pairs, watched, row, texts)
    return Picture(drawing, say(words["title"], name=row.short), _sub(pairs, watched, texts), says, pairs, row=row)


def pairs_of(watched: Watched, pond: str, level: str) -> Pairs | None:
    """Put the days of both on one even calendar and fit the line to the first two thirds."""
    one, other = watched.days.get(pond), watched.days.get(level)
    if one is None or other is None:
        return None
    first = max(int(one.start_ms[0]), int(other.start_ms[0]))
    last = min(int(one.start_ms[-1]), int(other.start_ms[-1]))
    if last - first < DAY_MS:
        return None
    start_ms = np.arange(first, last + 1, DAY_MS)
    columns = [_on(start_ms, means.start_ms, means.mean) for means in (one, other)]
    is_reference = np.arange(start_ms.size) < REFERENCE * start_ms.size
    effect = np.where(is_reference, columns[1], np.nan)
    fitted = response.fit_delayed(columns[0], effect, MAX_DELAY_D)
    return Pairs(start_ms, columns[0], columns[1], fitted, is_reference)


def _on(start_ms: np.ndarray, known_ms: np.ndarray, mean: Values) -> Values:
    at = np.searchsorted(known_ms, start_ms).clip(0, known_ms.size - 1)
    return np.where(known_ms[at] == start_ms, mean[at], np.nan)


def _draw(drawing: Drawing, pairs: Pairs, watched: Watched, row: DatastreamRow, texts: Texts) -> None:
    cause, is_shown = pairs.cause, np.isfinite(pairs.cause) & np.isfinite(pairs.level)
    if not is_shown.any():
        return
    limits = watched.limits_of(row.name)
    x = _scale(cause[is_shown], LEFT, RIGHT)
    y = _scale(_reaching(pairs.level[is_shown], limits), BOTTOM, TOP)
    if limits:
        _triggers(drawing, limits, y)
    if pairs.fitted:
        _band(drawing, pairs.fitted, x, y)
    _frame(drawing, x, y, texts)
    if limits:
        _trigger_words(drawing, limits, y, texts)
    places = np.flatnonzero(is_shown)
    for number in range(CLASSES):
        mine = [place for place in places if min(CLASSES - 1, place * CLASSES // cause.size) == number]
        drawing.dots([(x(cause[place]), y(pairs.level[place])) for place in mine], 4, f"later{number}")
    last = int(places[-1])
    at = x(cause[last])
    anchor, shift = ("end", -8) if at > (LEFT + RIGHT) / 2 else ("start", 8)
    drawing.text(at + shift, y(pairs.level[last]) + 4, _day(pairs, last, watched), "b halo", anchor)


def _reaching(level: Values, limits: Limits | None) -> Values:
    """Add the trigger that matters to the levels that the view holds: the worst reached, else the next, if near."""
    if limits is None:
        return level
    newest, height = float(level[-1]), float(np.ptp(level))
    near = limits.reached(newest) or limits.next(newest)
    return np.append(level, near.value) if near and abs(near.value - newest) <= REACHING * height else level


def _triggers(drawing: Drawing, limits: Limits, y: Scale) -> None:
    """Tint what lies past each trigger up to the next, and draw the trigger where the view holds it."""
    beyond = TOP if limits.is_above else BOTTOM
    edges = [min(BOTTOM, max(TOP, y(limit.value))) for limit in limits.limits]
    for limit, at, end in zip(limits.limits, edges, [*edges[1:], beyond], strict=True):
        drawing.area([(LEFT, at), (RIGHT, at), (RIGHT, end), (LEFT, end)], f"past-{limit.level}")
        if y.low <= limit.value <= y.high:
            drawing.line([(LEFT, at), (RIGHT, at)], limit.level)
            drawing.line([(LEFT, at + 2), (RIGHT, at + 2)], "edge")


def _trigger_words(drawing: Drawing, limits: Limits, y: Scale, texts: Texts) -> None:
    """Write level and value beside each trigger; of the first that lies outside the view, where it lies."""
    words = texts["safety"]["cause"]
    room = 36 if any(limit.value > y.high for limit in limits.limits) else 18
    for limit in limits.limits:
        name = f"{texts['states'][limit.level]} {numbers.number(limit.value, 'water-level')}"
        if y.low <= limit.value <= y.high:
            at = y(limit.value)
            drawing.text(LEFT + 6, at - 6 if at - TOP > room else at + 16, name, "halo")
        else:
            is_over = limit.value > y.high
            drawing.text(LEFT + 6, TOP + 12 if is_over else BOTTOM - 6, say(words["outside"], trigger=name), "q halo")
            return


def _scale(values: Values, low: float, high: float) -> Scale:
    least, most = float(np.min(values)), float(np.max(values))
    middle, half = (most + least) / 2, max((most - least) * 0.58, 0.02)
    return Scale(middle - half, middle + half, low, high)


def _band(drawing: Drawing, fitted: Delayed, x: Scale, y: Scale) -> None:
    cause = np.linspace(x.low, x.high, STEPS)
    expected, half = fitted.response.expected(cause), fitted.response.half_width(cause)

    def clipped(values: Values) -> list[tuple[float, float]]:
        return [(x(at), min(BOTTOM, max(TOP, y(value)))) for at, value in zip(cause, values, strict=True)]

    drawing.area([*clipped(expected + half), *reversed(clipped(expected - half))], "band")
    drawing.line(clipped(expected), "fit")


def _frame(drawing: Drawing, x: Scale, y: Scale, texts: Texts) -> None:
    words = texts["safety"]["cause"]
    for value in ticks(x.low, x.high, 5):
        drawing.line([(x(value), TOP), (x(value), BOTTOM)], "grid")
        drawing.text(x(value), BOTTOM + 18, numbers.number(value, "pond-level"), "q", "middle")
    for value in ticks(y.low, y.high, 6):
        drawing.line([(LEFT, y(value)), (RIGHT, y(value))], "grid")
        drawing.text(LEFT - 6, y(value) + 4, numbers.number(value, "water-level"), "q", "end")
    drawing.text((LEFT + RIGHT) / 2, HEIGHT - 8, words["pond"], "q", "middle")


def _day(pairs: Pairs, place: int, watched: Watched) -> str:
    time = datetime.fromtimestamp(int(pairs.start_ms[place]) / 1000 + 43_200, UTC)
    return rendering.day(time, watched.zone, watched.now)


def _sub(pairs: Pairs, watched: Watched, texts: Texts) -> str:
    words = texts["safety"]["cause"]
    if pairs.fitted is None:
        return str(words["no_fit"])
    last = int(np.flatnonzero(pairs.is_reference)[-1])
    return say(
        words["sub"],
        first=_day(pairs, 0, watched),
        last=_day(pairs, last, watched),
        delay=pairs.fitted.delay,
        r2=f"{pairs.fitted.response.r2:.2f}",
        points=pairs.fitted.response.points,
        independent=round(pairs.fitted.response.independent),
    )


def _says(pairs: Pairs, row: DatastreamRow, texts: Texts) -> str:
    """Say of the last day whether the pond explains it; how often a band is left by chance is said beside it."""
    words = texts["safety"]["cause"]
    places: Sequence[int] = np.flatnonzero(np.isfinite(pairs.cause) & np.isfinite(pairs.level)).tolist()
    if pairs.fitted is None or not places:
        return str(words["not_judged"])
    cause, level = pairs.cause[places[-1:]], pairs.level[places[-1:]]
    over = float((level - pairs.fitted.response.expected(cause))[0])
    if not pairs.fitted.response.is_outside(cause, level)[0]:
        return say(words["inside"], name=row.short)
    size = numbers.number(abs(over), "water-level")
    return say(words["above" if over > 0 else "below"], name=row.short, size=size)


def table(found: Picture, watched: Watched) -> list[tuple[str, float | None, float | None]]:
    """Give the days of the drawing for its table: day, pond level and piezometer, newest first."""
    pairs = found.pairs
    return [
        (_day(pairs, place, watched), _or_none(pairs.pond[place]), _or_none(pairs.level[place]))
        for place in reversed(range(pairs.start_ms.size))
    ]


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
