"""Working out the golden vector that a formula carries for the table of functions."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from tailings import formulas
from tailings.facility import StageStorage
from tailings.formulas import Computed, Given
from tailings.geometry import Crest, Tip

NEW_YEAR_MS = 1735689600000


SHAPES: Mapping[str, Any] = {"tip": Tip, "crest": Crest, "stage_storage": StageStorage}


def dated_of(name: str, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Entries of a formula's dated lists from their keys, in force since 2024."""
    formula = formulas.get(name)
    shapes = SHAPES | {"geometry": getattr(formula, "GEOMETRY", None), "calibration": formula.CALIBRATION}
    since = {"valid_from": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}
    return {key: msgspec.convert(since | dict(entry), shapes[key]) for key, entry in entries.items()}


def given_example(name: str) -> Given:
    """What a formula is given in its EXAMPLE."""
    formula = formulas.get(name)
    example = formula.EXAMPLE
    values = {role: np.atleast_1d(value) for role, value in example.inputs.items()}
    rows = next(iter(values.values())).size
    return Given(
        values,
        msgspec.convert(dict(example.parameters), formula.Parameters),
        NEW_YEAR_MS + np.arange(rows) * 3_600_000,
        dated_of(name, example.dated),
        example.facility,
    )


def compute_example(name: str) -> tuple[float, float, float]:
    """(what the formula gives, what it should give, tolerance) for its EXAMPLE."""
    formula = formulas.get(name)
    computed: Computed = formula.compute(given_example(name))
    return float(computed.value[-1]), formula.EXAMPLE.result, formula.EXAMPLE.tolerance


def given_of(
    name: str,
    parameters: Mapping[str, object],
    interval_s: float = 3600.0,
    dated: Mapping[str, Mapping[str, Any]] = {},
    **inputs: list[float],
) -> Given:
    """What a formula would be given: inputs by role, hourly from New Year 2025 on unless told otherwise."""
    values = {role: np.array(numbers, dtype=np.float64) for role, numbers in inputs.items()}
    rows = next(iter(values.values())).size
    time_ms = NEW_YEAR_MS + (np.arange(rows) * interval_s * 1000).astype(np.int64)
    shaped = msgspec.convert(parameters, formulas.get(name).Parameters)
    return Given(values, shaped, time_ms, dated_of(name, dated), interval_s=interval_s)


def doubts_of(computed: Computed) -> dict[str, list[bool]]:
    """The doubts of a result by reason."""
    return {doubt.reason: doubt.where.tolist() for doubt in computed.doubts}
