"""The hardening guide: each of its lines is a look of the doctor, or says that it is outside the program."""

import re
from pathlib import Path

from tailwatch import doctor

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "operating" / "hardening.md"
OUTSIDE = "outside"


def lines() -> dict[str, list[str]]:
    """The first words of each line of the tables, by who looks: the codes of the doctor, or `outside`."""
    rows = [line.strip("| ").split(" | ") for line in GUIDE.read_text().splitlines() if re.match(r"\| [^-]", line)]
    return {what: re.findall(r"`([a-z-]+)`", looks) or [looks] for what, looks in rows if looks != "looks"}


def test_each_line_is_looked_at_or_said_to_be_outside() -> None:
    """No line names a look that the doctor has not, and none stands without either."""
    named = {code for found in lines().values() for code in found}

    assert named - set(doctor.CODES) == {OUTSIDE}


def test_each_look_has_a_line() -> None:
    """What the doctor finds is explained where an operator reads."""
    named = {code for found in lines().values() for code in found}

    assert set(doctor.CODES) <= named


def test_each_look_is_broken_on_purpose_by_a_test() -> None:
    """Its code stands in a test of this folder: there it is seen to be told, with what to do."""
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py") if file != Path(__file__))

    assert [code for code in doctor.CODES if f'"{code}"' not in tests] == []
