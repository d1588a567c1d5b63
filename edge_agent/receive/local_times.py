"""Local times of a file as Unix milliseconds: the zone is given, and an hour that exists twice or never is refused.

Loggers write local time without a zone. In a zone with summer time one hour a year cannot be told from the next
(PEP 495): such rows are named, never guessed; by the order of the rows only where the mapping says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

import numpy as np

from tailings.series import Times

QUARTER_MS: Final = 15 * 60 * 1000  # every zone of the world changes its offset on a quarter of an hour
MS_PER_S: Final = 1000
MAX_KNOWN: Final = 2000  # quarters of an hour: three weeks
NEVER_MS: Final = -(2**62)

WHOLE_NUMBERS: Final = {"%H%M": 4, "%H%M%S": 6}
"""Forms in which hours, minutes and seconds are one number, with the digits that it has when none is left out."""
NOWHERE: Final = datetime(1970, 1, 1)  # stands in the array where a row has no local time

BAD_TIME: Final = "bad-time"
AMBIGUOUS_TIME: Final = "ambiguous-time"
NO_SUCH_TIME: Final = "no-such-time"


class LocalClock:
    """Reads the times of one mapping. `time_format` as in strptime; without one, ISO 8601 with any hour width.

    A word of the format that is %H%M or %H%M%S is a number, as Campbell's arrays have it: 105 is 01:05, and 5 is 00:05.
    is_by_order: a time of a doubled hour is the earlier one unless the row before it, also of the call before, was
    that late.
    """

    def __init__(self, zone: tzinfo, time_format: str | None, is_by_order: bool = False) -> None:
        self._zone = zone
        self._time_format = time_format
        words = (time_format or "").split()
        self._digits = {at: WHOLE_NUMBERS[word] for at, word in enumerate(words) if word in WHOLE_NUMBERS}
        self._is_by_order = is_by_order
        self._last_ms = NEVER_MS
        self._offsets_ms: dict[int, tuple[int, int]] = {}

    def unix_ms(self, texts: Sequence[str]) -> tuple[Times, dict[int, str]]:
        """Unix ms of each text (0 where refused), and by row the reason why it is refused."""
        moments = [self._parse(text) for text in texts]
        refused = {row: BAD_TIME for row, moment in enumerate(moments) if moment is None}
        local = [moment if moment is not None and moment.tzinfo is None else NOWHERE for moment in moments]
        naive_ms = np.array(local, dtype="datetime64[ms]").astype(np.int64)
        shift_ms, later_ms, doubtful = self._shift(naive_ms)
        times = naive_ms - shift_ms
        for row, moment in enumerate(moments):
            if moment is not None and moment.tzinfo is not None:
                times[row] = round(moment.timestamp() * MS_PER_S)
                doubtful.pop(row, None)
        refused = doubtful | refused
        if self._is_by_order:
            self._order(times, naive_ms - later_ms, refused)
        times[list(refused)] = 0
        return times, refused

    def _order(self, times: Times, later: Times, refused: dict[int, str]) -> None:
        """Take the doubled times out of the refused ones, each as the first of its two that is not past."""
        doubled = [row for row, reason in refused.items() if reason == AMBIGUOUS_TIME]
        for row in sorted(doubled):
            before = next((int(times[at]) for at in range(row - 1, -1, -1) if at not in refused), self._last_ms)
            if times[row] <= before:
                times[row] = later[row]
            del refused[row]
        good = next((int(times[at]) for at in range(len(times) - 1, -1, -1) if at not in refused), self._last_ms)
        self._last_ms = good

    def _parse(self, text: str) -> datetime | None:
        text = text.strip()
        try:
            if self._time_format is not None:
                return datetime.strptime(self._filled(text), self._time_format)
            return datetime.fromisoformat(_padded(text))
        except ValueError:
            return None

    def _filled(self, text: str) -> str:
        """A text whose numbers of hours and minutes have all their digits; strptime takes 105 for 10:05."""
        if not self._digits:
            return text
        return " ".join(word.zfill(self._digits.get(at, 0)) for at, word in enumerate(text.split()))

    def _shift(self, naive_ms: Times) -> tuple[Times, Times, dict[int, str]]:
        """Offsets from UTC of each local time, the first and the second where there are two, and the doubtful rows."""
        quarters, which = np.unique(naive_ms // QUARTER_MS, return_inverse=True)
        both = np.array([self._offset_ms(int(quarter)) for quarter in quarters], dtype=np.int64).reshape(-1, 2)
        earlier, later = both[which, 0], both[which, 1]
        doubtful = {int(row): AMBIGUOUS_TIME for row in np.flatnonzero(earlier > later)}
        doubtful.update({int(row): NO_SUCH_TIME for row in np.flatnonzero(earlier < later)})
        return earlier, later, doubtful

    def _offset_ms(self, quarter: int) -> tuple[int, int]:
        if quarter not in self._offsets_ms:
            if len(self._offsets_ms) >= MAX_KNOWN:
                self._offsets_ms.clear()  # a file goes forward in time: what is behind is not asked for again
            moment = NOWHERE + timedelta(milliseconds=quarter * QUARTER_MS)
            self._offsets_ms[quarter] = (_utc_offset_ms(moment, self._zone, 0), _utc_offset_ms(moment, self._zone, 1))
        return self._offsets_ms[quarter]


def _utc_offset_ms(moment: datetime, zone: tzinfo, fold: int) -> int:
    offset = moment.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)


def _padded(text: str) -> str:
    """`2020-06-01 0:05` as loggers write it becomes `2020-06-01 00:05`."""
    return text[:11] + "0" + text[11:] if len(text) > 12 and text[12] == ":" else text
