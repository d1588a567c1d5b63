"""Tests of draws and net value; the worked example is that of the design (field guide, 3.4)."""

import numpy as np
import pytest

from tailings.estimate import outcomes
from tailings.estimate.outcomes import Bulk, Case, Commodity, Spread

ZERO = Spread(0.0, 0.0, 0.0)


def exactly(value: float) -> Spread:
    """An input that is known."""
    return Spread(value, value, value)


COPPER = Commodity("Cu", exactly(1500.0), exactly(0.55), exactly(9000.0), 0.85)
EXAMPLE = Case(exactly(1.2e6), exactly(1.6), (COPPER,), ZERO, ZERO)
UNSURE = Case(
    Spread(1.1e6, 1.2e6, 1.3e6),
    Spread(1.5, 1.6, 1.7),
    (Commodity("Cu", Spread(1300.0, 1500.0, 1800.0), Spread(0.45, 0.55, 0.6), Spread(7e3, 9e3, 12e3), 0.85),),
    Spread(2.0, 3.0, 5.0),
    Spread(2e6, 3e6, 5e6),
)


def test_the_worked_example_to_the_cent() -> None:
    """1.2 Mm³ x 1.6 t/m³ = 1.92 Mt; 0.15 % Cu = 2880 t; at 9000 USD/t 25.92 M; x 0.55 x 0.85 = 12.1176 M."""
    found = outcomes.run(EXAMPLE, 1)

    assert round(found.tonnes[0], 2) == 1_920_000.00
    assert round(found.contained["Cu"][0], 2) == 2_880.00
    assert round(found.net[0], 2) == 12_117_600.00


def test_each_term_counts_by_hand() -> None:
    """1000 t, half reachable: 500 t x (0.2 x 10 bulk - 3 cost) + 0.5 x 400 avoided - 100 plant = -400."""
    case = Case(
        exactly(500.0),
        exactly(2.0),
        (),
        exactly(3.0),
        exactly(100.0),
        bulk=(Bulk("sand", 0.2, exactly(10.0)),),
        avoided_liability=exactly(400.0),
        reachable=0.5,
    )

    assert outcomes.run(case, 1).net[0] == pytest.approx(-400.0)


def test_draws_have_the_spread_that_was_given() -> None:
    """Of 50 000 draws 10 % are below low, 50 % below mid and 90 % below high, within half a percent."""
    tonnes = outcomes.run(UNSURE, 50_000, 7).recoverable["Cu"]
    drawn = UNSURE.commodities[0].grade.at(np.random.default_rng(1).standard_normal(50_000))

    assert [np.mean(drawn < edge) for edge in (1300, 1500, 1800)] == pytest.approx([0.1, 0.5, 0.9], abs=0.005)
    assert (tonnes > 0).all()


def test_the_same_seed_gives_the_same_draws_whatever_is_added() -> None:
    """An input that is added changes no draw of the others."""
    more = Case(
        UNSURE.volume,
        UNSURE.density,
        (*UNSURE.commodities, Commodity("Zn", ZERO, ZERO, ZERO)),
        UNSURE.cost,
        UNSURE.plant,
    )

    first, again = outcomes.run(UNSURE, 500, 3), outcomes.run(more, 500, 3)

    np.testing.assert_array_equal(first.net, again.net)
    assert not np.array_equal(first.net, outcomes.run(UNSURE, 500, 4).net)


def test_grades_are_drawn_with_their_correlation() -> None:
    """Asked for 0.8, 20 000 draws have 0.8 within 0.02."""
    spread = Spread(90.0, 100.0, 110.0)
    case = Case(
        exactly(1e6),
        exactly(1.0),
        (Commodity("Cu", spread, ZERO, ZERO), Commodity("Zn", spread, ZERO, ZERO)),
        ZERO,
        ZERO,
    )

    found = outcomes.run(case, 20_000, 5, np.array([[1.0, 0.8], [0.8, 1.0]]))

    assert np.corrcoef(found.contained["Cu"], found.contained["Zn"])[0, 1] == pytest.approx(0.8, abs=0.02)


def test_the_tornado_moves_one_input_at_a_time() -> None:
    """At P50 the plant's 2 M and 5 M move the net value by 3 M; the widest input stands first."""
    bars = outcomes.tornado(UNSURE)
    plant = next(bar for bar in bars if bar.name == "plant")
    widths = [abs(bar.net_high - bar.net_low) for bar in bars]

    assert plant.net_low - plant.net_high == pytest.approx(3e6)
    assert widths == sorted(widths, reverse=True)
    assert len(bars) == 7


def test_p90_is_exceeded_by_nine_in_ten() -> None:
    """Of 1 to 101 the values are 11, 51 and 91; and the chance of a loss counts what is below zero."""
    assert outcomes.p90_p50_p10(np.arange(1.0, 102.0)) == (11.0, 51.0, 91.0)
    assert outcomes.run(EXAMPLE, 10).chance_of_loss == 0.0


def test_a_histogram_holds_all_draws_and_breaks_at_zero() -> None:
    """Of 10 000 draws around zero each is in a class; one edge is zero and all classes are as wide."""
    values = np.random.default_rng(3).normal(1e6, 5e6, 10_000)

    edges, counts = outcomes.histogram(values)

    assert sum(counts) == 10_000
    assert 0.0 in edges
    assert np.ptp(np.diff(edges)) == pytest.approx(0, abs=1e-6)


def test_impossible_inputs_are_refused() -> None:
    """A P90 above the P50, and no or too many draws."""
    with pytest.raises(ValueError, match="nine in ten"):
        Spread(3.0, 2.0, 1.0)
    with pytest.raises(ValueError, match="draws"):
        outcomes.run(EXAMPLE, 0)
