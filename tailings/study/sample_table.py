"""The samples of a study as a table: one row a result, as it was printed and as it was understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

MOST_SAMPLES: Final = 50_000
"""In one file; who has more pages through them."""


class SampleRow(NamedTuple):
    """The revision of a sample that a study found, and the laboratory's file that it came in.

    Depths [m] are below the collar; bulk_t_m3: density of the moist material; water_share: mass of water over mass of
    solids; oxidised_m: how deep the hole is oxidised; assays: `tailings.laboratory.Assay` as plain values.
    """

    sample: str
    revision: int
    kind: str
    of: str
    hole: str
    chainage_m: float | None
    offset_m: float | None
    collar_m_asl: float | None
    top_m: float | None
    bottom_m: float | None
    material: str
    sampled: dt.date | None
    bulk_t_m3: float | None
    water_share: float | None
    oxidised_m: float | None
    assays: list[dict[str, Any]]
    file: str
    file_row: int
    file_sha256: str
    synthetic: str


RESULT: Final = ("element", "substance", "unit", "method", "printed", "sign", "mg_per_kg")
ASSAYS: Final = SampleRow._fields.index("assays")
NAMES: Final = (*SampleRow._fields[:ASSAYS], *RESULT, *SampleRow._fields[ASSAYS + 1 :])


def columns(samples: Iterable[SampleRow]) -> dict[str, list[Any]]:
    """Blanks, duplicates and standards too; a sample that was only weighed has one row without a result."""
    found: dict[str, list[Any]] = {name: [] for name in NAMES}
    for one in samples:
        for assay in one.assays or [{}]:
            row = (*one[:ASSAYS], *(assay.get(name) for name in RESULT), *one[ASSAYS + 1 :])
            for column, value in zip(found.values(), row, strict=True):
                column.append(value)
    return found
