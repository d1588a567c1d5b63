"""Samples as a laboratory's file tells them: each with its place and its results, and what is wrong with a cell."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from tailings.mapped_tables.faults import CellFault


class Assay(Struct, frozen=True):
    """One result of a sample: as it was printed, and in mg/kg of the element (None: there is no result)."""

    element: str
    method: str
    substance: str
    unit: str
    printed: str
    sign: str
    mg_per_kg: float | None


class AssayedSample(Struct, frozen=True, omit_defaults=True):
    """One good row. A blank or standard has no hole and no depths.

    sampled: the day it was taken; bulk_t_m3: density of the moist material; water_share: mass of water over mass of
    solids; oxidised_m: how deep the hole is oxidised below its collar. None where the file does not say.
    """

    row: int
    name: str
    kind: str
    of: str
    hole: str
    chainage_m: float | None
    offset_m: float | None
    collar_m: float | None
    top_m: float | None
    bottom_m: float | None
    material: str
    assays: tuple[Assay, ...]
    sampled: dt.date | None = None
    bulk_t_m3: float | None = None
    water_share: float | None = None
    oxidised_m: float | None = None


class ParsedAssays(Struct, frozen=True):
    """The good rows of a file, its faults, and notes: what was taken and is worth a look."""

    samples: tuple[AssayedSample, ...]
    faults: tuple[CellFault, ...]
    notes: tuple[CellFault, ...] = ()
