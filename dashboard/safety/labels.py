"""Labels of the piezometers above a section: each on a line to its hole, and none over another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dashboard import states
from dashboard.drawing import Drawing, Scale, Symbol
from dashboard.view_models import age_words
from texts import Texts, say

from . import sentences

if TYPE_CHECKING:
    from .section import DrawnTip

WIDTH, HEIGHT, STEP = 176.0, 32.0, 12.0
CHARACTER, NARROW = 6.6, 5.8
"""Letters of a name, which is bold, and of a value [px]."""
MAX_STEPS: Final = 60
ABOVE: Final = 26.0
"""How far above the ground a label begins [px]."""
Box = tuple[float, float, float, float]


def width(name: str, value: str) -> float:
    """How wide the first line of a label is, with its symbol; no label is narrower than `WIDTH`."""
    return max(WIDTH, 25 + CHARACTER * len(name) + NARROW * len(value))


def places(x: Scale, y: Scale, tips: Sequence[DrawnTip], texts: Texts) -> list[tuple[DrawnTip, float, float]]:
    """Give the left and the bottom of each label, the most downstream one first, each as low as there is room."""
    taken: list[Box] = []
    found = []
    for tip in sorted(tips, key=lambda tip: (-tip.offset_m, tip.tip_m)):
        at, wide = x(tip.offset_m), width(*words(tip, texts)[:2])
        left = min(at - 7, x.at_high - wide)  # right of that stands the axis
        bottom = free(left, y(tip.ground_m) - ABOVE, taken, wide)
        taken.append((left, bottom - HEIGHT, left + wide, bottom))
        found.append((tip, left, bottom))
    return found


def put(drawing: Drawing, x: Scale, y: Scale, tips: Sequence[DrawnTip], texts: Texts) -> None:
    """Write the labels, each on a line to its hole."""
    for tip, left, bottom in places(x, y, tips, texts):
        at = x(tip.offset_m)
        drawing.line([(at, y(tip.ground_m) - 2), (at, bottom + 2)], "lead")
        drawing.symbols.append(Symbol(left + 7, bottom - 19, tip.state))
        name, value, second = words(tip, texts)
        drawing.text(left + 19, bottom - 14, name, "b")
        drawing.text(left + 23 + CHARACTER * len(name), bottom - 14, value)
        drawing.text(left + 19, bottom, second, "q")


def free(left: float, bottom: float, taken: Sequence[Box], wide: float = WIDTH) -> float:
    """Give the lowest place at or above `bottom` where a label overlaps none that is there."""
    for _ in range(MAX_STEPS):
        box = (left, bottom - HEIGHT, left + wide, bottom)
        if not any(_overlaps(box, other) for other in taken):
            return bottom
        bottom -= STEP
    return bottom


def _overlaps(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def words(tip: DrawnTip, texts: Texts) -> tuple[str, str, str]:
    """Give the name, the value and the second line of a label."""
    said = texts["safety"]["margin"]
    row = tip.row
    if tip.level_m is None:
        return row.short, str(texts["quality"][str(row.quality)]), ""
    if tip.is_stale:
        return row.short, f"{row.number} m · {say(said['old'], age=age_words(row))}", str(texts["states"][states.STALE])
    if tip.limits is None:
        return row.short, f"{row.number} m", str(said["no_limit"])
    return row.short, f"{row.number} m", sentences.past(tip.limits, tip.level_m, row.unit, row.quantity, texts)
