"""V-notch: published coefficients, the two methods that differ by 2 %, and its validity."""

import math

import numpy as np
import pytest

from tailings.formulas import v_notch_flow
from tests.tailings.formulas.examples import doubts_of, given_of
from wire import quality as flag

NOTCH = {"geometry": {"angle_deg": 90.0}}


def test_simple_and_corrected_method_differ() -> None:
    """90 degrees, 0.100 m: 4.321 L/s with Cd 0.5785 and no kh, 4.410 L/s with 0.578 and 0.85 mm, recomputed by hand."""
    simple = v_notch_flow.flow_m3_s(np.array([0.1]), 90.0, 0.5785, 0.0)[0]
    corrected = v_notch_flow.flow_m3_s(np.array([0.1]), 90.0, 0.578, 0.00085)[0]

    assert simple == pytest.approx(4.321e-3, abs=1e-6)
    assert corrected == pytest.approx(4.410e-3, abs=1e-6)


def test_fits_give_the_published_values_at_90_degrees() -> None:
    """Ce = 0.578 and kh = 0.0029 ft (V. M. Ponce, San Diego State University, laboratory 5)."""
    assert v_notch_flow.effective_coefficient(90.0) == pytest.approx(0.578, abs=0.0005)
    assert v_notch_flow.head_correction_m(90.0) / 0.3048 == pytest.approx(0.0029, abs=0.00005)


def test_rule_of_thumb() -> None:
    """About Q = 1.37 h^2.5 at 90 degrees (rule of thumb), to 1 % at 0.3 m."""
    coefficient, correction = v_notch_flow.effective_coefficient(90.0), v_notch_flow.head_correction_m(90.0)

    flow = v_notch_flow.flow_m3_s(np.array([0.3]), 90.0, coefficient, correction)[0]

    assert flow == pytest.approx(1.37 * 0.3**2.5, rel=0.01)


def test_dry_low_and_drowned() -> None:
    """A dry notch has no flow and no doubt; a thin sheet, a high head and a high tailwater are doubted."""
    head, tailwater = [-0.004, 0.05, 0.2, 0.5, 0.2], [-1, -1, -1, -1, -0.05]
    given = given_of("v_notch_flow", {}, dated=NOTCH, height=head, tailwater=tailwater)

    computed = v_notch_flow.compute(given)

    assert computed.value[0] == 0
    assert doubts_of(computed) == {
        "negative-head": [False, False, False, False, False],
        "head-too-low": [False, True, False, False, False],
        "head-too-high": [False, False, False, True, False],
        "tailwater-too-high": [False, False, False, False, True],
    }


def test_a_head_below_the_notch_is_missing() -> None:
    """5 mm below the notch is no flow, 6 mm is a gauge off its zero: missing, unless the band is set wider."""
    given = given_of("v_notch_flow", {}, dated=NOTCH, height=[-0.005, -0.006])
    wide = given_of("v_notch_flow", {"zero_band_m": 0.02}, dated=NOTCH, height=[-0.005, -0.006])

    narrow = v_notch_flow.compute(given)

    assert doubts_of(narrow)["negative-head"] == [False, True]
    assert {doubt.quality for doubt in narrow.doubts if doubt.reason == "negative-head"} == {flag.MISSING}
    assert doubts_of(v_notch_flow.compute(wide))["negative-head"] == [False, False]


def test_missing_head_is_no_flow_at_all() -> None:
    """NaN stays NaN; it never becomes zero."""
    assert math.isnan(v_notch_flow.flow_m3_s(np.array([math.nan]), 90.0, 0.578, 0.0)[0])
