"""Days to the minimum freeboard: filling, falling, past it, beyond the survey, and by the crest of the day."""

import datetime as dt

import numpy as np
import pytest

from tailings import BadFacility, Series, formulas, parse
from tailings.formulas import Derived
from tests.tailings.facilities import VALE, changed
from wire import quality as flag

DAYS = """
[instruments."n01:decant"]
driver = "weir_gauge"
pressure = "none"
[datastreams."n01:decant.height"]
quantity = "gauge-height"
unit = "m"
[datastreams."n01:decant.inflow"]
quantity = "flow"
unit = "m3/d"
formula = "v_notch_flow"
inputs = { height = "n01:decant.height" }
geometry = [{ valid_from = 2024-06-12, angle_deg = 90.0 }]
[datastreams."n01:pond.days"]
quantity = "days-to-minimum-freeboard"
unit = "d"
formula = "days_to_minimum_freeboard"
inputs = { level = "n01:pond.level", inflow = "n01:decant.inflow" }
"""
JANUARY = dt.datetime(2025, 1, 15, tzinfo=dt.UTC)
RAISED = """[[facility.geometry]]
valid_from = 2025-03-01
crest_m = 343.5

[agents.gw1]"""
NAN = float("nan")


def days(text: str, level_m: list[float], inflow_m3_d: list[float], start: dt.datetime = JANUARY) -> Derived:
    """Days by the test facility (crest 342 m, minimum 1.5 m: 340.5 m), for readings a minute apart."""
    facility = parse(text)
    times = round(start.timestamp() * 1000) + np.arange(len(level_m)) * 60_000
    inputs = {"level": Series.of(times, level_m), "inflow": Series.of(times, inflow_m3_d)}
    return formulas.evaluate(facility.datastreams["n01:pond.days"], inputs, facility)


def test_a_pond_that_fills_has_its_days() -> None:
    """By hand: 607,500 m3 at 340.5 m (a quarter of the way from 520,000 to 870,000) minus 260,000 m3, over 5,000."""
    derived = days(VALE.read_text() + DAYS, [338.0], [5000.0])

    assert derived.series.value == pytest.approx([69.5])


def test_a_pond_that_does_not_fill_has_no_day() -> None:
    """Without inflow, or with outflow: missing, and the reason says that it is no fault of an instrument."""
    derived = days(VALE.read_text() + DAYS, [338.0, 338.0], [0.0, -100.0])

    assert derived.series.quality.tolist() == [flag.MISSING] * 2
    assert derived.tests() == ["formula.not-filling"] * 2


def test_past_the_minimum_it_is_none_whatever_the_inflow_says() -> None:
    """At 340.5 m, and above it, with inflow, with none, with outflow and with an inflow that nobody knows: 0 days."""
    derived = days(VALE.read_text() + DAYS, [340.5, 341.0, 341.0, 341.0], [5000.0, 5000.0, 0.0, -900.0])
    unknown = days(VALE.read_text() + DAYS, [341.0], [NAN])

    assert derived.series.value.tolist() == [0.0] * 4 and derived.tests() == [None] * 4
    assert (unknown.series.value.tolist(), unknown.tests()) == ([0.0], ["missing.inflow"])


def test_above_the_survey_and_past_the_minimum_it_is_none() -> None:
    """The survey ends at 342 m: at 343 m the minimum is past, whatever the volume is."""
    assert days(VALE.read_text() + DAYS, [343.0], [5000.0]).series.value.tolist() == [0.0]


def test_below_the_minimum_an_unknown_inflow_is_no_day() -> None:
    """The reason names what is not known."""
    assert days(VALE.read_text() + DAYS, [338.0], [NAN]).tests() == ["formula.no-inflow"]


def test_outside_of_the_survey_the_reason_says_so() -> None:
    """Below the lowest point, and where a raised minimum (342 m) lies at the survey's top, then above it."""
    low = days(VALE.read_text() + DAYS, [333.0, 333.0], [5000.0, 0.0])
    short = changed("[agents.gw1]", RAISED).replace("2025-03-01", "2025-01-01").replace("345.0", "344.0")
    survey = "[[facility.stage_storage]]\nvalid_from = 2026-01-01\nlevel_m = [334.0, 350.0]\nvolume_m3 = [0.0, 9e6]\n"
    raised = short.replace("crest_m = 343.5", "crest_m = 345.0").replace("[agents.gw1]", survey + "\n[agents.gw1]")

    above = days(raised + DAYS, [342.5, 338.0, 338.0], [5000.0, 5000.0, 0.0])

    assert low.tests() == ["formula.below-survey", "formula.below-survey,formula.not-filling"]
    assert above.tests() == [
        "formula.above-survey,formula.minimum-above-survey",
        "formula.minimum-above-survey",
        "formula.minimum-above-survey,formula.not-filling",
    ]


def test_the_crest_of_the_day_counts() -> None:
    """Raised to 343.5 m on 1 March: 341 m was past the minimum in January and has 175,000 m3 of room since."""
    text = changed("[agents.gw1]", RAISED) + DAYS
    march = dt.datetime(2025, 3, 2, tzinfo=dt.UTC)

    before, after = days(text, [341.0], [5000.0]), days(text, [341.0], [5000.0], march)

    assert before.series.value.tolist() == [0.0]
    assert after.series.value == pytest.approx([(870_000 - 695_000) / 5000])


def test_a_survey_that_ends_below_the_minimum_is_refused() -> None:
    """After a raise to 345 m the survey to 342 m does not reach 343.5 m: the file says which level to add."""
    text = changed("[agents.gw1]", RAISED.replace("343.5", "345.0")) + DAYS

    with pytest.raises(BadFacility, match=r"does not reach 343\.5 m, the level of the minimum freeboard; add points"):
        parse(text)
