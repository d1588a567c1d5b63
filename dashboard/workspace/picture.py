"""Series as a drawing of the server: lines over time on two axes, or one series over another."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from api.observations.columns import GAP_INTERVALS
from api.series.models import Scatter, WorkspaceSeries
from dashboard import ages, chart_events, numbers
from dashboard.chart_events import EventMark
from dashboard.drawing import Drawing, Scale, ticks, words_along
from dashboard.period import Period
from texts import Texts, say, writing

WIDTH, HEIGHT = 930.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 74.0, 850.0, 44.0, 368.0
DAYS: Final = 6


def over_time(
    axes: Mapping[str, Sequence[WorkspaceSeries]],
    shows: Period,
    zone: str,
    texts: Texts,
    look: Mapping[str, int],
    *,
    marks: Sequence[EventMark],
) -> Drawing:
    """Draw the series of each axis; look: the number of a series, which is its colour and stands at its end.

    marks: what happened; their words stand above the picture.
    """
    said = texts["workspace"]
    drawing = Drawing(WIDTH, HEIGHT, say(said["says"], names=", ".join(look) or said["nothing"]))
    across = Scale(shows.start.timestamp(), shows.end.timestamp(), LEFT, RIGHT)
    words_along(drawing, across, BOTTOM + 20, DAYS, partial(ages.day_of_s, zone=zone, now=shows.end))
    chart_events.draw(drawing, marks, across, (TOP, BOTTOM), texts)
    ends: list[float] = []
    for side, series in axes.items():
        scale = _scale([value for one in series for value in (*one.minimums, *one.maximums) if value is not None])
        if scale is None:
            continue
        _axis(drawing, scale, side, numbers.unit_words(series[0].unit))
        for one in series:
            for run in _runs(one):
                drawing.line([(across(at.timestamp()), scale(value)) for at, value in run], f"s{look[one.datastream]}")
            _end(drawing, one, (across, scale), look[one.datastream], ends)
    return drawing


def of_scatter(found: Scatter, units: tuple[str, str], zone: str, texts: Texts) -> Drawing:
    """Draw the pairs, and the line through them."""
    said = texts["workspace"]
    drawing = Drawing(WIDTH, HEIGHT, say(said["scatter_says"], x=found.x, y=found.y, n=found.pairs))
    y = _scale(found.y_means)
    if y is None:
        return drawing
    low, high = _roomy(found.x_means)
    x = Scale(low, high, LEFT, RIGHT)
    _axis(drawing, y, "left", f"{found.y}, {numbers.unit_words(units[1])}")
    for value in ticks(low, high, 7):
        drawing.line([(x(value), TOP), (x(value), BOTTOM)], "grid")
        drawing.text(x(value), BOTTOM + 16, _tick(value), "q", "middle")
    drawing.text(RIGHT, BOTTOM + 30, f"{found.x}, {numbers.unit_words(units[0])}", "q", "end")
    drawing.dots([(x(one), y(other)) for one, other in zip(found.x_means, found.y_means, strict=True)], 2.4, "dot")
    if found.slope is not None and found.intercept is not None:
        ends = (min(found.x_means), max(found.x_means))
        drawing.line([(x(end), y(found.intercept + found.slope * end)) for end in ends], "s2")
    return drawing


def _roomy(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = max(0.06 * (high - low), abs(high) * 1e-6, 1e-9)
    return low - room, high + room


def _scale(values: Sequence[float]) -> Scale | None:
    return Scale(*_roomy(values), BOTTOM, TOP) if values else None


def _axis(drawing: Drawing, scale: Scale, side: str, unit: str) -> None:
    at, anchor, shift = (LEFT, "end", -8) if side == "left" else (RIGHT, "start", 26)
    drawing.text(at + (0 if side == "left" else 26), TOP - 26, unit, "b", "start" if side == "left" else "end")
    for value in ticks(scale.low, scale.high, 6):
        if side == "left":
            drawing.line([(LEFT, scale(value)), (RIGHT, scale(value))], "grid")
        drawing.text(at + shift, scale(value) + 4, _tick(value), "q", anchor)


def _tick(value: float) -> str:
    return writing.short(value, 10)


def _runs(series: WorkspaceSeries) -> Iterator[list[tuple[datetime, float]]]:
    """The line between its gaps, through the lowest and highest value of each bucket."""
    usual_s = max(series.bucket_s or 0.0, series.expected_interval_s or 0.0)
    run: list[tuple[datetime, float]] = []
    for at, low, high in zip(series.times, series.minimums, series.maximums, strict=True):
        if run and usual_s and (at - run[-1][0]).total_seconds() > GAP_INTERVALS * usual_s:
            yield run
            run = []
        if low is not None and high is not None:
            run += [(at, low)] if low == high else [(at, low), (at, high)]
    yield run


def _end(
    drawing: Drawing, series: WorkspaceSeries, scales: tuple[Scale, Scale], number: int, ends: list[float]
) -> None:
    """The number of a series beside its last value, moved down where another one stands."""
    known = [value for value in series.means if value is not None]
    if known:
        y = scales[1](known[-1]) + 4
        while any(abs(y - other) < 13 for other in ends):
            y += 13
        ends.append(y)
        drawing.text(RIGHT + 8, y, str(number), f"b e{number}")
