"""Tests of what-if questions."""

import msgspec
import numpy as np
import pytest

from tailings.study import net_values
from tests.tailings.study.example import result


def test_no_factors_give_the_study_itself() -> None:
    """The same seed gives the stored chance of a loss."""
    assert net_values(result(), {}).chance_of_loss == result().chance_of_loss


def test_a_factor_moves_the_value_by_its_term() -> None:
    """Plant x 1.5 costs half of the plant again, in the mean of all draws."""
    plain, dear = net_values(result(), {}), net_values(result(), {"plant": 1.5})

    assert (plain.net - dear.net).mean() == pytest.approx(0.5 * 14.3e6, rel=0.03)
    assert net_values(result(), {"price": 1.2}).net.mean() > plain.net.mean()
    assert net_values(result(), {"price W": 0.5}).chance_of_loss > plain.chance_of_loss


def test_a_factor_on_grades_moves_those_of_each_realisation() -> None:
    """Half the grade is half the metal in each draw."""
    plain, poor = net_values(result(), {}), net_values(result(), {"grade": 0.5})

    np.testing.assert_allclose(poor.contained["W"], plain.contained["W"] / 2)


def test_a_study_stored_before_realisations_is_drawn_by_spreads_and_ranks() -> None:
    """A document without them: metals have the correlation that it states, and P50 within 3 % of the newer way."""
    old = msgspec.structs.replace(
        result().case,
        commodities=tuple(msgspec.structs.replace(one, realised=()) for one in result().case.commodities),
    )

    found = net_values(msgspec.structs.replace(result(), case=old), {})

    assert np.median(found.contained["W"]) == pytest.approx(
        np.median(net_values(result(), {}).contained["W"]), rel=0.03
    )


def test_half_reachable_halves_what_is_recovered() -> None:
    """And leaves what is contained."""
    whole, half = net_values(result(), {}), net_values(result(), {}, 0.5)

    assert half.recoverable["W"].sum() == pytest.approx(whole.recoverable["W"].sum() / 2)
    assert half.contained["W"].sum() == whole.contained["W"].sum()


def test_unknown_and_wild_factors_are_refused() -> None:
    """The sentence names what is known."""
    with pytest.raises(ValueError, match="known factors"):
        net_values(result(), {"weather": 1.0})
    with pytest.raises(ValueError, match="factor is"):
        net_values(result(), {"price": 9.0})
