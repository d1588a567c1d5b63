"""Which result of a sample counts where several columns are about one element: by estimates, pages and quality control.

A number beats a limit: an over-range result (>10000) gives way to its over-limit method, and one that was not detected
to a method that sees less. Of several numbers that of the first column counts; of limits alone the one that says most,
the highest that it is above, else the lowest that it is below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

PLACES: Final = {"": 2, ">": 1, "<": 0}


def by_element(assays: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the assay (element, sign, mg_per_kg) that counts of each element; none where no column has a result."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in assays:
        before = found.get(one["element"])
        if one["mg_per_kg"] is not None and (before is None or _weight(one) > _weight(before)):
            found[one["element"]] = one
    return found


def _weight(one: Mapping[str, Any]) -> tuple[int, float]:
    sign, value = one["sign"], one["mg_per_kg"]
    return PLACES[sign], {"": 0.0, ">": value, "<": -value}[sign]
