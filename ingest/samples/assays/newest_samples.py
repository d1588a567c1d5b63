"""Reads the newest revision of each sample, ready for a study."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from ingest.values import Connection
from tailings.laboratory import AssayedSample
from tailings.laboratory.earlier import EarlierSample
from tailings.laboratory.samples import Assay
from tailings.study.stored_samples import Current, StoredSample, of_samples

CURRENT: Final = """
SELECT s.name, s.digest, s.file_id, s.kind, s.hole, s.chainage_m, s.offset_m, s.collar_m, s.top_m,
    s.bottom_m, s.material, s.assays, f.synthetic, s.sampled, s.bulk_t_m3, s.water_share,
    s.oxidised_m, s.of_sample, f.name, s.file_row
FROM assay_samples(%s, coalesce(%s::timestamptz, 'infinity')) s JOIN assay_file f ON f.id = s.file_id ORDER BY s.name
"""

REVISIONS: Final = "SELECT name, max(revision) FROM assay_sample WHERE facility_id = %s GROUP BY name"


def current(connection: Connection, facility: str) -> Current:
    """Read them; duplicates, blanks and standards are for quality control and not among the intervals."""
    return of_samples(stored_at(connection, facility, None))


def stored_at(connection: Connection, facility: str, at: dt.datetime | None) -> list[StoredSample]:
    """Return the samples as they were stored at an instant; None: as they stand."""
    return [StoredSample(*row) for row in connection.execute(CURRENT, (facility, at)).fetchall()]


def stored_by_name(connection: Connection, facility: str) -> dict[str, EarlierSample]:
    """Return the newest revision of each sample, as a file that comes in is compared with it."""
    return {one.name: _earlier(one) for one in stored_at(connection, facility, None)}


def revisions(connection: Connection, facility: str) -> dict[str, int]:
    """Return how many revisions each sample has, those that were withdrawn too."""
    return dict(connection.execute(REVISIONS, (facility,)).fetchall())


def _earlier(one: StoredSample) -> EarlierSample:
    sample = AssayedSample(
        one.file_row,
        one.name,
        one.kind,
        one.of_sample,
        one.hole,
        chainage_m=one.chainage_m,
        offset_m=one.offset_m,
        collar_m=one.collar_m,
        top_m=one.top_m,
        bottom_m=one.bottom_m,
        material=one.material,
        assays=msgspec.convert(one.assays, tuple[Assay, ...]),
        sampled=one.sampled,
        bulk_t_m3=one.bulk_t_m3,
        water_share=one.water_share,
        oxidised_m=one.oxidised_m,
    )
    return EarlierSample(sample, one.digest, one.file_name)
