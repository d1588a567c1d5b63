"""The section drawing: where the water stands in the dam, now and thirty days ago, against its triggers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from dashboard import numbers, states
from dashboard.drawing import Drawing, Point, Scale, ticks
from dashboard.rows import DatastreamRow, age_words
from tailings.facility import Outline, Section, height_m
from tailings.geometry import in_force
from texts import Texts, say

from . import labels, sentences
from .figures import judged
from .limits import Limits
from .watched import Watched

WIDTH: Final = 930.0
LEFT, RIGHT, TOP, BOTTOM = 20.0, 886.0, 24.0, 30.0
EXAGGERATIONS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
MAX_HEIGHT: Final = 520.0
MARGIN: Final = 8.0
HEAD_ROOM: Final = 0.28
"""Room for the labels above the crest, as a share of the height of the dam."""


@dataclass(frozen=True)
class Tip:
    """A piezometer in the section: where it is, what it reads, and what it read thirty days ago (m)."""

    row: DatastreamRow
    offset_m: float
    tip_m: float
    ground_m: float
    before_m: float | None
    limits: Limits | None
    past: str = states.GREEN
    """The trigger level that it is certainly past."""

    @property
    def level_m(self) -> float | None:
        """The level of the newest reading; None where it is rejected or missing."""
        return self.row.value if self.row.is_usable else None

    @property
    def is_stale(self) -> bool:
        return self.row.state != states.GREEN

    @property
    def state(self) -> str:
        if self.level_m is None:
            return states.UNKNOWN
        return self.row.state if self.past == states.GREEN else self.past


@dataclass(frozen=True)
class Picture:
    """The drawing of one section as its outline is now, with what its table says."""

    section: Section
    outline: Outline
    drawing: Drawing
    tips: tuple[Tip, ...]
    exaggeration: float
    pond: DatastreamRow | None
    pond_before_m: float | None
    pond_state: str


def picture(section: Section, watched: Watched, texts: Texts) -> Picture | None:
    """Draw a section by the outline of now; None where none was stated for now."""
    outline = in_force(section.geometry, watched.now)
    if outline is None:
        return None
    tips = tuple(sorted(_tips(section, outline, watched), key=lambda tip: (tip.offset_m, -tip.tip_m)))
    pond = next(iter(watched.of_quantity("pond-level")), None)
    then = watched.before.get(pond.name) if pond else None
    frame = _Frame.around(outline, tips).without_blank(outline, tips)
    drawing = Drawing(WIDTH, frame.height, _says(section, tips, pond, watched, texts))
    _ground(drawing, frame, outline, texts)
    pond_m = pond.value if pond and pond.is_usable else None
    _pond(drawing, frame, outline, pond_m, is_stale=bool(pond and pond.state != states.GREEN))
    _lines(drawing, frame, outline, tips, pond_m, then_m=then.result if then else None)
    for tip in tips:
        _tip(drawing, frame, tip)
    labels.put(drawing, frame.x, frame.y, tips, texts)
    _freeboard(drawing, frame, outline, pond, watched, texts=texts)
    _axes(drawing, frame, outline)
    state = judged(watched, pond, pond.judged_state) or pond.judged_state if pond else states.UNKNOWN
    return Picture(
        section,
        outline,
        drawing,
        tips,
        frame.exaggeration,
        pond=pond,
        pond_before_m=then.result if then else None,
        pond_state=state,
    )


def _tips(section: Section, outline: Outline, watched: Watched) -> list[Tip]:
    file = watched.file
    found = []
    for name in section.instruments if file else ():
        row = next((row for row in watched.of_quantity("water-level") if f"{row.node}:{row.instrument}" == name), None)
        position = file.nodes[file.instruments[name].node].position if file else None
        tip_m = watched.tip_m(row) if row else None
        if row is None or tip_m is None or position is None or position.offset_m is None:
            continue
        then = watched.before.get(row.name)
        found.append(
            Tip(
                row,
                position.offset_m,
                tip_m,
                outline.ground_m(position.offset_m),
                then.result if then else None,
                limits=watched.limits_of(row.name),
                past=watched.past(row.name),
            )
        )
    return found


@dataclass(frozen=True)
class _Frame:
    """From metres to pixels, `exaggeration` times as high as wide."""

    x: Scale
    y: Scale
    height: float
    exaggeration: float

    @classmethod
    def around(cls, outline: Outline, tips: Sequence[Tip]) -> _Frame:
        points = [*outline.ground, *outline.foundation]
        low_x, high_x = outline.ground[0][0], outline.ground[-1][0]
        low = min([y for _, y in points] + [tip.tip_m for tip in tips]) - 4
        crest = outline.crest[1]
        high = crest + HEAD_ROOM * (crest - low)
        per_m = (RIGHT - LEFT) / (high_x - low_x)
        room = MAX_HEIGHT - TOP - BOTTOM
        fitting = [one for one in EXAGGERATIONS if one * per_m * (high - low) <= room]
        exaggeration = fitting[-1] if fitting else EXAGGERATIONS[0]
        height = TOP + exaggeration * per_m * (high - low)
        return cls(Scale(low_x, high_x, LEFT, RIGHT), Scale(low, high, height, TOP), height + BOTTOM, exaggeration)

    def without_blank(self, outline: Outline, tips: Sequence[Tip]) -> _Frame:
        """Let the drawing begin at its highest label, or at the words over its axis."""
        tops = [bottom - labels.HEIGHT for _, _, bottom in labels.places(self.x, self.y, tips)]
        blank = max(0.0, min([*tops, self.y(outline.crest[1] + 2) - 2 * MARGIN]) - MARGIN)
        y = replace(self.y, at_low=self.y.at_low - blank, at_high=self.y.at_high - blank)
        return replace(self, y=y, height=self.height - blank)

    def points(self, points: Sequence[Point]) -> list[Point]:
        return [(self.x(x), self.y(y)) for x, y in points]


def _ground(drawing: Drawing, frame: _Frame, outline: Outline, texts: Texts) -> None:
    foundation, ground = frame.points(outline.foundation), frame.points(outline.ground)
    floor = [(ground[-1][0], frame.y.at_low), (ground[0][0], frame.y.at_low)]
    drawing.area([*ground, *floor], "rock")
    drawing.area([*ground, *reversed(foundation)], "sand")
    for material in outline.materials:
        look = "fill" if material.is_lift else "slime" if "slime" in material.name.lower() else "fill"
        edge = frame.points(material.outline)
        drawing.area(edge, look)
        if not material.is_lift:
            middle = [sum(point[axis] for point in edge) / len(edge) for axis in (0, 1)]
            drawing.text(middle[0], middle[1] + 22, material.name, "q halo", "middle")
    drawing.line(foundation, "old")
    drawing.line(ground, "edge")
    drawing.text(frame.x.at_low + 6, frame.y.at_low - 6, texts["safety"]["section"]["foundation"], "q")


def shore(outline: Outline, level_m: float) -> Point | None:
    """Give the point at which a pond of this level meets the ground on the side of the pond; None below it all."""
    for (x0, y0), (x1, y1) in pairwise(outline.ground):
        if y0 <= level_m < y1:
            return x0 + (level_m - y0) / (y1 - y0) * (x1 - x0), level_m
    return None


def _pond(drawing: Drawing, frame: _Frame, outline: Outline, level_m: float | None, is_stale: bool) -> None:
    edge = shore(outline, level_m) if level_m is not None else None
    if edge is None or level_m is None:
        return
    under = [point for point in outline.ground if point[0] < edge[0]]
    drawing.area(frame.points([(outline.ground[0][0], level_m), edge, *reversed(under)]), "pond")
    drawing.line(frame.points([(outline.ground[0][0], level_m), edge]), "now stale" if is_stale else "now")


def waterline(
    outline: Outline, pond_m: float | None, heads: Sequence[tuple[float, float | None, bool]]
) -> list[tuple[float, float, bool]]:
    """Give the points of the piezometric line (offset, level, is stale), from the shore of the pond downstream.

    heads: offset, level (None: not known) and whether it is stale, of each tip. Of two tips in one hole the one that
    comes first (the upper) makes the line; a tip without a level is passed over.
    """
    edge = shore(outline, pond_m) if pond_m is not None else None
    points = [(edge[0], edge[1], False)] if edge else []
    for offset_m, level_m, is_stale in heads:
        if level_m is not None and (not points or offset_m > points[-1][0]):
            points.append((offset_m, level_m, is_stale))
    return points


def _lines(
    drawing: Drawing, frame: _Frame, outline: Outline, tips: Sequence[Tip], pond_m: float | None, then_m: float | None
) -> None:
    before = waterline(outline, then_m, [(tip.offset_m, tip.before_m, False) for tip in tips])
    drawing.line(frame.points([point[:2] for point in before]), "before")
    now = waterline(outline, pond_m, [(tip.offset_m, tip.level_m, tip.is_stale) for tip in tips])
    if len(now) > 1:
        drawing.area(frame.points(_wet(outline, [point[:2] for point in now])), "wet")
    for start, end in pairwise(now):
        drawing.line(frame.points([start[:2], end[:2]]), "now stale" if start[2] or end[2] else "now")


def _wet(outline: Outline, now: Sequence[Point]) -> list[Point]:
    """Outline what lies under the line, from the pond to its last tip, down to the foundation."""
    first, last = outline.ground[0][0], now[-1][0]
    pond = [point for point in outline.ground if point[0] < now[0][0]]
    base = [point for point in outline.foundation if first < point[0] < last]
    ends = [(last, height_m(outline.foundation, last)), *reversed(base), (first, height_m(outline.foundation, first))]
    return [*pond, *now, *ends]


def _tip(drawing: Drawing, frame: _Frame, tip: Tip) -> None:
    x, ground, bottom = frame.x(tip.offset_m), frame.y(tip.ground_m), frame.y(tip.tip_m)
    drawing.line([(x, ground), (x, bottom)], "hole")
    drawing.area([(x - 4, bottom - 6), (x + 4, bottom - 6), (x + 4, bottom), (x, bottom + 5), (x - 4, bottom)], "tip")
    for limit in tip.limits.limits if tip.limits else ():
        y = frame.y(limit.value)
        drawing.line([(x - 11, y), (x + 11, y)], "halo")
        drawing.line([(x - 10, y), (x + 10, y)], limit.level)
    if tip.level_m is not None:
        y = frame.y(tip.level_m)
        drawing.area([(x, y), (x - 6, y - 9), (x + 6, y - 9)], "mark stale" if tip.is_stale else "mark")


def _freeboard(
    drawing: Drawing, frame: _Frame, outline: Outline, pond: DatastreamRow | None, watched: Watched, texts: Texts
) -> None:
    crest_m = watched.facility.crest_m
    if pond is None or pond.value is None or crest_m is None or not pond.is_usable:
        return
    words = texts["safety"]["section"]
    x, low, high = frame.x.at_low + 30, frame.y(pond.value), frame.y(crest_m)
    drawing.line([(x - 8, high), (frame.x(outline.crest[0]), high)], "crest")
    drawing.line([(x, high + 1), (x, low - 1)], "hole")
    value = numbers.number(watched.facility.freeboard_m(pond.value), "freeboard")
    drawing.text(x + 8, high - 6, say(words["freeboard"], value=value), "b")
    drawing.area([(frame.x.at_low + 12, low), (frame.x.at_low + 6, low - 9), (frame.x.at_low + 18, low - 9)], "mark")
    age = f" · {say(texts['safety']['margin']['old'], age=age_words(pond))}" if pond.state != states.GREEN else ""
    under = frame.y(outline.ground[0][1])
    drawing.text(frame.x.at_low + 6, max(low, under) + 16, say(words["pond"], value=pond.number) + age)


def _axes(drawing: Drawing, frame: _Frame, outline: Outline) -> None:
    floor = frame.y.at_low
    drawing.line([(LEFT, floor), (RIGHT, floor), (RIGHT, frame.y(outline.crest[1] + 2))], "axis")
    for value in ticks(frame.y.low, outline.crest[1] + 2, 8):
        drawing.line([(RIGHT, frame.y(value)), (RIGHT + 5, frame.y(value))], "axis")
        drawing.text(RIGHT + 9, frame.y(value) + 4, numbers.number(value, "displacement").removesuffix(".0"), "q")
    for value in ticks(frame.x.low, frame.x.high, 7):
        drawing.line([(frame.x(value), floor), (frame.x(value), floor + 5)], "axis")
        words = numbers.spaced(f"{value:.0f}")
        drawing.text(frame.x(value), floor + 20, words, "q", "middle")
    drawing.text(WIDTH - 4, frame.y(outline.crest[1] + 2) - 10, "m a.s.l.", "q", "end")


def _says(section: Section, tips: Sequence[Tip], pond: DatastreamRow | None, watched: Watched, texts: Texts) -> str:
    words = texts["safety"]["section"]
    parts = [say(words["pond"], value=pond.number)] if pond and pond.is_usable else []
    for tip in tips:
        if tip.level_m is None or tip.is_stale:
            parts.append(f"{tip.row.short} {texts['states'][tip.state].lower()}")
        elif tip.limits:
            place = sentences.past(tip.limits, tip.level_m, tip.row.unit, tip.row.quantity, texts)
            parts.append(f"{tip.row.short} {tip.row.number} m, {place}")
        else:
            parts.append(f"{tip.row.short} {tip.row.number} m")
    return f"{section.name}: {'; '.join(parts)}."
