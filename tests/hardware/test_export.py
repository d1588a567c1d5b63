"""What a maker of boards and an assembler are sent: every layer, every hole, every part with its place."""

import csv
import time
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


@pytest.mark.foreign
def test_what_is_sent_to_a_maker_is_the_same_each_time(tmp_path: Path) -> None:
    """Byte for byte, archive and positions, of the smaller board."""
    for name in ("one", "other"):
        export.fabrication("instrument", tmp_path / name)
        time.sleep(1.1)  # KiCad writes seconds
    files = {name: sorted(path for path in (tmp_path / name).rglob("*") if path.is_file()) for name in ("one", "other")}

    assert [path.name for path in files["one"]] == [path.name for path in files["other"]]
    assert [
        one.name
        for one, other in zip(files["one"], files["other"], strict=True)
        if one.read_bytes() != other.read_bytes()
    ] == []


def test_dates_are_taken_out() -> None:
    """Of a gerber, a drill file and a job file, as KiCad 9 writes them."""
    lines = (
        "%TF.CreationDate,2026-11-30T10:41:54+00:00*%",
        "; DRILL file {KiCad 9.0.2} date 2026-11-30T10:41:54+0000",
        '"CreationDate": "2026-11-30T10:41:54+00:00"',
        "G04 Created by KiCad (PCBNEW 9.0.2) date 2026-11-30 10:41:54*",
    )

    assert all(export.FIXED_DATE in export.DATES.sub(export.FIXED_DATE, line) for line in lines)
    assert all("11-30" not in export.DATES.sub(export.FIXED_DATE, line) for line in lines)
