"""Spans of time by datastream: cut into hours, joined where they touch, and split when there is too much at once."""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

HOUR_MS: Final = 3_600_000
Whole = npt.NDArray[np.int64]


class Spans(msgspec.Struct, frozen=True):
    """n spans, [start, stop) in Unix ms, each of one datastream id."""

    datastream: Whole
    start_ms: Whole
    stop_ms: Whole

    def __len__(self) -> int:
        return len(self.datastream)

    @property
    def hours(self) -> int:
        """All their hours together."""
        return int(np.sum(self.stop_ms - self.start_ms)) // HOUR_MS


def widen(spans: Spans, offset_ms: Whole, width_ms: int = HOUR_MS) -> Spans:
    """Return the spans widened to whole hours (or another width) and joined; the clock is `offset_ms` ahead of UTC.

    offset_ms: int64[n], one a span, the same for all spans of one datastream.
    """
    start_ms = (spans.start_ms + offset_ms) // width_ms * width_ms - offset_ms
    stop_ms = -(-(spans.stop_ms + offset_ms) // width_ms) * width_ms - offset_ms
    return _joined(Spans(spans.datastream, start_ms, stop_ms))


def split(spans: Spans, max_hours: int) -> tuple[Spans, Spans]:
    """Return the first `max_hours` hours of whole-hour spans, and the rest."""
    hours = (spans.stop_ms - spans.start_ms) // HOUR_MS
    left = np.clip(max_hours - (np.cumsum(hours) - hours), 0, hours)
    middle_ms = spans.start_ms + left * HOUR_MS
    now, later = left > 0, left < hours
    return (
        Spans(spans.datastream[now], spans.start_ms[now], middle_ms[now]),
        Spans(spans.datastream[later], middle_ms[later], spans.stop_ms[later]),
    )


def _joined(spans: Spans) -> Spans:
    order = np.lexsort((spans.start_ms, spans.datastream))
    datastream, start_ms, stop_ms = spans.datastream[order], spans.start_ms[order], spans.stop_ms[order]
    if not len(order):
        return spans
    reach_ms = stop_ms.copy()
    is_new = np.append(True, np.diff(datastream) != 0)
    for one in np.split(np.arange(len(order)), np.flatnonzero(is_new)[1:]):
        reach_ms[one] = np.maximum.accumulate(stop_ms[one])
    is_new[1:] |= start_ms[1:] > reach_ms[:-1]
    first = np.flatnonzero(is_new)
    return Spans(datastream[first], start_ms[first], reach_ms[np.append(first[1:], len(order)) - 1])
