"""The boards' layout as committed, by KiCad's rules, and the router on cases small enough to see through."""

import json
import math
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hardware.tools import check, design, kicad, layout

SEGMENT = re.compile(r"\n\t\(segment\n.*?\n\t\)", re.DOTALL)


def copied(board: str, folder: Path) -> Path:
    """A copy of a board with its schematics and project."""
    for path in (design.HARDWARE / board).glob("*.kicad_*"):
        shutil.copy(path, folder / path.name)
    return folder / f"{board}.kicad_pcb"


@pytest.mark.foreign
@pytest.mark.parametrize("board", design.BOARDS)
def test_layout_rules_open_nets_and_parity_find_nothing(board: str) -> None:
    """DRC at all severities; the one finding on purpose is named in hardware/tools/check.py."""
    assert check.layout(board) == []


@pytest.mark.foreign
def test_a_deleted_track_is_found(tmp_path: Path) -> None:
    """Negative control: the longest track of the main board taken away leaves an open connection."""
    pcb = copied("main", tmp_path)
    text = pcb.read_text()
    longest = max(SEGMENT.findall(text), key=length_mm)
    pcb.write_text(text.replace(longest, "", 1))

    assert any(fault.startswith("unconnected_items") for fault in kicad.drc(pcb))


@pytest.mark.foreign
def test_a_part_that_the_schematic_changed_is_found(tmp_path: Path) -> None:
    """Negative control: another value and another net in the schematic than on the board."""
    pcb = copied("main", tmp_path)
    sheet = tmp_path / "rs485.kicad_sch"
    sheet.write_text(sheet.read_text().replace('"RS485_TERM"', '"RS485_A"'))

    assert any(fault.startswith("net_conflict") for fault in kicad.drc(pcb))


@pytest.mark.foreign
@pytest.mark.parametrize("board", design.BOARDS)
def test_parts_stand_where_the_design_puts_them(board: str) -> None:
    """Place and turn of each footprint in the committed file are those of node.toml."""
    text = (design.HARDWARE / board / f"{board}.kicad_pcb").read_text()
    places = design.read(board).layout["place"]
    found = {}
    for body in text.split("\n\t(footprint ")[1:]:
        at = re.search(r"\n\t\t\(at ([-\d.]+) ([-\d.]+)(?: ([-\d.]+))?\)", body)
        reference = re.search(r'\(property "Reference" "([^"]+)"', body)
        assert at and reference
        found[reference[1]] = (float(at[1]) - 50, float(at[2]) - 50, float(at[3] or 0) % 360)

    assert set(found) == set(places)
    assert {ref: at for ref, at in found.items() if at != pytest.approx(tuple(places[ref]), abs=1e-3)} == {}


@pytest.mark.foreign
def test_a_layout_is_the_same_each_time(tmp_path: Path) -> None:
    """Byte for byte: the instrument board is laid out anew, placement, tracks and planes."""
    assert layout.lay_out("instrument", tmp_path) == 0
    for suffix in ("kicad_pcb", "kicad_pro"):
        again = (tmp_path / f"instrument.{suffix}").read_bytes()
        assert again == (design.HARDWARE / "instrument" / f"instrument.{suffix}").read_bytes(), suffix


def length_mm(segment: str) -> float:
    """How long a track is."""
    ends = re.findall(r"\((?:start|end) ([-\d.]+) ([-\d.]+)\)", segment)
    (ax, ay), (bx, by) = [(float(x), float(y)) for x, y in ends]
    return float(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5)


def square(net: int, x: float, y: float, layers: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """A pad of 1 mm by 1 mm."""
    corners = [(x - 0.5, y - 0.5), (x + 0.5, y - 0.5), (x + 0.5, y + 0.5), (x - 0.5, y + 0.5)]
    drill = 0.5 if len(layers) == 2 else 0
    name = f"{net} {x} {y}"
    return {"name": name, "net": net, "layers": layers, "points": corners, "drill": drill, "through": False, "vias": 1}


def routed(pads: list[dict[str, Any]], folder: Path, **more: Any) -> tuple[int, dict[str, Any]]:
    """(how the router ended, what it gave) on a board of 20 mm by 10 mm."""
    codes = sorted({pad["net"] for pad in pads} - {0})
    nets = [{"code": code, "name": f"N{code}", "width": 0.2, "plane": code in more.get("planes", ())} for code in codes]
    board = {"width": 20, "height": 10, "nets": nets, "pads": pads, "keepouts": more.get("keepouts", []), "zones": []}
    (folder / "in.json").write_text(json.dumps(board))
    done = subprocess.run(
        ["node", layout.ROUTER, folder / "in.json", folder / "out.json"], capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads((folder / "out.json").read_text())


def test_a_straight_connection_is_one_track(tmp_path: Path) -> None:
    """Two pads with nothing between them."""
    ended, found = routed([square(1, 4, 5), square(1, 14, 5)], tmp_path)

    assert ended == 0 and found["vias"] == [] and len(found["tracks"]) == 1
    assert {track["width"] for track in found["tracks"]} == {0.2}


def test_a_track_goes_to_the_back_under_what_is_in_its_way(tmp_path: Path) -> None:
    """A strip of copper across the front: two vias, and the strip is crossed on the back."""
    strip = square(0, 10, 5) | {"points": [(9.5, 0), (10.5, 0), (10.5, 10), (9.5, 10)]}

    ended, found = routed([square(1, 4, 5), square(1, 16, 5), strip], tmp_path)
    crossing = [
        one for one in found["tracks"] if one["from"][0] < 10 < one["to"][0] or one["to"][0] < 10 < one["from"][0]
    ]

    assert ended == 0 and len(found["vias"]) == 2
    assert {track["layer"] for track in crossing} == {1}


def test_a_pad_of_a_plane_gets_a_via_beside_it(tmp_path: Path) -> None:
    """The via lies outside of the pad, and within reach."""
    ended, found = routed([square(1, 10, 5)], tmp_path, planes={1})
    (x, y) = found["vias"][0]["at"]

    assert ended == 0 and len(found["vias"]) == 1
    assert 0.3 <= max(abs(x - 10) - 0.5, abs(y - 5) - 0.5, math.hypot(abs(x - 10) - 0.5, abs(y - 5) - 0.5)) < 1


def test_what_cannot_be_connected_is_said(tmp_path: Path) -> None:
    """A wall across both layers: the net is named and the router ends with 1."""
    wall = [{"points": [(9.5, 0), (10.5, 0), (10.5, 10), (9.5, 10)], "clearance": 0.1}]

    ended, found = routed([square(1, 4, 5), square(1, 16, 5)], tmp_path, keepouts=wall)

    assert ended == 1
    assert found["open"] == ["N1"]
