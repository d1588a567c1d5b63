"""Hours of a year for which a plan that calls people saw nothing, the mean over all plans.

What was not proved may have been blind: the upper bound counts it. A facility without a proof in the year is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tailings.policy.values import Measured, PolicyRow, Shown, total

METHOD: Final = 1
SHOWN: Final[Shown] = "hours"
NEEDS: Final = ("plans", "blind_h", "not_proved_h")
PARAMETERS: Final = ("year",)


def measure(rows: Sequence[PolicyRow]) -> Measured:
    """Divide the hours of all plans by their number; each row has the sums over its own plans."""
    watched = [row for row in rows if row.number("plans")]
    plans = total(row.amount("plans") for row in watched)
    if not plans:
        return Measured(None, None, None, known=0, of=len(rows))
    blind = total(row.amount("blind_h") for row in watched) / plans
    not_proved = total(row.amount("not_proved_h") for row in watched) / plans
    return Measured(blind, blind, blind + not_proved, known=len(watched), of=len(rows))
