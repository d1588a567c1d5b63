"""The enclosure: boards, battery and glands fit, and what does not is named. Dimensions of the box are secondary."""

import copy
from typing import Any

import pytest

from hardware.tools import design, enclosure, enclosure_view, parts_page


def said() -> dict[str, Any]:
    return copy.deepcopy(enclosure.read())


def test_boards_battery_and_glands_fit_into_the_box() -> None:
    """Outlines, heights with room for cores, and nuts beside each other, of the boards as they are designed."""
    assert list(enclosure.faults(said())) == []


def test_the_holes_of_the_plate_are_those_of_the_boards() -> None:
    """Each H of a board's design, at its place on the plate, written here by another way."""
    file = said()
    found = {(hole.name, hole.x, hole.y) for hole in enclosure.holes(file) if hole.name != "strap"}
    expected = set()
    for one in file["boards"]:
        at = design.read(one["name"]).layout["place"]
        expected |= {
            (f"{one['name']} {name}", one["at"][0] + at[name][0], one["at"][1] + at[name][1])
            for name in at
            if name.startswith("H")
        }

    assert found == expected and len(found) == 8


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda file: file["boards"][0].update(at=[240, 100]), "main stands over the plate"),
        (lambda file: file["boards"][1].update(at=[100, 120]), "main and instrument are in the same place"),
        (
            lambda file: file["battery"].update(size=[151, 65, 140]),
            "battery rises 140 mm above the plate, there are 128",
        ),
        (lambda file: file["stand_off"].update(height=90), "main rises 135.1 mm"),
        (lambda file: file["glands"][0].update(cable=12.0), "VW 1: M16 holds 5 to 10 mm, its cable is 12"),
        (lambda file: file["gland_wall"].update(pitch=20), "VW 1 M16 and VW 2 M16: their nuts meet"),
        (lambda file: file["gland_wall"].update(rows=[40, 130]), "SDI-12 M16: its nut meets a wall"),
        (lambda file: file["box"].update(inner=[300, 280, 138]), "the plate is larger than the box"),
    ],
)
def test_control_what_does_not_fit_is_named(change: Any, says: str) -> None:
    """Broken on purpose: a board moved, a battery too high, a cable too thick, nuts that meet."""
    file = said()
    change(file)

    assert any(fault.startswith(says) for fault in enclosure.faults(file))


def test_whatever_is_from_memory_says_so() -> None:
    """No dimension without a basis."""
    file = said()

    assert all(
        file[key]["basis"] == "secondary" for key in ("box", "plate", "battery", "heights", "gland_wall", "cables")
    )
    assert all("excerpt read" in one["source"] for one in file["sizes"].values())


def test_the_view_has_each_part_of_the_boards_inside_of_the_box() -> None:
    """A block for every part that has pads and is no hole, and none outside of the walls or through the cover."""
    file = said()
    found = list(enclosure_view.blocks(file))
    inner = file["box"]["inner"]
    parts = 0
    for one in file["boards"]:
        of = design.read(one["name"]).parts
        parts += sum(
            bool(part.pads) and of[part.reference].item.key != "hole" for part in parts_page.placed(one["name"])
        )

    assert [one.kind for one in found if one.kind != "part"] == ["plate", "battery", "board", "board"]
    assert sum(one.kind == "part" for one in found) == parts > 150
    assert [one for one in found if min(one.x, one.y) < 0 or one.x + one.width > inner[0]] == []
    assert [one for one in found if one.y + one.height > inner[1] or one.z + one.depth > inner[2]] == []


def test_the_view_is_isometric() -> None:
    """A step along each axis is as long on the sheet, at 30 degrees to the sides and straight up."""
    place = enclosure_view.Projection(0.0, 0.0)

    assert [place.at(*one) for one in ((10.0, 0.0, 0.0), (0.0, 10.0, 0.0), (0.0, 0.0, 10.0))] == [
        (8.66, 5.0),
        (-8.66, 5.0),
        (0.0, -10.0),
    ]
