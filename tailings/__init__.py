"""The science of mine-waste monitoring: pure functions on numpy arrays, no I/O.

facility    what one file says of a facility: parse(text) -> Facility; its room lint says what no reading can reach
quantities  what can be measured, with units and definitions; units  UCUM units and their conversion
series      times, values and quality side by side
formulas    evaluate(datastream, inputs, facility) -> Derived; one file a formula
filters     apply(datastream, series, others) -> Checked; one file a filter
chain       derive(facility, raw) -> every datastream, filtered and derived in order
tarp        timeline(plan, series, facility): which level of a plan do these values mean?
assess      what the values of a facility mean: codes and numbers, for all who ask
instruments what kinds of instruments there are
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tailings.facility import BadFacility, Facility, parse
    from tailings.series import Series

__all__ = ["BadFacility", "Facility", "Series", "parse"]

ROOMS: Final = {
    "BadFacility": "tailings.facility",
    "Facility": "tailings.facility",
    "Series": "tailings.series",
    "parse": "tailings.facility",
}


def __getattr__(name: str) -> object:
    """Load a room when its name is asked for (PEP 562): who wants units alone does not pay for numpy."""
    if name not in ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(ROOMS[name]), name)
