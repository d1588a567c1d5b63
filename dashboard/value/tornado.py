"""Drawings of the value page: histogram of the net value, tornado, grade against tonnage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.studies.models import AboveCutOff, Bar, Outcomes
from dashboard import numbers
from dashboard.drawing import Drawing, Point, Scale, ticks
from dashboard.value.headline import input_words, rounded
from texts import Texts, say, sentence

from .amounts import (
    MILLION,
    PERCENT_FROM_MG_PER_KG,
    grade,
    millions,
    percent,
    signed_spread,
    signed_tick_labels,
    tick_labels,
)
from .valued import ValuedFacility

WIDTH, HEIGHT = 640, 290
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 52, 262
MOST_BARS = 8
GAP = 1.5
UNITS: Final = {
    "volume": "m³",
    "density": "t/m³",
    "cost": "{}/t",
    "plant": "{}",
    "avoided liability": "{}",
    "grade": "mg/kg",
    "price": "{}/t",
    "recovery": "%",
}
"""Units of the inputs, or of their kind ("price W"); {} stands for the currency."""
LABEL_GAP = 5


@dataclass(frozen=True)
class Tick:
    """A value of the axis, and where it stands [% of the width]."""

    at: float
    words: str


@dataclass(frozen=True)
class HalfBar:
    """One half of a bar [% of the width]: towards a lower or a higher net value, with the input that leads there."""

    left: float
    width: float
    is_less: bool
    end: float
    words: str


@dataclass(frozen=True)
class TornadoRow:
    """One input, its ends (P90 and P10) as they are written with their unit, and both halves of its bar."""

    bar: Bar
    name: str
    unit: str
    low: str
    high: str
    parts: list[HalfBar]


@dataclass(frozen=True)
class Tornado:
    """All of it: axis, where zero and the middle stand, and a row an input."""

    says: str
    ticks: list[Tick]
    zero: float
    middle: float
    rows: list[TornadoRow]


def net(drawn: Outcomes, texts: Texts) -> Drawing:
    """Share of the draws by net value; losses hatched, P90, P50 and P10 marked; discounted, where it is, as a line."""
    edges, counts, currency = drawn.edges, drawn.counts, drawn.currency
    discounted = drawn.npv_counts or []
    total, highest = sum(counts), max(*counts, *discounted)
    x, y = Scale(edges[0], edges[-1], LEFT, WIDTH - RIGHT), Scale(0, highest / total, BOTTOM, TOP + 22)
    spread = (drawn.net.p90, drawn.net.p50, drawn.net.p10)
    written = signed_spread(*spread)
    says = say(
        texts["value"]["net"]["says"],
        money=currency,
        p90=written[0],
        p50=written[1],
        p10=written[2],
        loss=percent(drawn.chance_of_loss),
    )
    drawing = Drawing(WIDTH, HEIGHT, says)
    shares = ticks(0, highest / total, 5)
    drawing.lines([[(LEFT, y(share)), (WIDTH - RIGHT, y(share))] for share in shares], "grid")
    for share in shares:
        drawing.text(LEFT - 6, y(share) + 4, numbers.fixed(100 * share, 0), "q", "end")
    bars: dict[str, list[list[Point]]] = {"loss": [], "gain": []}
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        left, right, top = x(low) + GAP, x(high), y(count / total)
        bar = [(left, BOTTOM), (left, top), (right, top), (right, BOTTOM)]
        bars["loss" if high <= 0 else "gain"].append(bar)
    for look, some in bars.items():
        drawing.lines(some, look, closed=True)
    if discounted:
        tops = zip(edges, edges[1:], discounted, strict=False)
        drawing.line([(x(edge), y(count / total)) for low, high, count in tops for edge in (low, high)], "npv")
        drawing.line([(LEFT, 10), (LEFT + 22, 10)], "npv")
        drawing.text(LEFT + 28, 14, texts["value"]["net"]["npv"])
    for value, words in signed_tick_labels(ticks(edges[0], edges[-1], 7)):
        drawing.text(x(value), BOTTOM + 18, words, "q", "middle")
    if edges[0] < 0 < edges[-1]:
        drawing.line([(x(0), TOP), (x(0), BOTTOM)], "edge")
    for name, value, words, high in zip(("P90", "P50", "P10"), spread, written, (30, 2, 30), strict=True):
        drawing.line([(x(value), high), (x(value), BOTTOM)], "edge" if name == "P50" else "old")
        side, anchor = (-LABEL_GAP, "end") if name == "P90" else (LABEL_GAP, "start")
        unit = f" M {currency}" if name == "P50" else ""
        drawing.text(x(value) + side, high + 10, f"{name} {words}{unit}", "b halo", anchor)
    return drawing


def tornado(bars: Sequence[Bar], middle: float, currency: str, texts: Texts) -> Tornado:
    """Net value when one input goes from its P90 to its P10; values at both ends, all in percent of the width."""
    bars = bars[:MOST_BARS]
    ends = [end for bar in bars for end in (bar.net_low, bar.net_high)] + [0.0, middle]
    margin = (max(ends) - min(ends)) * 0.4
    x = Scale(min(ends) - margin, max(ends) + margin, 0, 100)
    says = say(texts["value"]["moves"]["says"], first=input_words(bars[0].name, texts))
    at = [Tick(x(value), words) for value, words in signed_tick_labels(ticks(min(ends), max(ends), 5))]
    return Tornado(says, at, x(0), x(middle), [_row(bar, middle, x, currency, texts) for bar in bars])


def _row(bar: Bar, middle: float, x: Scale, currency: str, texts: Texts) -> TornadoRow:
    parts, unit = [], unit_of(bar.name, currency)
    low, high = (percent(at) if unit == "%" else rounded(at) for at in (bar.low, bar.high))
    for end, words in ((bar.net_low, low), (bar.net_high, high)):
        left, right = sorted((x(middle), x(end)))
        parts.append(HalfBar(left, right - left, end < middle, x(end), words))
    return TornadoRow(bar, sentence(input_words(bar.name, texts)), unit, low, high, parts=parts)


def unit_of(name: str, currency: str) -> str:
    """The unit of an input of the tornado."""
    return UNITS.get(name, UNITS.get(name.partition(" ")[0], "")).format(currency)


def grade_tonnage(valued: ValuedFacility, texts: Texts) -> Drawing:
    """Tonnes above a cut-off (with their band) and the mean grade of those tonnes, on two axes."""
    curve, words = valued.result.grade_tonnage, texts["value"]["curve"]
    tonnes, cut_off = valued.now.tonnes, valued.result.cut_off_mg_per_kg
    x = Scale(0, curve.cut_off[-1], LEFT, WIDTH - 44)
    y, g = Scale(0, tonnes * 1.1, BOTTOM, TOP), Scale(0, max(curve.grade) * 1.1, BOTTOM, TOP)
    at = at_cut_off(valued.now.above_cut_off)
    says = say(words["says"], cut=at["cut"], tonnes=at["tonnes"], grade=at["grade"])
    drawing = Drawing(WIDTH, HEIGHT + 6, says)
    levels = ticks(0, tonnes * 1.1, 5)
    drawing.lines([[(LEFT, y(value)), (WIDTH - 44, y(value))] for value in levels], "grid")
    for value, written in tick_labels(levels, MILLION):
        drawing.text(LEFT - 6, y(value) + 4, written, "q", "end")
    for value, written in tick_labels(ticks(0, max(curve.grade) * 1.1, 5), PERCENT_FROM_MG_PER_KG):
        drawing.text(WIDTH - 38, g(value) + 4, written, "q")
    for value, written in tick_labels(ticks(0, curve.cut_off[-1], 6), PERCENT_FROM_MG_PER_KG):
        drawing.text(x(value), BOTTOM + 18, written, "q", "middle")
    high = [(x(cut), y(share * tonnes)) for cut, share in zip(curve.cut_off, curve.high, strict=True)]
    low = [(x(cut), y(share * tonnes)) for cut, share in zip(curve.cut_off, curve.low, strict=True)]
    drawing.area([*high, *reversed(low)], "spread")
    drawing.line([(x(c), y(s * tonnes)) for c, s in zip(curve.cut_off, curve.mid, strict=True)], "tonnes")
    drawing.line([(x(c), g(v)) for c, v in zip(curve.cut_off, curve.grade, strict=True) if v > 0], "mean")
    cut = x(cut_off)
    drawing.line([(cut, TOP), (cut, BOTTOM)], "crest")
    drawing.text(cut + 6, BOTTOM - 8, say(words["cut"], grade=grade(cut_off, 2)), "q halo")
    drawing.text(LEFT, 18, words["tonnes"], "b teal")
    drawing.text(WIDTH, 18, words["grade"], "b violet", "end")
    return drawing


def at_cut_off(found: AboveCutOff) -> dict[str, str]:
    """Tonnes and mean grade at the cut-off, in words."""
    return {
        "cut": grade(found.cut_off_mg_per_kg, 2),
        "tonnes": millions(found.tonnes, 3),
        "grade": grade(found.grade_mg_per_kg, 2),
    }
