"""Quality control of the laboratory: a row an element, and blanks, duplicates and standards of one as drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.studies.models import LaboratoryControl
from dashboard import numbers
from dashboard.drawing import Drawing, Point, Scale, ticks
from texts import Texts, say

from .amounts import figures
from .valued import ValuedFacility

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 200, 178, 38, 196, 28, 152
RADIUS: Final = 3.0


def drawings(valued: ValuedFacility, texts: Texts) -> list[Drawing]:
    """Draw the blanks, duplicates and standards of the element of the cut-off, of which there are any."""
    found = next(one for one in valued.now.control if one.element == valued.result.cut_off_element)
    made = [_blanks(found, texts), _duplicates(found, texts), _standards(found, texts)]
    return [one for one in made if one is not None]


def _blanks(found: LaboratoryControl, texts: Texts) -> Drawing | None:
    """Blanks in the order of their names, mg/kg, against five detection limits."""
    if not found.blanks:
        return None
    words, bound = texts["value"]["control"], found.blank_bound_mg_per_kg
    picture = Drawing(WIDTH, HEIGHT, say(words["says_blanks"], n=len(found.blanks)))
    y = _axes(picture, 0.0, 1.2 * max(*found.blanks, bound or 0.0, 1e-9), words["draw_blanks"])
    if bound is not None:
        picture.line([(LEFT, y(bound)), (RIGHT, y(bound))], "dotted")
        picture.text(RIGHT, y(bound) - 5, say(words["limits"], limit=figures(bound)), "q halo", "end")
    picture.dots(_row(found.blanks, y), RADIUS, "check")
    return picture


def _duplicates(found: LaboratoryControl, texts: Texts) -> Drawing | None:
    """Each duplicate over what it repeats, mg/kg, between the lines of the bound of half difference."""
    pairs = [(one.first_mg_per_kg, one.again_mg_per_kg) for one in found.duplicates]
    if not pairs:
        return None
    words, values = texts["value"]["control"], [value for pair in pairs for value in pair]
    low, high, bound = 0.9 * min(values), 1.1 * max(values), found.duplicate_bound
    picture = Drawing(WIDTH, HEIGHT, say(words["says_duplicates"], n=len(pairs)))
    y, x = _axes(picture, low, high, words["draw_duplicates"]), Scale(low, max(high, low + 1e-9), LEFT, RIGHT)
    for share, look in ((0.0, "axis"), (bound, "dotted"), (-bound, "dotted")):
        slope = (1 + share) / (1 - share)
        ends = (max(low, low / slope), min(high, high / slope))
        picture.line([(x(end), y(end * slope)) for end in ends], look)
    picture.dots([(x(first), y(again)) for first, again in pairs], RADIUS, "check")
    picture.text(RIGHT, HEIGHT - 8, words["first"], "q", "end")
    return picture


def _standards(found: LaboratoryControl, texts: Texts) -> Drawing | None:
    """Standards in % of the certified value of their material, and how far their bound goes."""
    shares = [
        (one.mg_per_kg / one.certified_mg_per_kg, found.standard_bound * one.sd_mg_per_kg / one.certified_mg_per_kg)
        for one in found.standards
        if one.certified_mg_per_kg is not None and one.sd_mg_per_kg is not None
    ]
    if not shares:
        return None
    words = texts["value"]["control"]
    picture = Drawing(WIDTH, HEIGHT, say(words["says_standards"], n=len(shares)))
    reach = 1.2 * max(max(abs(share - 1), bound) for share, bound in shares)
    y = _axes(picture, 100 * (1 - reach), 100 * (1 + reach), words["draw_standards"])
    picture.line([(LEFT, y(100)), (RIGHT, y(100))], "axis")
    places = _row([100 * share for share, _ in shares], y)
    for sign in (-1, 1):
        picture.line(
            [(x, y(100 * (1 + sign * bound))) for (x, _), (_, bound) in zip(places, shares, strict=True)],
            "dotted",
        )
    picture.dots(places, RADIUS, "check")
    return picture


def _axes(picture: Drawing, low: float, high: float, title: str) -> Scale:
    y = Scale(low, max(high, low + 1e-9), BOTTOM, TOP)
    picture.text(0, 14, title, "b")
    levels = ticks(low, high, 4)
    picture.lines([[(LEFT, y(value)), (RIGHT, y(value))] for value in levels], "grid")
    for value in levels:
        picture.text(LEFT - 5, y(value) + 4, numbers.short(value) if value < 10_000 else figures(value, 3), "q", "end")
    return y


def _row(values: Sequence[float], y: Scale) -> list[Point]:
    step = (RIGHT - LEFT) / (len(values) + 1)
    return [(LEFT + step * (number + 1), y(value)) for number, value in enumerate(values)]
