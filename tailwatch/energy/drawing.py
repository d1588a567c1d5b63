"""The year as a picture: charge of the battery, and what comes in and goes out a day, typical and worst, in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np

from tailings.series import Values
from tailwatch.energy.figures import Case
from tailwatch.energy.year import DAYS, FIRST_OF_MONTH, Year

WIDTH, HEIGHT = 760, 536
LEFT, RIGHT = 64, 620
CHARGE_TOP, CHARGE_BOTTOM = 78, 288
FLOW_TOP, FLOW_BOTTOM = 338, 500
MONTH_LETTERS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STROKE: Final[dict[Case, str]] = {
    "typical": 'stroke="#0b5394" stroke-width="2"',
    "worst": 'stroke="#a64d00" stroke-width="2" stroke-dasharray="7 3"',
}
COLOUR: Final[dict[Case, str]] = {"typical": "#0b5394", "worst": "#a64d00"}
LEAST_APART: Final = 14.0


def picture(title: str, beneath: str, years: dict[Case, Year]) -> str:
    """The picture of one node's year; `beneath` says what it was computed from."""
    highest = max(float(max(np.max(year.harvest_wh), year.load_wh)) for year in years.values()) * 1.08
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' role="img" font-family="sans-serif" font-size="13" fill="#1a1a1a">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 26, title, ' font-size="17" font-weight="bold"'),
        _text(LEFT, 44, beneath, ' fill="#555555"'),
        _text(LEFT, CHARGE_TOP - 12, "Charge of the battery, % of what age has left of it"),
        *_frame(CHARGE_TOP, CHARGE_BOTTOM, [(share / 100, f"{share} %") for share in (0, 25, 50, 75, 100)], 1.0),
        _text(LEFT, FLOW_TOP - 12, "Brought by the panel, taken by the node, Wh a day"),
        *_frame(FLOW_TOP, FLOW_BOTTOM, [(step, f"{step:g}") for step in _steps(highest)], highest),
    ]
    charge, flow = [], []
    for case, year in years.items():
        parts.append(_line(year.share, 1.0, CHARGE_TOP, CHARGE_BOTTOM, STROKE[case]))
        parts.append(_line(year.harvest_wh, highest, FLOW_TOP, FLOW_BOTTOM, STROKE[case]))
        parts.append(
            _line(np.full(DAYS.size, year.load_wh), highest, FLOW_TOP, FLOW_BOTTOM, STROKE[case] + ' opacity="0.6"')
        )
        charge.append(
            (
                _y(float(year.share[-1]), 1.0, CHARGE_TOP, CHARGE_BOTTOM),
                case,
                f"{case}, least {year.smallest_share:.0%}",
            )
        )
        flow.append((_y(float(year.harvest_wh[-1]), highest, FLOW_TOP, FLOW_BOTTOM), case, f"panel, {case}"))
        flow.append((_y(year.load_wh, highest, FLOW_TOP, FLOW_BOTTOM), case, f"node, {case}"))
    off = years["worst"].lowest_share
    parts.append(_line(off, 1.0, CHARGE_TOP, CHARGE_BOTTOM, 'stroke="#555555" stroke-dasharray="2 3"'))
    parts += _labels([*charge, (_y(float(off[-1]), 1.0, CHARGE_TOP, CHARGE_BOTTOM), None, "node off below")])
    parts += [*_labels(flow), "</svg>"]
    return "\n".join(parts) + "\n"


def _frame(top: int, bottom: int, ticks: Sequence[tuple[float, str]], highest: float) -> list[str]:
    parts = []
    for value, words in ticks:
        y = _y(value, highest, top, bottom)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 8, y + 4, words, ' text-anchor="end"'))
    for first, name in zip(FIRST_OF_MONTH, MONTH_LETTERS, strict=True):
        x = _x(float(first))
        parts.append(f'<path d="M{x:.1f} {top}V{bottom + 5}" stroke="#eeeeee"/>')
        parts.append(_text(x + 3, bottom + 18, name))
    return [*parts, f'<path d="M{LEFT} {bottom}H{RIGHT}" stroke="#1a1a1a"/>']


def _labels(found: Sequence[tuple[float, Case | None, str]]) -> list[str]:
    """The names of the lines at their right ends, moved apart where they would lie over one another."""
    parts, last = [], -1e9
    for y, case, words in sorted(found, key=lambda one: one[0]):
        last = max(y + 4, last + LEAST_APART)
        parts.append(_text(RIGHT + 8, last, words, f' fill="{COLOUR[case] if case else "#555555"}"'))
    return parts


def _line(values: Values, highest: float, top: int, bottom: int, stroke: str) -> str:
    points = " ".join(
        f"{_x(float(day) - 1):.1f},{_y(float(value), highest, top, bottom):.1f}"
        for day, value in zip(DAYS, values, strict=True)
    )
    return f'<polyline points="{points}" fill="none" {stroke}/>'


def _steps(highest: float) -> list[float]:
    """Round values from 0 on, five at the most."""
    step = next(size * 10**power for power in range(-3, 9) for size in (1, 2, 5) if highest / (size * 10**power) < 5)
    return [float(step) * place for place in range(int(highest / step) + 1)]


def _x(day: float) -> float:
    return LEFT + (RIGHT - LEFT) * day / DAYS.size


def _y(value: float, highest: float, top: int, bottom: int) -> float:
    return bottom - (bottom - top) * value / highest


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'
