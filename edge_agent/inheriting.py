"""Inheriting: which derived rows are made of a row whose verdict has changed, and what becomes of theirs.

Only a flag is inherited: where the value itself would be another one, it is left to the centre to derive it again.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from edge_agent.values import Times
from edge_agent.windows import Windows, among
from tailings import filters, formulas
from tailings.facility import Datastream
from tailings.series import Flags, Mask, Series, latest_at
from wire import quality as flag

MS_PER_S: Final = 1000
Causes = list[str | None]
Rows = tuple[Series, Causes]


def heirs(datastream: Datastream, times_ms: Times, again: Mapping[str, Times], windows: Windows) -> Mask:
    """Which instants of a result use a row that was judged again, bool[n]; it must still be seen whole.

    again: instants by the name of the input.
    """
    found = np.zeros(len(times_ms), np.bool_)
    for source, again_ms in again.items():
        window = windows.get(source)
        at = latest_at(window, times_ms)
        found |= (at >= 0) & among(window.time_ms[at], again_ms)
    since_ms = max(map(windows.whole_since_ms, datastream.inputs.values()))
    return found & (times_ms >= since_ms + round(formulas.history_s(datastream) * MS_PER_S))


def worsened(window: Series, redone: Series, causes: Causes) -> tuple[Flags, Causes]:
    """The flags of a window made no better by those of its rows that were evaluated again, and what lowered them."""
    flags, why = window.quality.copy(), list[str | None]([None] * len(window))
    _, rows, places = np.intersect1d(window.time_ms, redone.time_ms, assume_unique=True, return_indices=True)
    is_same = window.value[rows] == redone.value[places]
    rows, places = rows[is_same], places[is_same]
    flags[rows] = filters.combine(flags[rows], {"": redone.quality[places]})
    for row, place in zip(rows.tolist(), places.tolist(), strict=True):
        why[row] = causes[place]
    return flags, why


def tellable(redone: Series, causes: Causes) -> Rows:
    """Of rows that nobody keeps here all that can be a verdict; the centre knows whether it is another one."""
    return chosen(redone, causes, (redone.quality != flag.MISSING) & (redone.quality != flag.NOT_EVALUATED))


def chosen(series: Series, causes: Causes, where: Mask) -> Rows:
    """The rows of a mask with what lowered each."""
    rows = np.flatnonzero(where)
    return series.rows(rows), [causes[row] for row in rows.tolist()]
