"""The section drawing: where the water stands in the dam, now and thirty days ago, against its triggers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from api.safety.models import CrossSection, Profile, Safety, SectionChain, SectionOutline
from dashboard import numbers, states
from dashboard.drawing import Drawing, Point, Scale, ticks
from dashboard.view_models import DatastreamRow, age_words
from tailings.assess.limits import Limits
from texts import Texts, load, say

from . import labels, levels, sentences
from .figures import judged
from .watched import WatchedFacility

WIDTH: Final = 930.0
LEFT, RIGHT, TOP, BOTTOM = 20.0, 886.0, 24.0, 30.0
EXAGGERATIONS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
MAX_HEIGHT: Final = 520.0
MARGIN: Final = 8.0
CHAIN_PX: Final = 28.0
"""As far as the largest displacement of an inclinometer is drawn from its hole."""
HEAD_ROOM: Final = 0.28
"""Room for the labels above the crest, as a share of the height of the dam."""


@dataclass(frozen=True)
class DrawnTip:
    """A piezometer in the section: where it is, what it reads, and what it read thirty days ago (m)."""

    row: DatastreamRow
    offset_m: float
    tip_m: float
    ground_m: float
    before_m: float | None
    limits: Limits | None
    past: str = states.GREEN
    """The trigger level that it is certainly past."""
    soil: str = ""
    """What its tip lies in; '': the section does not say."""
    design_m: float | None = None
    over_design_m: float | None = None
    """How far it reads above the phreatic line of the design, at its offset."""

    @property
    def level_m(self) -> float | None:
        """The level of the newest reading; None where it is rejected or missing."""
        return self.row.value if self.row.is_usable else None

    @property
    def is_stale(self) -> bool:
        return self.row.state != states.FRESH

    @property
    def state(self) -> str:
        if self.level_m is None:
            return states.UNKNOWN
        return self.row.state if self.past == states.GREEN else self.past


@dataclass(frozen=True)
class SectionPicture:
    """The drawing of one section as its outline is now, with what its table says."""

    section: CrossSection
    outline: SectionOutline
    drawing: Drawing
    tips: tuple[DrawnTip, ...]
    exaggeration: float
    pond: DatastreamRow | None
    pond_before_m: float | None
    pond_state: str
    design_words: str = ""
    """How each piezometer stands to the phreatic line of the design, and who drew that; '': none is stated."""


def picture(section: CrossSection, watched: WatchedFacility[Safety], texts: Texts) -> SectionPicture | None:
    """Draw a section by the outline of now; None where none was stated for now."""
    outline = section.outline
    if outline is None:
        return None
    tips = _tips(section, watched)
    left = watched.answer.freeboard
    pond = watched.known(left.datastream) if left else None
    bases = [one.base_m for one in section.chains]
    frame = _Frame.around(outline, tips, bases).without_blank(outline, tips, texts)
    drawing = Drawing(WIDTH, frame.height, _says(section, tips, pond, watched, texts))
    _ground(drawing, frame, outline, texts)
    _pond(drawing, frame, section, outline, is_stale=bool(pond and pond.state != states.FRESH))
    _lines(drawing, frame, section)
    _design(drawing, frame, section, texts)
    for tip in tips:
        _tip(drawing, frame, tip)
    for chain in section.chains:
        _chain(drawing, frame, chain, watched.answer.profiles, texts)
    labels.put(drawing, frame.x, frame.y, tips, texts)
    _freeboard(drawing, frame, outline, watched, texts=texts)
    _axes(drawing, frame, outline)
    state = judged(watched, pond, pond.judged_state) if pond else states.UNKNOWN
    return SectionPicture(
        section,
        outline,
        drawing,
        tips,
        frame.exaggeration,
        pond=pond,
        pond_before_m=section.pond_before_m,
        pond_state=state,
        design_words=_design_words(section, tips, texts),
    )


def _tips(section: CrossSection, watched: WatchedFacility[Safety]) -> tuple[DrawnTip, ...]:
    return tuple(
        DrawnTip(
            watched.known(one.datastream),
            one.offset_m,
            one.tip_m,
            one.ground_m,
            one.before_m,
            limits=levels.of_datastream(watched.answer, one.datastream),
            past=watched.past(one.datastream),
            soil=one.soil or "",
            design_m=one.design_m,
            over_design_m=one.over_design_m,
        )
        for one in section.tips
    )


@dataclass(frozen=True)
class _Frame:
    """From metres to pixels, `exaggeration` times as high as wide."""

    x: Scale
    y: Scale
    height: float
    exaggeration: float

    @classmethod
    def around(cls, outline: SectionOutline, tips: Sequence[DrawnTip], bases: Sequence[float]) -> _Frame:
        points = [*outline.ground, *outline.foundation]
        low_x, high_x = outline.ground[0][0], outline.ground[-1][0]
        low = min([y for _, y in points] + [tip.tip_m for tip in tips] + [*bases]) - 4
        crest = outline.crest[1]
        high = crest + HEAD_ROOM * (crest - low)
        per_m = (RIGHT - LEFT) / (high_x - low_x)
        room = MAX_HEIGHT - TOP - BOTTOM
        fitting = [one for one in EXAGGERATIONS if one * per_m * (high - low) <= room]
        exaggeration = fitting[-1] if fitting else EXAGGERATIONS[0]
        height = TOP + exaggeration * per_m * (high - low)
        return cls(Scale(low_x, high_x, LEFT, RIGHT), Scale(low, high, height, TOP), height + BOTTOM, exaggeration)

    def without_blank(self, outline: SectionOutline, tips: Sequence[DrawnTip], texts: Texts) -> _Frame:
        """Let the drawing begin at its highest label, or at the words over its axis."""
        tops = [bottom - labels.HEIGHT for _, _, bottom in labels.places(self.x, self.y, tips, texts)]
        blank = max(0.0, min([*tops, self.y(outline.crest[1] + 2) - 2 * MARGIN]) - MARGIN)
        y = replace(self.y, at_low=self.y.at_low - blank, at_high=self.y.at_high - blank)
        return replace(self, y=y, height=self.height - blank)

    def points(self, points: Sequence[Point]) -> list[Point]:
        return [(self.x(x), self.y(y)) for x, y in points]


def _ground(drawing: Drawing, frame: _Frame, outline: SectionOutline, texts: Texts) -> None:
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


def _pond(drawing: Drawing, frame: _Frame, section: CrossSection, outline: SectionOutline, is_stale: bool) -> None:
    edge = section.shore
    if edge is None:
        return
    under = [point for point in outline.ground if point[0] < edge[0]]
    drawing.area(frame.points([(outline.ground[0][0], edge[1]), edge, *reversed(under)]), "pond")
    drawing.line(frame.points([(outline.ground[0][0], edge[1]), edge]), "now stale" if is_stale else "now")


def _lines(drawing: Drawing, frame: _Frame, section: CrossSection) -> None:
    drawing.line(frame.points([(one.offset_m, one.level_m) for one in section.line_before]), "before")
    if section.wet:
        drawing.area(frame.points(section.wet), "wet")
    for start, end in pairwise(section.line):
        points = [(one.offset_m, one.level_m) for one in (start, end)]
        drawing.line(frame.points(points), "now stale" if start.is_stale or end.is_stale else "now")


def _design(drawing: Drawing, frame: _Frame, section: CrossSection, texts: Texts) -> None:
    if section.design is None:
        return
    points = frame.points(section.design.line)
    drawing.line(points, "fit")
    drawing.text(points[0][0], points[0][1] + 16, texts["safety"]["section"]["design"], "q halo")


def _chain(drawing: Drawing, frame: _Frame, chain: SectionChain, profiles: Sequence[Profile], texts: Texts) -> None:
    """An inclinometer: where it stands, and its newest displacement, enlarged so that it is seen."""
    known = next((one for one in profiles if one.instrument == chain.instrument), None)
    if known is None:
        return
    x = frame.x(chain.offset_m)
    top = frame.y(chain.base_m + known.length_m)
    drawing.line([(x, frame.y(chain.base_m)), (x, top)], "hole")
    shown = [
        (point.height_m, value)
        for point, value in zip(known.points, known.times[-1].displacement_mm, strict=True)
        if value is not None
    ]
    most = max((abs(value) for _, value in shown), default=0.0)
    per_mm = CHAIN_PX / most if most else 0.0
    bent = [(x, frame.y(chain.base_m)), *((x + per_mm * mm, frame.y(chain.base_m + up_m)) for up_m, mm in shown)]
    drawing.line(bent, "fit")
    name, size = chain.instrument.replace(":", " "), numbers.number(most, "displacement")
    drawing.text(x, top - 6, say(texts["safety"]["section"]["chain"], name=name, most=size), "q halo", "middle")


def _design_words(section: CrossSection, tips: Sequence[DrawnTip], texts: Texts) -> str:
    """Say of each piezometer how far it is above or below the line of the design, the highest first."""
    if section.design is None:
        return ""
    words = texts["safety"]["section"]
    known = sorted(((tip.over_design_m, tip.row.short) for tip in tips if tip.over_design_m is not None), reverse=True)
    parts = [
        say(words["over_design" if over_m >= 0 else "under_design"], name=name, size=f"{abs(over_m):.2f}")
        for over_m, name in known
    ]
    told = "; ".join(parts) or words["design_unknown"]
    return say(words["design_says"], source=section.design.source, told=told)


def _tip(drawing: Drawing, frame: _Frame, tip: DrawnTip) -> None:
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
    drawing: Drawing, frame: _Frame, outline: SectionOutline, watched: WatchedFacility[Safety], texts: Texts
) -> None:
    left = watched.answer.freeboard
    if left is None or left.pond_m is None or left.crest_m is None:
        return
    words, pond = texts["safety"]["section"], watched.known(left.datastream)
    x, low, high = frame.x.at_low + 30, frame.y(left.pond_m), frame.y(left.crest_m)
    drawing.line([(x - 8, high), (frame.x(outline.crest[0]), high)], "crest")
    drawing.line([(x, high + 1), (x, low - 1)], "hole")
    value = numbers.number(left.freeboard_m, "freeboard")
    drawing.text(x + 8, high - 6, say(words["freeboard"], value=value), "b")
    drawing.area([(frame.x.at_low + 12, low), (frame.x.at_low + 6, low - 9), (frame.x.at_low + 18, low - 9)], "mark")
    age = f" · {say(texts['safety']['margin']['old'], age=age_words(pond))}" if pond.state != states.FRESH else ""
    under = frame.y(outline.ground[0][1])
    drawing.text(frame.x.at_low + 6, max(low, under) + 16, say(words["pond"], value=pond.number) + age)


def _axes(drawing: Drawing, frame: _Frame, outline: SectionOutline) -> None:
    floor = frame.y.at_low
    drawing.line([(LEFT, floor), (RIGHT, floor), (RIGHT, frame.y(outline.crest[1] + 2))], "axis")
    for value in ticks(frame.y.low, outline.crest[1] + 2, 8):
        drawing.line([(RIGHT, frame.y(value)), (RIGHT + 5, frame.y(value))], "axis")
        drawing.text(RIGHT + 9, frame.y(value) + 4, numbers.short(value), "q")
    for value in ticks(frame.x.low, frame.x.high, 7):
        drawing.line([(frame.x(value), floor), (frame.x(value), floor + 5)], "axis")
        words = numbers.fixed(value, 0)
        drawing.text(frame.x(value), floor + 20, words, "q", "middle")
    drawing.text(WIDTH - 4, frame.y(outline.crest[1] + 2) - 10, load()["script"]["chart"]["above_sea"], "q", "end")


def _says(
    section: CrossSection,
    tips: Sequence[DrawnTip],
    pond: DatastreamRow | None,
    watched: WatchedFacility[Safety],
    texts: Texts,
) -> str:
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
