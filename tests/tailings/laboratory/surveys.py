"""Three invented tables in the style of public ones, each with its map of at most 25 lines."""

import datetime as dt
import io
from pathlib import Path

import openpyxl

from tailings.laboratory import ParsedAssays, read_table
from tailings.laboratory.mapped import read_mapped
from tailings.laboratory.mapping import AssayMap, read_map

FOLDER = Path("tests/data/surveys")
MAPS = ("relaves", "survey", "halde")
HALDE: tuple[tuple[object, ...], ...] = (
    (
        *("Proben-Nr.", "Bohrung", "Station", "Abstand", "Ansatzhöhe", "von", "bis", "Art", "zu Probe", "Entnahme"),
        *("Feuchtdichte", "Wassergehalt", "Wolfram", "Kupfer", "Bemerkungen", "Bearbeiter"),
    ),
    ("", "", "m", "m", "m ü. NN", "m", "m", "", "", "", "t/m³", "M.-%", "% WO3", "mg/kg", "", ""),
    (
        "H-1",
        "KB 1",
        12.5,
        -40,
        339.5,
        0,
        1.5,
        "Probe",
        None,
        dt.datetime(2024, 9, 2),
        1.86,
        21,
        0.152,
        1234,
        None,
        "Lu",
    ),
    (
        "H-2",
        "KB 1",
        12.5,
        -40,
        339.5,
        1.5,
        3,
        "Probe",
        None,
        dt.datetime(2024, 9, 2),
        1.9,
        18,
        "<0,01",
        "1.250",
        None,
        "Lu",
    ),
    (
        "H-3",
        "KB 1",
        12.5,
        -40,
        339.5,
        1.5,
        3,
        "Doppel",
        "H-2",
        dt.datetime(2024, 9, 2),
        None,
        None,
        "<0,01",
        1270,
        "x",
        "Lu",
    ),
    ("H-4", "KB 2", 40, -40, 339.1, "1,5", "1,5", "Probe", None, None, None, None, "n.a.", 900, None, "Lu"),
)


def map_of(name: str) -> AssayMap:
    """Its map."""
    return read_map((FOLDER / f"{name}.toml").read_text())


def content(name: str) -> bytes:
    """The bytes of its file: that of the register in the code of Windows."""
    if name != "halde":
        return (FOLDER / f"{name}.csv").read_text().encode("cp1252")
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Deckblatt"
    book.active.append(["Halde (erfunden)", "Auftrag 1"])
    sheet = book.create_sheet("Proben")
    for row in HALDE:
        sheet.append(row)
    book.create_sheet("Legende")
    book.save(out)
    return out.getvalue()


def read(name: str) -> ParsedAssays:
    """What is read of it."""
    given = map_of(name)
    return read_mapped(read_table(content(name), given.form), given)
