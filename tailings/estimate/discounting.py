"""Discounting: the cash flows of a year stand at its middle or its end, each year takes as many tonnes as the last.

    years  = tonnes taken / tonnes a year; of the last one a part is left, which stands where a whole one would
    factor = sum over the years of (share of the tonnes) / (1 + rate)^t, with t = year - 0.5 or t = year

What is spent before the first tonne is not discounted. Source: NPV = sum of flow / (1 + rate)^t (numpy-financial, npv).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import numpy as np
from msgspec import Meta, Struct

from tailings.series import Values

MID_YEAR: Final = 0.5
CashFlows = Literal["mid", "end"]


class Discounting(Struct, frozen=True, forbid_unknown_fields=True):
    """Rate [1/a], yearly throughput [dry t/a], and where in its year a cash flow stands."""

    rate: Annotated[float, Meta(ge=0, le=1)]
    tonnes_per_year: Annotated[float, Meta(gt=0)]
    cash_flows: CashFlows

    def years(self, tonnes: Values) -> Values:
        """How long it takes [a] to work off the tonnes."""
        return np.asarray(tonnes / self.tonnes_per_year, dtype=np.float64)

    def factor(self, tonnes: Values) -> Values:
        """What one unit of money that is earned evenly with the tonnes is worth at the start."""
        years = self.years(tonnes)
        whole, back = np.floor(years), 1.0 / (1.0 + self.rate)
        sums = whole if self.rate == 0 else back * (1.0 - back**whole) / (1.0 - back)
        at_ends = sums + (years - whole) * back ** (whole + 1)
        moved = (1.0 + self.rate) ** MID_YEAR if self.cash_flows == "mid" else 1.0
        return np.asarray(moved * np.divide(at_ends, years, out=np.ones_like(years), where=years > 0))
