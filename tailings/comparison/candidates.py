"""What is compared: a facility with the range of each of its indicators, from 0 to 1 on fixed bounds."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

Share = Annotated[float, Meta(ge=0, le=1)]


class Range(Struct, frozen=True):
    """Where an indicator lies, from 0 to 1.

    middle None: anywhere from low to high, each place as likely. Else low, middle and high are P90, P50 and P10, and
    one draw in ten lies beyond each end, at 0 and 1 at most.
    """

    low: Share
    high: Share
    middle: Share | None = None

    def __post_init__(self) -> None:
        middle = self.centre if self.middle is None else self.middle
        if not 0 <= self.low <= middle <= self.high <= 1:
            raise ValueError(f"{self.low}, {middle}, {self.high} do not rise from 0 to 1")

    @property
    def centre(self) -> float:
        """The middle, half of the draws lie above it."""
        return (self.low + self.high) / 2 if self.middle is None else self.middle

    @property
    def is_exact(self) -> bool:
        """Whether nothing is uncertain about it."""
        return self.low == self.high

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self.middle is not None or self.low > 0 or self.high < 1


UNKNOWN: Final = Range(0.0, 1.0)
"""What is not known is all that can be, and never a guess."""


class Candidate(Struct, frozen=True):
    """A facility by its key, which decides its draws, with what is known of its indicators by name."""

    key: str
    ranges: dict[str, Range]

    def of(self, indicator: str) -> Range:
        """The range of an indicator; all of it where nothing is known."""
        return self.ranges.get(indicator, UNKNOWN)
