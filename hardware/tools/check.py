"""All checks of the boards as they are committed, one line each; ends with 1 when one fails.

python -m hardware.tools.check
"""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from hardware.tools import bom, design, kicad, netlist, pins, schematic

LINK_ENDS: Final = {"main": "J10", "instrument": "J1"}
LINK_IDLE: Final = frozenset({"I2C_SDA", "I2C_SCL"})
# The silkscreen of the module's antenna hangs over the edge and is cut: so it differs from the library, on purpose.
EXPECTED: Final = {"main": "lib_footprint_mismatch: Footprint 'ESP32-S3-WROOM-1' does not match", "instrument": ""}


class Result(NamedTuple):
    """What a check found; nothing is good."""

    board: str
    name: str
    faults: list[str]


def rewritten(board: str) -> list[str]:
    """Committed schematics and bill of materials that are not what the design gives."""
    made = design.read(board)
    with TemporaryDirectory() as folder:
        paths = schematic.write(made, Path(folder))
        stale = [one.name for one in paths if one.read_bytes() != (design.HARDWARE / board / one.name).read_bytes()]
    return stale + (["bom.csv"] if (design.HARDWARE / board / "bom.csv").read_text() != bom.table(made) else [])


def electrical(board: str) -> list[str]:
    """KiCad's electrical rules, all severities."""
    return kicad.erc(design.HARDWARE / board / f"{board}.kicad_sch")


def layout(board: str) -> list[str]:
    """KiCad's layout rules, open connections, and differences to the schematic, all severities."""
    return unexpected(board, kicad.drc(design.HARDWARE / board / f"{board}.kicad_pcb"))


def unexpected(board: str, found: list[str]) -> list[str]:
    """Findings without the one that is on purpose, which must be there."""
    known = [one for one in found if EXPECTED[board] and one.startswith(EXPECTED[board])]
    missing = [f"expected and not found: {EXPECTED[board]}"] if EXPECTED[board] and len(known) != 1 else []
    return [one for one in found if one not in known] + missing


def nets(board: str) -> list[str]:
    """The netlist against the design, the firmware's pins and the supplies."""
    made = design.read(board)
    found = netlist.of_schematic(design.HARDWARE / board / f"{board}.kicad_sch")
    faults = netlist.design_faults(found, made) + netlist.supply_faults(found, made)
    if made.processor:
        faults += netlist.pin_faults(found, made, pins.read(made.pin_map))
    return faults


def link() -> list[str]:
    """The two ends of the flat cable."""
    found = {board: netlist.of_schematic(design.HARDWARE / board / f"{board}.kicad_sch") for board in LINK_ENDS}
    return netlist.link_faults(found, LINK_ENDS, LINK_IDLE)


CHECKS: Final[dict[str, Callable[[str], list[str]]]] = {
    "written from the design": rewritten,
    "electrical rules": electrical,
    "nets and pins": nets,
    "layout rules, open nets, parity": layout,
}


def results() -> list[Result]:
    """Every check of every board."""
    found = [Result(board, name, check(board)) for board in design.BOARDS for name, check in CHECKS.items()]
    return [*found, Result("both", "link", link())]


def main() -> int:
    """Prints what was found."""
    found = results()
    for board, name, faults in found:
        print(f"{board}: {name}: {len(faults)} findings")
        for fault in faults:
            print(f"    {fault}")
    return 1 if any(one.faults for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
