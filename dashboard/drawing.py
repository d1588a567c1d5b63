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
            self.lines([points], look)

    def lines(self, shapes: Iterable[Sequence[Point]], look: str, closed: bool = False) -> None:
        """Draw several lines, or the areas they enclose, as one path."""
        if d := path(shapes, closed):
            self.paths.append(SvgPath(d, look))

    def area(self, points: Sequence[Point], look: str) -> None:
        """Fill what the points enclose."""
        self.lines([points], look, closed=True)

    def dots(self, points: Iterable[Point], radius: float, look: str) -> None:
        """Draw filled circles, all as one path."""
        circle = f"a{radius:g} {radius:g} 0 1 0 {2 * radius:g} 0a{radius:g} {radius:g} 0 1 0 {-2 * radius:g} 0"
        if d := "".join(f"M{_tenths(10 * (x - radius))} {_tenths(10 * y)}{circle}" for x, y in points):
            self.paths.append(SvgPath(d, look))

    def text(self, x: float, y: float, words: str, look: str = "", anchor: str = "start") -> None:
        """Write words."""
        self.texts.append(Text(round(x, 1), round(y, 1), words, look, anchor))


def path(shapes: Iterable[Sequence[Point]], closed: bool = False) -> str:
    """Lines from point to point, each from the one before: like shapes are like words, which pack to little."""
    words, at = list[str](), (0, 0)
    for points in shapes:
        first, *others = [(round(10 * x), round(10 * y)) for x, y in points]
        words.append(f"{'m' if words else 'M'}{_pair(first[0] - at[0], first[1] - at[1])}")
        at = first
        for x, y in others:
            words.append(_step(x - at[0], y - at[1]))
            at = x, y
        if closed:
            words.append("z")
            at = first
    return "".join(words)


def _step(right: int, down: int) -> str:
    """A straight line by tenths of a pixel; nothing for none."""
    if right and down:
        return f"l{_pair(right, down)}"
    return f"h{_tenths(right)}" if right else f"v{_tenths(down)}" if down else ""


def _pair(right: int, down: int) -> str:
    """Two numbers; a minus parts them as a space would."""
    return f"{_tenths(right)}{' ' * (down >= 0)}{_tenths(down)}"


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
