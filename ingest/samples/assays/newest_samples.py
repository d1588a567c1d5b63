"""Reads the newest revision of each sample, ready for a study."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from ingest.values import Connection
from tailings.laboratory import by_element
from tailings.laboratory.quality_control import SentSamples, sent
from tailings.study import Sampled

SHARE_BELOW: Final = 0.5
"""A result below a limit counts as half of it; the method statement says so."""
CURRENT: Final = """
SELECT DISTINCT ON (s.name) s.name, s.digest, s.file_id, s.kind, s.hole, s.chainage_m, s.offset_m, s.collar_m, s.top_m,
    s.bottom_m, s.material, s.assays, f.synthetic, s.sampled, s.bulk_t_m3, s.water_share,
    s.oxidised_m, s.of_sample
FROM assay_sample s JOIN assay_file f ON f.id = s.file_id WHERE s.facility_id = %s ORDER BY s.name, s.revision DESC
"""


class Current(msgspec.Struct, frozen=True):
    """The samples of a facility as they stand: intervals, their files, their hash, and why they are synthetic.

    sent: all of them with blanks, duplicates and standards.
    """

    samples: tuple[Sampled, ...]
    sent: SentSamples
    files: tuple[int, ...]
    sha256: str
    synthetic: str


def current(connection: Connection, facility: str) -> Current:
    """Read them; duplicates, blanks and standards are for quality control and not among the intervals."""
    rows = connection.execute(CURRENT, (facility,)).fetchall()
    sha256 = hashlib.sha256("".join(row[1] for row in rows).encode()).hexdigest()
    synthetic = next((row[12] for row in rows if row[12]), "")
    whole = sent((row[0], row[3], row[17], row[11]) for row in rows)
    samples = tuple(_sampled(row) for row in rows if row[3] == "primary")
    return Current(samples, whole, tuple(sorted({row[2] for row in rows})), sha256, synthetic)


def _sampled(row: tuple[Any, ...]) -> Sampled:
    grades = {
        element: one["mg_per_kg"] * (SHARE_BELOW if one["sign"] == "<" else 1.0)
        for element, one in by_element(row[11]).items()
    }
    hole, chainage_m, offset_m, collar_m, top_m, bottom_m, material = row[4:11]
    sampled, bulk_t_m3, water_share, oxidised_m = row[13:17]
    return Sampled(
        hole,
        chainage_m,
        offset_m,
        collar_m,
        top_m,
        bottom_m=bottom_m,
        material=material,
        grades=grades,
        sampled=sampled,
        bulk_t_m3=bulk_t_m3,
        water_share=water_share,
        oxidised_m=oxidised_m,
    )
