"""The site plan: where the instruments stand along the crest and away from it, each with its state of now.

Drawn by the server from the facility file: it needs no network and no script, prints, and each mark is a link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import cos, radians
from typing import Final

from api.instruments.models import CrossSection, Instruments, NodePlace
from dashboard import numbers, pages, states
from dashboard.drawing import Drawing, Scale, ticks
from dashboard.instruments.instrument_list import InstrumentRow
from dashboard.view_models import FacilityRow
from texts import Texts, say

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 960.0, 56.0, 250.0, 34.0, 30.0
LOWEST, HIGHEST = 220.0, 480.0
LEAST_SPAN_M: Final = 20.0
M_PER_DEGREE: Final = 111_320.0
"""On the equator, and of latitude everywhere within one percent (WGS 84)."""
LABEL_PX: Final = 34.0
LABEL_WIDTH_PX: Final = 230.0
MOST_LINES: Final = 8
MOST_WORDS: Final = 34


@dataclass(frozen=True)
class DrawnNode:
    """A node with a place, and where it is drawn.

    along_m, away_m: chainage along the crest and offset from it (downstream positive); on a map metres east and north
    of the facility's own place.
    """

    node: str
    name: str
    state: str
    along_m: float
    away_m: float
    elevation_m: float | None
    instruments: str
    x: float = 0.0
    y: float = 0.0
    label_y: float = 0.0

    @property
    def short(self) -> str:
        """Its instruments, as far as there is room on the plan."""
        return self.instruments if len(self.instruments) <= MOST_WORDS else f"{self.instruments[: MOST_WORDS - 1]}…"


@dataclass(frozen=True)
class PlanDrawing:
    """The drawing, its places from the crest downstream, and the nodes of which the file states no place.

    is_map: by coordinates, because the file gives no node a chainage.
    """

    drawing: Drawing
    places: tuple[DrawnNode, ...]
    unplaced: tuple[str, ...]
    is_map: bool


def plan(facility: FacilityRow, known: Instruments, rows: Sequence[InstrumentRow], texts: Texts) -> PlanDrawing | None:
    """Draw a facility by chainage and offset, else by coordinates; None when the file gives no node either."""
    found, unplaced = _places(known, rows, facility, _on_the_dam)
    if is_map := not found:
        found, unplaced = _places(known, rows, facility, _on_the_map)
    if not found:
        return None
    sections = [] if is_map else [one for one in known.sections if one.chainage_m is not None]
    along = _span([*(one.along_m for one in found), *(one.chainage_m or 0.0 for one in sections)])
    away = _span([*([] if is_map else [0.0]), *(one.away_m for one in found)])
    pixels = (WIDTH - LEFT - RIGHT) / (along[1] - along[0])
    deep = min(max((away[1] - away[0]) * pixels, LOWEST), HIGHEST)
    x = Scale(*along, LEFT, WIDTH - RIGHT)
    y = Scale(*away, TOP + deep, TOP) if is_map else Scale(*away, TOP, TOP + deep)
    words = texts["instruments"]["plan"]
    drawing = Drawing(WIDTH, TOP + deep + BOTTOM, say(words["says"], n=len(found), name=facility.name))
    _draw_grid(
        drawing, x, y, TOP + deep, (words["east"], words["north"]) if is_map else (words["along"], words["away"])
    )
    if not is_map:
        _draw_ground(drawing, sections, x, y, words["crest"])
    return PlanDrawing(drawing, tuple(_labelled(found, x, y)), tuple(unplaced), is_map)


At = tuple[float, float] | None


def _on_the_dam(node: NodePlace, known: Instruments) -> At:
    return None if node.chainage_m is None or node.offset_m is None else (node.chainage_m, node.offset_m)


def _on_the_map(node: NodePlace, known: Instruments) -> At:
    """Metres east and north of the facility's place, on a sphere: true enough over a few kilometres."""
    at, middle = node.location, known.location
    if at is None or middle is None:
        return None
    shrinks = cos(radians(middle.lat))
    return (at.lon - middle.lon) * M_PER_DEGREE * shrinks, (at.lat - middle.lat) * M_PER_DEGREE


def _places(
    known: Instruments,
    rows: Sequence[InstrumentRow],
    facility: FacilityRow,
    place: Callable[[NodePlace, Instruments], At],
) -> tuple[list[DrawnNode], list[str]]:
    """Give the nodes with a place, upstream first, and the ids of the others; the worst of its values tells."""
    found, unplaced = [], []
    for node in known.nodes:
        at = place(node, known)
        if at is None:
            unplaced.append(node.node)
            continue
        own = [row for row in rows if row.instrument.node == node.node]
        values = [facility.judged(part) for row in own for part in row.datastreams if pages.is_shown(part)]
        state = min(values, key=states.severity, default=states.UNKNOWN)
        names = ", ".join(row.instrument.name.partition(":")[2] for row in own)
        found.append(DrawnNode(node.node, node.name or node.node, state, *at, node.elevation_m, names))
    return sorted(found, key=lambda one: (one.away_m, one.along_m)), unplaced


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Give room for what is drawn: a tenth on each side, and never less than a span that means something."""
    low, high = min(values), max(values)
    room = max((high - low) * 0.1, (LEAST_SPAN_M - (high - low)) / 2)
    return low - room, high + room


def _draw_grid(drawing: Drawing, x: Scale, y: Scale, foot: float, words: tuple[str, str]) -> None:
    for metres in ticks(x.low, x.high, MOST_LINES):
        drawing.line([(x(metres), y.at_low), (x(metres), y.at_high)], "grid")
        drawing.text(x(metres), foot + 18, _metres(metres), "q", "middle")
    for metres in ticks(y.low, y.high, MOST_LINES):
        drawing.line([(x.at_low, y(metres)), (x.at_high, y(metres))], "grid")
        drawing.text(x.at_low - 8, y(metres) + 4, _metres(metres), "q", "end")
    drawing.text(x.at_high + 10, foot + 18, words[0], "q")
    drawing.text(0, 14, words[1], "q")


def _draw_ground(drawing: Drawing, sections: Sequence[CrossSection], x: Scale, y: Scale, crest: str) -> None:
    drawing.line([(x.at_low, y(0.0)), (x.at_high, y(0.0))], "edge")
    drawing.text(x.at_low + 6, y(0.0) - 7, crest, "q")
    for section in sections:
        at = x(section.chainage_m or 0.0)
        drawing.line([(at, y.at_low), (at, y.at_high)], "crest")
        drawing.text(at, y.at_low - 6, section.name, "q", "middle")


def _metres(value: float) -> str:
    return numbers.short(value)


def _labelled(places: Sequence[DrawnNode], x: Scale, y: Scale) -> list[DrawnNode]:
    """Set each label beside its mark, moved down as far as another one is there."""
    drawn: list[DrawnNode] = []
    for one in places:
        at_x, at_y = round(x(one.along_m), 1), round(y(one.away_m), 1)
        label = at_y
        for other in sorted(drawn, key=lambda other: other.label_y):
            if abs(other.x - at_x) < LABEL_WIDTH_PX and abs(other.label_y - label) < LABEL_PX:
                label = other.label_y + LABEL_PX
        drawn.append(replace(one, x=at_x, y=at_y, label_y=label))
    return drawn
