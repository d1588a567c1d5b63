"""Axes of charts on a phone and at a desk: round steps, and no word over another; read as they are drawn."""

import math
from itertools import combinations, pairwise
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from .conftest import open_page

RECORDED: Final = """(() => {
  const draw = CanvasRenderingContext2D.prototype.fillText,
    clear = CanvasRenderingContext2D.prototype.clearRect;
  window.drawn = new Map();
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    window.drawn.set(this.canvas, []);
    return clear.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const { a, b, e, f } = this.getTransform(),
      { width, actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = this.measureText(text),
      shift = { left: 0, start: 0, center: width / 2, right: width, end: width }[this.textAlign];
    const word = { text, left: a * (x - shift) + e, top: y - up + f, wide: width, high: up + down };
    if (text && !b) window.drawn.get(this.canvas)?.push(word);
    return draw.call(this, text, x, y, ...rest);
  };
})()"""
"""Keeps where each word of a canvas was last drawn; what is drawn upright is the name of an axis, and left out."""
READ: Final = "() => [...window.drawn.values()].filter(words => words.length)"
CUT: Final = """() => [...window.drawn].flatMap(([canvas, words]) =>
  words.filter(({ left, wide }) => left + wide > canvas.width + 1).map(({ text }) => text))"""
"""Words that go over the right edge of their canvas."""
PAGES: Final = ("/f/vale/safety?from=-7d", "/f/vale?from=-30d", "/f/vale/water?from=-24h")
ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def over(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two words lie over each other, by more than a pixel."""
    wide = min(one["left"] + one["wide"], other["left"] + other["wide"]) - max(one["left"], other["left"])
    high = min(one["top"] + one["high"], other["top"] + other["high"]) - max(one["top"], other["top"])
    return bool(wide > 1 and high > 1)


def steps(words: list[dict[str, Any]]) -> list[float]:
    """The steps between the numbers of the left axis: words that end at the same place, one below another."""
    ends: dict[int, list[float]] = {}
    for one in words:
        plain = one["text"].replace("\u2009", "").replace("\u2212", "-")
        try:
            ends.setdefault(round(one["left"] + one["wide"]), []).append(float(plain))
        except ValueError:
            continue
    axis = max(ends.values(), key=len, default=[])
    return [abs(b - a) for a, b in pairwise(sorted(axis))] if len(axis) > 2 else []


def is_round(step: float) -> bool:
    """Whether a step is 1, 2, 2.5 or 5 times a power of ten."""
    lead = step / 10 ** math.floor(math.log10(step) + 1e-9)
    return any(math.isclose(lead, one, rel_tol=1e-6) for one in ROUND)


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("address", PAGES)
def test_axes_have_round_steps_and_words_that_are_apart(page: Page, address: str, width: int) -> None:
    """Seven days, thirty and one: numbers, days and hours, names at the ends of lines; none is cut at the edge."""
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script(RECORDED)
    open_page(page, address)
    charts = page.evaluate(READ)

    assert charts and any(steps(words) for words in charts)
    assert [
        [one["text"], other["text"]] for words in charts for one, other in combinations(words, 2) if over(one, other)
    ] == []
    assert [step for words in charts for step in steps(words) if not is_round(step)] == []
    assert page.evaluate(CUT) == []


def test_what_collides_is_found() -> None:
    """The control: two words over each other, and steps of three."""
    words = [{"text": f"{3 * n}", "left": 10.0, "top": 20.0 * n, "wide": 8.0, "high": 9.0} for n in range(4)]

    assert over(words[0], words[0] | {"left": 12.0}) and not over(words[0], words[1])
    assert steps(words) == [3.0, 3.0, 3.0] and not is_round(3.0)
