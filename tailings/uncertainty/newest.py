"""The uncertainty of newest values, for whoever needs that one alone: of a single row each, or of a window of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tailings import formulas
from tailings.facility.model import Facility
from tailings.series import Series
from tailings.uncertainty.propagation import Propagation, Uncertainty


@dataclass(frozen=True, slots=True)
class NewestUncertainties:
    """What is known of the newest value of each datastream.

    newest: of one row each, all as of one instant: how far they err does not depend on their age. windows: by
    datastream that is made of a window, of its newest value; one that is not in it is not known.
    """

    newest: Propagation
    windows: Mapping[str, Uncertainty]

    def of(self, name: str) -> Uncertainty:
        """The uncertainty of the newest value, one row; without a row where there is no value, or no window at hand."""
        if is_of_window(self.newest.facility, name):
            return self.windows.get(name, Uncertainty.nothing())
        return self.newest.of(name)


def is_of_window(facility: Facility, name: str) -> bool:
    """Whether a datastream, or something that it is made of, looks at a window of readings."""
    waiting = [name]
    while waiting:
        datastream = facility.datastreams[waiting.pop()]
        if formulas.is_windowed(datastream):
            return True
        waiting += datastream.inputs.values()
    return False


def of_window(facility: Facility, name: str, value: Series, behind: Mapping[str, Series]) -> Uncertainty:
    """The uncertainty of one value, a series of one row; behind: the rows of all behind it, as far as it looks."""
    return Propagation(facility, {**behind, name: value}).of(name)
