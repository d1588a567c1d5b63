"""Inclinometer profiles: displacement along a chain at several dates, with the error band of the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.safety.models import MovingZone, Profile
from dashboard import ages, numbers
from dashboard.drawing import Drawing, Scale, ticks
from texts import Texts, say

WIDTH, HEIGHT = 400.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 372.0, 26.0, 280.0
WORDS_TO: Final = WIDTH - 50.0
"""A line that ends further right has its date against the edge: a month has up to five signs ('sept.')."""
Dated = tuple[str, tuple[float | None, ...]]
LOOKS: Final = ("oldest", "older", "old-profile", "newest")


@dataclass(frozen=True)
class ProfilePicture:
    """The drawing with its words, and its dates with a displacement [mm] for each point (None: no reading)."""

    drawing: Drawing
    title: str
    sub: str
    chain: Profile
    dates: tuple[Dated, ...]


def picture(chain: Profile, zone: str, now: datetime, texts: Texts) -> ProfilePicture:
    """Draw a chain at several times, the newest last."""
    words = texts["safety"]["profile"]
    dates = tuple((ages.day_of(one.time, zone, now), tuple(one.displacement_mm)) for one in chain.times)
    drawing = Drawing(WIDTH, HEIGHT, _says(chain, dates, texts))
    _draw(drawing, chain, dates, texts)
    has_band = chain.points[-1].band_mm is not None
    sub = say(words["sub" if has_band else "sub_no_band"], length=numbers.short(chain.length_m))
    if chain.zones:
        sub = f"{sub} {say(words['rule'], first=dates[0][0])}"
    return ProfilePicture(drawing, say(words["title"], name=chain.instrument.replace(":", " ")), sub, chain, dates)


def _draw(drawing: Drawing, chain: Profile, dates: Sequence[Dated], texts: Texts) -> None:
    shown = [value for _, values in dates for value in values if value is not None]
    widest = chain.points[-1].band_mm or 0.0
    low, high = min(0.0, min(shown) - widest), max(1.0, max(shown) + widest)
    x, y = Scale(low, high, LEFT, RIGHT), Scale(0.0, chain.length_m, TOP, BOTTOM)
    for zone in chain.zones:
        upper, lower = y(zone.top_m), y(zone.bottom_m)
        drawing.area([(LEFT, upper), (RIGHT, upper), (RIGHT, lower), (LEFT, lower)], "moving")
    _frame(drawing, x, y, chain)
    newest = _line(chain, dates[-1][1])
    if widest and len(newest) > 1:
        outline = [(x(value - half), y(depth)) for value, depth, half in newest]
        drawing.area([*outline, *((x(value + half), y(depth)) for value, depth, half in reversed(newest))], "band")
    for look, (day, values) in zip(LOOKS[-len(dates) :], dates, strict=True):
        line = [(x(value), y(depth)) for value, depth, _ in _line(chain, values)]
        drawing.line(line, look)
        top = line[-1] if line else (LEFT, TOP)
        beside, anchor = (top[0] + 4, "start") if top[0] < WORDS_TO else (WIDTH, "end")
        drawing.text(
            beside, top[1] + 12 + 14 * LOOKS.index(look), day, "b halo" if look == "newest" else "q halo", anchor
        )
    for zone in chain.zones:
        drawing.text(RIGHT, y(zone.bottom_m) + 14, _zone(zone, texts), "q halo", "end")


def _line(chain: Profile, values: Sequence[float | None]) -> list[tuple[float, float, float]]:
    """Displacement, depth and half the band from the fixed end up; the fixed end itself does not move."""
    base = [(0.0, chain.length_m, 0.0)]
    pairs = zip(chain.points, values, strict=True)
    return base + [(value, point.depth_m, point.band_mm or 0.0) for point, value in pairs if value is not None]


def _frame(drawing: Drawing, x: Scale, y: Scale, chain: Profile) -> None:
    for value in ticks(x.low, x.high, 6):
        drawing.line([(x(value), TOP), (x(value), BOTTOM)], "zero" if value == 0 else "grid")
        drawing.text(x(value), TOP - 8, numbers.short(value), "q", "middle")
    drawing.text(RIGHT + 4, TOP - 8, "mm", "q")
    for value in ticks(0, chain.length_m, 7):
        drawing.text(LEFT - 8, y(value) + 4, numbers.short(value), "q", "end")
    drawing.text(LEFT - 8, BOTTOM + 16, "m", "q", "end")


def _zone(zone: MovingZone, texts: Texts) -> str:
    return say(texts["safety"]["profile"]["zone"], top=numbers.short(zone.top_m), bottom=numbers.short(zone.bottom_m))


def _says(chain: Profile, dates: Sequence[Dated], texts: Texts) -> str:
    words = texts["safety"]["profile"]
    day, values = dates[-1]
    top = next((value for value in reversed(values) if value is not None), None)
    said = say(words["says"], name=chain.instrument, top=numbers.number(top, "displacement"), day=day)
    return "; ".join([said, *(_zone(zone, texts) for zone in chain.zones)])
