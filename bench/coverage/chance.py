"""Chance or fault: how likely a figure is by chance, and which of many figures are too unlikely for that.

A case has a dozen figures, and the table hundreds: some miss by two standard errors though nothing is wrong. So a
figure that misses is called a failure where it still does by Benjamini and Hochberg's rule over all figures that were
asked: of the failures that the table names, one in ten is there by chance, in the mean. The rule holds for figures that
go together, as metal and grade do (Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001, both secondary).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from scipy import stats

FALSE: Final = 0.10
"""Of the failures that are named, the share that may be there by chance."""
Key = tuple[str, str]
"""A row of the table, and a figure of it."""


def of_share(held: int, runs: int, claimed: float, limits: tuple[float, float]) -> float:
    """How likely a share as far from the claimed one is, were that true (binomial, both sides); 1 within the limits."""
    if limits[0] <= held / runs <= limits[1]:
        return 1.0
    return float(stats.binomtest(held, runs, claimed).pvalue)


def of_excess(excess: float, error: float, runs: int) -> float:
    """How likely a mean lies as far beyond a limit by chance, were the limit true, to one side; 1 within it.

    error: standard error of the mean, which is learned from the runs: Student's t.
    """
    if excess <= 0 or not math.isfinite(error):
        return 1.0
    return float(stats.t.sf(excess / error, runs - 1)) if error > 0 else 0.0


def faults(likely: Mapping[Key, float], false: float = FALSE) -> set[Key]:
    """Of all figures that were asked, by how likely each is, those that are no chance; false: the share that may be."""
    if not likely:
        return set()
    found = stats.false_discovery_control(list(likely.values()))
    return {key for key, share in zip(likely, found, strict=True) if share <= false}
