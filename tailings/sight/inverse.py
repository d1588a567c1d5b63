"""The chain backwards: what an instrument must read so that what is derived from it moves by so much.

The real formulas are gone through on states around the present one (`tailings.facility.lint.trial`); nothing is
inverted by hand. The reading that leads the formulas moves, the others stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec import Struct

from tailings.chain import leading_role
from tailings.facility.lint.trial import ChainTrial, is_free
from tailings.facility.model import Facility
from tailings.series import Values

STEPS: Final = 121
FINE_STEPS: Final = 401
FURTHEST: Final = 1e9
BEYOND: Final = 1.1
"""The path goes on a little beyond what is asked for."""


class ReadingPath(Struct, frozen=True, eq=False):
    """One reading, and the values of a datastream that it gives, float64[n] each; the values rise."""

    reading: str
    at: Values
    value: Values

    def moved(self, read: Values, by: Values) -> Values:
        """What is read when the datastream lies `by` further on, float64[n]; at an end of the path no further."""
        order = np.argsort(self.at)
        value = np.interp(read, self.at[order], self.value[order])
        return np.where(np.isfinite(read), np.interp(value + by, self.value, self.at), np.nan)


def leading_reading(facility: Facility, name: str) -> str:
    """The reading that leads the formulas behind a datastream: a measured one, or one whose formula looks back."""
    while not is_free(facility, name):
        datastream = facility.datastreams[name]
        name = datastream.inputs[leading_role(datastream)]
    return name


def path_to(facility: Facility, name: str, present: Mapping[str, float], span: Values, by: float) -> ReadingPath | None:
    """The path of the leading reading along which a derived datastream moves by `by` and more; None: there is none.

    present: readings as they are; span: values of the leading reading that the path must hold.
    """
    trial = ChainTrial(facility, [name])
    reading = leading_reading(facility, name)
    if any(one not in present for one in trial.free):
        return None
    column, start = trial.free.index(reading), np.array([present[one] for one in trial.free])
    held = np.append(span, start[column])
    low, high = float(np.min(held)), float(np.max(held))
    at = _around(float(start[column]), low, high)
    place, value = int(np.searchsorted(at, start[column])), _along(trial, name, start, column, at)
    first, last = _monotone(value, place)
    is_rising = value[last] > value[first]
    end = _end(value, place, last if is_rising == (by > 0) else first, by)
    ends = (max(at[first], min(low, at[end])), min(at[last], max(high, at[end])))
    fine = np.linspace(*ends, FINE_STEPS)
    found = _along(trial, name, start, column, fine)
    fine, found = fine[np.isfinite(found)], found[np.isfinite(found)]
    if fine.size < 2 or first == last:
        return None
    turned = slice(None) if is_rising else slice(None, None, -1)
    return ReadingPath(reading, fine[turned], np.maximum.accumulate(found[turned]))


def _around(start: float, low: float, high: float) -> Values:
    """Readings around the present one, closer together the nearer, rising."""
    away = np.geomspace(1e-4 * max(abs(start), 1e-3), FURTHEST, STEPS)
    at = np.unique(np.concatenate([start - away, [low, start, high], start + away]))
    return at[np.abs(at) <= FURTHEST]


def _along(trial: ChainTrial, name: str, start: Values, column: int, at: Values) -> Values:
    """What a datastream is while one reading is changed, whatever flags it, float64[n]."""
    states = np.tile(start, (at.size, 1))
    states[:, column] = at
    return trial.run(states)[name].series.value


def _monotone(value: Values, place: int) -> tuple[int, int]:
    """The first and the last row of the stretch around a place along which the value goes in one direction."""
    with np.errstate(invalid="ignore"):
        sign = np.sign(np.diff(value))
    best = (place, place)
    for wanted in (1, -1):
        stops = np.flatnonzero(sign != wanted)
        first = max(stops[stops < place].tolist(), default=-1) + 1
        last = min(stops[stops >= place].tolist(), default=value.size - 1)
        best = max(best, (first, last), key=lambda one: one[1] - one[0])
    return best


def _end(value: Values, place: int, last: int, by: float) -> int:
    """The row towards `last` at which the value has moved by as much as is asked for; `last` where it never does."""
    step = 1 if last >= place else -1
    rows = np.arange(place, last + step, step)
    far = np.flatnonzero(np.abs(value[rows] - value[place]) >= BEYOND * abs(by))
    return int(rows[far[0]]) if far.size else last
