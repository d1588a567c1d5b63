"""Quality: what the filters of a datastream say about its newest rows, seen with the window before them."""

from collections.abc import Mapping

from edge_agent.values import Flags
from tailings import filters
from tailings.facility import Datastream
from tailings.series import Series


def judge(datastream: Datastream, window: Series, others: Mapping[str, Series]) -> tuple[Flags, list[str | None]]:
    """Quality of each row of a window (uint8[n], never better than before, save 2 to 1) and the tests that decided."""
    if not datastream.filters:
        return window.quality, [None] * len(window)
    checked = filters.apply(datastream, window, others)
    return checked.quality, checked.tests()
