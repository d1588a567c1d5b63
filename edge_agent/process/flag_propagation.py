"""Inheriting: which derived rows are made of a row whose verdict has changed, and what becomes of theirs.

Only a flag is inherited: where the value itself would be another one, it is left to the centre to derive it again. Such
a row is told as rejected when an input that the formula can do without was rejected, or a reading of its window: it
stands in the value still.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from edge_agent.process.windows import Windows, among
from edge_agent.values import Times
from tailings import failed_tests, filters, formulas
from tailings.facility import Datastream
from tailings.series import Flags, Mask, Series
from tailings.windows import holds
from wire import quality as flag

MS_PER_S: Final = 1000
Causes = list[str | None]


class Inherited(NamedTuple):
    """Rows of a formula: what they are by their inputs, and the grade that each cause gives them, uint8[n] each.

    is_held: bool[n], where the value that was told before has this quality, whatever the formula would give now; None:
    nowhere, for all of them are new.
    """

    series: Series
    causes: Mapping[str, Flags]
    is_held: Mask | None = None

    @property
    def is_plain(self) -> bool:
        """Whether they are new and nothing lowers them."""
        return self.is_held is None and not self.causes

    def rows(self, where: Mask) -> "Inherited":
        """Those of a mask."""
        causes = {name: grade[where] for name, grade in self.causes.items()}
        return Inherited(self.series.rows(where), causes, None if self.is_held is None else self.is_held[where])

    def tests(self) -> Causes:
        """The causes that decided each row."""
        return failed_tests.names(self.series.quality, {}, self.causes)


class Placed(NamedTuple):
    """A window with what its rows inherit: flags made no better by it, the grade of each cause, which rows they are."""

    quality: Flags
    causes: Mapping[str, Flags]
    is_here: Mask


def placed(found: Inherited | None, window: Series) -> Placed:
    """Put rows of a formula where they are in a window: at the same instant, with the same value."""
    is_here = np.zeros(len(window), np.bool_)
    if found is None or found.is_plain:
        return Placed(window.quality, {}, is_here)
    new = found.series
    rows = np.searchsorted(window.time_ms, new.time_ms)
    is_there = rows < len(window)
    is_there[is_there] = window.time_ms[rows[is_there]] == new.time_ms[is_there]
    places = np.flatnonzero(is_there)
    before, now = window.value[rows[places]], new.value[places]
    is_same = (before == now) | (np.isnan(before) & np.isnan(now))
    if found.is_held is not None:
        is_same |= found.is_held[places] & ~np.isnan(before)
    places = places[is_same]
    rows = rows[places]
    is_here[rows] = True
    quality = window.quality.copy()
    quality[rows] = filters.combine(quality[rows], {"": new.quality[places]})
    causes = {}
    for name, grade in found.causes.items():
        causes[name] = np.zeros(len(window), np.uint8)
        causes[name][rows] = grade[places]
    return Placed(quality, causes, is_here)


def heirs(datastream: Datastream, times_ms: Times, again: Mapping[str, Times], windows: Windows) -> Mask:
    """Which instants of a result use a row that was judged again, bool[n]; it must still be seen whole.

    again: instants by the name of the input.
    """
    found = np.zeros(len(times_ms), np.bool_)
    for source, again_ms in again.items():
        found |= _uses(datastream, windows.get(source), again_ms, times_ms)
    since_ms = max(map(windows.whole_since_ms, datastream.inputs.values()))
    return found & (times_ms >= since_ms + round(formulas.history_s(datastream) * MS_PER_S))


def inherited(
    datastream: Datastream, derived: formulas.Derived, again: Mapping[str, Times], windows: Windows, is_heir: Mask
) -> Inherited:
    """All rows of a formula; of heirs of a rejected input that it can do without, what becomes of the value before."""
    series, causes = derived.series, dict(derived.causes)
    quality, is_held = series.quality.copy(), np.zeros(len(series), np.bool_)
    for role, kind in formulas.inputs_of(formulas.get(datastream.formula or ""), datastream.inputs).items():
        source = datastream.inputs[role]
        if (kind.optional or formulas.is_windowed(datastream)) and source in again:
            window = windows.get(source)
            rejected_ms = again[source][among(again[source], window.time_ms[window.quality == flag.FAIL])]
            is_made_of = is_heir & _uses(datastream, window, rejected_ms, series.time_ms)
            causes[f"input.{role}"] = np.where(is_made_of, flag.FAIL, causes.get(f"input.{role}", 0)).astype(np.uint8)
            is_held |= is_made_of
    quality[is_held] = flag.FAIL
    return Inherited(Series(series.time_ms, series.value, quality), causes, is_held)


def _uses(datastream: Datastream, window: Series, again_ms: Times, times_ms: Times) -> Mask:
    """Which instants use one of these rows of an input: its last one with a value, or one that a window looks at."""
    measured_ms = window.time_ms[window.quality != flag.MISSING]
    if not len(measured_ms) or not len(again_ms):
        return np.zeros(len(times_ms), np.bool_)
    if formulas.is_windowed(datastream):  # it has one input, whose times are its own
        return holds(among(window.time_ms, again_ms), formulas.used_from(datastream, window.time_ms, window.value))
    at = np.searchsorted(measured_ms, times_ms, side="right") - 1
    return (at >= 0) & among(measured_ms[at], again_ms)
