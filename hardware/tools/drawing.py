"""Drawings in millimetres, as SVG: shapes, dimensions and words, the same bytes each time."""

from collections.abc import Sequence
from html import escape
from typing import Final

INK: Final = "#222"
LIGHT: Final = "#888"


class PlanSheet:
    """A sheet of `width` by `height` mm, drawn at `scale` pixels a mm; y goes down."""

    def __init__(self, width: float, height: float, title: str, scale: float = 2.4) -> None:
        self._size = (width, height)
        self._scale = scale
        self._title = title
        self._parts: list[str] = []

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str = "none", ink: str = INK) -> None:
        """By its upper left corner."""
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{ink}"/>'
        )

    def circle(self, x: float, y: float, diameter: float, ink: str = INK) -> None:
        """A hole, with its cross."""
        r = diameter / 2
        self._parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="#fff" stroke="{ink}"/>')
        self.line(x - r - 1, y, x + r + 1, y, LIGHT)
        self.line(x, y - r - 1, x, y + r + 1, LIGHT)

    def line(self, ax: float, ay: float, bx: float, by: float, ink: str = INK, width: float = 0.3) -> None:
        """From a to b."""
        self._parts.append(
            f'<line x1="{ax:g}" y1="{ay:g}" x2="{bx:g}" y2="{by:g}" stroke="{ink}" stroke-width="{width:g}"/>'
        )

    def curve(self, path: str, ink: str = INK, width: float = 0.8) -> None:
        """A path as SVG writes it."""
        self._parts.append(f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{width:g}"/>')

    def area(
        self, corners: Sequence[tuple[float, float]], fill: str, opacity: float = 1.0, *, is_edged: bool = True
    ) -> None:
        """A filled outline, with its edge."""
        at = " ".join(f"{x:g},{y:g}" for x, y in corners)
        edge = f'stroke="{INK}" stroke-width="0.25"' if is_edged else 'stroke="none"'
        seen = "" if opacity == 1.0 else f' fill-opacity="{opacity:g}"'
        self._parts.append(f'<polygon points="{at}" fill="{fill}"{seen} {edge}/>')

    def words(self, x: float, y: float, text: str, size: float = 4, anchor: str = "middle", turn: float = 0) -> None:
        """Text with its foot at (x, y)."""
        turned = f' transform="rotate({turn:g} {x:g} {y:g})"' if turn else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" stroke="none" fill="{INK}"{turned}>'
            f"{escape(text)}</text>"
        )

    def across(self, ax: float, bx: float, y: float, text: str = "") -> None:
        """A dimension from left to right, above `y`."""
        self.line(ax, y, bx, y)
        for x in (ax, bx):
            self.line(x, y - 1.5, x, y + 1.5)
        self.words((ax + bx) / 2, y - 1.2, text or f"{bx - ax:g}", 3.4)

    def down(self, ay: float, by: float, x: float, text: str = "") -> None:
        """A dimension from top to bottom, left of `x`."""
        self.line(x, ay, x, by)
        for y in (ay, by):
            self.line(x - 1.5, y, x + 1.5, y)
        self.words(x - 1.2, (ay + by) / 2, text or f"{by - ay:g}", 3.4, turn=-90)

    def svg(self) -> str:
        """The sheet."""
        width, height = self._size
        across, down = (f"{one * self._scale:g}" for one in self._size)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" '
            f'viewBox="0 0 {width:g} {height:g}" font-family="sans-serif" stroke-width="0.4">'
        )
        title = f"<title>{escape(self._title)}</title>"
        paper = f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
        return "\n".join([head, title, paper, *self._parts, "</svg>", ""])
