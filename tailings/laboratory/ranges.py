"""What a file reports of each substance: how many results, limits and blanks, and from where to where."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tailings.laboratory.contents import Content
from tailings.laboratory.samples import Assay, AssayedSample


class ResultRange(Struct, frozen=True):
    """One column of results. least and most: of the numbers, in its unit; None where there is none."""

    substance: str
    unit: str
    method: str
    element: str
    results: int
    below: int
    above: int
    without: int
    least: float | None
    most: float | None


def of_samples(samples: Iterable[AssayedSample]) -> list[ResultRange]:
    """Give them, in the order of the file's columns."""
    columns: dict[Content, list[Assay]] = {}
    for one in samples:
        for assay in one.assays:
            columns.setdefault(Content(assay.substance, assay.unit, assay.method), []).append(assay)
    return [_of_column(content, assays) for content, assays in columns.items()]


def _of_column(content: Content, assays: list[Assay]) -> ResultRange:
    known = [one for one in assays if one.mg_per_kg is not None]
    numbers = [content.from_mg_per_kg(one.mg_per_kg or 0.0) for one in known if not one.sign]
    return ResultRange(
        content.substance,
        content.unit,
        content.method,
        content.element,
        results=len(numbers),
        below=sum(one.sign == "<" for one in known),
        above=sum(one.sign == ">" for one in known),
        without=len(assays) - len(known),
        least=min(numbers, default=None),
        most=max(numbers, default=None),
    )
