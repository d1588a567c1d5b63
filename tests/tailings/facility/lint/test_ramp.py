"""Steady changes through the real filters: how fast a value may move before it is taken for a fault."""

import pytest

from tailings.facility.lint.ramp import Ramp
from tailings.facility.lint.reach import TestReach
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import loop, piezometer, pond, stream


def ramp(text: str, datastream: str) -> Ramp:
    """Of one datastream."""
    facility, _ = small.small(text)
    return Ramp(facility, datastream, TestReach(facility, datastream))


def test_a_rate_filter_stops_what_is_faster() -> None:
    """2 m/h may pass, whichever way; what is faster is doubted by the filter, which is named."""
    rising = ramp(pond(gross_range={"fail": [330.0, 345.0]}, rate_of_change={"suspect_per_h": 2.0}), "n2:pond.level")

    assert rising.failed_tests(1.99) == rising.failed_tests(-1.99) == ()
    assert [(one.datastream, one.test) for one in rising.failed_tests(-2.01)] == [("n2:pond.level", "rate_of_change")]
    assert rising.fastest(10.0) == pytest.approx(2.0, rel=1e-6)


def test_a_filter_of_the_reading_stops_the_result() -> None:
    """4 mA/h of a loop of 8 m over 16 mA is 2 m/h of its level."""
    current = stream("n1:loop.current", "current", "mA")
    text = loop().replace(
        current, stream("n1:loop.current", "current", "mA", {"rate_of_change": {"suspect_per_h": 4.0}})
    )

    assert ramp(text, "n1:loop.level").fastest(10.0) == pytest.approx(2.0, rel=1e-6)


def test_it_moves_the_reading_that_moves_the_result_most() -> None:
    """A piezometer's level rises with the frequency of its wire, not with the air's pressure, however slow that is."""
    slow_air = {"gross_range": {"fail": [900.0, 1020.0]}, "rate_of_change": {"suspect_per_h": 0.1}}
    text = piezometer().replace(
        stream("n1:baro.pressure", "barometric-pressure", "hPa", {"gross_range": {"fail": [900.0, 1020.0]}}),
        stream("n1:baro.pressure", "barometric-pressure", "hPa", slow_air),
    )

    assert ramp(text, "n2:vw1.level").failed_tests(5.0) == ()


def test_a_line_that_is_flat_beside_a_slow_rise_is_no_obstacle() -> None:
    """What stands still, because it is no part of the change, is not doubted for it; what hardly moves is."""
    text = pond(gross_range={"fail": [330.0, 345.0]}, flat_line={"tolerance": 0.05, "suspect_after_s": 10800.0})
    rising = ramp(text, "n2:pond.level")

    assert rising.failed_tests(0.02) == ()
    assert [one.test for one in rising.failed_tests(0.01)] == ["flat_line"]


def test_what_passes_lies_so_far_apart() -> None:
    """The span of a loop between 3.8 and 20.5 mA."""
    assert ramp(loop(), "n1:loop.level").span == pytest.approx(16.7 / 16 * 8, rel=1e-9)
