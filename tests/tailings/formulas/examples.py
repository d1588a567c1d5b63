"""Working out the golden vector that a formula carries for the table of functions."""

import datetime as dt
from collections.abc import Mapping

import msgspec
import numpy as np

from tailings import formulas
from tailings.formulas import Computed, Given

NEW_YEAR_MS = 1735689600000


def compute_example(name: str) -> tuple[float, float, float]:
    """(what the formula gives, what it should give, tolerance) for its EXAMPLE."""
    formula = formulas.get(name)
    example = formula.EXAMPLE
    calibration = example.calibration
    if isinstance(calibration, dict):
        dated = {"valid_from": dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "convention": "geokon", **calibration}
        calibration = msgspec.convert(dated, formula.CALIBRATION)
    values = {role: np.atleast_1d(value) for role, value in example.inputs.items()}
    rows = next(iter(values.values())).size
    computed: Computed = formula.compute(
        Given(
            values,
            msgspec.convert(dict(example.parameters), formula.Parameters),
            NEW_YEAR_MS + np.arange(rows) * 3_600_000,
            calibration,
            example.instrument,
            example.facility,
        )
    )
    return float(computed.value[-1]), example.result, example.tolerance


def given_of(name: str, parameters: Mapping[str, object], interval_s: float = 3600.0, **inputs: list[float]) -> Given:
    """What a formula would be given: inputs by role, hourly from New Year 2025 on unless told otherwise."""
    values = {role: np.array(numbers, dtype=np.float64) for role, numbers in inputs.items()}
    rows = next(iter(values.values())).size
    time_ms = NEW_YEAR_MS + (np.arange(rows) * interval_s * 1000).astype(np.int64)
    shaped = msgspec.convert(parameters, formulas.get(name).Parameters)
    return Given(values, shaped, time_ms, interval_s=interval_s)


def doubts_of(computed: Computed) -> dict[str, list[bool]]:
    """The doubts of a result by reason."""
    return {doubt.reason: doubt.where.tolist() for doubt in computed.doubts}
