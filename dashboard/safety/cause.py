"""Cause and effect: does the pond explain what a piezometer does? Daily means against a fitted line with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.safety.models import BandPoint, Response, Safety
from dashboard import ages, numbers
from dashboard.drawing import Drawing, Scale, ticks
from dashboard.view_models import DatastreamRow
from tailings.assess.limits import Limits
from texts import Texts, say

from . import levels
from .watched import WatchedFacility

WIDTH, HEIGHT = 430.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 412.0, 14.0, 284.0
CLASSES: Final = 5
HALF: Final = 0.58
"""The view reaches to both sides of the middle by so much of the range, as the band of the answer does."""
LEAST_M: Final = 0.02
MIDDAY: Final = timedelta(hours=12)
REACHING: Final = 1.5
"""A trigger is in the view that is away from the days by at most so many times their height."""


@dataclass(frozen=True)
class CausePicture:
    """The drawing, what it shows in words, and its pairs for the table."""

    drawing: Drawing
    title: str
    sub: str
    says: str
    pairs: Response
    row: DatastreamRow


def picture(watched: WatchedFacility[Safety], texts: Texts) -> CausePicture | None:
    """Draw the piezometer that is looked at more closely against the pond; None where one of them has no days."""
    pairs = watched.answer.response
    if pairs is None:
        return None
    words, row = texts["safety"]["cause"], watched.known(pairs.piezometer)
    says = _says(pairs, row, texts)
    drawing = Drawing(WIDTH, HEIGHT, says)
    _draw(drawing, pairs, watched, row, texts)
    return CausePicture(drawing, say(words["title"], name=row.short), _sub(pairs, watched, texts), says, pairs, row=row)


def _points(pairs: Response) -> list[tuple[int, float, float]]:
    """Place, pond (as late as the fit says) and level of the days that have both."""
    both = enumerate(zip(pairs.cause_m, pairs.level_m, strict=True))
    return [(place, cause, level) for place, (cause, level) in both if cause is not None and level is not None]


def _draw(
    drawing: Drawing, pairs: Response, watched: WatchedFacility[Safety], row: DatastreamRow, texts: Texts
) -> None:
    points, total = _points(pairs), len(pairs.days)
    if not points:
        return
    limits = levels.of_datastream(watched.answer, row.name)
    x = _scale([cause for _, cause, _ in points], LEFT, RIGHT)
    y = _scale(_reaching([level for _, _, level in points], limits), BOTTOM, TOP)
    if limits:
        _triggers(drawing, limits, y)
    if pairs.fit:
        _band(drawing, pairs.fit.band, x, y)
    _frame(drawing, x, y, texts)
    if limits:
        _trigger_words(drawing, limits, y, texts)
    for number in range(CLASSES):
        mine = [one for one in points if min(CLASSES - 1, one[0] * CLASSES // total) == number]
        drawing.dots([(x(cause), y(level)) for _, cause, level in mine], 4, f"later{number}")
    last, cause, level = points[-1]
    anchor, shift = ("end", -8) if x(cause) > (LEFT + RIGHT) / 2 else ("start", 8)
    drawing.text(x(cause) + shift, y(level) + 4, _day(pairs.days[last], watched), "b halo", anchor)


def _reaching(level: Sequence[float], limits: Limits | None) -> Sequence[float]:
    """Add the trigger that matters to the levels that the view holds: the worst reached, else the next, if near."""
    if limits is None:
        return level
    newest, height = level[-1], max(level) - min(level)
    near = limits.reached(newest) or limits.next(newest)
    return [*level, near.value] if near and abs(near.value - newest) <= REACHING * height else level


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


def _scale(values: Sequence[float], low: float, high: float) -> Scale:
    least, most = min(values), max(values)
    middle, half = (most + least) / 2, max((most - least) * HALF, LEAST_M)
    return Scale(middle - half, middle + half, low, high)


def _band(drawing: Drawing, band: Sequence[BandPoint], x: Scale, y: Scale) -> None:
    def clipped(sign: int) -> list[tuple[float, float]]:
        return [(x(one.pond_m), _within(y(one.expected_m + sign * one.half_width_m))) for one in band]

    drawing.area([*clipped(1), *reversed(clipped(-1))], "band")
    drawing.line(clipped(0), "fit")


def _within(at: float) -> float:
    return min(BOTTOM, max(TOP, at))


def _frame(drawing: Drawing, x: Scale, y: Scale, texts: Texts) -> None:
    words = texts["safety"]["cause"]
    for value in ticks(x.low, x.high, 5):
        drawing.line([(x(value), TOP), (x(value), BOTTOM)], "grid")
        drawing.text(x(value), BOTTOM + 18, numbers.number(value, "pond-level"), "q", "middle")
    for value in ticks(y.low, y.high, 6):
        drawing.line([(LEFT, y(value)), (RIGHT, y(value))], "grid")
        drawing.text(LEFT - 6, y(value) + 4, numbers.number(value, "water-level"), "q", "end")
    drawing.text((LEFT + RIGHT) / 2, HEIGHT - 8, words["pond"], "q", "middle")


def _day(start: datetime, watched: WatchedFacility[Safety]) -> str:
    return ages.day_of(start + MIDDAY, watched.zone, watched.now)


def _sub(pairs: Response, watched: WatchedFacility[Safety], texts: Texts) -> str:
    words, fit = texts["safety"]["cause"], pairs.fit
    if fit is None:
        return str(words["no_fit"])
    return say(
        words["sub"],
        first=_day(pairs.days[0], watched),
        last=_day(fit.last_reference, watched),
        delay=fit.delay_d,
        r2=numbers.fixed(fit.r2, 2),
        points=fit.points,
        independent=round(fit.independent),
    )


def _says(pairs: Response, row: DatastreamRow, texts: Texts) -> str:
    """Say of the last day whether the pond explains it; how often a band is left by chance is said beside it."""
    words, fit = texts["safety"]["cause"], pairs.fit
    if fit is None or fit.over_m is None:
        return str(words["not_judged"])
    if not fit.is_outside:
        return say(words["inside"], name=row.short)
    size = numbers.number(abs(fit.over_m), "water-level")
    return say(words["above" if fit.over_m > 0 else "below"], name=row.short, size=size)


def table(found: CausePicture, watched: WatchedFacility[Safety]) -> list[tuple[str, float | None, float | None]]:
    """Give the days of the drawing for its table: day, pond level and piezometer, newest first."""
    pairs = zip(found.pairs.days, found.pairs.pond_m, found.pairs.level_m, strict=True)
    return [(_day(start, watched), pond, level) for start, pond, level in reversed(list(pairs))]
