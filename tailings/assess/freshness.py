"""How old a reading may be: the one rule for whatever is stale, silent or in doubt because nothing newer came.

Loads no numpy: who only watches asks it too.
"""

from typing import Final

STALE_INTERVALS: Final = 3
"""A reading that is older than so many of its expected intervals is stale; a choice of this project."""


def stale_after_s(expected_interval_s: float, own_s: float | None = None) -> float:
    """Return the age [s] above which a reading is stale; own_s: what a plan or a setting says of its own."""
    return STALE_INTERVALS * expected_interval_s if own_s is None else own_s


def is_stale(age_s: float, expected_interval_s: float | None, own_s: float | None = None) -> bool:
    """Whether a reading of this age [s] is stale; never where nobody says when the next one is due."""
    if expected_interval_s is None and own_s is None:
        return False
    return age_s > stale_after_s(expected_interval_s or 0.0, own_s)
