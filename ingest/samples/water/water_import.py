"""Takes a laboratory's table of water samples: the same table again changes nothing, a corrected one adds revisions."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.samples import laboratory
from ingest.samples.laboratory import Taken
from ingest.values import Connection
from tailings.water import Parsed, ParsedSample, parse

KNOWN_FILE: Final = "SELECT id FROM water_file WHERE facility_id = %s AND sha256 = %s"
ADD_FILE: Final = """
INSERT INTO water_file (facility_id, name, sha256, content, author, faults)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING id"""
NEWEST: Final = """
SELECT DISTINCT ON (name) name, revision, point, medium, taken_at, laboratory, analyses FROM water_sample
WHERE facility_id = %s AND name = ANY(%s) ORDER BY name, revision DESC"""
ADD: Final = """
INSERT INTO water_sample (facility_id, name, revision, file_id, point, medium, taken_at, laboratory, analyses)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def take(connection: Connection, facility: str, name: str, content: bytes, author: str) -> Taken:
    """Store the good rows of a table in one transaction; raises UnknownFacility, and BadFile for what is no table."""
    cells, digest = laboratory.cells_of(content), laboratory.digest(content)
    with laboratory.one_at_a_time(connection, facility) as zone:
        parsed = parse(cells, zone, datetime.now(UTC))
        same = connection.execute(KNOWN_FILE, (facility, digest)).fetchone()
        if same is not None:
            return Taken(same[0], 0, 0, len(parsed.samples), parsed.faults)
        faults = Jsonb(msgspec.to_builtins(parsed.faults))
        told = (facility, name[:200], digest, content, author, faults)
        file = connection.execute(ADD_FILE, told).fetchone()
        assert file is not None
        return _store(connection, facility, parsed, file[0])


def _store(connection: Connection, facility: str, parsed: Parsed, file: int) -> Taken:
    names = [sample.name for sample in parsed.samples]
    known = {row[0]: row[1:] for row in connection.execute(NEWEST, (facility, names))}
    counts = {"added": 0, "revised": 0, "unchanged": 0}
    for sample in parsed.samples:
        before = known.get(sample.name)
        values = _values(sample)
        if before is not None and tuple(before[1:]) == values:
            counts["unchanged"] += 1
            continue
        counts["added" if before is None else "revised"] += 1
        revision = 1 if before is None else before[0] + 1
        connection.execute(ADD, (facility, sample.name, revision, file, *values[:-1], Jsonb(values[-1])))
    return Taken(file, counts["added"], counts["revised"], counts["unchanged"], parsed.faults)


def _values(sample: ParsedSample) -> tuple[object, ...]:
    analyses = msgspec.to_builtins(sample.analyses)
    return sample.point, sample.medium, sample.taken_at, sample.laboratory, list(analyses)
