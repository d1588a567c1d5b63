"""The uncertainty of every formula against a Monte Carlo trial of the same formula, as JCGM 101 has it.

The trial knows nothing of shares: it draws the errors, evaluates the formula, and takes the standard deviation.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tailings import Series, formulas
from tailings.facility import Facility
from tailings.facility.uncertainties import TermKind, UncertaintyTerm
from tailings.series import Values
from tailings.uncertainty import Propagation
from tests.tailings.formulas.examples import NEW_YEAR_MS
from tests.tailings.uncertainty.sites import RESULT, rows_of, site_of

TRIALS = 40_000
"""The standard deviation of so many is good to 0.4 %."""
SHARE = 0.005
"""Standard uncertainty of each input, of its largest value."""
LEFT_OUT = {
    "node_health": "a class (1 good, 0.5 weak, 0 about to fall silent), by thresholds: it is not a measured value",
    "vw_signal_health": "a class (1 good, 0.5 weak, 0 bad), by thresholds: it is not a measured value",
}
"""Formulas without an uncertainty, and why: between two steps of a class no error passes through, and no law of
propagation holds at a step. Whatever is not named here is tried."""
DAY = {
    "antecedent_rain": np.linspace(0.2, 2.4, 24),
    "dust_mean": 38.0 + np.arange(24.0),
    "pond_evaporation": np.array([12.0, 7.0, *np.linspace(12.0, 17.0, 13), 22.0, *np.linspace(17.0, 13.0, 8)]),
    "rain_from_total": np.arange(24) * 12.0,
    "rain_intensity": np.linspace(0.2, 2.4, 24),
    "rain_sum": np.linspace(0.2, 2.4, 24),
}
"""A day of hourly readings for the formulas that look at a window; its lowest and highest temperature stand out."""
HOUR_MS = 3_600_000
FAR_MS = 146_097 * 86_400_000
"""400 years, after which the calendar begins anew: no window reaches from one trial to the next."""


def spread_of(name: str, inputs: Mapping[str, Any]) -> dict[str, float]:
    """The standard uncertainty that each input is given: a share of it, and of a height a centimetre at most."""
    kinds = formulas.inputs_of(formulas.get(name), inputs)
    found = {role: SHARE * float(np.max(np.abs(value))) or SHARE for role, value in inputs.items()}
    return {role: min(size, 0.01) if kinds[role].unit == "m" else size for role, size in found.items()}


def budgets(name: str, kind: TermKind, spread: Mapping[str, float]) -> dict[str, UncertaintyTerm]:
    """One term an input with that standard uncertainty: a limit, spread evenly; a resolution is the step."""
    width = {"accuracy": 3**0.5, "resolution": 12**0.5}[kind]
    kinds = formulas.inputs_of(formulas.get(name), spread)
    return {role: UncertaintyTerm(role, kind, width * size, kinds[role].unit) for role, size in spread.items()}


def trial(name: str, facility: Facility, inputs: Mapping[str, Values], errors: Mapping[str, Values]) -> float:
    """Standard deviation of the last result of many repetitions, each as far from the next as no window reaches.

    inputs: readings an hour apart by role; errors: of the same readings, [repetition, reading].
    """
    readings = next(iter(inputs.values())).size
    apart_ms = FAR_MS if hasattr(formulas.get(name), "history_s") else 1
    time_ms = NEW_YEAR_MS + np.arange(TRIALS)[:, None] * apart_ms + np.arange(readings) * HOUR_MS
    given = {role: Series.of(time_ms.ravel(), (values + errors[role]).ravel()) for role, values in inputs.items()}
    found = formulas.evaluate(facility.datastreams[RESULT], given, facility).series.value
    return float(np.nanstd(found.reshape(TRIALS, readings)[:, -1]))


@pytest.mark.parametrize("name", [name for name in formulas.names() if name not in LEFT_OUT])
def test_as_many_trials_say(name: str) -> None:
    """An error that all readings of an input share gives the spread of 40,000 trials within 2 %.

    What a model leaves over by itself is in no reading: it is added to the spread as squares.
    """
    example = formulas.get(name).EXAMPLE.inputs
    inputs = {role: np.atleast_1d(np.asarray(value, float)) for role, value in example.items()}
    spread = spread_of(name, inputs)
    facility = site_of(name, budgets(name, "accuracy", spread))
    random = np.random.default_rng(17)
    errors = {role: random.uniform(-1.0, 1.0, (TRIALS, 1)) * 3**0.5 * size for role, size in spread.items()}

    found = Propagation(facility, rows_of(facility, inputs)).of(RESULT)

    assert found.is_known[-1]
    left_over = formulas.get(name).EXAMPLE.dated.get("geometry", {}).get("residual_sd_m", 0.0)
    assert found.standard[-1] == pytest.approx(np.hypot(trial(name, facility, inputs, errors), left_over), rel=0.02)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_a_class(name: str) -> None:
    """A formula is left out only if all that it gives is one of three classes, whatever its inputs are."""
    example = formulas.get(name).EXAMPLE.inputs
    facility, random = site_of(name, {}), np.random.default_rng(19)
    inputs = {
        role: np.max(np.abs(np.atleast_1d(value))) * random.uniform(-2.0, 3.0, 2000) for role, value in example.items()
    }
    found = rows_of(facility, inputs)[RESULT].value

    assert set(found[np.isfinite(found)].tolist()) <= {0.0, 0.5, 1.0}


@pytest.mark.parametrize("name", [name for name in formulas.names() if hasattr(formulas.get(name), "independent")])
def test_errors_anew_at_each_reading(name: str) -> None:
    """A resolution that errs at each of 24 readings by itself gives the spread of 40,000 trials within 2 %."""
    role = formulas.get(name).INPUTS[0].name
    inputs = {role: DAY[name]}
    spread = spread_of(name, inputs)
    facility = site_of(name, budgets(name, "resolution", spread))
    errors = {role: np.random.default_rng(18).uniform(-1.0, 1.0, (TRIALS, 24)) * 3**0.5 * spread[role]}
    trials = trial(name, facility, inputs, errors)

    found = Propagation(facility, rows_of(facility, inputs)).of(RESULT)

    assert np.hypot.reduce([share[-1] for share in found.shares.values()]) == pytest.approx(trials, rel=0.02)


@pytest.mark.parametrize("name", [name for name in formulas.names() if hasattr(formulas.get(name), "history_s")])
def test_a_window_says_how_single_errors_add_up(name: str) -> None:
    """A formula that looks at a window has a rule for errors that are new at each reading."""
    assert hasattr(formulas.get(name), "independent")
