"""Samples of a facility as a database or a package holds them, ready for a study."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from tailings.estimate.censored import SHARE_BELOW
from tailings.laboratory import by_element
from tailings.laboratory.quality_control import SentSamples, sent
from tailings.study.sampled import Sampled


class StoredSample(NamedTuple):
    """The newest revision of a sample as it is stored; assays: `tailings.laboratory.Assay` as plain values."""

    name: str
    digest: str
    file_id: int
    kind: str
    hole: str
    chainage_m: float | None
    offset_m: float | None
    collar_m: float | None
    top_m: float | None
    bottom_m: float | None
    material: str
    assays: list[dict[str, Any]]
    synthetic: str
    sampled: dt.date | None
    bulk_t_m3: float | None
    water_share: float | None
    oxidised_m: float | None
    of_sample: str
    file_name: str = ""
    file_row: int = 0

    @property
    def place(self) -> str:
        """Where it stands, for a sentence."""
        return f"{self.file_name} row {self.file_row}" if self.file_name else ""


class Current(msgspec.Struct, frozen=True):
    """The samples of a facility as they stand: intervals, their files, their hash, and why they are synthetic.

    sent: all of them with blanks, duplicates and standards.
    """

    samples: tuple[Sampled, ...]
    sent: SentSamples
    files: tuple[int, ...]
    sha256: str
    synthetic: str


def of_samples(stored: Sequence[StoredSample]) -> Current:
    """Return stored samples ready for a study."""
    sha256 = hashlib.sha256("".join(one.digest for one in stored).encode()).hexdigest()
    synthetic = next((one.synthetic for one in stored if one.synthetic), "")
    whole = sent((one.name, one.kind, one.of_sample, one.assays) for one in stored)
    samples = tuple(_sampled(one) for one in stored if one.kind == "primary")
    return Current(samples, whole, tuple(sorted({one.file_id for one in stored})), sha256, synthetic)


def _sampled(stored: StoredSample) -> Sampled:
    results = by_element(stored.assays)
    below = {element: one["mg_per_kg"] for element, one in results.items() if one["sign"] == "<"}
    grades = {element: one["mg_per_kg"] for element, one in results.items()}
    grades |= {element: SHARE_BELOW * limit for element, limit in below.items()}
    places = (stored.chainage_m, stored.offset_m, stored.collar_m, stored.top_m, stored.bottom_m)
    known = [one for one in places if one is not None]
    if len(known) < len(places):
        raise ValueError(f"{stored.name} has no place: hole, chainage, offset, collar and both depths are needed")
    chainage_m, offset_m, collar_m, top_m, bottom_m = known
    return Sampled(
        stored.hole,
        chainage_m,
        offset_m,
        collar_m,
        top_m,
        bottom_m=bottom_m,
        material=stored.material,
        grades=grades,
        sampled=stored.sampled,
        bulk_t_m3=stored.bulk_t_m3,
        water_share=stored.water_share,
        oxidised_m=stored.oxidised_m,
        place=stored.place,
        below=below,
        above=tuple(element for element, one in results.items() if one["sign"] == ">"),
    )
