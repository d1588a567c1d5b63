"""Tests of how deep the tailings are oxidised; shares and depths reckoned by hand."""

import msgspec
import pytest

from tailings.study import BadStudy, oxidation, run
from tailings.study.inputs import Box
from tailings.study.results import Strip
from tests.tailings.study.example import TODAY, inputs, result, samples

BOX = Box((0.0, 100.0), (0.0, 10.0), (0.0, 10.0), (10.0, 10.0, 10.0))


def hole(name: str, chainage_m: float, oxidised_m: float | None, collar_m: float = 10.0) -> Strip:
    """A hole in the middle of the box's width."""
    return Strip(name, chainage_m, 5.0, collar_m, (), composite=(), oxidised_m=oxidised_m)


def test_depths_are_those_of_the_logs_that_say_one() -> None:
    """Three of four: the median is 2.4 m; without a log there is none, which is not zero."""
    found = oxidation.of([hole("a", 1, 1.8), hole("b", 2, None), hole("c", 3, 3.1), hole("d", 4, 2.4)])

    assert found is not None
    assert (found.holes, found.least_m, found.median_m, found.most_m) == (3, 1.8, 2.4, 3.1)
    assert oxidation.of([hole("b", 2, None)]) is None


def test_the_share_is_that_of_the_nearest_logged_hole() -> None:
    """Half the length is oxidised 2 of 10 m deep, half 4 m: 30 %; a silent log between them says nothing."""
    two = [hole("a", 25.0, 2.0), hole("silent", 50.0, None), hole("b", 75.0, 4.0)]

    assert oxidation.share(two, BOX) == pytest.approx(0.3)
    assert oxidation.share([hole("a", 25.0, 2.0, 11.0)], BOX) == pytest.approx(0.1)
    assert oxidation.share([hole("silent", 50.0, None)], BOX) is None


def test_the_recovery_of_the_whole_is_that_of_both_parts_by_their_tonnes() -> None:
    """Zinc: 45 % of the fresh, 30 % of the oxidised tonnes, and their ends alike; tungsten says nothing of its own."""
    share, case = result().oxidised_share, {one.element: one for one in result().case.commodities}
    assert share is not None
    zinc = case["Zn"].recovery

    assert (zinc.low, zinc.mid, zinc.high) == pytest.approx(
        tuple((1 - share) * fresh + share * there for fresh, there in ((0.33, 0.22), (0.45, 0.30), (0.56, 0.40)))
    )
    assert case["W"].recovery.mid == 0.52
    assert "30 % of Zn (P50) are recovered from them" in result().method


def test_a_recovery_of_the_oxidised_part_needs_a_log() -> None:
    """The sentence names the element and the column to import."""
    silent = [msgspec.structs.replace(one, oxidised_m=None) for one in samples()]

    with pytest.raises(BadStudy, match=r"oxidised_recovery of Zn: .* import oxidised_m"):
        run(inputs(), silent, TODAY)
