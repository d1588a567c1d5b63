"""The science of mine-waste monitoring: pure functions on numpy arrays, no I/O.

facility    what one file says of a facility: parse(text) -> Facility
quantities  what can be measured, with units and definitions; units  UCUM units and their conversion
series      times, values and quality side by side
formulas    evaluate(datastream, inputs, facility) -> Derived; one file a formula
filters     apply(datastream, series, others) -> Checked; one file a filter
chain       derive(facility, raw) -> every datastream, filtered and derived in order
tarp        timeline(plan, series, facility): which level of a plan do these values mean?
instruments what kinds of instruments there are
"""

from tailings import chain, facility, filters, formulas, instruments, quantities, tarp, units
from tailings.facility import BadFacility, Facility, parse
from tailings.series import Series

__all__ = [
    "BadFacility",
    "Facility",
    "Series",
    "chain",
    "facility",
    "filters",
    "formulas",
    "instruments",
    "parse",
    "quantities",
    "tarp",
    "units",
]
