"""Quality control of a laboratory: blanks against the detection limit, duplicates against their first, standards.

Source: half the absolute relative difference of pairs (HARD), five times the detection limit for blanks and three
standard deviations for certified standards are common practice (secondary); at least one in twenty of each kind is what
the design asks for (field guide, 3.4, secondary).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

BLANK_LIMITS: Final = 5.0
DEVIATIONS: Final = 3.0
HALF_DIFFERENCE: Final = 0.1
"""Half relative difference of a pair that is drawn as a bound."""
LEAST_SHARE: Final = 0.05


class Checks(Struct, frozen=True):
    """Results of one element [mg/kg]: blanks, duplicates with their first, standards with their material."""

    primary: int
    blanks: tuple[float, ...]
    pairs: tuple[tuple[float, float], ...]
    standards: tuple[tuple[str, float], ...]


class Control(Struct, frozen=True):
    """One element: counts, blanks above five limits, mean half relative difference of duplicates [1], spread of
    standards [1], how far the mean of a material is off its certified value at the worst [1], and standards beyond
    three standard deviations of theirs; None where there is nothing to say."""

    element: str
    primary: int
    blanks: int
    bad_blanks: int | None
    duplicates: int
    half_difference: float | None
    standards: int
    standard_spread: float | None
    bias: float | None
    bad_standards: int | None

    @property
    def is_enough(self) -> bool:
        """Whether one in twenty is a blank, one in twenty a duplicate and one in twenty a standard."""
        least = LEAST_SHARE * self.primary
        return self.primary > 0 and min(self.blanks, self.duplicates, self.standards) >= least


def checks(
    element: str, samples: Sequence[tuple[str, str, str]], results: Mapping[str, Mapping[str, float]]
) -> Checks:  # fmt: skip
    """Collect the results of an element.

    samples: name, kind and what it repeats; results: mg/kg by name and element, a result below a limit as the limit.
    """
    by_kind = {
        kind: [
            (results[name][element], of)
            for name, its, of in samples
            if its == kind and element in results.get(name, {})
        ]
        for kind in ("primary", "blank", "duplicate", "standard")
    }
    pairs = [(value, results[of][element]) for value, of in by_kind["duplicate"] if element in results.get(of, {})]
    return Checks(
        len(by_kind["primary"]), tuple(value for value, _ in by_kind["blank"]), tuple(pairs),
        tuple((of, value) for value, of in by_kind["standard"]),
    )  # fmt: skip


def control(
    element: str, samples: Sequence[tuple[str, str, str]], results: Mapping[str, Mapping[str, float]],
    limit_mg_per_kg: float | None, certified: Mapping[str, tuple[float, float]],
) -> Control:  # fmt: skip
    """Check one element; `samples` and `results` as for `checks`.

    certified: value and standard deviation [mg/kg] by material.
    """
    found = checks(element, samples, results)
    bad = None if limit_mg_per_kg is None else sum(value > BLANK_LIMITS * limit_mg_per_kg for value in found.blanks)
    half = [abs(one - two) / (one + two) for one, two in found.pairs if one + two > 0]
    standards: dict[str, list[float]] = {}
    for of, value in found.standards:
        standards.setdefault(of, []).append(value)
    spreads = [float(np.std(values, ddof=1) / np.mean(values)) for values in standards.values() if len(values) > 1]
    known = [(values, *certified[of]) for of, values in standards.items() if of in certified]
    off = [float(np.mean(values)) / value - 1 for values, value, _ in known]
    beyond = [sum(abs(one - value) > DEVIATIONS * deviation for one in values) for values, value, deviation in known]
    return Control(
        element, found.primary, len(found.blanks), bad if found.blanks else None, len(found.pairs),
        float(np.mean(half)) if half else None, len(found.standards), max(spreads, default=None),
        max(off, key=abs, default=None), sum(beyond) if known else None,
    )  # fmt: skip
