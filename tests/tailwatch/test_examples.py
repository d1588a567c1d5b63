"""The example files: each passes the file check, and is assessed from raw readings by its own formulas and plans."""

import datetime as dt

import numpy as np
import pytest

from tailings import Facility, Series, parse, tarp
from tailings.assess.assessment import AssessmentInputs, PlanInput, assess
from tailings.chain import derive
from tailings.facility import lint
from tailings.series import Bounded
from tailwatch import examples

NOW = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
ROWS = 12
RAW = {
    "voltage": 12.6,
    "current": 10.0,
    "tips": 7.0,
    "resistance": 3000.0,  # 25 degC by the 3K thermistor of the Geokon 4500 manual, appendix B
    "barometric-pressure": 961.0,  # in hPa: that of the field zero
    "ph": 7.2,
    "conductivity": 900.0,
    "temperature": 12.0,
    "concentration": 0.2,
    "frequency": (8900.0 * 1000) ** 0.5,
}


def readings(facility: Facility, **other: float) -> dict[str, Bounded]:
    """Every datastream from raw values that do not change; other: those of a quantity instead."""
    found: dict[str, Series] = {}
    for one in facility.datastreams.values():
        if one.is_raw:
            now_ms, step_ms = round(NOW.timestamp() * 1000), round(one.expected_interval_s * 1000)
            times = now_ms - step_ms * np.arange(ROWS)[::-1]
            found[one.name] = Series.of(times, np.full(ROWS, (RAW | other)[one.quantity]))
    judged = {name: one.series for name, one in derive(facility, found).items()}
    return {name: Bounded(one, one.value, one.value) for name, one in (found | judged).items()}


def verdict(facility: Facility, **other: float) -> tuple[str, str]:
    """Verdict and level of a facility whose plans have been approved."""
    plans = []
    for plan in facility.tarp.values():
        known = readings(facility, **other)
        standing, _ = tarp.advance(plan, tarp.PlanMemory(), known, facility, round(NOW.timestamp() * 1000))
        plans.append(PlanInput(plan, "in-force", standing, is_limit=plan.is_limit))
    made = assess(AssessmentInputs(facility, tuple(plans)), NOW)
    return made.verdict, made.level


def test_there_are_four() -> None:
    """A pond, a dam with sections and plans, a heap with water only, and an entry of a register."""
    assert examples.names() == ("dam", "heap", "pond", "register")
    with pytest.raises(KeyError):
        examples.text("vale")


@pytest.mark.parametrize("name", examples.names())
def test_an_example_has_neither_errors_nor_warnings(name: str) -> None:
    """What people begin with is as the file check wants it; it says that it is invented."""
    text = examples.text(name)
    facility = parse(text, name)

    assert [one for one in lint.find(facility, text) if one.severity != "note"] == []
    assert facility.sample_data and "invented" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("register", {}, ("not-monitored", "green")),
        ("heap", {}, ("not-monitored", "green")),
        # by hand: 335 m + 8 m x (10 - 4) / 16 = 338 m, yellow from 339.5 m; 15.2 mA is 340.6 m, red from 340.5 m
        ("pond", {}, ("green", "green")),
        ("pond", {"current": 15.2}, ("red", "red")),
        # by hand: -0.1795 (8900 - 9082) + 0.05 (25 - 12) = 33.3 kPa, 3.4 m above 318.4 m; 8400 digits: 12.5 m, red
        ("dam", {}, ("green", "green")),
        ("dam", {"frequency": (8400.0 * 1000) ** 0.5}, ("red", "red")),
    ],
)
def test_an_example_is_assessed(name: str, other: dict[str, float], expected: tuple[str, str]) -> None:
    """Raw readings to formulas, filters, plans and verdict; what has no plan is not monitored."""
    assert verdict(parse(examples.text(name), name), **other) == expected


def test_a_level_of_the_dam_is_that_by_hand() -> None:
    """P-01: 33.319 kPa are 3.398 m of water (9.80665 kPa/m) above the tip."""
    level = readings(parse(examples.text("dam")))["n01:vw1.level"].series.value[-1]

    assert level == pytest.approx(318.4 + (0.1795 * 182 + 0.05 * 13) / 9.80665, abs=0.01)
