"""A page of a board's parts: one self-contained HTML file in which a row of the bill of materials lights up its places.

Made of the committed layout (pads and places) and of node.toml; it asks no network.
"""

import math
import re
from html import escape
from typing import Final, NamedTuple

from hardware.tools import bom, design

ORIGIN: Final = 50.0
"""Where the upper left corner of a board lies in its KiCad file [mm]."""
PAD: Final = re.compile(
    r'\n\t\t\(pad "[^"]*" \w+ (\w+)\n\t\t\t\(at ([-\d.]+) ([-\d.]+)(?: ([-\d.]+))?\)\n\t\t\t\(size ([\d.]+) ([\d.]+)\)'
)
PLACE: Final = re.compile(r"\n\t\t\(at ([-\d.]+) ([-\d.]+)(?: ([-\d.]+))?\)")
REFERENCE: Final = re.compile(r'\(property "Reference" "([^"]+)"')
STYLE: Final = """
body { font: 14px sans-serif; margin: 0; display: flex; flex-wrap: wrap; height: 100vh }
figure { margin: 0; flex: 2 1 600px; height: 100% } svg { width: 100%; height: 100% }
section { flex: 1 1 420px; height: 100%; overflow: auto } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: 3px 6px; border-bottom: 1px solid #ddd; vertical-align: top }
tr.on, tr:focus { background: #ffe9a8 } .board { fill: #f3f6f0; stroke: #333; stroke-width: .3 }
g rect, g ellipse { fill: #9aa } g text { font-size: 1.6px; fill: #444; text-anchor: middle }
@media (max-width: 800px) {
  body { display: block; height: auto } section { height: auto }
  figure { position: sticky; top: 0; height: 45vh; background: #fff }
}
g.on rect, g.on ellipse { fill: #d33 } g.on text { fill: #d33; font-weight: bold; font-size: 3px }
"""
SCRIPT: Final = """
for (const row of document.querySelectorAll('tr[data-of]')) {
  const choose = () => {
    for (const one of document.querySelectorAll('.on')) one.classList.remove('on');
    row.classList.add('on');
    for (const name of row.dataset.of.split(' ')) document.getElementById(name)?.classList.add('on');
  };
  row.addEventListener('click', choose);
  row.addEventListener('focus', choose);
}
"""


class Pad(NamedTuple):
    """A pad on the board: its middle, size, turn [mm, degrees] and whether it is round."""

    x: float
    y: float
    width: float
    height: float
    turn: float
    is_round: bool


class PlacedPart(NamedTuple):
    """A part where the layout has it."""

    reference: str
    x: float
    y: float
    pads: tuple[Pad, ...]


def placed(board: str) -> list[PlacedPart]:
    """The parts of the committed layout, in the order of their names."""
    text = (design.HARDWARE / board / f"{board}.kicad_pcb").read_text()
    found = []
    for body in text.split("\n\t(footprint ")[1:]:
        at, name = PLACE.search(body), REFERENCE.search(body)
        assert at and name, f"{board}: a footprint without place or name"
        x, y, turn = float(at[1]) - ORIGIN, float(at[2]) - ORIGIN, math.radians(float(at[3] or 0))
        pads = []
        for shape, dx, dy, pad_turn, width, height in PAD.findall(body):
            px, py = float(dx), float(dy)
            pads.append(
                Pad(
                    x=round(x + px * math.cos(turn) + py * math.sin(turn), 3),
                    y=round(y - px * math.sin(turn) + py * math.cos(turn), 3),
                    width=float(width),
                    height=float(height),
                    turn=-float(pad_turn or 0),
                    is_round=shape in ("circle", "oval"),
                )
            )
        found.append(PlacedPart(name[1], x, y, tuple(pads)))
    return sorted(found, key=lambda one: bom.in_order(one.reference))


def page(board: str) -> str:
    """The page of one board."""
    of = design.read(board)
    width, height = of.layout["size"]
    drawn = "\n".join(_part(one) for one in placed(board))
    rows = "\n".join(_row(row) for row in bom.rows(of))
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(of.title)}: parts</title>
<style>{STYLE}</style>
<figure><svg viewBox="-2 -2 {width + 4:g} {height + 4:g}" role="img" aria-label="{escape(of.title)}, front">
<rect class="board" width="{width:g}" height="{height:g}"/>
{drawn}
</svg></figure>
<section><h1>{escape(of.title)}</h1>
<p>Choose a row: its parts turn red. Designed in software; not built or measured.</p>
<table><tr><th>Number<th>Value<th>Maker's number<th>References</tr>
{rows}
</table></section>
<script>{SCRIPT}</script>
</html>
"""


def _part(one: PlacedPart) -> str:
    shapes = "".join(
        f'<ellipse cx="{pad.x:g}" cy="{pad.y:g}" rx="{pad.width / 2:g}" ry="{pad.height / 2:g}"/>'
        if pad.is_round
        else f'<rect x="{pad.x - pad.width / 2:g}" y="{pad.y - pad.height / 2:g}" width="{pad.width:g}" '
        f'height="{pad.height:g}" transform="rotate({pad.turn:g} {pad.x:g} {pad.y:g})"/>'
        for pad in one.pads
    )
    return f'<g id="{one.reference}">{shapes}<text x="{one.x:g}" y="{one.y:g}">{one.reference}</text></g>'


def _row(row: tuple[str, ...]) -> str:
    said = dict(zip(bom.COLUMNS, row, strict=True))
    return (
        f'<tr tabindex="0" data-of="{said["references"]}"><td>{said["count"]}<td>{escape(said["value"])}'
        f"<td>{escape(said['maker'])} {escape(said['mpn'])}<td>{said['references']}</tr>"
    )
