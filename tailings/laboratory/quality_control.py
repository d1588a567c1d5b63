"""Quality control of a laboratory: blanks against the detection limit, duplicates against their first, standards.

Source: half the absolute relative difference of pairs (HARD), five times the detection limit for blanks and three
standard deviations for certified standards are common practice (secondary); at least one in twenty of each kind is what
the design asks for (field guide, 3.4, secondary).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from msgspec import Struct

from tailings.laboratory.chosen import by_element

BLANK_LIMITS: Final = 5.0
DEVIATIONS: Final = 3.0
HALF_DIFFERENCE: Final = 0.1
"""Half relative difference of a pair that is drawn as a bound."""
LEAST_SHARE: Final = 0.05


class SentSamples(Struct, frozen=True):
    """What a laboratory sent: name, kind and what it repeats of each sample; mg/kg by name and element, a result below
    a limit as the limit; and the limit of each element that was below one."""

    kinds: tuple[tuple[str, str, str], ...]
    results: dict[str, dict[str, float]]
    limits: dict[str, float]


class Checks(Struct, frozen=True):
    """Results of one element [mg/kg]: blanks, duplicates with their first, standards with their material."""

    primary: int
    blanks: tuple[float, ...]
    pairs: tuple[tuple[float, float], ...]
    standards: tuple[tuple[str, float], ...]


class Control(Struct, frozen=True):
    """One element: counts, blanks above five limits, mean half relative difference of duplicates [1], how far the mean
    of a material is off its certified value at the worst [1], and standards beyond three standard deviations of theirs;
    None where there is nothing to say."""

    element: str
    primary: int
    blanks: int
    bad_blanks: int | None
    duplicates: int
    half_difference: float | None
    standards: int
    bias: float | None
    bad_standards: int | None

    @property
    def is_enough(self) -> bool:
        """Whether one in twenty is a blank, one in twenty a duplicate and one in twenty a standard."""
        least = LEAST_SHARE * self.primary
        return self.primary > 0 and min(self.blanks, self.duplicates, self.standards) >= least


def sent(rows: Iterable[tuple[str, str, str, Iterable[Mapping[str, Any]]]]) -> SentSamples:
    """Collect what was sent from name, kind, what it repeats, and assays (element, sign, mg_per_kg) of each sample."""
    kinds = []
    results: dict[str, dict[str, float]] = {}
    limits: dict[str, float] = {}
    for name, kind, of, assays in rows:
        known = by_element(assays)
        kinds.append((name, kind, of))
        results[name] = {element: one["mg_per_kg"] for element, one in known.items()}
        limits |= {element: one["mg_per_kg"] for element, one in known.items() if one["sign"] == "<"}
    return SentSamples(tuple(kinds), results, limits)


def checks(element: str, sent: SentSamples) -> Checks:
    """Collect the results of an element."""
    known = {name: results[element] for name, results in sent.results.items() if element in results}
    by_kind = {
        kind: [(known[name], of) for name, its, of in sent.kinds if its == kind and name in known]
        for kind in ("primary", "blank", "duplicate", "standard")
    }
    pairs = [(value, known[of]) for value, of in by_kind["duplicate"] if of in known]
    return Checks(
        len(by_kind["primary"]),
        tuple(value for value, _ in by_kind["blank"]),
        tuple(pairs),
        tuple((of, value) for value, of in by_kind["standard"]),
    )


def control(element: str, sent: SentSamples, certified: Mapping[str, tuple[float, float]]) -> Control:
    """Check one element; certified: value and standard deviation [mg/kg] by material."""
    found, limit = checks(element, sent), sent.limits.get(element)
    bad = None if limit is None else sum(value > BLANK_LIMITS * limit for value in found.blanks)
    half = [abs(one - two) / (one + two) for one, two in found.pairs if one + two > 0]
    standards: dict[str, list[float]] = {}
    for of, value in found.standards:
        standards.setdefault(of, []).append(value)
    known = [(values, *certified[of]) for of, values in standards.items() if of in certified]
    off = [float(np.mean(values)) / value - 1 for values, value, _ in known]
    beyond = [sum(abs(one - value) > DEVIATIONS * deviation for one in values) for values, value, deviation in known]
    return Control(
        element,
        found.primary,
        len(found.blanks),
        bad if found.blanks else None,
        len(found.pairs),
        half_difference=float(np.mean(half)) if half else None,
        standards=len(found.standards),
        bias=max(off, key=abs, default=None),
        bad_standards=sum(beyond) if known else None,
    )
