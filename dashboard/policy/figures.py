"""Indicators in words and as a picture: a value with its bounds, how sure it is, and what made a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.policy.models import IndicatorChange, IndicatorQuery, IndicatorValue
from dashboard import numbers
from dashboard.drawing import Drawing, Scale, words_along
from tailings.policy import CAUSES, Comparison, RowChange
from texts import Texts, say, writing

PERCENT: Final = 100
WIDTH: Final = 320
HEIGHT: Final = 78
EDGE: Final = 12
LINES: Final = (14, 36)
AXIS: Final = 54
WORDS: Final = 72
RADIUS: Final = 5
END: Final = 4
FIGURES: Final = 3
MOMENTS: Final = ("before", "after")
LOOKS: Final = ("then", "since")
BESIDE: Final = 9
LATE: Final = 0.6
"""Right of this share of the width, words stand before their disc."""


@dataclass(frozen=True)
class FigureLine:
    """A value as it is written, its bounds, and of how many rows it is known."""

    value: str
    bounds: str
    known: str
    independent: str


@dataclass(frozen=True)
class ChangeLine:
    """A row that made a difference."""

    cause: str
    name: str
    key: str
    versions: str
    what: str


@dataclass(frozen=True)
class IndicatorFigure:
    """An indicator with both moments, its picture, the difference by cause, and the rows behind it."""

    id: str
    title: str
    method: str
    asks: str
    before: FigureLine | None
    after: FigureLine | None
    drawing: Drawing | None
    difference: str
    effects: list[tuple[str, str]]
    changes: list[ChangeLine]
    more: str


def figure(one: IndicatorChange, number: int, texts: Texts) -> IndicatorFigure:
    """Write an indicator."""
    words = texts["policy"]
    kind = words["indicators"][one.query.indicator]
    moments = [found for found in (one.before, one.after) if found is not None]
    shown = moments[0].shown if moments else "count"
    changes = one.comparison.changes if one.comparison else ()
    left = one.changes_total - len(changes)
    return IndicatorFigure(
        f"i{number}",
        kind["title"],
        say(words["method"], says=kind["says"], n=moments[-1].method if moments else 0),
        place(one.query, texts),
        before=line(one.before, texts),
        after=line(one.after, texts),
        drawing=_drawing(one, kind["title"], texts),
        difference=_difference(one.comparison, shown, texts),
        effects=_effects(one.comparison, shown, texts),
        changes=[_row(change, texts) for change in changes],
        more=say(words["more"], left) if left > 0 else "",
    )


def place(query: IndicatorQuery, texts: Texts) -> str:
    """Say of which facilities, year and element it is."""
    words = texts["policy"]
    parts = [query.region, query.country] if query.region or query.country else [words["everywhere"]]
    asked = [*parts, str(query.year) if query.year else "", query.element]
    return " · ".join(filter(None, asked))


def line(one: IndicatorValue | None, texts: Texts) -> FigureLine | None:
    """Write a value with its bounds and completeness."""
    if one is None:
        return None
    words = texts["policy"]
    known = say(words["known"], known=numbers.count(one.known), of=numbers.count(one.of))
    if one.value is None:
        return FigureLine(words["no_value"], "", known, "")
    bounds = words["exact"] if one.low == one.high == one.value else _bounds(one, texts)
    independent = ""
    if one.independent:
        low, mid, high = (amount(each, one.shown, texts) for each in one.independent)
        independent = say(words["independent"], low=low, mid=mid, high=high)
    return FigureLine(amount(one.value, one.shown, texts), bounds, known, independent)


def amount(value: float, shown: str, texts: Texts) -> str:
    """Write a value with its unit."""
    if shown == "share":
        return f"{numbers.fixed(PERCENT * value, 1)} %"
    if shown == "tonnes":
        return f"{writing.short(value, FIGURES)} t"
    if shown == "hours":
        return f"{numbers.fixed(value, 1)} h"
    return numbers.count(value)


def _bounds(one: IndicatorValue, texts: Texts) -> str:
    words = texts["policy"]
    low = amount(one.low if one.low is not None else 0.0, one.shown, texts)
    if one.high is None:
        return say(words["from"], low=low)
    return say(words["p90" if one.shown == "tonnes" else "bounds"], low=low, high=amount(one.high, one.shown, texts))


def _signed(value: float, shown: str, texts: Texts) -> str:
    if shown == "share":
        written = f"{numbers.fixed(PERCENT * abs(value), 1)} {texts['policy']['points']}"
    else:
        written = amount(abs(value), shown, texts)
    return written if value == 0 else f"{'+' if value > 0 else writing.MINUS}{written}"


def _difference(found: Comparison | None, shown: str, texts: Texts) -> str:
    if found is None or found.total is None:
        return str(texts["policy"]["no_difference"])
    return _signed(found.total, shown, texts)


def _effects(found: Comparison | None, shown: str, texts: Texts) -> list[tuple[str, str]]:
    if found is None or found.total is None:
        return []
    causes = texts["policy"]["causes"]
    told = [cause for cause in CAUSES if cause != "method" or found.effects[cause]]
    return [(causes[cause], _signed(found.effects[cause], shown, texts)) for cause in told]


def _row(one: RowChange, texts: Texts) -> ChangeLine:
    """Name what differs by column and value, as registers have it."""
    values = {name: (one.before.get(name), one.after.get(name)) for name in sorted({*one.before, *one.after})}
    nothing = texts["policy"]["nothing"]
    what = [
        f"{name}: {nothing if was is None else _written(was)} → {nothing if now is None else _written(now)}"
        for name, (was, now) in values.items()
        if not isinstance(was, list) and not isinstance(now, list)
    ]
    versions = " → ".join(filter(None, one.versions))
    return ChangeLine(texts["policy"]["causes"][one.cause], one.name, one.key, versions, "; ".join(what))


def _written(value: object) -> str:
    return writing.short(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _drawing(one: IndicatorChange, title: str, texts: Texts) -> Drawing | None:
    """Both moments on one axis: a line from bound to bound, a disc at the value; an open end has no stop."""
    drawn = [(at, found) for at, found in enumerate((one.before, one.after)) if found and found.value is not None]
    if not drawn:
        return None
    scale, shown = _scale([found for _, found in drawn]), drawn[0][1].shown
    said = [say(texts["policy"]["drawn"][MOMENTS[at]], value=_drawn(found, texts)) for at, found in drawn]
    drawing = Drawing(WIDTH, HEIGHT, f"{title}: {' '.join(said)}")
    drawing.line([(scale(scale.low), AXIS), (scale(scale.high), AXIS)], "axis")
    words_along(drawing, scale, WORDS, 2, lambda value: amount(value, shown, texts))
    for at, found in drawn:
        _moment(drawing, scale, found, at, texts)
    return drawing


def _moment(drawing: Drawing, scale: Scale, found: IndicatorValue, at: int, texts: Texts) -> None:
    assert found.value is not None  # those without a value are not drawn
    low, y = found.value if found.low is None else found.low, LINES[at]
    high = WIDTH - EDGE / 2 if found.high is None else scale(found.high)
    drawing.line([(scale(low), y), (high, y)], LOOKS[at])
    for x in [scale(low), *([] if found.high is None else [high])]:
        drawing.line([(x, y - END), (x, y + END)], LOOKS[at])
    x = scale(found.value)
    drawing.dots([(x, y)], RADIUS, f"{LOOKS[at]} dot")
    is_late = x > LATE * WIDTH
    place = min(x, scale(low)) - BESIDE if is_late else (x if found.high is None else max(x, high)) + BESIDE
    words = f"{texts['policy']['moments'][MOMENTS[at]]} {amount(found.value, found.shown, texts)}"
    drawing.text(place, y + END, words, anchor="end" if is_late else "start")


def _drawn(found: IndicatorValue, texts: Texts) -> str:
    said = line(found, texts)
    assert said is not None  # of a value
    return f"{said.value} ({said.bounds})"


def _scale(found: Sequence[IndicatorValue]) -> Scale:
    """Shares from none to all, all else from nothing to the highest."""
    if found[0].shown == "share":
        return Scale(0.0, 1.0, EDGE, WIDTH - EDGE)
    most = max(one for each in found for one in (each.value, each.high) if one is not None)
    return Scale(0.0, most or 1.0, EDGE, WIDTH - EDGE)
