"""What a maker of boards and an assembler are sent: every layer, every hole, every part with its place."""

import csv
import zipfile
from pathlib import Path

import pytest

from hardware.tools import design, export

LAYERS = {"F_Cu", "In1_Cu", "In2_Cu", "B_Cu", "F_Mask", "B_Mask", "F_Paste", "F_Silkscreen", "Edge_Cuts"}


@pytest.mark.foreign
@pytest.mark.parametrize("board", design.BOARDS)
def test_layers_drills_positions_and_parts_are_exported(board: str, tmp_path: Path) -> None:
    """Four copper layers, masks, silkscreen, edge and both drill files; a place for each part that is bought."""
    export.fabrication(board, tmp_path)
    with zipfile.ZipFile(tmp_path / f"{board}-fabrication.zip") as packed:
        names = set(packed.namelist())
    with (tmp_path / f"{board}-positions.csv").open() as file:
        placed = {row["Ref"] for row in csv.DictReader(file)}
    bought = {reference for reference, part in design.read(board).parts.items() if part.item.is_bought}

    assert {f"{board}-{layer}.gbr" for layer in LAYERS} | {f"{board}-PTH.drl", f"{board}-NPTH.drl"} <= names
    assert placed == bought
    assert (tmp_path / f"{board}-bom.csv").read_text() == (design.HARDWARE / board / "bom.csv").read_text()
