"""Clock: Unix time from an uptime that runs through sleep, and never an invented one (wire.md section 3).

The node's own counter is never set. A reply of the agent, or a real-time clock with a cell, gives the offset from
uptime to Unix time. The *first* offset of a boot is kept for good: it dates what that boot stored before it knew the
time, now or after a reset. Later replies move only the time of packs still to be made.
"""

PLAUSIBLE_S = 1735689600  # 2025-01-01: an RTC that says less has lost its time
SECONDS_1970_TO_2000 = 946684800
MAX_ROUND_TRIP_MS = 10000
MAX_QUESTIONS = 8  # that wait for their answer: one that comes after the next question counts, too
MAX_BOOTS = 8  # offsets kept of earlier boots


def unix_s(seconds: int, epoch_year: int) -> int | None:
    """Unix seconds of a port's own `time.time()`, or None where that clock was never set.

    `epoch_year` is `time.gmtime(0)[0]`: 2000 on the ESP32 port, 1970 on rp2 and unix.
    """
    since_1970 = seconds + (SECONDS_1970_TO_2000 if epoch_year == 2000 else 0)
    return since_1970 if since_1970 >= PLAUSIBLE_S else None


class Clock:
    """The time of boot number `boot`; `offsets` maps earlier boots to their first offset in ms.

    Every `uptime_ms` is milliseconds since the boot, sleep included.
    """

    def __init__(self, boot: int, offsets: dict[int, int]) -> None:
        self.boot = boot
        self.offsets = offsets
        self.uncertainty_ms = 0
        self.stepped_ms = 0  # how far the last setting moved a time that was known
        self.set_at_ms = 0
        self._offset_ms = offsets.get(boot)
        self._asked: list[tuple[int, int]] = []

    @property
    def is_set(self) -> bool:
        """Whether this boot knows the time."""
        return self._offset_ms is not None

    def now_ms(self, uptime_ms: int) -> int | None:
        """Unix milliseconds, or None while the time is unknown."""
        return None if self._offset_ms is None else uptime_ms + self._offset_ms

    def resolve(self, boot: int, uptime_ms: int) -> int | None:
        """Unix milliseconds of an uptime of `boot`, or None where that boot never learned the time."""
        offset_ms = self.offsets.get(boot)
        return None if offset_ms is None else uptime_ms + offset_ms

    def set(self, unix_ms: int, uptime_ms: int, uncertainty_ms: int) -> None:
        """Takes the time from outside; the first one of a boot is kept for the packs that waited for it."""
        offset_ms = unix_ms - uptime_ms
        self.stepped_ms = 0 if self._offset_ms is None else offset_ms - self._offset_ms
        self._offset_ms = offset_ms
        self.uncertainty_ms = uncertainty_ms
        self.set_at_ms = uptime_ms
        if self.boot not in self.offsets:
            self.offsets[self.boot] = offset_ms
            while len(self.offsets) > MAX_BOOTS:
                del self.offsets[min(self.offsets)]

    def state(self) -> list[int | None]:
        """The newest setting, for memory that survives sleep: the first offset alone would drift away with the RTC."""
        return [self._offset_ms, self.set_at_ms, self.uncertainty_ms]

    def restore(self, offset_ms: int | None, set_at_ms: int, uncertainty_ms: int) -> None:
        """Goes on with the setting of before the sleep."""
        self._offset_ms, self.set_at_ms, self.uncertainty_ms = offset_ms, set_at_ms, uncertainty_ms

    def ask(self, nonce: int, uptime_ms: int) -> None:
        """Notes that `nonce` was sent at `uptime_ms`; some questions before it may still be answered."""
        self._asked.append((nonce, uptime_ms))
        self._asked = self._asked[-MAX_QUESTIONS:]

    def answer(self, nonce: int, unix_ms: int, uptime_ms: int) -> bool:
        """Takes the agent's reply to a question of now; False where it is another's, late, or not a time.

        The agent read its clock within the round trip: half of it is added, and is the uncertainty.
        """
        if unix_ms < PLAUSIBLE_S * 1000:
            return False
        for asked, asked_ms in self._asked:
            round_trip_ms = uptime_ms - asked_ms
            if asked == nonce and 0 <= round_trip_ms <= MAX_ROUND_TRIP_MS:
                self._asked = []
                self.set(unix_ms + round_trip_ms // 2, uptime_ms, round_trip_ms // 2)
                return True
        return False
