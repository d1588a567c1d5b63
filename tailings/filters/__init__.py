"""Filters: quality control after QARTOD. One file each; its name is what facility.toml calls it.

A filter is a module with
    a docstring whose last paragraph starts with "Source: ": where the test is defined, and how it relates to ioos_qc
    Settings   msgspec Struct of what may stand under `filters.<name>`
    flag_values(series, settings, around) -> uint8[n]
               1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing; it never changes a value
and, where it looks at more than the row itself,
    window(settings) -> Window      how far it looks back and ahead
    OTHERS = True                   when its settings name other datastreams (`settings.others()`)
    PARTNERS = True                 when those measure the same: in one unit, each judged by its own tests first, and
                                    one that is itself bad takes no part (`tailings.partners`)
and, where that is known sooner than the flags,
    is_silent(series, settings) -> bool
               no row gets another flag than not evaluated, save missing
"""

from tailings.filters._contract import (
    PACKAGE,
    Around,
    FlagWindow,
    are_silent,
    comparisons,
    get,
    names,
    others_of,
    own_tests,
    partners_of,
    see_the_row_alone,
    widest,
    window_of,
)
from tailings.filters._stream import Stream
from tailings.filters._verdict import Checked, apply, combine

__all__ = [
    "PACKAGE",
    "Around",
    "Checked",
    "FlagWindow",
    "Stream",
    "apply",
    "are_silent",
    "combine",
    "comparisons",
    "get",
    "names",
    "others_of",
    "own_tests",
    "partners_of",
    "see_the_row_alone",
    "widest",
    "window_of",
]
