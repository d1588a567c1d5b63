"""The box without its cover, seen from above its lower right corner: an isometric view of what enclosure.toml says.

x runs along the lower wall, y from the upper wall to the glands, z from the back of the box to the reader; mm. Parts of
the boards are blocks over their pads, as high as their footprint is said to be: no bodies of makers.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from hardware.tools import design, enclosure, parts_page
from hardware.tools.drawing import PlanSheet

COS, SIN = math.cos(math.radians(30)), math.sin(math.radians(30))
MARGIN: Final = 24.0
GLAND_LENGTH: Final = 22.0
"""Of a gland outside of the wall [mm]; drawn, not measured."""
FACES: Final = {"board": "#2f7d5b", "part": "#4a4f57", "battery": "#5b7ea4", "plate": "#b9bdc4", "gland": "#30343a"}
SMALL, LOW = 5.0, 1.0
"""What is no wider is drawn so low [mm]: resistors and capacitors."""
Corner = tuple[float, float, float]


class Block(NamedTuple):
    """A cuboid by its corner and its size, and what it is."""

    x: float
    y: float
    z: float
    width: float
    height: float
    depth: float
    kind: str


class Projection(NamedTuple):
    """Where the upper left back corner lies on the sheet."""

    left: float
    top: float

    def at(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Give the place on the sheet."""
        return round(self.left + (x - y) * COS, 2), round(self.top + (x + y) * SIN - z, 2)


def blocks(said: dict[str, Any]) -> Iterator[Block]:
    """What stands in the box, from the back: plate, battery, boards, and their parts, the farthest first."""
    plate, inner = said["plate"], said["box"]["inner"]
    left, top = ((inner[axis] - plate["size"][axis]) / 2 for axis in (0, 1))
    floor = plate["above_floor"]
    yield _standing(left, top, floor, (*plate["size"], plate["thickness"]), "plate")
    on = floor + plate["thickness"]
    x, y = said["battery"]["at"]
    yield _standing(left + x, top + y, on, said["battery"]["size"], "battery")
    for one in said["boards"]:
        x, y = left + one["at"][0], top + one["at"][1]
        z = on + said["stand_off"]["height"]
        board = design.read(one["name"])
        yield _standing(x, y, z, (*board.layout["size"], enclosure.BOARD_THICK), "board")
        yield from sorted(_parts(board, said, (x, y, z + enclosure.BOARD_THICK)), key=lambda part: part.x + part.y)


def _parts(board: design.Design, said: dict[str, Any], corner: Corner) -> Iterator[Block]:
    x, y, z = corner
    for one in parts_page.placed(board.name):
        part = board.parts.get(one.reference)
        if part is None or not one.pads or part.item.key == "hole":
            continue
        left = min(pad.x - pad.width / 2 for pad in one.pads)
        top = min(pad.y - pad.height / 2 for pad in one.pads)
        width = max(pad.x + pad.width / 2 for pad in one.pads) - left
        height = max(pad.y + pad.height / 2 for pad in one.pads) - top
        rises = enclosure.height_of(part, said["heights"])
        yield _standing(x + left, y + top, z, (width, height, rises if max(width, height) > SMALL else LOW), "part")


def _standing(x: float, y: float, z: float, size: Corner, kind: str) -> Block:
    width, height, depth = size
    return Block(x, y, z, width=width, height=height, depth=depth, kind=kind)


def view(said: dict[str, Any]) -> str:
    """Draw it."""
    width, height, depth = said["box"]["inner"]
    place = Projection(MARGIN + height * COS, MARGIN + depth)
    sheet = PlanSheet((width + height) * COS + 2 * MARGIN, (width + height) * SIN + depth + 3 * MARGIN, TITLE, 1.8)
    corners = (0.0, width), (0.0, height)
    _face(sheet, place, [(x, y, 0.0) for x, y in _around(*corners)], "#eceff1")
    for wall in (
        [(0.0, 0.0, 0.0), (width, 0.0, 0.0), (width, 0.0, depth), (0.0, 0.0, depth)],
        [(0.0, 0.0, 0.0), (0.0, height, 0.0), (0.0, height, depth), (0.0, 0.0, depth)],
    ):
        _face(sheet, place, wall, "#dfe3e6")
    for block in blocks(said):
        _block(sheet, place, block)
    _front(sheet, place, said)
    for hole in enclosure.gland_holes(said):
        _gland(sheet, place, hole, height)
    x, y = place.at(width / 2, height + GLAND_LENGTH, 0.0)
    sheet.words(x - 60, y + 30, "glands", 7)
    sheet.words(MARGIN, (width + height) * SIN + depth + 2.6 * MARGIN, SAYS, 5.5, "start")
    return sheet.svg()


TITLE: Final = "The node's box without its cover, isometric"
SAYS: Final = "Drawn from the files of boards and box, not built. Parts are blocks over their pads."


def _around(across: tuple[float, float], down: tuple[float, float]) -> Sequence[tuple[float, float]]:
    (left, right), (top, bottom) = across, down
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _face(sheet: PlanSheet, place: Projection, corners: Sequence[Corner], fill: str, opacity: float = 1.0) -> None:
    sheet.area([place.at(*one) for one in corners], fill, opacity)


def _block(sheet: PlanSheet, place: Projection, one: Block) -> None:
    """Its three sides that are seen: towards the reader, to the right, to the glands."""
    x, y, z, right, bottom, top = one.x, one.y, one.z, one.x + one.width, one.y + one.height, one.z + one.depth
    fill = FACES[one.kind]
    _face(sheet, place, [(right, y, z), (right, bottom, z), (right, bottom, top), (right, y, top)], _shaded(fill, 0.72))
    _face(
        sheet, place, [(x, bottom, z), (right, bottom, z), (right, bottom, top), (x, bottom, top)], _shaded(fill, 0.86)
    )
    _face(sheet, place, [(a, b, top) for a, b in _around((x, right), (y, bottom))], fill)


def _front(sheet: PlanSheet, place: Projection, said: dict[str, Any]) -> None:
    """The two walls that are before everything, through which one sees."""
    width, height, depth = said["box"]["inner"]
    right = [(width, 0.0, 0.0), (width, height, 0.0), (width, height, depth), (width, 0.0, depth)]
    lower = [(0.0, height, 0.0), (width, height, 0.0), (width, height, depth), (0.0, height, depth)]
    for wall in (right, lower):
        _face(sheet, place, wall, "#c9d3da", 0.35)


def _gland(sheet: PlanSheet, place: Projection, hole: enclosure.Hole, wall_y: float) -> None:
    """A body from the lower wall outwards, as a row of circles in the plane of the wall."""
    steps = 12
    for step in range(steps + 1):
        y = wall_y + GLAND_LENGTH * step / steps
        ring = [
            place.at(hole.x + hole.diameter / 2 * math.cos(turn), y, hole.y + hole.diameter / 2 * math.sin(turn))
            for turn in (math.tau * part / 16 for part in range(16))
        ]
        sheet.area(ring, FACES["gland"] if step < steps else "#555b63", 1.0, is_edged=step in (0, steps))


def _shaded(colour: str, share: float) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one * share):02x}" for one in parts)
