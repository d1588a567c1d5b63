"""Quality control of a laboratory: blanks against the detection limit, duplicates against their first, standards.

Source: half the absolute relative difference of pairs (HARD) and five times the detection limit for blanks are common
practice (secondary); at least one in twenty of each kind is what the design asks for (field guide, 3.4, secondary).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

BLANK_LIMITS: Final = 5.0
LEAST_SHARE: Final = 0.05


class Control(Struct, frozen=True):
    """One element: counts, blanks above five limits, mean half relative difference of duplicates [1], spread of
    standards [1]; None where there is nothing to say."""

    element: str
    primary: int
    blanks: int
    bad_blanks: int | None
    duplicates: int
    half_difference: float | None
    standards: int
    standard_spread: float | None

    @property
    def is_enough(self) -> bool:
        """Whether one in twenty is a blank and one in twenty a duplicate."""
        least = LEAST_SHARE * self.primary
        return self.primary > 0 and self.blanks >= least and self.duplicates >= least


def control(
    element: str, samples: Sequence[tuple[str, str, str]], results: Mapping[str, Mapping[str, float]],
    limit_mg_per_kg: float | None,
) -> Control:  # fmt: skip
    """Check one element.

    samples: name, kind and what it repeats; results: mg/kg by name and element, a result below a limit as the limit.
    """
    by_kind = {
        kind: [(name, of) for name, its, of in samples if its == kind and element in results.get(name, {})]
        for kind in ("primary", "blank", "duplicate", "standard")
    }
    blanks = [results[name][element] for name, _ in by_kind["blank"]]
    bad = None if limit_mg_per_kg is None else sum(value > BLANK_LIMITS * limit_mg_per_kg for value in blanks)
    pairs = [
        (results[name][element], results[of][element])
        for name, of in by_kind["duplicate"]
        if element in results.get(of, {})
    ]
    half = [abs(one - two) / (one + two) for one, two in pairs if one + two > 0]
    standards: dict[str, list[float]] = {}
    for name, of in by_kind["standard"]:
        standards.setdefault(of, []).append(results[name][element])
    spreads = [float(np.std(values, ddof=1) / np.mean(values)) for values in standards.values() if len(values) > 1]
    return Control(
        element, len(by_kind["primary"]), len(blanks), bad if blanks else None, len(pairs),
        float(np.mean(half)) if half else None, len(by_kind["standard"]), max(spreads, default=None),
    )  # fmt: skip
