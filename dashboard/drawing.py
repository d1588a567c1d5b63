"""A drawing that the server makes: paths, symbols and words in pixels, for a template to write as SVG.

`look` of a path or text is a class of the stylesheet; there is no colour here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]


@dataclass(frozen=True)
class SvgPath:
    """A path in SVG's own words."""

    d: str
    look: str


@dataclass(frozen=True)
class Text:
    """Words at a point; `anchor` is start, middle or end."""

    x: float
    y: float
    words: str
    look: str = ""
    anchor: str = "start"


@dataclass(frozen=True)
class Symbol:
    """The shape of a state, `size` wide, with its middle at a point."""

    x: float
    y: float
    state: str
    size: float = 15

    @property
    def left(self) -> float:
        return round(self.x - self.size / 2, 1)

    @property
    def top(self) -> float:
        return round(self.y - self.size / 2, 1)


@dataclass
class Drawing:
    """A whole drawing; `says` tells in one sentence what is seen."""

    width: float
    height: float
    says: str
    paths: list[SvgPath] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def line(self, points: Sequence[Point], look: str) -> None:
        """Draw straight lines from point to point; nothing for fewer than two."""
        if len(points) > 1:
            self.paths.append(SvgPath(path(points), look))

    def area(self, points: Sequence[Point], look: str) -> None:
        """Fill what the points enclose."""
        self.paths.append(SvgPath(path(points) + "z", look))

    def dots(self, points: Iterable[Point], radius: float, look: str) -> None:
        """Draw filled circles, all as one path."""
        circle = f"a{radius:g} {radius:g} 0 1 0 {2 * radius:g} 0a{radius:g} {radius:g} 0 1 0 {-2 * radius:g} 0"
        if d := "".join(f"M{_tenths(10 * (x - radius))} {_tenths(10 * y)}{circle}" for x, y in points):
            self.paths.append(SvgPath(d, look))

    def text(self, x: float, y: float, words: str, look: str = "", anchor: str = "start") -> None:
        """Write words."""
        self.texts.append(Text(round(x, 1), round(y, 1), words, look, anchor))


def path(points: Sequence[Point]) -> str:
    """Lines from point to point, each from the one before: like shapes are like words, which pack to little."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in points]
    (x, y), words = tenths[0], [f"M{_tenths(tenths[0][0])} {_tenths(tenths[0][1])}"]
    for next_x, next_y in tenths[1:]:
        right, down = next_x - x, next_y - y
        if right and down:
            words.append(f"l{_tenths(right)} {_tenths(down)}")
        elif right or down:
            words.append(f"h{_tenths(right)}" if right else f"v{_tenths(down)}")
        x, y = next_x, next_y
    return "".join(words)


def _tenths(number: float) -> str:
    """Write tenths of a pixel in pixels: 380 is "38", 1316 is "131.6"."""
    return f"{round(number) / 10:g}"


@dataclass(frozen=True)
class Scale:
    """From values to pixels, by a straight line: `low` lies at `at_low`, `high` at `at_high`."""

    low: float
    high: float
    at_low: float
    at_high: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.at_low + share * (self.at_high - self.at_low)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Give round values from low to high, at most `most` (two at least where the range has them)."""
    span = max(high - low, 1e-9)
    step = next(s * 10.0**power for power in range(-6, 9) for s in (1, 2, 5) if span / (s * 10.0**power) <= most)
    first = int(-(-low // step))
    return [round(n * step, 9) for n in range(first, int(high // step) + 1)]


def words_along(drawing: Drawing, across: Scale, y: float, parts: int, words: Callable[[float], str]) -> None:
    """Write words at even parts of an axis, its ends inside of it; words: of a value of the axis."""
    for part in range(parts + 1):
        value = across.low + part / parts * (across.high - across.low)
        drawing.text(across(value), y, words(value), "q", {0: "start", parts: "end"}.get(part, "middle"))
