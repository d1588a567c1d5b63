"""Which facility first: indicators on fixed bounds, and how surely each facility has which rank.

    compare(...)          ranks of one axis by many draws of weights and indicators, and what follows from them
    INDICATORS            what is compared, on which axis, from which bounds
    indices               from what is known of a facility to the range of an indicator

Hazard and value are two axes with weights of their own; nothing adds one to the other (docs/decisions/0026).
"""

from . import indices
from .candidates import UNKNOWN, Candidate, Range
from .comparison import DRAWS, Ranking, compare
from .indicators import AXES, BY_NAME, INDICATORS, Axis, Indicator, of_axis
from .settling import Settling
from .turning import Turning

__all__ = [
    "AXES",
    "BY_NAME",
    "DRAWS",
    "INDICATORS",
    "UNKNOWN",
    "Axis",
    "Candidate",
    "Indicator",
    "Range",
    "Ranking",
    "Settling",
    "Turning",
    "compare",
    "indices",
    "of_axis",
]
