"""Tests of the UNFC rating; combinations are those of the design (field guide, 3.3)."""

import datetime as dt

import pytest

from tailings.commodities import unfc
from tailings.commodities.unfc import Criterion, HowSure

DAY = dt.date(2026, 11, 25)


def scored(axis: unfc.Axis, number: int) -> Criterion:
    """A criterion with a number."""
    return Criterion(axis, f"criterion {axis}{number}", number, "because", "a tester", scored=DAY)


def test_the_weakest_criterion_decides_an_axis() -> None:
    """E1 and E2 give E2, and the one that decided is named; the class follows from the code."""
    found = unfc.rate((scored("E", 1), scored("E", 2), scored("F", 2), scored("G", 3)))

    assert found.code == "E2;F2;G3"
    assert found.project_class == "potentially viable project"
    assert [one.name for one in found.decided["E"]] == ["criterion E2"]


def test_without_criteria_nothing_is_claimed() -> None:
    """An axis that nobody scored has its least confident number."""
    assert unfc.rate(()).code == "E3;F4;G4"
    assert unfc.rate(()).project_class == "remaining products not developed"


@pytest.mark.parametrize(
    ("e", "f", "words"),
    [(1, 1, "viable"), (2, 2, "potentially viable"), (3, 2, "non-viable"), (3, 3, "prospective"), (1, 4, "no class")],
)
def test_the_words_come_from_the_code(e: int, f: int, words: str) -> None:
    """Two ratings with one code have one text, so code and text cannot disagree."""
    assert unfc.rate((scored("E", e), scored("F", f))).project_class.startswith(words)


def test_confidence_is_scored_from_the_interval_of_the_metal_and_the_holes() -> None:
    """±10 % from 16 even holes: G1; from 15, ±20 % or a fifth by the model: G2; 7, ±31 %, a gap or a third: G3."""
    cases = [
        (16, 1.0, 0.1, 0.1),
        *((15, 1.0, 0.1, 0.1), (16, 1.0, 0.2, 0.1), (16, 1.0, 0.1, 0.2)),
        *((7, 1.0, 0.1, 0.1), (16, 1.0, 0.31, 0.1), (16, 1.8, 0.1, 0.1), (16, 1.0, 0.1, 0.33)),
    ]
    numbers = [unfc.confidence(HowSure(*case), "a tester", DAY).number for case in cases]

    assert numbers == [1, 2, 2, 2, 3, 3, 3, 3]


def test_an_axis_ends() -> None:
    """There is no E4."""
    with pytest.raises(ValueError, match="1 to 3"):
        scored("E", 4)
