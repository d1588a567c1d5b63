"""Writes what a maker of boards and an assembler need, and pictures for people, into a folder.

    python -m hardware.tools.export [FOLDER]     default build/hardware

Gerbers, drill files, positions, bill of materials, schematic as PDF and SVG, assembly drawing, STEP, two views of each
board. The views have no bodies of parts: Debian's libraries of 3D models are not asked for.
"""

import re
import sys
import zipfile
from pathlib import Path
from typing import Final

from hardware.tools import bom, design, documents, kicad

LAYERS: Final = "F.Cu,In1.Cu,In2.Cu,B.Cu,F.Paste,B.Paste,F.Silkscreen,B.Silkscreen,F.Mask,B.Mask,Edge.Cuts"
STAMP: Final = (2026, 1, 1, 0, 0, 0)  # of files in archives, so that an export can be compared with another


DATES: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[+-]\d\d:?\d\d|Z)?")
FIXED_DATE: Final = "2026-01-01T00:00:00+00:00"


def export(board: str, folder: Path) -> list[Path]:
    """Writes all of a board's files; returns their paths."""
    whole = folder / board
    fabrication(board, whole)
    schematic, pcb = design.HARDWARE / board / f"{board}.kicad_sch", design.HARDWARE / board / f"{board}.kicad_pcb"
    documents.schematic_pdf(board, whole / f"{board}-schematic.pdf")
    kicad.run("sch", "export", "svg", "-o", whole / "schematic", schematic)
    drawing = whole / f"{board}-assembly.pdf"
    kicad.run("pcb", "export", "pdf", "-l", "F.Fab,F.Courtyard,Edge.Cuts", "--mode-single", "-o", drawing, pcb)
    step = whole / f"{board}.step"
    kicad.run("pcb", "export", "step", "--force", "-o", step, pcb)
    step.write_text(DATES.sub(FIXED_DATE, step.read_text()))
    documents.views(board, whole)
    return sorted(path for path in whole.rglob("*") if path.is_file())


def fabrication(board: str, folder: Path) -> None:
    """Gerbers and drill files, also as an archive, positions and bill of materials."""
    pcb = design.HARDWARE / board / f"{board}.kicad_pcb"
    layers = folder / "fabrication"
    layers.mkdir(parents=True, exist_ok=True)
    kicad.run("pcb", "export", "gerbers", "-l", LAYERS, "--no-protel-ext", "-o", f"{layers}/", pcb)
    kicad.run("pcb", "export", "drill", "--excellon-separate-th", "-o", f"{layers}/", pcb)
    undate(layers)
    positions = folder / f"{board}-positions.csv"
    kicad.run("pcb", "export", "pos", "--format", "csv", "--units", "mm", "--side", "both", "-o", positions, pcb)
    (folder / f"{board}-bom.csv").write_text(bom.table(design.read(board)))
    archive(layers, folder / f"{board}-fabrication.zip")


def undate(folder: Path) -> None:
    """Takes the time of the export out of layers, drill files and job file: the same board gives the same bytes."""
    for path in folder.iterdir():
        path.write_text(DATES.sub(FIXED_DATE, path.read_text()))


def archive(folder: Path, target: Path) -> None:
    """What is sent to a maker, as one file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            packed.writestr(zipfile.ZipInfo(path.name, STAMP), path.read_bytes(), zipfile.ZIP_DEFLATED)


def main() -> int:
    """Exports both boards."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else design.HARDWARE.parent / "build" / "hardware"
    for board in design.BOARDS:
        files = export(board, folder)
        print(f"{board}: {len(files)} files in {folder / board}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
