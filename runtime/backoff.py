"""How long to wait before the next attempt: doubled with each failure, and spread by chance.

When a broker is back, not all gateways must come at one instant.
"""

import random
from typing import Final

MOST_S: Final = 30.0


class Backoff:
    """The pauses between attempts. The first is at most `least_s`, each next at most twice as long, up to `most_s`."""

    def __init__(self, least_s: float, most_s: float = MOST_S) -> None:
        self._least_s = self._longest_s = least_s
        self._most_s = most_s

    def next_s(self) -> float:
        """Seconds before the next attempt."""
        pause_s = spread_s(self._longest_s, random.random())
        self._longest_s = min(2 * self._longest_s, self._most_s)
        return pause_s

    def reset(self) -> None:
        """An attempt has succeeded."""
        self._longest_s = self._least_s


def spread_s(longest_s: float, chance: float) -> float:
    """A pause in the later half of the longest; `chance` is in [0, 1)."""
    return longest_s * (1 + chance) / 2
