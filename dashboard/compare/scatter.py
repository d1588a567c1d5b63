"""Hazard against value, drawn: the state of each dam, its intervals as lines, names where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from api.comparison.known import is_unseen
from api.comparison.models import ComparedFacility
from dashboard import numbers, states
from dashboard.drawing import Drawing, Scale, Symbol
from texts import Texts, say

TOP, BOTTOM_LEFT_OUT, RIGHT = 26, 52, 14
LEFT: Final = 44
WIDE: Final = (780, 520)
NARROW: Final = (380, 400)
MARKS: Final = (0, 25, 50, 75, 100)
SYMBOL: Final = 18
RADIUS: Final = 14
LETTER: Final = 7.0
"""Pixels of a letter of 12 pixels at most, as many as a name takes."""
LINE: Final = 13
FREE_BELOW: Final = 8
"""Pixels below the axis, down to its numbers."""


class LabelBox(NamedTuple):
    """What stands somewhere: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: LabelBox) -> bool:
        """Whether both take the same place."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def state_of(one: ComparedFacility) -> str:
    """The state whose shape it has."""
    return one.state or states.UNKNOWN


def draw(facilities: Sequence[ComparedFacility], texts: Texts, *, is_narrow: bool) -> Drawing:
    """Draw facilities, the most hazardous on top of the others; narrow: with ranks instead of names."""
    words = texts["compare"]
    width, height = NARROW if is_narrow else WIDE
    x, y = Scale(0, 1, LEFT, width - RIGHT), Scale(0, 1, height - BOTTOM_LEFT_OUT, TOP)
    worst = min(facilities, key=lambda one: one.hazard.place)
    drawing = Drawing(width, height, say(words["scatter_says"], n=len(facilities), name=worst.name))
    _axes(drawing, x, y, texts)
    for one in facilities:
        look = "unseen" if is_unseen(one.state) else "seen"
        across, up = x(one.value.centre), y(one.hazard.centre)
        drawing.line([(x(one.value.low), up), (x(one.value.high), up)], look)
        drawing.line([(across, y(one.hazard.low)), (across, y(one.hazard.high))], look)
    placed = [_around(x(one.value.centre), y(one.hazard.centre), RADIUS) for one in facilities]
    for one in sorted(facilities, key=lambda one: -one.hazard.place):
        across, up = x(one.value.centre), y(one.hazard.centre)
        drawing.dots([(across, up)], RADIUS, "disc unseen" if is_unseen(one.state) else "disc")
    for one in sorted(facilities, key=lambda one: one.hazard.place):
        across, up = x(one.value.centre), y(one.hazard.centre)
        if is_narrow:
            drawing.text(across, up + 4, str(one.hazard.place), "b", "middle")
        else:
            drawing.symbols.append(Symbol(across, up, state_of(one), SYMBOL))
            _name(drawing, one, (across, up), placed)
    return drawing


def _axes(drawing: Drawing, x: Scale, y: Scale, texts: Texts) -> None:
    words = texts["compare"]
    drawing.area([(x(0.5), y(1)), (x(1), y(1)), (x(1), y(0.5)), (x(0.5), y(0.5))], "quarter")
    for mark in MARKS:
        share, written = mark / MARKS[-1], numbers.fixed(mark, 0)
        drawing.line([(x(0), y(share)), (x(1), y(share))], "crest" if mark == 50 else "grid")
        drawing.line([(x(share), y(0)), (x(share), y(1))], "crest" if mark == 50 else "grid")
        drawing.text(x(0) - 6, y(share) + 4, written, "q", "end")
        drawing.text(x(share), y(0) + 17, written, "q", "middle")
    drawing.text(4, 12, words["y"], "q")
    drawing.text(x(1), y(0) + 38, words["x"], "q", "end")
    corners = words["corners"]
    for name, left, top in (("safe", 0, 1), ("both", 1, 1), ("watch", 0, 0), ("study", 1, 0)):
        at = (x(left) + (-8 if left else 8), y(top) + (16 if top else -8))
        drawing.text(*at, corners[name], "q b", "end" if left else "start")


def _around(x: float, y: float, reach: float) -> LabelBox:
    return LabelBox(x - reach, y - reach, x + reach, y + reach)


def _name(drawing: Drawing, one: ComparedFacility, at: tuple[float, float], placed: list[LabelBox]) -> None:
    """Write its name, after its rank, where it covers no other; where there is no room it stands in the table alone."""
    words = f"{one.hazard.place} {one.name}"
    across, up = at
    wide = LETTER * len(words)
    for right, shift in ((True, -20), (True, 30), (False, -20), (False, 30), (True, 5), (False, 5)):
        left = across + 18 if right else across - 18 - wide
        box = LabelBox(left, up + shift - LINE, left + wide, up + shift + 3)
        fits = box.left > LEFT and box.right < drawing.width - RIGHT and box.top > TOP
        fits = fits and box.bottom <= drawing.height - BOTTOM_LEFT_OUT + FREE_BELOW
        if fits and not any(box.meets(other) for other in placed):
            placed.append(box)
            drawing.text(across + (18 if right else -18), up + shift, words, "halo b", "start" if right else "end")
            return
