"""Which rows that were told before may be judged once more, now that others have come.

A row is judged again when a filter of it looks ahead (spike) and its successor is there, when a filter reads another
datastream whose reading came later, or when a partner that it is compared with (neighbour, redundant pair) is known
better. It must still be seen whole: with all that its filters look back at. What comes late in between changes the
verdict on no other row here; the centre can derive that again.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from msgspec.structs import replace

from edge_agent.process.windows import BEGINNING_MS, Windows, among
from edge_agent.values import Times
from tailings import filters
from tailings.facility import Datastream, Facility
from tailings.series import Mask, Series

MS_PER_S: Final = 1000
NEVER_MS: Final = 2**62
NO_TIMES: Final = np.empty(0, np.int64)


class Before:
    """A window as it was before a group: its first and its last row [Unix ms]."""

    def __init__(self, windows: Windows, name: str) -> None:
        known = windows.get(name)
        self.first_ms = int(known.time_ms[0]) if len(known) else NEVER_MS
        self.newest_ms = int(known.time_ms[-1]) if len(known) else BEGINNING_MS

    def not_known(self, known: Series, time_ms: Times) -> Times:
        """The times that were not known; mostly all of them are newer than everything."""
        return time_ms if time_ms[:1] > self.newest_ms else time_ms[~among(time_ms, known.time_ms)]


class Reflagging:
    """The filters of a facility as far as they judge a row anew."""

    def __init__(self, facility: Facility, windows: Windows) -> None:
        self._windows = windows
        filtered = {name: one for name, one in facility.datastreams.items() if one.filters}
        self._looks = {name: filters.widest(one.filters) for name, one in filtered.items()}
        self.partners = {name: filters.partners_of(one) for name, one in filtered.items()}
        self.others = {name: filters.others_of(one) for name, one in filtered.items()}
        self._compared_ms = {name: _compared_ms(one) for name, one in filtered.items()}
        self._readers = _by_other(filtered, lambda one: filters.others_of(replace(one, filters=filters.own_tests(one))))
        self._watchers = _by_other(filtered, filters.partners_of)

    def readers(self, name: str) -> list[str]:
        """The datastreams whose own tests look at this one."""
        return self._readers.get(name, [])

    def watchers(self, name: str) -> list[str]:
        """The datastreams that are compared with this one."""
        return self._watchers.get(name, [])

    def watched(self) -> list[str]:
        """Those that another one is compared with."""
        return list(self._watchers)

    def may_change(
        self, name: str, new_ms: Times, before: Before, new_by_name: Mapping[str, Times], known_ms: Mapping[str, int]
    ) -> Mask | None:
        """Which rows of a window may get another verdict, bool[n]; None when there is none.

        new_ms: rows of its own that nobody was told of yet; new_by_name: those that this group has brought; known_ms:
        from when on partners are known better than before it.
        """
        look, window = self._looks[name], self._windows.get(name)
        told_ms = [int(new_by_name[other][0]) for other in self.others[name] if len(new_by_name.get(other, NO_TIMES))]
        told_ms += [known_ms[partner] for partner in self.partners[name] if partner in known_ms]
        asked_ms = min(told_ms, default=NEVER_MS)
        ahead = look.after_rows if len(new_ms) and new_ms[-1] > before.newest_ms else 0
        if asked_ms == NEVER_MS and not ahead:
            return None
        mask: Mask = window.time_ms >= asked_ms
        end = int(np.searchsorted(window.time_ms, before.newest_ms, side="right"))
        mask[max(0, end - ahead) : end] |= ahead > 0
        return mask & ~among(window.time_ms, new_ms) & self._is_whole(name, window, before)

    def _is_whole(self, name: str, window: Series, before: Before) -> Mask:
        """Which rows still have all behind them that their filters look at."""
        look = self._looks[name]
        whole: Mask = window.time_ms >= self._windows.whole_since_ms(name) + round(look.before_s * MS_PER_S)
        if self._windows.is_cut(name):
            whole[: int(np.searchsorted(window.time_ms, before.first_ms)) + look.before_rows] = False
        for other in self.others[name]:
            whole &= window.time_ms >= self._windows.whole_since_ms(other) + self._compared_ms[name]
        return whole


def _by_other(filtered: Mapping[str, Datastream], others_of: Callable[[Datastream], list[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, one in filtered.items():
        for other in others_of(one):
            found.setdefault(other, []).append(name)
    return found


def _compared_ms(datastream: Datastream) -> int:
    """How far back its filters look at other datastreams."""
    looks = [
        filters.window_of(name, settings)
        for name, settings in datastream.filters.items()
        if hasattr(settings, "others")
    ]
    return round(max((look.before_s for look in looks), default=0.0) * MS_PER_S)
