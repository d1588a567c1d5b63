"""Tests of discounting: against published examples, and year by year against the sum that defines a present value."""

import numpy as np
import pytest

from tailings.estimate import outcomes
from tailings.estimate.discounting import CashFlows, Discounting
from tailings.estimate.outcomes import Bulk, Case, Spread


def exactly(value: float) -> Spread:
    """An input that is known."""
    return Spread(value, value, value)


def present_value(rate: float, flows: list[tuple[float, float]]) -> float:
    """The definition: each flow, at its time [a], over (1 + rate)^time."""
    return sum(flow / (1 + rate) ** time for time, flow in flows)


def by_years(rate: float, tonnes: float, per_year: float, cash_flows: CashFlows) -> float:
    """One unit of money earned evenly with the tonnes, a year at a time until none are left."""
    flows: list[tuple[float, float]] = []
    left, year = tonnes, 0
    while left > 1e-9:
        year += 1
        taken = min(left, per_year)
        flows.append((year - 0.5 if cash_flows == "mid" else float(year), taken / tonnes))
        left -= taken
    return present_value(rate, flows)


def sand(tonnes: float, price: float, plant: float, reachable: float, how: Discounting | None) -> Case:
    """All of the mass sold as sand, at this price per tonne."""
    bulk = (Bulk("sand", 1.0, exactly(price)),)
    return Case(
        exactly(tonnes), exactly(1.0), (), exactly(0.0), exactly(plant), bulk=bulk, reachable=reachable, discounting=how
    )


def test_the_definition_gives_the_published_example() -> None:
    """numpy-financial, npv: -40 000, then 5 000, 8 000, 12 000 and 30 000 at 8 % are 3 065.22267."""
    flows = [(0.0, -40_000.0), (1.0, 5_000.0), (2.0, 8_000.0), (3.0, 12_000.0), (4.0, 30_000.0)]

    assert present_value(0.08, flows) == pytest.approx(3_065.22267, abs=5e-6)


def test_equal_flows_at_the_end_of_twelve_years() -> None:
    """10 000 today brings 1 000 a year for twelve years; at 2 % that is 575.34 (wizedu.com, question 18276)."""
    found = outcomes.run(sand(12.0, 1_000.0, 10_000.0, 1.0, Discounting(0.02, 1.0, "end")), 1)

    assert found.npv is not None
    assert round(float(found.npv[0]), 2) == 575.34


def test_the_middle_of_the_year_is_half_a_year_earlier() -> None:
    """The same flows at 10 % are worth 1 113.94 by mid-years and 1 062.10 by ends (pcreview.co.uk, thread 2587936)."""
    mid, end = (Discounting(0.10, 1.0, when).factor(np.array([4.0]))[0] for when in ("mid", "end"))

    assert mid / end == pytest.approx(1_113.94 / 1_062.10, abs=2e-5)


@pytest.mark.parametrize("cash_flows", ["mid", "end"])
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.08, 0.30])
def test_any_tonnage_is_worked_off_year_by_year(rate: float, cash_flows: CashFlows) -> None:
    """From a third of a year to 22.2 years, whole and broken, each against the sum of its years."""
    tonnes = np.array([100.0, 300.0, 450.0, 600.0, 1_950.0, 6_660.0])

    found = Discounting(rate, 300.0, cash_flows).factor(tonnes)

    assert found == pytest.approx([by_years(rate, one, 300.0, cash_flows) for one in tonnes])


def test_the_plant_is_paid_at_the_start_and_the_rest_comes_with_the_tonnes() -> None:
    """750 t at 3 a tonne, 300 t a year, 8 % at year ends: -1 000 at once, then 900, 900 and 450."""
    expected = present_value(0.08, [(0.0, -1e3), (1.0, 900.0), (2.0, 900.0), (3.0, 450.0)])

    found = outcomes.run(sand(750.0, 3.0, 1e3, 1.0, Discounting(0.08, 300.0, "end")), 1)

    assert found.npv == pytest.approx([expected])
    assert found.net == pytest.approx([1_250.0])


def test_without_discounting_there_is_no_present_value() -> None:
    """None, not the undiscounted one."""
    assert outcomes.run(sand(750.0, 3.0, 1e3, 1.0, None), 1).npv is None


def test_less_that_can_be_reached_is_worked_off_sooner() -> None:
    """Half of 1 200 t takes two years of the four; where nothing can be reached the plant is lost, and no more."""
    how = Discounting(0.1, 300.0, "mid")
    half, none = (outcomes.run(sand(1_200.0, 1.0, 50.0, share, how), 1).npv for share in (0.5, 0.0))

    assert half == pytest.approx([600 * by_years(0.1, 600.0, 300.0, "mid") - 50])
    assert none == pytest.approx([-50.0])
