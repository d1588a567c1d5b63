"""Takes a laboratory's file: good rows become samples or further revisions of them, faults are kept with the file."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.samples import laboratory
from ingest.samples.laboratory import Taken
from ingest.values import Connection
from tailings.laboratory import AssayedSample, read_assays

SAME: Final = "SELECT id FROM assay_file WHERE facility_id = %s AND sha256 = %s"
NEWEST: Final = """
SELECT DISTINCT ON (name) name, revision, digest FROM assay_sample WHERE facility_id = %s ORDER BY name, revision DESC
"""
ADD_FILE: Final = """
INSERT INTO assay_file (facility_id, name, sha256, content, author, synthetic, faults)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
ADD_SAMPLE: Final = """
INSERT INTO assay_sample (facility_id, name, revision, file_id, file_row, digest, kind, of_sample, hole, chainage_m,
    offset_m, collar_m, top_m, bottom_m, material, assays, sampled, bulk_t_m3, water_share, oxidised_m)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def take(connection: Connection, facility: str, name: str, content: bytes, author: str, synthetic: str = "") -> Taken:
    """Import a file in one transaction; the same bytes again change nothing.

    Raises BadFile for what is no table, and UnknownFacility.
    """
    found = read_assays(laboratory.cells_of(content))
    sha256 = laboratory.digest(content)
    with laboratory.one_at_a_time(connection, facility):
        same = connection.execute(SAME, (facility, sha256)).fetchone()
        if same is not None:
            return Taken(same[0], 0, 0, len(found.samples), found.faults)
        faults = Jsonb(msgspec.to_builtins(found.faults))
        row = connection.execute(ADD_FILE, (facility, name, sha256, content, author, synthetic, faults)).fetchone()
        assert row is not None
        added, revised = _add(connection, facility, row[0], found.samples)
    return Taken(row[0], added, revised, len(found.samples) - added - revised, found.faults)


def _add(connection: Connection, facility: str, file: int, samples: tuple[AssayedSample, ...]) -> tuple[int, int]:
    known = {name: (revision, digest) for name, revision, digest in connection.execute(NEWEST, (facility,))}
    rows: list[tuple[Any, ...]] = []
    revised = 0
    for one in samples:
        digest = laboratory.digest(msgspec.json.encode(msgspec.structs.replace(one, row=0)))
        revision, before = known.get(one.name, (0, ""))
        if digest == before:
            continue
        revised += revision > 0
        rows.append(
            (
                facility,
                one.name,
                revision + 1,
                file,
                one.row,
                digest,
                one.kind,
                one.of,
                one.hole,
                one.chainage_m,
                one.offset_m,
                one.collar_m,
                one.top_m,
                one.bottom_m,
                one.material,
                Jsonb(msgspec.to_builtins(one.assays)),
                one.sampled,
                one.bulk_t_m3,
                one.water_share,
                one.oxidised_m,
            )
        )
    with connection.cursor() as cursor:
        cursor.executemany(ADD_SAMPLE, rows)
    return len(rows) - revised, revised
