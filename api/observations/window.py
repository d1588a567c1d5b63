"""The interval of time that a question is about, and the width of the buckets that show it."""

import bisect
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from api.datastreams.models import Coverage
from api.http import times
from api.http.errors import BadParameter
from tailings.instants import rfc3339

MAX_INTERVAL: Final = timedelta(days=50 * 365.25)
# Round widths: buckets then fall on the clock, and a chart that moves with time does not shiver.
WIDTHS_S: Final = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10800,
    21600,
    43200,
    86400,
    2 * 86400,
    5 * 86400,
    10 * 86400,
    20 * 86400,
    50 * 86400,
    100 * 86400,
    365 * 86400,
    730 * 86400,
    1825 * 86400,
    3650 * 86400,
)


@dataclass(frozen=True)
class TimeWindow:
    """Start included, end not; `as_of` asks for what was known then, None for what is known now."""

    start: datetime
    end: datetime
    as_of: datetime | None = None


def window(start: datetime | None, end: datetime | None, coverage: Coverage) -> TimeWindow:
    """Return the asked interval, where open as far as there are observations; raise BadParameter."""
    # An open end takes in readings from clocks that are ahead.
    until = end or max(datetime.now(UTC), coverage.last or times.EPOCH) + timedelta(seconds=1)
    begin = start or coverage.first or until
    if start is not None and end is not None and start >= end:
        raise BadParameter(f"from ({rfc3339(start)}) must be before to ({rfc3339(end)}); exchange them.", "from")
    if until - begin > MAX_INTERVAL:
        raise BadParameter("from and to may be at most 50 years apart; ask for parts.", "from")
    return TimeWindow(begin, max(begin, until))


def observed(asked: TimeWindow, coverage: Coverage) -> TimeWindow:
    """Return the part of a window in which observations can be: it, not the asked one, sets the width of buckets.

    Where none can be it is empty, and within the window. Of what was never observed it is the window.
    """
    if coverage.first is None or coverage.last is None:
        return asked
    start = min(max(asked.start, coverage.first), asked.end)
    return replace(asked, start=start, end=max(start, min(asked.end, coverage.last + timedelta(microseconds=1))))


def bucket_width_s(span: TimeWindow, max_points: int) -> int:
    """Return the smallest round width, in seconds, by which a window gives at most `max_points` buckets.

    One bucket more than span / width may be touched, as buckets fall on the clock.
    """
    needed_s = (span.end - span.start).total_seconds() / max(1, max_points - 1)
    return WIDTHS_S[min(bisect.bisect_left(WIDTHS_S, needed_s), len(WIDTHS_S) - 1)]
