"""Lays a board out: schematic, netlist, placement, tracks, planes, and the rules that KiCad checks.

    python -m hardware.tools.layout [main|instrument] ...     writes hardware/BOARD/BOARD.kicad_{sch,pcb,pro}

Takes minutes; the result is committed. `python -m hardware.tools.check` holds it against the design in seconds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hardware.tools import design, kicad, schematic

DEBIAN_PYTHON: Final = "/usr/bin/python3"
ROUTER: Final = design.HARDWARE / "tools" / "route.mjs"
# Limits of a common maker of four-layer boards; 0.2 mm drills are the thermal holes under the ESP32 module.
RULES: Final = {
    "min_clearance": 0.15,
    "min_copper_edge_clearance": 0.3,
    "min_hole_clearance": 0.19,  # the pegs of the USB socket stand 0.194 mm from its own pads
    "min_hole_to_hole": 0.25,
    "min_through_hole_diameter": 0.2,
    "min_track_width": 0.15,
    "min_via_annular_width": 0.1,
    "min_via_diameter": 0.4,
    "min_resolved_spokes": 1,
}


def project(name: str) -> str:
    """The project file: what the checker takes as limits. No check is silenced."""
    body: dict[str, Any] = {
        "board": {"design_settings": {"rules": RULES, "rule_severities": {}}},
        "meta": {"filename": f"{name}.kicad_pro", "version": 3},
        "net_settings": {
            "classes": [
                {
                    "name": "Default",
                    "clearance": 0.2,
                    "track_width": 0.2,
                    "via_diameter": 0.6,
                    "via_drill": 0.3,
                    "priority": 2147483647,
                }
            ],
            "meta": {"version": 4},
        },
    }
    return json.dumps(body, indent=2) + "\n"


def lay_out(board: str, folder: Path) -> int:
    """Writes schematic, board and project into `folder`; returns what the router ended with (0: all is closed)."""
    made = design.read(board)
    root = schematic.write(made, folder)[0]
    pcb = folder / f"{board}.kicad_pcb"
    with TemporaryDirectory() as work:
        netlist, geometry, tracks = (Path(work) / name for name in ("netlist.xml", "geometry.json", "tracks.json"))
        kicad.run("sch", "export", "netlist", "--format", "kicadxml", "-o", netlist, root)
        debian("build", board, netlist, pcb, geometry)
        done = subprocess.run(["node", ROUTER, geometry, tracks], check=False)
        debian("finish", board, pcb, tracks)
    (folder / f"{board}.kicad_pro").write_text(project(board))  # last: pcbnew writes one of its own
    return done.returncode


def debian(*arguments: object) -> None:
    """Runs hardware/tools/board.py where pcbnew is."""
    with TemporaryDirectory() as home:
        environment = {**kicad.configured(Path(home)), "PYTHONPATH": str(design.HARDWARE.parent)}
        command = [DEBIAN_PYTHON, "-m", "hardware.tools.board", *map(str, arguments)]
        subprocess.run(command, env=environment, cwd=os.fspath(design.HARDWARE.parent), check=True)


def main() -> int:
    """Lays out the boards named, or both."""
    for board in sys.argv[1:] or design.BOARDS:
        left = lay_out(board, design.HARDWARE / board)
        print(f"{board}: {'every net is closed' if left == 0 else 'NOT CLOSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
