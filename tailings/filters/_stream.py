"""Filtering a series as it grows, so that the flags are those of a run over the whole."""

from __future__ import annotations

from collections.abc import Mapping

from tailings.facility.model import Datastream
from tailings.filters._contract import FlagWindow, widest
from tailings.filters._verdict import Checked, apply
from tailings.series import Series, join


class Stream:
    """The filters of one datastream, fed in pieces; remembers no more of the past than they look back.

    A filter that looks ahead (spike) can judge a row only when the next one is there: such rows wait, so the flags
    that come out are final and equal those of `apply` on the whole series.
    """

    def __init__(self, datastream: Datastream) -> None:
        self._datastream = datastream
        self._window: FlagWindow = widest(datastream.filters)
        self._past = Series.empty()
        self._waiting = 0

    def push(self, fresh: Series, others: Mapping[str, Series] | None = None) -> tuple[Series, Checked]:
        """Add rows that follow the earlier ones; returns the rows that are now decided, and their flags."""
        known = join([self._past, fresh]) if len(self._past) else fresh
        return self._decide(known, len(fresh) + self._waiting, self._window.after_rows, others)

    def finish(self, others: Mapping[str, Series] | None = None) -> tuple[Series, Checked]:
        """Decide the rows that still wait for a successor, as the last ones of their series."""
        return self._decide(self._past, self._waiting, 0, others)

    def _decide(
        self, known: Series, undecided: int, wait: int, others: Mapping[str, Series] | None
    ) -> tuple[Series, Checked]:
        checked = apply(self._datastream, known, others)
        first = len(known) - undecided
        last = max(first, len(known) - wait)
        decided = slice(first, last)
        self._waiting = len(known) - last
        self._past = known.rows(slice(self._oldest_needed(known, last), None))
        flags = {name: column[decided] for name, column in checked.flags.items()}
        return known.rows(decided), Checked(checked.quality[decided], flags)

    def _oldest_needed(self, known: Series, next_row: int) -> int:
        """The first row that a later decision may look at; before_s reaches back from the newest decided row."""
        if next_row == 0:
            return 0
        horizon_ms = int(known.time_ms[next_row - 1]) - round(self._window.before_s * 1000)
        by_time = int(known.time_ms.searchsorted(horizon_ms))
        return max(0, min(by_time, next_row - self._window.before_rows))
