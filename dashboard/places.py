"""Where facilities lie: a plain sketch on a grid of degrees, drawn by the server (it prints and needs no network)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.view_models import FacilityRow

WIDTH, MARGIN, MIN_SPAN_DEG = 360, 44, 0.4
STEPS_DEG = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)
MAX_LINES = 5


@dataclass(frozen=True)
class Graticule:
    """A meridian or parallel with its label."""

    path: str
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class DrawnFacility:
    """One facility on the sketch; its name stands on the side where there is room."""

    id: str
    name: str
    state: str
    x: float
    y: float

    @property
    def anchor(self) -> str:
        return "end" if self.x > WIDTH / 2 else "start"

    @property
    def dx(self) -> int:
        return -14 if self.x > WIDTH / 2 else 14


@dataclass(frozen=True)
class Sketch:
    """A drawing `WIDTH` wide; `words` say it without eyes."""

    height: int
    lines: tuple[Graticule, ...]
    places: tuple[DrawnFacility, ...]
    words: str


def sketch(facilities: Sequence[FacilityRow]) -> Sketch | None:
    """Draw the facilities that have a location [degrees WGS 84]; None when none has.

    Equirectangular about the middle latitude: true enough for a region, and honest that it is a sketch.
    """
    located = [(facility, *facility.location) for facility in facilities if facility.location]
    if not located:
        return None
    lon, lat = [place[1] for place in located], [place[2] for place in located]
    squeeze = math.cos(math.radians((min(lat) + max(lat)) / 2))
    span = max((max(lon) - min(lon)) * squeeze, max(lat) - min(lat), MIN_SPAN_DEG)
    scale = (WIDTH - 2 * MARGIN) / span
    middle = ((min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2)
    height = round(max(200, (max(lat) - min(lat)) * scale + 2 * MARGIN))

    def x(degrees: float) -> float:
        return round(WIDTH / 2 + (degrees - middle[0]) * squeeze * scale, 1)

    def y(degrees: float) -> float:
        return round(height / 2 - (degrees - middle[1]) * scale, 1)

    half_lon, half_lat = WIDTH / 2 / scale / squeeze, height / 2 / scale
    meridians = [
        Graticule(f"M{x(deg)} 0V{height}", x(deg) + 4, height - 6, degrees_words(deg, "EW"))
        for deg in ticks(middle[0] - half_lon, middle[0] + half_lon)
        if x(deg) < WIDTH - MARGIN
    ]
    parallels = [
        Graticule(f"M0 {y(deg)}H{WIDTH}", 4, y(deg) - 4, degrees_words(deg, "NS"))
        for deg in ticks(middle[1] - half_lat, middle[1] + half_lat)
        if MARGIN / 2 < y(deg) < height - MARGIN / 2
    ]
    places = tuple(DrawnFacility(f.id, f.name, f.summary.state, x(lon), y(lat)) for f, lon, lat in located)
    words = "; ".join(f"{f.name}: {f.summary.state}" for f, _, _ in located)
    return Sketch(height, (*meridians, *parallels), places, words)


def ticks(low: float, high: float) -> list[float]:
    """Give round degrees between low and high, at most five."""
    step = next((step for step in STEPS_DEG if (high - low) / step <= MAX_LINES), STEPS_DEG[-1])
    first = math.ceil(low / step)
    return [round(n * step, 6) for n in range(first, math.floor(high / step) + 1)]


def degrees_words(degrees: float, letters: str) -> str:
    """Write degrees as on a map: '7.5° W'."""
    letter = letters[0] if degrees >= 0 else letters[1]
    return f"{abs(degrees):g}° {letter}"
