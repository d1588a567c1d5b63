"""Takes a laboratory's file: good rows become samples or further revisions of them, faults are kept with the file.

Or only looks at it: what would be taken, refused, changed, and what is reported of each element.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.samples import laboratory
from ingest.samples.assays import newest_samples
from ingest.samples.laboratory import Taken
from ingest.values import Connection
from tailings.laboratory import AssayedSample, CellFault, differences, earlier, ranges, read_assays
from tailings.laboratory.earlier import ComparedAssays, RevisedSample
from tailings.laboratory.mapped import read_mapped
from tailings.laboratory.mapping import read_map
from tailings.laboratory.ranges import ResultRange
from tailings.laboratory.samples import ParsedAssays
from tailings.mapped_tables.faults import BadMap

__all__ = ["AssayPreview", "BadMap", "preview", "take"]
SAME: Final = """
SELECT f.id, EXISTS (
    SELECT FROM assay_withdrawn w JOIN assay_sample s ON s.id = w.sample_id
    WHERE w.facility_id = f.facility_id AND w.withdrawn_at > f.imported_at AND s.name = ANY(%s))
FROM assay_file f WHERE f.facility_id = %s AND f.sha256 = %s AND f.map = %s ORDER BY f.id DESC LIMIT 1
"""
ADD_FILE: Final = """
INSERT INTO assay_file (facility_id, name, sha256, content, author, synthetic, map, faults)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
ADD_SAMPLE: Final = """
INSERT INTO assay_sample (facility_id, name, revision, file_id, file_row, digest, kind, of_sample, hole, chainage_m,
    offset_m, collar_m, top_m, bottom_m, material, assays, sampled, bulk_t_m3, water_share, oxidised_m)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


class AssayPreview(msgspec.Struct, frozen=True):
    """What would become of a file: counts, what it changes, its faults and notes, its holes and results."""

    added: int
    revised: int
    unchanged: int
    revisions: tuple[RevisedSample, ...]
    faults: tuple[CellFault, ...]
    notes: tuple[CellFault, ...]
    holes: int
    ranges: tuple[ResultRange, ...]


def take(
    connection: Connection,
    facility: str,
    name: str,
    content: bytes,
    author: str,
    *,
    synthetic: str = "",
    mapping: str = "",
) -> Taken:
    """Import a file in one transaction; the same bytes again, by the same map, change nothing.

    But where samples of it were withdrawn since: it is compared with what stands, as a new file is.
    synthetic: why no laboratory measured it; "": one did. mapping: by which it is read, TOML; "": it has our headings.
    Raises BadTable for what is no table, BadMap, and UnknownFacility.
    """
    read = _reader(content, mapping)
    sha256 = laboratory.digest(content)
    with laboratory.one_at_a_time(connection, facility):
        stored = newest_samples.stored_by_name(connection, facility)
        found = read(stored)
        names = [one.name for one in found.samples]
        same = connection.execute(SAME, (names, facility, sha256, mapping)).fetchone()
        compared = earlier.compare(found.samples, stored)
        if same is not None and not (same[1] and (compared.added or compared.revised)):
            return Taken(same[0], 0, 0, len(found.samples), found.faults, notes=found.notes)
        told = _faults(found, compared)
        row = (facility, name, sha256, content, author, synthetic, mapping, Jsonb(msgspec.to_builtins(told)))
        file = connection.execute(ADD_FILE, row).fetchone()
        assert file is not None
        known, taken = newest_samples.revisions(connection, facility), (*compared.added, *compared.revised)
        rows = [_row(facility, file[0], one, known.get(one.name, 0) + 1) for one in taken]
        with connection.cursor() as cursor:
            cursor.executemany(ADD_SAMPLE, rows)
    return Taken(
        file[0],
        len(compared.added),
        len(compared.revised),
        compared.unchanged,
        told,
        revisions=compared.revisions,
        notes=found.notes,
    )


def preview(connection: Connection, facility: str, content: bytes, mapping: str = "") -> AssayPreview:
    """Tell what `take` would do, and do nothing; raises the same."""
    read = _reader(content, mapping)
    with laboratory.one_at_a_time(connection, facility):
        stored = newest_samples.stored_by_name(connection, facility)
    found = read(stored)
    compared = earlier.compare(found.samples, stored)
    refused = {one.row for one in compared.clashes}
    good = [one for one in found.samples if one.row not in refused]
    return AssayPreview(
        len(compared.added),
        len(compared.revised),
        compared.unchanged,
        compared.revisions,
        _faults(found, compared),
        notes=found.notes,
        holes=len({one.hole for one in good if one.hole}),
        ranges=tuple(ranges.of_samples(good)),
    )


def _reader(content: bytes, mapping: str) -> Callable[[Collection[str]], ParsedAssays]:
    """What reads the file, given the names of the samples that are stored."""
    if not mapping:
        cells = laboratory.cells_of(content)
        return lambda stored: read_assays(cells, stored=stored)
    given = read_map(mapping)
    mapped = laboratory.cells_of(content, given.form)
    return lambda stored: read_mapped(mapped, given, stored)


def _faults(found: ParsedAssays, compared: ComparedAssays) -> tuple[CellFault, ...]:
    return tuple(sorted((*found.faults, *compared.clashes), key=lambda fault: fault.row))


def _row(facility: str, file: int, one: AssayedSample, revision: int) -> Sequence[Any]:
    return (
        facility,
        one.name,
        revision,
        file,
        one.row,
        differences.digest(one),
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
