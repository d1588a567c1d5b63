"""Chain displacement: a bent chain by trigonometry, a missing link, a wrong count."""

import math
from typing import Any

import numpy as np
import pytest

from tailings import BadFacility, Series, parse
from tailings.formulas import chain_displacement, evaluate
from tests.tailings.facilities import VALE
from tests.tailings.formulas.examples import given_of


def test_a_chain_of_three() -> None:
    """Segments of 1, 2 and 3 m at 1, 2 and 3 degrees, the second one at 0.5 when set: by math.sin."""
    chain = {"geometry": {"length_m": [1, 2, 3], "zero_deg": [0, 0.5, 0]}}
    given = given_of("chain_displacement", {}, dated=chain, tilt_1=[1.0], tilt_2=[2.0], tilt_3=[3.0])

    expected = 1000 * (
        math.sin(math.radians(1))
        + 2 * (math.sin(math.radians(2)) - math.sin(math.radians(0.5)))
        + 3 * math.sin(math.radians(3))
    )

    assert chain_displacement.compute(given).value[0] == pytest.approx(expected)


def test_tilts_are_taken_by_their_number() -> None:
    """tilt_10 comes after tilt_9, not after tilt_1: only the tenth segment, of 2 m, leans."""
    chain = {"geometry": {"length_m": [1] * 9 + [2], "zero_deg": [0] * 10}}
    tilts: dict[str, Any] = {f"tilt_{number}": [30.0 if number == 10 else 0.0] for number in range(10, 0, -1)}

    result = chain_displacement.compute(given_of("chain_displacement", {}, dated=chain, **tilts))

    assert result.value[0] == pytest.approx(1000.0)


def test_one_missing_tilt_leaves_the_sum_missing() -> None:
    """The others do not make a smaller, plausible number."""
    chain = {"geometry": {"length_m": [1, 1], "zero_deg": [0, 0]}}
    given = given_of("chain_displacement", {}, dated=chain, tilt_1=[1.0], tilt_2=[math.nan])

    assert np.isnan(chain_displacement.compute(given).value[0])


CHAIN = """
[instruments."n07:chain"]
driver = "inclinometer_chain"
settings = { segments = 2 }
[datastreams."n07:chain.tilt-1"]
quantity = "tilt"
unit = "deg"
[datastreams."n07:chain.tilt-2"]
quantity = "tilt"
unit = "deg"
[datastreams."n07:chain.displacement"]
quantity = "displacement"
unit = "mm"
formula = "chain_displacement"
inputs = { tilt_1 = "n07:chain.tilt-1", tilt_2 = "n07:chain.tilt-2" }
geometry = [{ valid_from = 2024-06-12, length_m = [1.0, 1.0], zero_deg = [0.0, 0.0] }]
"""


def test_a_failed_first_tilt_is_not_replaced_by_the_one_before() -> None:
    """The result has its instants: where it failed there is none, also when its tilt of a minute ago is not stale."""
    facility = parse(VALE.read_text() + CHAIN)
    times_ms = [1_764_072_000_000, 1_764_072_060_000]
    inputs = {"tilt_1": Series.of(times_ms, [1.0, math.nan]), "tilt_2": Series.of(times_ms, [1.0, 2.0])}

    derived = evaluate(facility.datastreams["n07:chain.displacement"], inputs, facility)

    assert derived.series.quality.tolist() == [2, 9]


def test_each_segment_needs_its_tilt() -> None:
    """Three lengths and two tilts are refused, by name."""
    three = CHAIN.replace("[1.0, 1.0]", "[1.0, 1.0, 1.0]").replace("[0.0, 0.0]", "[0.0, 0.0, 0.0]")

    with pytest.raises(BadFacility, match="length_m has 3 segments; name the inputs tilt_1 to tilt_3"):
        parse(VALE.read_text() + three)
