"""How often intervals held what came later, with a binomial interval, and whether one interval held."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Literal

from msgspec import Struct

from tailings.screening.statements import MOST_TO_COME, StatedGrade

CLAIMED: Final = 0.8
CONFIDENCE: Final = 0.95
STEPS: Final = 60
Verdict = Literal["held", "missed", "undecided"]


class HitRate(Struct, frozen=True):
    """Of so many scored intervals so many held; low and high: within 95 % (Clopper and Pearson 1934, secondary)."""

    scored: int
    held: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """None where nothing is scored yet."""
        return self.held / self.scored if self.scored else None


class Arrived(Struct, frozen=True):
    """A place that was sampled after the statement: its grade [mg/kg], or the limit that it is below."""

    grade: float
    is_below: bool = False


class Score(Struct, frozen=True):
    """What became of a statement: of so many new places, their geometric mean [mg/kg], and the bounds it had to keep.

    mean: an upper bound where places are below their limit.
    """

    verdict: Verdict
    places: int
    below: int
    mean: float
    low: float
    high: float


def score(stated: StatedGrade, arrived: Sequence[Arrived]) -> Score | None:
    """Hold a statement against the first places that came after it, up to eight; None where none came.

    With places below their limit the mean is only known to be lower than with their limits: missed where even that is
    too low, else undecided.
    """
    taken = [one for one in arrived if one.grade > 0][:MOST_TO_COME]
    if not taken:
        return None
    low, high = stated.to_come[len(taken) - 1]
    mean = math.exp(sum(math.log(one.grade) for one in taken) / len(taken))
    below = sum(one.is_below for one in taken)
    verdict: Verdict = "held" if low <= mean <= high else "missed"
    if below and mean >= low:
        verdict = "undecided"
    return Score(verdict, len(taken), below, mean, low, high=high)


def hit_rate(verdicts: Sequence[Verdict]) -> HitRate:
    """Count; what is undecided counts for nothing."""
    held, scored = verdicts.count("held"), len(verdicts) - verdicts.count("undecided")
    return of_counts(held, scored)


def of_counts(held: int, scored: int) -> HitRate:
    """The rate with its interval; nothing scored says nothing."""
    if not scored:
        return HitRate(0, 0, 0.0, 1.0)
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if held == 0 else _where(lambda p: _at_least(held, scored, p) - tail)
    high = 1.0 if held == scored else _where(lambda p: tail - _at_most(held, scored, p))
    return HitRate(scored, held, low, high)


def _where(rising: Callable[[float], float]) -> float:
    """Where a rising function of a probability is zero."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def _at_least(held: int, scored: int, p: float) -> float:
    return math.fsum(_chance(count, scored, p) for count in range(held, scored + 1))


def _at_most(held: int, scored: int, p: float) -> float:
    return math.fsum(_chance(count, scored, p) for count in range(held + 1))


def _chance(count: int, scored: int, p: float) -> float:
    logs = math.lgamma(scored + 1) - math.lgamma(count + 1) - math.lgamma(scored - count + 1)
    return math.exp(logs + count * math.log(p) + (scored - count) * math.log1p(-p)) if 0 < p < 1 else 0.0
