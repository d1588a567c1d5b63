"""Rate limits: a bucket of permits for each caller, filled evenly, and growing waits for who fails to log in.

How many buckets are kept is limited too.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MAX_BUCKETS: Final = 10_000
MINUTE_S: Final = 60.0
LONGEST_WAIT_S: Final = 900.0
FORGOTTEN_S: Final = 86_400.0


def line_of(address: str) -> str:
    """What the limits of strangers count for: an IPv4 address, or the /64 that an IPv6 line has at least.

    Else one line had 2^64 buckets. Source (secondary, not opened): RFC 4291, a network of IPv6 is a /64.
    """
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))


class RateLimit:
    """At most `permits` at once and in each window, for each name; the oldest name is forgotten when full."""

    def __init__(self, permits: int, clock: Callable[[], float] = time.monotonic, window_s: float = MINUTE_S) -> None:
        self.permits = permits
        self._clock, self._window_s = clock, window_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Name -> (permits left, when that was true)."""

    def take(self, name: str) -> float:
        """Take one permit; return 0, or the seconds to wait when there is none."""
        now_s = self._clock()
        left, then_s = self._buckets.pop(name, (float(self.permits), now_s))
        left = min(float(self.permits), left + (now_s - then_s) * self.permits / self._window_s)
        is_free = left >= 1
        self._buckets[name] = (left - 1 if is_free else left, now_s)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return 0.0 if is_free else (1 - left) * self._window_s / self.permits


class FailedLogins:
    """How long who failed waits: not for the first `free` times, then a second, doubled up to a quarter of an hour.

    A day after the last failure, and after a success, all is forgotten; so is the oldest name when too many are kept.
    """

    def __init__(self, free: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free, self._clock = free, clock
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()
        """Name -> (failures, when the last one was)."""

    def wait_s(self, name: str) -> float:
        """Return the seconds to wait before the next attempt; 0: none."""
        count, last_s = self._failed.get(name, (0, 0.0))
        if count < self._free:
            return 0.0
        pause_s = min(2.0 ** min(count - self._free, 20), LONGEST_WAIT_S)
        return max(0.0, last_s + pause_s - self._clock())

    def failed(self, name: str) -> int:
        """Count an attempt that failed; return how many there are now."""
        now_s = self._clock()
        count, last_s = self._failed.pop(name, (0, now_s))
        count = count + 1 if now_s - last_s < FORGOTTEN_S else 1
        self._failed[name] = (count, now_s)
        if len(self._failed) > MAX_BUCKETS:
            self._failed.popitem(last=False)
        return count

    def passed(self, name: str) -> None:
        """Forget what failed before."""
        self._failed.pop(name, None)
