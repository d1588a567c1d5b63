"""What is said of a limit of water: outcome, reason, figures, and the samples that it stands on."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from msgspec import Struct

from tailings.assess.model import WaterCompliance, WaterOutcome
from tailings.water.limits import LegalLimit

Reason = Literal[
    "",
    "no-sample",
    "outdated",
    "wrong-fraction",
    "no-hardness",
    "too-few-samples",
    "loq-above-standard",
    "above-range",
]
Note = Literal["incomplete", "class-unknown", "loq-share"]


class LimitVerdict(Struct, frozen=True):
    """What the samples of one point say of one limit.

    value: the statistic in the kept unit, None without a result; `sign` "<": less than it, ">": more than it.
    fraction: what the results are of. samples: results that count; below: of these below their limit of quantification;
    ignored: results that decide nothing. counted of required: the samples that the source asks for in the year from
    `first` to `last_day`, 0 where it states none; missing: its months without one (ISO 8601, some an interval).
    """

    limit: LegalLimit
    point: str
    outcome: WaterOutcome
    reason: Reason
    first: dt.date
    last_day: dt.date
    value: float | None = None
    sign: str = ""
    fraction: str = ""
    samples: int = 0
    below: int = 0
    ignored: int = 0
    counted: int = 0
    required: int = 0
    missing: tuple[str, ...] = ()
    newest: dt.datetime | None = None
    notes: tuple[Note, ...] = ()


class Unlimited(NamedTuple):
    """A point for whose water there is no limit, with its samples of the last year."""

    point: str
    medium: str
    samples: int


class WaterVerdict(NamedTuple):
    """What is said of each limit, exceeded ones first; and the points of which nothing can be said."""

    limits: tuple[LimitVerdict, ...]
    without_limit: tuple[Unlimited, ...]

    @property
    def outcome(self) -> WaterOutcome:
        """Exceeded when one limit is; met only when all are, and there is one."""
        outcomes = {one.outcome for one in self.limits}
        if "exceeded" in outcomes:
            return "exceeded"
        return "met" if outcomes == {"met"} else "not-decided"

    @property
    def compliance(self) -> WaterCompliance | None:
        """How many limits hold, and how many of these are exceeded or not decided; None without a limit."""
        if not self.limits:
            return None
        outcomes = [one.outcome for one in self.limits]
        return WaterCompliance(
            self.outcome, len(outcomes), outcomes.count("exceeded"), not_decided=outcomes.count("not-decided")
        )
