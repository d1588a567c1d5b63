"""The enclosure: reads enclosure/enclosure.toml, holds boards, battery and glands against the box, and draws it."""

import tomllib
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final, NamedTuple

from hardware.tools import design
from hardware.tools.drawing import PlanSheet

FOLDER: Final = design.HARDWARE / "enclosure"
CORE_SPACE: Final = 30.0
"""Above a terminal: cores and a screwdriver [mm]."""
BOARD_THICK: Final = 1.6
EDGE: Final = 5.0
"""Of plate around what stands on it [mm]."""


class PlateItem(NamedTuple):
    """A thing on the plate: its corner, its size, and how high it reaches above the plate [mm]."""

    name: str
    x: float
    y: float
    width: float
    height: float
    rises: float


class Hole(NamedTuple):
    """A hole: where, how wide, and for what [mm]."""

    x: float
    y: float
    diameter: float
    name: str


def read() -> dict[str, Any]:
    """The file, as it stands."""
    return tomllib.loads((FOLDER / "enclosure.toml").read_text())


def places(said: dict[str, Any]) -> list[PlateItem]:
    """The boards with their parts, and the battery."""
    found = []
    for one in said["boards"]:
        board = design.read(one["name"])
        width, height = board.layout["size"]
        (x, y), tallest = one["at"], max(height_of(part, said["heights"]) for part in board.parts.values())
        rises = said["stand_off"]["height"] + BOARD_THICK + tallest + CORE_SPACE
        found.append(PlateItem(name=one["name"], x=x, y=y, width=width, height=height, rises=rises))
    (x, y), (width, height, depth) = said["battery"]["at"], said["battery"]["size"]
    return [*found, PlateItem(name="battery", x=x, y=y, width=width, height=height, rises=depth)]


def holes(said: dict[str, Any]) -> list[Hole]:
    """Of the plate: under each hole of a board, and for the straps of the battery."""
    found = []
    for one in said["boards"]:
        board = design.read(one["name"])
        for name, part in board.parts.items():
            if part.item.key == "hole":
                x, y, *_ = board.layout["place"][name]
                found.append(
                    Hole(one["at"][0] + x, one["at"][1] + y, said["stand_off"]["hole"], f"{one['name']} {name}")
                )
    x, y = said["battery"]["at"]
    width, height, _ = said["battery"]["size"]
    for dx in (width / 4, width * 3 / 4):
        for dy in (-6, height + 6):
            found.append(Hole(x + dx, y + dy, said["battery"]["strap_hole"], "strap"))
    return found


def gland_holes(said: dict[str, Any]) -> list[Hole]:
    """Of the lower wall: across from the left inner corner, and from the back."""
    wall = said["gland_wall"]
    row = (len(said["glands"]) + 1) // 2
    return [
        Hole(
            wall["left"] + wall["pitch"] * (index % row),
            wall["rows"][index // row],
            said["sizes"][gland["size"]]["hole"],
            f"{gland['name']} {gland['size']}",
        )
        for index, gland in enumerate(said["glands"])
    ]


def faults(said: dict[str, Any]) -> Iterator[str]:
    """What does not fit, in a sentence each."""
    plate, inner = said["plate"], said["box"]["inner"]
    room = inner[2] - plate["above_floor"] - plate["thickness"]
    if plate["size"][0] > inner[0] or plate["size"][1] > inner[1]:
        yield "the plate is larger than the box"
    things = places(said)
    for one in things:
        most_x, most_y = (side - EDGE for side in plate["size"])
        if min(one.x, one.y) < EDGE or one.x + one.width > most_x or one.y + one.height > most_y:
            yield f"{one.name} stands over the plate"
        if one.rises > room:
            yield f"{one.name} rises {one.rises:g} mm above the plate, there are {room:g}"
    for one, other in combinations(things, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        if not beside and not above:
            yield f"{one.name} and {other.name} are in the same place"
    yield from _gland_faults(said)


def _gland_faults(said: dict[str, Any]) -> Iterator[str]:
    inner, nut = said["box"]["inner"], said["gland_wall"]["nut"]
    for gland in said["glands"]:
        low, high = said["sizes"][gland["size"]]["clamps"]
        if gland["cable"] and not low <= gland["cable"] <= high:
            yield f"{gland['name']}: {gland['size']} holds {low:g} to {high:g} mm, its cable is {gland['cable']:g}"
    found = gland_holes(said)
    for hole in found:
        if not nut / 2 < hole.x < inner[0] - nut / 2 or not nut / 2 < hole.y < inner[2] - nut / 2:
            yield f"{hole.name}: its nut meets a wall"
    for one, other in combinations(found, 2):
        if ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 < nut + 2:
            yield f"{one.name} and {other.name}: their nuts meet"


def height_of(part: design.Part, heights: dict[str, Any]) -> float:
    """How high a part stands on its board, by a word of its footprint [mm]."""
    for word, height in heights.items():
        if word in part.item.footprint:
            return float(height)
    return float(heights["other"])


def plate_drawing(said: dict[str, Any]) -> str:
    """The plate from the front: what stands on it, each hole with its place from the upper left corner."""
    width, height = said["plate"]["size"]
    sheet = PlanSheet(width + 130, height + 40, "Mounting plate, from the front, mm")
    left, top = 22.0, 22.0
    sheet.rectangle(left, top, width, height, "#f6f6f2")
    sheet.across(left, left + width, 14)
    sheet.down(top, top + height, 14)
    for one in places(said):
        sheet.rectangle(
            left + one.x, top + one.y, one.width, one.height, "#e3ecf7" if one.name != "battery" else "#ece6d8"
        )
        sheet.words(
            left + one.x + one.width / 2, top + one.y + one.height / 2, f"{one.name}, {one.width:g} x {one.height:g}"
        )
        if one.name != "battery":
            sheet.words(left + one.x + one.width / 2, top + one.y + one.height - 3, "terminals", 3)
    sheet.words(left + width + 8, top + 4, "hole: from left, from top, diameter", 3.4, "start")
    for number, hole in enumerate(sorted(holes(said)), 1):
        sheet.circle(left + hole.x, top + hole.y, hole.diameter)
        sheet.words(left + hole.x + 3, top + hole.y - 2.5, str(number), 3.2, "start")
        sheet.words(
            left + width + 8,
            top + 4 + 6 * number,
            f"{number}: {hole.x:g}, {hole.y:g}, {hole.diameter:g} ({hole.name})",
            3.4,
            "start",
        )
    sheet.words(
        left, height + 34, "Lower edge towards the glands. Not built; size of the plate secondary.", 3.6, "start"
    )
    return sheet.svg()


def wall_drawing(said: dict[str, Any]) -> str:
    """The lower wall from outside, cover towards the reader's feet, each gland with its hole."""
    width, _, depth = said["box"]["inner"]
    sheet = PlanSheet(width + 50, depth + 60, "Lower wall with glands, from outside, mm")
    left, top = 30.0, 26.0
    sheet.rectangle(left, top, width, depth, "#f6f6f2")
    sheet.words(left + width / 2, 8, "back of the box (pole)", 3.6)
    sheet.words(left + width / 2, top + depth + 8, "cover", 3.6)
    found = gland_holes(said)
    xs = sorted({hole.x for hole in found})
    for before, x in zip([0.0, *xs], xs, strict=False):
        sheet.across(left + before, left + x, 18)
    ys = sorted({hole.y for hole in found})
    for before, y in zip([0.0, *ys], ys, strict=False):
        sheet.down(top + before, top + y, 20)
    for hole in found:
        sheet.circle(left + hole.x, top + hole.y, said["gland_wall"]["nut"], "#bbb")
        sheet.circle(left + hole.x, top + hole.y, hole.diameter)
        sheet.words(left + hole.x, top + hole.y + 19, f"{hole.name}: {hole.diameter:g}", 3.4)
    sheet.words(
        left,
        top + depth + 18,
        "Measured from the inner corner; outer circle: nut. Not drilled; box secondary.",
        3.6,
        "start",
    )
    return sheet.svg()


def section_drawing(said: dict[str, Any]) -> str:
    """The box from its left side, cut: what rises how far from the plate."""
    box, plate = said["box"], said["plate"]
    height, depth = box["outer"][1], box["outer"][2]
    sheet = PlanSheet(depth + 150, height + 40, "Box from the side, cut, mm")
    left, top = 60.0, 20.0
    sheet.rectangle(left, top, depth, height, "#f6f6f2")
    back = left + (depth - box["inner"][2]) / 2
    margin = (height - plate["size"][1]) / 2
    front = back + plate["above_floor"] + plate["thickness"]
    sheet.rectangle(front - plate["thickness"], top + margin, plate["thickness"], plate["size"][1], "#999")
    for one in places(said):
        core = 0.0 if one.name == "battery" else CORE_SPACE
        sheet.rectangle(front, top + margin + one.y, one.rises - core, one.height, "#e3ecf7")
        sheet.words(
            front + one.rises + 3,
            top + margin + one.y + one.height / 2,
            f"{one.name}, {one.rises - core:g}",
            3.4,
            "start",
        )
    sheet.across(left, left + depth, 12)
    sheet.down(top, top + height, 50)
    for y in (0.25, 0.75):
        sheet.rectangle(left - 8, top + height * y - 6, 8, 12, "#ccc")
    sheet.words(left - 12, top + height / 4 + 2, "pole band", 3.4, "end")
    sheet.rectangle(left + 40, top + height, 16, 14, "#ccc")
    sheet.words(left + 60, top + height + 10, "glands", 3.4, "start")
    return sheet.svg()


def pole_drawing(said: dict[str, Any]) -> str:
    """The node in the field; lengths in mm of the real thing, the drawing at 1 : 10."""
    pole = said["pole"]
    sheet = PlanSheet(300, 330, "Node on its pole, 1 : 10", 2.6)
    ground, x = 270.0, 120.0
    width = sum(pole["diameter"]) / 2 / 10
    sheet.line(20, ground, 280, ground, INK_GROUND, width=1.2)
    sheet.rectangle(x - width / 2, 12, width, ground - 12 + 40, "#ddd")
    box_y = ground - pole["box_centre"] / 10
    outer = said["box"]["outer"]
    sheet.rectangle(x - outer[0] / 20, box_y - outer[1] / 20, outer[0] / 10, outer[1] / 10, "#e3ecf7")
    sheet.words(x, box_y + 1.5, "node", 5)
    panel_y = ground - pole["panel_lower_edge"] / 10
    high = pole["panel"][1] / 10
    sheet.curve(f"M {x - 17:g} {panel_y:g} h 35 l -6 {-high:g} h -23 z", width=1)
    sheet.words(x + 26, panel_y - 12, "panel of 10 W, towards the equator,", 4.2, "start")
    sheet.words(x + 26, panel_y - 6, "free of shade; it shades the box", 4.2, "start")
    sheet.down(box_y, ground, 62, f"{pole['box_centre']}")
    sheet.down(panel_y, ground, 48, f"{pole['panel_lower_edge']}")
    foot = box_y + outer[1] / 20
    sheet.curve(f"M {x - 10:g} {foot:g} v 12 q 0 8 -8 8 v {ground - foot - 12:g} h -60")
    sheet.words(30, ground + 16, "cables come from below, in conduit", 4.2, "start")
    rod = x + 70
    sheet.curve(f"M {x + 12:g} {foot:g} V {ground + 6:g} H {rod:g}", "#2a7a2a", 1.2)
    sheet.line(rod, ground - 4, rod, ground - 4 + 52, "#2a7a2a", width=1.6)
    sheet.words(rod + 4, ground + 20, f"earth rod, {pole['rod']} long", 4.2, "start")
    sheet.words(rod + 4, ground + 27, f"wire of {pole['earth_mm2']} mm2, short and straight", 4.2, "start")
    sheet.words(
        x + 26,
        box_y - 4,
        f"{pole['bands']} bands, pole of {pole['diameter'][0]} to {pole['diameter'][1]}",
        4.2,
        "start",
    )
    sheet.words(x + 26, box_y + 3, "glands down, cover away from the weather", 4.2, "start")
    sheet.words(20, 326, "Not built. Depth of the pole's footing: by the ground and the wind of the site.", 4, "start")
    return sheet.svg()


INK_GROUND: Final = "#7a5a2a"
DRAWINGS: Final = {
    "plate": plate_drawing,
    "wall": wall_drawing,
    "section": section_drawing,
    "pole": pole_drawing,
}
