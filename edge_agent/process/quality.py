"""Quality: what the filters of a datastream say about its newest rows, seen with the window before them."""

from collections.abc import Mapping

from tailings import filters
from tailings.facility import Datastream
from tailings.filters import Checked
from tailings.series import Series


def judge(
    datastream: Datastream, window: Series, others: Mapping[str, Series], open_since_ms: Mapping[str, int]
) -> Checked:
    """Quality of each row of a window (uint8[n], never better than before, save 2 to 1) and the flags of each test."""
    return filters.apply(datastream, window, others, open_since_ms)
