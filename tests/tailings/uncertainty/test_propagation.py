"""Uncertainty along a chain: what is stated, by whom, from when on; what readings share; what is not known."""

import datetime as dt

import numpy as np
import pytest

from tailings import Facility, Series, chain, formulas, parse
from tailings.facility.uncertainties import UncertaintyTerm
from tailings.uncertainty import Propagation, Source, Uncertainty, kind_terms
from tests.tailings.facilities import VALE
from tests.tailings.uncertainty.sites import RESULT, rows_of, site_of

T = int(dt.datetime(2026, 6, 12, tzinfo=dt.UTC).timestamp() * 1000)
PRESSURE, LEVEL, BAROMETER = "n07:vw1.pressure", "n07:vw1.level", "n01:baro.pressure"
KPA_PER_M = 9.80665
TRIALS = 40_000
BUDGETS = """
[[instruments."n01:baro".uncertainty]]
valid_from = 2024-06-12
source = "certificate 24-117"
terms = [{ quantity = "barometric-pressure", kind = "calibration", value = 0.6, unit = "hPa", coverage_factor = 2 }]
"""
TWIN = """
[instruments."n07:vw9"]
driver = "vw_piezometer"
pressure = "absolute"
[[instruments."n07:vw9".calibrations]]
valid_from = 2024-06-12
convention = "geokon"
kind = "linear"
gauge_factor_kpa_per_digit = -0.0912
zero_reading_digits = 9046.0
zero_barometer_kpa = 96.1
[[instruments."n07:vw9".uncertainty]]
valid_from = 2024-06-12
terms = [{ quantity = "pore-pressure", kind = "accuracy", percent = 0.5 }]
[datastreams."n07:vw9.frequency"]
quantity = "frequency"
unit = "Hz"
[datastreams."n07:vw9.pressure"]
quantity = "pore-pressure"
unit = "kPa"
formula = "vw_pressure"
inputs = { frequency = "n07:vw9.frequency", barometer = "n01:baro.pressure" }
"""


def site(more: str = BUDGETS) -> Facility:
    """The test facility with budgets of its own."""
    return parse(VALE.read_text() + more)


def raw(hpa: float | None = 961.0) -> dict[str, Series]:
    """One pack of n07 and the barometer; None: no reading."""
    readings = {"n07:vw1.frequency": 2831.4, "n07:vw1.thermistor": 4821.0, BAROMETER: hpa, "n07:vw9.frequency": 2831.4}
    return {name: Series.of([T], [value]) for name, value in readings.items() if value is not None}


def worked_out(facility: Facility, hpa: float | None = 961.0) -> Propagation:
    """The uncertainties of what a chain gave."""
    given = {name: one for name, one in raw(hpa).items() if name in facility.datastreams}
    results = chain.derive(facility, given)
    tests = {name: {T: one.tests()[0] or ""} for name, one in results.items() if len(one.series) and one.tests()[0]}
    return Propagation(facility, {name: one.series for name, one in results.items()}, tests)


def shares(found: Uncertainty) -> dict[tuple[str, str], float]:
    """The share of each source in the last row."""
    return {(source.datastream, source.kind): float(share[-1]) for source, share in found.shares.items()}


def test_a_level_by_hand() -> None:
    """A level errs by a limit of 1 kPa, a step of 0.1 kPa and a barometer of 0.6 hPa (k = 2), by g of water a metre:
    the root of 1/3 + 0.1 x 0.1 / 12 + 0.03 x 0.03 kPa2 is 0.5788 kPa, or 0.0590 m; U is twice that."""
    found = worked_out(site()).of(LEVEL)

    assert found.standard[0] == pytest.approx((1 / 3 + 0.01 / 12 + 0.0009) ** 0.5 / KPA_PER_M, rel=1e-6)
    assert found.expanded[0] == pytest.approx(2 * found.standard[0])
    assert found.unstated == frozenset()


def test_a_share_has_the_sign_of_its_effect() -> None:
    """A barometer that reads too high makes the pressure too low."""
    found = shares(worked_out(site()).of(PRESSURE))

    assert found[BAROMETER, "calibration"] == pytest.approx(-0.03)


def test_what_nobody_states_is_not_known() -> None:
    """Without a budget of the barometer a sealed piezometer's level has none, and the barometer is named."""
    found = worked_out(site("")).of(LEVEL)

    assert np.isnan(found.expanded[0])
    assert found.unstated == {BAROMETER}


def test_without_the_rows_of_an_input_nothing_is_known() -> None:
    """The error of a level whose pressure is not at hand is not taken for none."""
    facility = site()
    rows = {LEVEL: worked_out(facility).rows[LEVEL]}
    found = Propagation(facility, rows).of(LEVEL)

    assert np.isnan(found.expanded[0])
    assert found.unstated == {PRESSURE}


def test_what_a_formula_cannot_say_to_either_side_is_not_known() -> None:
    """A level that errs by 60 m leaves the survey of the stored volume to both sides: that is not none."""
    level = UncertaintyTerm("level", "accuracy", 60.0 * 3**0.5, "m")
    facility = site_of("stored_volume", {"level": level})
    found = Propagation(facility, rows_of(facility, formulas.get("stored_volume").EXAMPLE.inputs)).of(RESULT)

    assert np.isnan(found.expanded[-1])


def test_a_shared_barometer_cancels_in_a_difference() -> None:
    """Two piezometers with one barometer differ by as much whatever it reads; their own errors add up as squares."""
    known = worked_out(site(BUDGETS + TWIN))
    one, twin = known.of(PRESSURE), known.of("n07:vw9.pressure")
    apart = one.minus(twin)

    assert shares(apart)[BAROMETER, "calibration"] == pytest.approx(0.0, abs=1e-9)
    assert apart.standard[0] < np.hypot(one.standard[0], twin.standard[0])


def test_differences_against_trials() -> None:
    """One pressure minus twice another with the same barometer, against 40,000 drawn errors (JCGM 101)."""
    facility, random = site(BUDGETS + TWIN), np.random.default_rng(3)
    known = worked_out(facility)
    barometer_kpa = random.normal(0.0, 0.03, TRIALS)
    one = random.uniform(-1.0, 1.0, TRIALS) + random.uniform(-0.05, 0.05, TRIALS) - barometer_kpa
    twin = 0.005 * known.rows["n07:vw9.pressure"].value[0] * random.uniform(-1.0, 1.0, TRIALS) - barometer_kpa

    twice = known.of(PRESSURE).minus(known.of("n07:vw9.pressure"), factor=2.0)

    assert twice.standard[0] == pytest.approx(np.std(one - 2.0 * twin), rel=0.02)


def test_a_lost_barometer_errs_by_its_range() -> None:
    """Without the barometer the pressure errs by 3 kPa either way, spread evenly, besides its own 1 kPa."""
    found = worked_out(site(), hpa=None).of(PRESSURE)

    assert shares(found)[BAROMETER, "correction"] == pytest.approx(3 / 3**0.5)
    assert found.standard[0] == pytest.approx((3.0 + 1 / 3 + 0.01 / 12) ** 0.5, rel=1e-6)


def test_drift_grows_with_the_years() -> None:
    """0.5 kPa a year, two years after the budget's day, is a limit of 1 kPa: 0.577 kPa."""
    drift = """
[[instruments."n07:vw1".uncertainty]]
valid_from = 2024-06-12
terms = [{ quantity = "pore-pressure", kind = "drift", value = 0.5, unit = "kPa" }]
"""
    facility = site(BUDGETS + drift)
    found = worked_out(facility).of(PRESSURE)

    assert shares(found)[PRESSURE, "drift"] == pytest.approx(1 / 3**0.5, rel=2e-3)
    assert not found.is_known[0]


def test_a_budget_holds_from_its_day_on() -> None:
    """Before the day of the barometer's certificate nothing is stated of it."""
    facility = site(BUDGETS.replace("2024-06-12", "2026-06-12"))
    rows = {BAROMETER: Series.of([T - 86_400_000, T], [961.0, 961.0])}

    assert Propagation(facility, rows).of(BAROMETER).is_known.tolist() == [False, True]


def test_a_sum_adds_no_term_of_its_own() -> None:
    """The gauge's 1 % stands once in a sum of its rain: in the readings."""
    more = """
[datastreams."n01:rain.day"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 86400 }
"""
    facility = site(BUDGETS + more)
    rain = {"n01:rain.rain": Series.of(T + np.arange(4) * 3_600_000, [1.0, 2.0, 3.0, 4.0])}
    rows = {name: one.series for name, one in chain.derive(facility, rain).items()}
    found = Propagation(facility, rows).of("n01:rain.day")

    assert found.standard[-1] == pytest.approx(0.01 * 10.0 / 3**0.5)
    assert list(found.shares) == [Source("n01:rain.rain", "accuracy")]


def test_every_kind_names_its_source() -> None:
    """Each row of the table says where it comes from, and whether that was read."""
    assert all(row.source and row.checked in ("read", "secondary") for row in kind_terms())
    assert all(row.as_stated() for row in kind_terms())
