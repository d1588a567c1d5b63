"""The names of levels and of sight, and when a value is past a limit, for whoever needs them without numpy."""

from typing import Final, Literal

LevelWord = Literal["green", "yellow", "orange", "red"]
LEVELS: Final[tuple[LevelWord, ...]] = ("green", "yellow", "orange", "red")
"""By rank: 0 is green, 3 red."""
SightState = Literal["full", "reduced", "blind"]
"""full: every test of a plan decides. reduced: one is lost, the worst level can still be detected. blind: it cannot."""
LostReason = Literal["never-read", "silent", "missing", "rejected", "suspect", "rate-unknown", "out-of-reach"]
"""Why a test decides nothing: no reading ever, none for too long, failed reads, rejected or suspect values, a rate that
is not known again since an outage, or a level that no reading can reach."""
STILL_READ: Final[tuple[LostReason, ...]] = ("rate-unknown", "out-of-reach")
"""Of these the readings come all the same: it is the test that can say nothing."""


def is_past(test: str, value: float, limit: float) -> bool:
    """Whether a value is past a limit; at the limit it is not. test: "above", "below" or "away"."""
    if test == "away":
        return abs(value) > limit
    return value > limit if test == "above" else value < limit
