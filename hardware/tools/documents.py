"""Writes the pictures of hardware/README.md: each schematic as PDF and as a picture a page, both sides of each board.

    python -m hardware.tools.documents

The PDF is the same bytes each time, for its date is a fixed one; pictures depend on the versions of KiCad and poppler.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hardware.tools import design, kicad

DATE: Final = re.compile(rb"/CreationDate \(D:\d{14}\)")
FIXED_DATE: Final = b"/CreationDate (D:20260101000000)"
DOTS_PER_INCH: Final = 120


def schematic_pdf(board: str, target: Path) -> None:
    """All pages of a schematic."""
    kicad.run("sch", "export", "pdf", "-o", target, design.HARDWARE / board / f"{board}.kicad_sch")
    target.write_bytes(DATE.sub(FIXED_DATE, target.read_bytes()))


def pages(board: str, pdf: Path, folder: Path) -> None:
    """A picture of each page, named by its sheet."""
    with TemporaryDirectory() as work:
        command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", "-png", str(pdf), str(Path(work) / "page")]
        subprocess.run(command, check=True)
        names = ["sheets", *design.read(board).sheets]
        for name, page in zip(names, sorted(Path(work).iterdir()), strict=True):
            (folder / f"{name}.png").write_bytes(page.read_bytes())


def views(board: str, folder: Path) -> None:
    """Both sides of a board as its maker would deliver it, without parts."""
    pcb = design.HARDWARE / board / f"{board}.kicad_pcb"
    width, height = design.read(board).layout["size"]
    zoom = round(min(1.36, 0.98 * width / height), 2)  # KiCad makes a board 0.7 of the picture wide: fill it
    for side in ("top", "bottom"):
        target = folder / f"{board}-{side}.png"
        kicad.run("pcb", "render", "--side", side, "-w", 1400, "-h", 1000, "--zoom", zoom, "-o", target, pcb)


def main() -> int:
    """Writes both boards' documents beside them."""
    for board in design.BOARDS:
        folder = design.HARDWARE / board / "pictures"
        folder.mkdir(exist_ok=True)
        pdf = design.HARDWARE / board / f"{board}-schematic.pdf"
        schematic_pdf(board, pdf)
        pages(board, pdf, folder)
        views(board, folder)
        print(f"wrote {pdf.name} and {len(list(folder.iterdir()))} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
