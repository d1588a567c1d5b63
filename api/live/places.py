"""Places in the live stream: so many in all, fewer for strangers, and no line or facility takes all of them.

A key or a session always finds one of those that are kept for them, whatever a crowd of strangers does.
"""

from collections import Counter
from typing import Final, NamedTuple

MAX_CLIENTS: Final = 1_000
MAX_STRANGERS: Final = 800
"""The rest is kept for keys and sessions."""
MAX_STRANGERS_OF_ONE: Final = 500
"""Who listen to one facility, or to all: those of the others find a place too."""


class Place(NamedTuple):
    """A stranger's line (`api.access.limits.line_of`), "" for a key or session; and the facility, "" for all."""

    line: str
    facility: str


class Places:
    """Who holds one. `per_line` is how many strangers one line may have."""

    def __init__(self, per_line: int) -> None:
        self._per_line = per_line
        self._taken: Counter[Place] = Counter()

    def refusal(self, place: Place) -> str:
        """Return why it cannot be taken, or nothing."""
        if self._taken.total() >= MAX_CLIENTS:
            return "The live stream has as many clients as it may have; try again later."
        if not place.line:
            return ""
        strangers = [(one, count) for one, count in self._taken.items() if one.line]
        if sum(count for one, count in strangers if one.line == place.line) >= self._per_line:
            return f"Your line has {self._per_line} live streams; end one, or use a key."
        if sum(count for one, count in strangers if one.facility == place.facility) >= MAX_STRANGERS_OF_ONE:
            return "As many strangers as may listen to this; try again later, or use a key."
        if sum(count for _, count in strangers) >= MAX_STRANGERS:
            return "The live stream has as many strangers as it may have; try again later, or use a key."
        return ""

    def take(self, place: Place) -> None:
        """Take it; ask `refusal` first."""
        self._taken[place] += 1

    def leave(self, place: Place) -> None:
        """Give it back."""
        self._taken[place] -= 1
        if not self._taken[place]:
            del self._taken[place]
