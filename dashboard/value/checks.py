"""Quality control of the laboratory: a row an element, and blanks, duplicates and standards of one as drawings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.drawing import Drawing, Point, Scale, ticks
from tailings.laboratory.quality_control import (
    BLANK_LIMITS,
    DEVIATIONS,
    HALF_DIFFERENCE,
    Checks,
    Control,
    SentSamples,
    checks,
    control,
    sent,
)
from tailings.study.statements import of_element
from texts import Texts, say

from .amounts import figures
from .reads import Valued

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 200, 178, 38, 196, 28, 152
RADIUS: Final = 3.0


def quality(valued: Valued) -> list[Control]:
    """Quality control of the samples as they stand, one row an element of the study."""
    if valued.study is None:
        return []
    found = _sent(valued)
    return [control(one.element, found, certified(valued, one.element)) for one in valued.study.result.commodities]


def certified(valued: Valued, element: str) -> dict[str, tuple[float, float]]:
    """Value and standard deviation [mg/kg] of each material that the study file states them of."""
    return of_element(valued.study.result.standards if valued.study else (), element)


def drawings(valued: Valued, texts: Texts) -> list[Drawing]:
    """Draw the blanks, duplicates and standards of the element of the cut-off, of which there are any."""
    if valued.study is None:
        return []
    element, all_sent = valued.study.result.cut_off_element, _sent(valued)
    found = checks(element, all_sent)
    made = [
        _blanks(found, all_sent.limits.get(element), texts),
        _duplicates(found, texts),
        _standards(found, certified(valued, element), texts),
    ]
    return [one for one in made if one is not None]


def _blanks(found: Checks, limit: float | None, texts: Texts) -> Drawing | None:
    """Blanks in the order of their names, mg/kg, against five detection limits."""
    if not found.blanks:
        return None
    words, bound = texts["value"]["control"], None if limit is None else BLANK_LIMITS * limit
    picture = Drawing(WIDTH, HEIGHT, say(words["says_blanks"], n=len(found.blanks)))
    y = _axes(picture, 0.0, 1.2 * max(*found.blanks, bound or 0.0, 1e-9), words["draw_blanks"])
    if bound is not None:
        picture.line([(LEFT, y(bound)), (RIGHT, y(bound))], "dotted")
        picture.text(RIGHT, y(bound) - 5, say(words["limits"], limit=figures(bound)), "q halo", "end")
    picture.dots(_row(found.blanks, y), RADIUS, "check")
    return picture


def _duplicates(found: Checks, texts: Texts) -> Drawing | None:
    """Each duplicate over what it repeats, mg/kg, between the lines of ten per cent of half difference."""
    if not found.pairs:
        return None
    words, values = texts["value"]["control"], [value for pair in found.pairs for value in pair]
    low, high = 0.9 * min(values), 1.1 * max(values)
    picture = Drawing(WIDTH, HEIGHT, say(words["says_duplicates"], n=len(found.pairs)))
    y, x = _axes(picture, low, high, words["draw_duplicates"]), Scale(low, max(high, low + 1e-9), LEFT, RIGHT)
    for share, look in ((0.0, "axis"), (HALF_DIFFERENCE, "dotted"), (-HALF_DIFFERENCE, "dotted")):
        slope = (1 + share) / (1 - share)
        ends = (max(low, low / slope), min(high, high / slope))
        picture.line([(x(end), y(end * slope)) for end in ends], look)
    picture.dots([(x(first), y(other)) for other, first in found.pairs], RADIUS, "check")
    picture.text(RIGHT, HEIGHT - 8, words["first"], "q", "end")
    return picture


def _standards(found: Checks, known: Mapping[str, tuple[float, float]], texts: Texts) -> Drawing | None:
    """Standards in % of the certified value of their material, and how far three standard deviations go."""
    shares = [(value / known[of][0], known[of][1] / known[of][0]) for of, value in found.standards if of in known]
    if not shares:
        return None
    words = texts["value"]["control"]
    picture = Drawing(WIDTH, HEIGHT, say(words["says_standards"], n=len(shares)))
    reach = 1.2 * max(max(abs(share - 1), DEVIATIONS * deviation) for share, deviation in shares)
    y = _axes(picture, 100 * (1 - reach), 100 * (1 + reach), words["draw_standards"])
    picture.line([(LEFT, y(100)), (RIGHT, y(100))], "axis")
    places = _row([100 * share for share, _ in shares], y)
    for sign in (-1, 1):
        picture.line(
            [(x, y(100 * (1 + sign * DEVIATIONS * sd))) for (x, _), (_, sd) in zip(places, shares, strict=True)],
            "dotted",
        )
    picture.dots(places, RADIUS, "check")
    return picture


def _axes(picture: Drawing, low: float, high: float, title: str) -> Scale:
    y = Scale(low, max(high, low + 1e-9), BOTTOM, TOP)
    picture.text(0, 14, title, "b")
    for value in ticks(low, high, 4):
        picture.line([(LEFT, y(value)), (RIGHT, y(value))], "grid")
        picture.text(LEFT - 5, y(value) + 4, f"{value:g}" if value < 10_000 else figures(value, 3), "q", "end")
    return y


def _row(values: Sequence[float], y: Scale) -> list[Point]:
    step = (RIGHT - LEFT) / (len(values) + 1)
    return [(LEFT + step * (number + 1), y(value)) for number, value in enumerate(values)]


def _sent(valued: Valued) -> SentSamples:
    return sent((one.name, one.kind, one.of_sample, one.assays) for one in valued.samples)
