"""The examples and tables of docs/operating/water.md: what it shows is read, and its words are those of the program."""

import csv
import re
from pathlib import Path
from typing import get_args

from tailings import parse as parse_facility
from tailings.analytes import FRACTIONS, MASS_UNITS, MEDIA, PLAIN
from tailings.assess.water import Reason, WaterOutcome
from tailings.facility import PermitLimit
from tailings.facility.permits import Statistic
from tailings.water import parse
from tests.tailings.facilities import changed
from texts import load

TEXT = (Path(__file__).parents[3] / "docs" / "operating" / "water.md").read_text()


def test_the_table_of_the_document_is_read() -> None:
    """Two samples without a fault; <0.03 and n.s. are what the document says."""
    lines = [line.strip() for line in TEXT.splitlines() if line.startswith("    ")]
    found = parse(list(csv.reader(lines)), "Europe/Lisbon")

    assert found.faults == () and len(found.samples) == 2
    assert [one.sign for one in found.samples[1].analyses] == ["", "<", ""]


def test_the_permit_of_the_document_is_read() -> None:
    """Both entries are limits of a facility file, and each key in the table is one of theirs."""
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    facility = parse_facility(changed("[agents.gw1]", f"{example}\n[agents.gw1]"))
    keys = {key for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)}

    assert [one.substance for one in facility.permit] == ["Zn", "pH"]
    assert set(PermitLimit.__struct_fields__) <= keys


def test_the_words_of_the_document_are_those_of_the_program() -> None:
    """Every medium, unit, fraction and statistic is named; so is every reason, and every outcome."""
    units = {unit for some in PLAIN.values() for unit in some} | set(MASS_UNITS)
    words = {*MEDIA, *FRACTIONS, *units, *get_args(Statistic), *(one for one in get_args(Reason) if one)}

    assert {word for word in words if word not in TEXT} == set()
    said = load()["water"]["limits"]["claims"]
    assert {one for one in get_args(WaterOutcome) if f"| {said[one]} |" not in TEXT} == set()
