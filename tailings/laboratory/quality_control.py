"""Quality control of a laboratory: blanks against the detection limit, duplicates against their first, standards.

Source: half the absolute relative difference of pairs (HARD), five times the detection limit for blanks and three
standard deviations for certified standards are common practice (secondary); at least one in twenty of each kind is what
the design asks for (field guide, 3.4, secondary).
"""

from __future__ import annotations

import math
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
    a limit as the limit; and what a blank may have, by name and element, where a limit of its method is known."""

    kinds: tuple[tuple[str, str, str], ...]
    results: dict[str, dict[str, float]]
    bounds: dict[str, dict[str, float]]


class Checks(Struct, frozen=True):
    """Results of one element [mg/kg]: blanks with their bounds (None: no limit is known), duplicates with their first,
    standards with their material."""

    primary: int
    blanks: tuple[tuple[float, float | None], ...]
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
    """Collect what was sent from name, kind, what it repeats, and assays (element, sign, mg_per_kg, method) of each
    sample.

    A method is as good as the least of its limits; a blank that is below one is held to its own.
    """
    kinds = []
    counted: dict[str, dict[str, Mapping[str, Any]]] = {}
    limits: dict[tuple[str, str], float] = {}
    for name, kind, of, assays in rows:
        kinds.append((name, kind, of))
        counted[name] = by_element(assays)
        for element, one in counted[name].items():
            if one["sign"] == "<":
                of_method = (element, one.get("method", ""))
                limits[of_method] = min(one["mg_per_kg"], limits.get(of_method, math.inf))
    results = {name: {element: one["mg_per_kg"] for element, one in known.items()} for name, known in counted.items()}
    blanks = [name for name, kind, _ in kinds if kind == "blank"]
    return SentSamples(tuple(kinds), results, {name: _bounds(counted[name], limits) for name in blanks})


def _bounds(blank: Mapping[str, Mapping[str, Any]], limits: Mapping[tuple[str, str], float]) -> dict[str, float]:
    own = {
        element: one["mg_per_kg"] if one["sign"] == "<" else limits.get((element, one.get("method", "")))
        for element, one in blank.items()
    }
    return {element: BLANK_LIMITS * limit for element, limit in own.items() if limit is not None}


def checks(element: str, sent: SentSamples) -> Checks:
    """Collect the results of an element."""
    known = {name: results[element] for name, results in sent.results.items() if element in results}
    by_kind = {
        kind: [(known[name], of) for name, its, of in sent.kinds if its == kind and name in known]
        for kind in ("primary", "duplicate", "standard")
    }
    pairs = [(value, known[of]) for value, of in by_kind["duplicate"] if of in known]
    blanks = [name for name, kind, _ in sent.kinds if kind == "blank" and name in known]
    return Checks(
        len(by_kind["primary"]),
        tuple((known[name], sent.bounds[name].get(element)) for name in blanks),
        tuple(pairs),
        tuple((of, value) for value, of in by_kind["standard"]),
    )


def control(element: str, sent: SentSamples, certified: Mapping[str, tuple[float, float]]) -> Control:
    """Check one element; certified: value and standard deviation [mg/kg] by material."""
    found = checks(element, sent)
    bad = [value > bound for value, bound in found.blanks if bound is not None]
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
        sum(bad) if bad else None,
        len(found.pairs),
        half_difference=float(np.mean(half)) if half else None,
        standards=len(found.standards),
        bias=max(off, key=abs, default=None),
        bad_standards=sum(beyond) if known else None,
    )
