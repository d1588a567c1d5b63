"""Plots as SVG, by hand: lines of a curve, bars of a comparison; light and dark as the reader's screen."""

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from bench.figures import Curve, Figure

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 50
BAR_HEIGHT, BAR_LEFT = 30, 200
COLOURS: Final = {"ours": "#0f766e", "limit": "#94a3b8", "peer": "#b45309"}
STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1f2937 } .title { font-weight: 600; font-size: 15px }
.grid { stroke: #d1d5db } .end { text-anchor: end } .middle { text-anchor: middle }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .grid { stroke: #374151 } }"""

Place = tuple[float, float]


def curve(found: Curve) -> str:
    """Ours and the limit over x; each point is the median of its rounds."""
    top = _round_up(max(max(point.ours, point.limit) for point in found.points))
    across = [_across(found, point.x) for point in found.points]
    parts = [_grid(top), _title(f"{found.unit} by {found.x_name}")]
    parts += [
        _text(x, HEIGHT - BOTTOM + 18, _short(point.x), "middle") for x, point in zip(across, found.points, strict=True)
    ]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, found.x_name, "middle"))
    for name, label in (("limit", found.limit_is), ("ours", "Tailwatch")):
        heights = [getattr(point, name) for point in found.points]
        places = [(x, _down(value, top)) for x, value in zip(across, heights, strict=True)]
        parts.append(_line(places, COLOURS[name]))
        parts.append(_text(WIDTH - RIGHT, places[-1][1] - 8, label, "end"))
    return _svg(HEIGHT, f"{found.unit} by {found.x_name}", parts)


def bars(found: Figure) -> str:
    """Medians of the limit, ours and the peers below it, the best first; what is above the limit is another limit."""
    rows = [("limit", found.limit_is, found.limit or 0.0), ("ours", "Tailwatch", found.ours)]
    rows += [(_kind(name), name, value) for name, value in found.peers.items() if value <= (found.limit or value)]
    rows.sort(key=lambda row: -row[2])
    top, room = rows[0][2], WIDTH - BAR_LEFT - RIGHT - 80
    parts = [_title(f"{found.name} [{found.unit}]")]
    for place, (kind, name, value) in enumerate(rows):
        y = TOP + place * BAR_HEIGHT
        width = max(1.0, room * value / top)
        parts.append(_text(BAR_LEFT - 8, y + 18, name, "end"))
        parts.append(f'<rect x="{BAR_LEFT}" y="{y + 4}" width="{width:.1f}" height="20" fill="{COLOURS[kind]}"/>')
        parts.append(_text(BAR_LEFT + width + 6, y + 18, _short(value), ""))
    return _svg(TOP + len(rows) * BAR_HEIGHT + 10, f"{found.name} [{found.unit}]", parts)


def _kind(name: str) -> str:
    return "ours" if name.startswith("Tailwatch") else "peer"


def _across(found: Curve, x: float) -> float:
    scale = math.log if found.is_logarithmic else float
    first, last = scale(found.points[0].x), scale(found.points[-1].x)
    return LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * (scale(x) - first) / ((last - first) or 1)


def _down(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _round_up(value: float) -> float:
    step = 10.0 ** math.floor(math.log10(value)) / 2
    return math.ceil(value / step) * step


def _grid(top: float) -> str:
    lines = []
    for part in range(5):
        y = _down(top * part / 4, top)
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(_text(LEFT - 6, y + 4, _short(top * part / 4), "end"))
    return "".join(lines)


def _line(places: Sequence[Place], colour: str) -> str:
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def _title(text: str) -> str:
    return _text(8, 22, text, "title")


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _short(value: float) -> str:
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:.3g}{name}"
    return f"{value:.3g}"


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
    head += f' width="{WIDTH}" height="{height}"><title>{escape(title)}</title><style>{STYLE}</style>'
    return head + "".join(parts) + "</svg>\n"
