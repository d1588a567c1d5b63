"""Rain depth of each interval from the running total of a tipping bucket's tips.

The total of a reading minus that of the last known one before it, so that a lost or failed reading loses no rain: it
stands in the next one. A total that fell is a counter that began again: its tips since then are counted, and the depth
is suspect, for what fell before is not known. Without a known reading within `previous_within_s` there is no depth.

Source: definition: depth = tips x depth of one tip, as on the gauge's sheet.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from tailings.formulas import Computed, Equation, Example, FormulaDoubt, Given, Input, Number
from tailings.series import Times, Values

INPUTS = (Input("total", "{count}"),)
RESULT = (("rain",), "mm")
CALIBRATION = None


class Parameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Depth of one tip, and how old the reading before may be."""

    tip_mm: Annotated[float, Meta(gt=0, le=5)]
    """The depth of one tip."""
    previous_within_s: Annotated[float, Meta(gt=0, le=30 * 86400)] = 86400.0
    """How old the reading before may be."""


EXAMPLE = Example(
    inputs={"total": (1204.0, 1216.0)},
    result=2.4,
    tolerance=1e-9,
    origin="(1216 - 1204) x 0.2 mm",
    parameters={"tip_mm": 0.2},
)


def history_s(parameters: Parameters) -> float:
    """How far back the reading before may lie."""
    return parameters.previous_within_s


def used_from(parameters: Parameters, time_ms: Times, value: Values) -> NDArray[np.intp]:
    """The reading before, where it is near enough."""
    start, known = np.arange(value.size), np.flatnonzero(~np.isnan(value))
    is_near = np.diff(time_ms[known]) <= parameters.previous_within_s * 1000
    start[known[1:]] = np.where(is_near, known[:-1], known[1:])
    return start


def compute(given: Given) -> Computed:
    """Depth [mm] since the last known reading, at each instant."""
    total, parameters = given["total"], given.parameters
    known = np.flatnonzero(~np.isnan(total))
    depth = np.full(total.shape, np.nan)
    has_restarted = np.zeros(total.shape, dtype=np.bool_)
    later = known[1:]
    tips = np.diff(total[known])
    has_restarted[later] = tips < 0
    is_near = np.diff(given.time_ms[known]) <= parameters.previous_within_s * 1000
    depth[later] = np.where(is_near, np.where(tips < 0, total[later], tips), np.nan)
    return Computed(depth * parameters.tip_mm, (FormulaDoubt(has_restarted, "counter-restarted"),))


def equation(given: Given) -> Equation:
    """The tips since the last known total; after a restart those since then."""
    known = given["total"][~np.isnan(given["total"])]
    if known.size < 2 or known[-1] < known[-2]:
        return Equation("total * tip_mm")
    return Equation("(total - previous) * tip_mm", {"previous": Number(float(known[-2]), "{count}")})


def independent(given: Given, standard: Values) -> Values:
    """Errors of both totals that a depth is the difference of [mm]."""
    known = np.flatnonzero(~np.isnan(given["total"]))
    error = np.zeros(standard.shape)
    error[known[1:]] = np.hypot(standard[known[1:]], standard[known[:-1]])
    return np.asarray(error * given.parameters.tip_mm)
