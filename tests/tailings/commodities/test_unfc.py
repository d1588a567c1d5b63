"""Tests of the UNFC rating; combinations are those of the update of 2019 as tailings/commodities/unfc.py cites it."""

import datetime as dt
import itertools

import pytest

from tailings.commodities import unfc
from tailings.commodities.unfc import Criterion, HowSure

DAY = dt.date(2026, 11, 25)


def scored(axis: unfc.Axis, number: int, sub: int = 0) -> Criterion:
    """A criterion with a number, and a sub-category where one is given."""
    return Criterion(axis, f"criterion {axis}{number}", number, "because", "a tester", scored=DAY, sub=sub)


def test_the_weakest_criterion_decides_an_axis() -> None:
    """E1 and E2 give E2, and the one that decided is named; the class follows from the code."""
    found = unfc.rate((scored("E", 1), scored("E", 2), scored("F", 2), scored("G", 3)))

    assert found.code == "E2;F2;G3"
    assert found.project_class == "potentially viable project"
    assert [one.name for one in found.decided["E"]] == ["criterion E2"]


def test_without_criteria_nothing_is_claimed() -> None:
    """An axis that nobody scored has its least confident number."""
    assert unfc.rate(()).code == "E3;F4;G4"
    assert unfc.rate(()).project_class == "remaining products not developed from prospective projects"


CLASSED = {
    "E1;F1": ("viable project", "other"),
    "E1;F2": ("potentially viable project", "other"),
    "E2;F2": ("potentially viable project", "other"),
    "E3;F2": ("non-viable project", "other"),
    "E3;F3": ("other", "prospective project"),
    "E3;F4": (
        "remaining products not developed from identified projects",
        "remaining products not developed from prospective projects",
    ),
}
"""The class of a known source (G1 to G3) and of one that is only indicated (G4), of every E and F that make one."""


@pytest.mark.parametrize(("e", "f", "g"), list(itertools.product((1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4))))
def test_every_combination_has_a_class_by_name_or_none(e: int, f: int, g: int) -> None:
    """All 48: those of the table, and other combinations; E and F that go with no G are refused with what to state."""
    rating = unfc.rate((scored("E", e), scored("F", f), scored("G", g)))
    known = CLASSED.get(f"E{e};F{f}")

    assert rating.project_class.startswith("other" if known is None else known[g == 4])
    if known is None:
        with pytest.raises(unfc.NoClass, match=f"E{e} with F{f} is no class of UNFC; F.* so state"):
            unfc.check(rating)
    else:
        unfc.check(rating)


@pytest.mark.parametrize(
    ("e", "f", "words"),
    [
        ((1, 0), (1, 1), "on production"),
        ((1, 2), (1, 3), "justified for development"),
        ((2, 0), (2, 1), "development pending"),
        ((1, 1), (2, 1), "development pending"),
        ((2, 0), (2, 2), "development on hold"),
        ((3, 2), (2, 2), "development unclarified"),
        ((3, 3), (2, 3), "development not viable"),
        ((3, 0), (2, 2), ""),
        ((2, 0), (2, 0), ""),
    ],
)
def test_sub_categories_give_a_sub_class(e: tuple[int, int], f: tuple[int, int], words: str) -> None:
    """By the table of the update; without sub-categories there is none."""
    criteria = (scored("E", *e), scored("F", *f), scored("G", 2))

    assert unfc.rate(criteria).sub_class == words


@pytest.mark.parametrize(
    ("chance", "p50", "is_loss"),
    [(0.49, 1.0, False), (0.5, 1.0, True), (0.2, -0.1, True), (0.9, -1.0, True), (0.0, 0.0, False)],
)
def test_a_loss_is_half_of_the_draws_or_a_negative_middle(chance: float, p50: float, is_loss: bool) -> None:
    """The rule as the documentation states it."""
    assert unfc.is_loss(chance, p50) == is_loss


def test_a_category_has_the_sub_categories_of_the_framework() -> None:
    """E2 has none, F1 has three."""
    with pytest.raises(ValueError, match="E2 has no sub-categories"):
        scored("E", 2, 1)
    assert scored("F", 1, 3).sub == 3


def test_confidence_is_scored_from_the_interval_of_the_metal_and_the_holes() -> None:
    """±10 % from 16 holes: G1; from 15, ±20 % or a fifth by the model: G2; 7, ±31 % or a third: G3."""
    cases = [
        (16, 0.1, 0.1),
        *((15, 0.1, 0.1), (16, 0.2, 0.1), (16, 0.1, 0.2)),
        *((7, 0.1, 0.1), (16, 0.31, 0.1), (16, 0.1, 0.33)),
    ]
    numbers = [unfc.confidence(HowSure(*case), "a tester", DAY).number for case in cases]

    assert numbers == [1, 2, 2, 2, 3, 3, 3]


def test_an_axis_ends() -> None:
    """There is no E4."""
    with pytest.raises(ValueError, match="1 to 3"):
        scored("E", 4)
