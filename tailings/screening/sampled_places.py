"""Samples as places: what comes of one hole is one place, for neighbours in a core are no independent samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from tailings.estimate.censored import SHARE_BELOW
from tailings.laboratory import by_element
from tailings.screening.facts import ElementSamples
from tailings.screening.hit_rate import Arrived


class PlacedSample(Struct, frozen=True):
    """A primary sample; without a hole it is a place of its own, without depths it counts as one metre."""

    name: str
    hole: str
    length_m: float | None
    assays: tuple[Mapping[str, Any], ...]


def known(samples: Sequence[PlacedSample]) -> dict[str, ElementSamples]:
    """By element what a screening starts from; below a limit half of it counts, as in studies."""
    return {
        element: ElementSamples(tuple(one.grade for one in some), sum(one.is_below for one in some))
        for element, some in _places(samples, SHARE_BELOW).items()
    }


def arrived(samples: Sequence[PlacedSample], element: str) -> list[Arrived]:
    """The places of an element in the order of the samples; below a limit the limit counts, and it is said."""
    return _places(samples, 1.0).get(element, [])


def _places(samples: Sequence[PlacedSample], share_below: float) -> dict[str, list[Arrived]]:
    """Means by length; a result that is zero says nothing of its logarithm and is left out."""
    found = dict[str, dict[str, list[tuple[float, float, bool]]]]()
    for one in samples:
        for element, result in by_element(one.assays).items():
            is_below = result["sign"] == "<"
            grade = result["mg_per_kg"] * (share_below if is_below else 1.0)
            if grade > 0:
                place = one.hole or f"\0{one.name}"
                found.setdefault(element, {}).setdefault(place, []).append((grade, one.length_m or 1.0, is_below))
    return {element: [_mean(some) for some in places.values()] for element, places in found.items()}


def _mean(results: Sequence[tuple[float, float, bool]]) -> Arrived:
    length_m = sum(length for _, length, _ in results)
    grade = sum(grade * length for grade, length, _ in results) / length_m
    return Arrived(grade, any(is_below for _, _, is_below in results))
