"""Facility files into the database: what they name is added or renewed, what they no longer name is retired.

Nothing is deleted, and a datastream never changes what it means: raw stays raw, quantity and unit stay.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.values import Connection
from tailings import instruments
from tailings.facility import BadFacility, Datastream, Facility, lint, parse

STORED: Final = "SELECT version, hash, file FROM facility WHERE id = %s FOR UPDATE"
FACILITY: Final = """
INSERT INTO facility (id, name, document, file, version, hash) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document, file = excluded.file,
    version = excluded.version, hash = excluded.hash, applied_at = now()"""
NODE: Final = """
INSERT INTO node (facility_id, id, agent_id, name, expected_interval_s) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (facility_id, id) DO UPDATE SET agent_id = excluded.agent_id, name = excluded.name,
    expected_interval_s = excluded.expected_interval_s, retired_at = NULL"""
INSTRUMENT: Final = """
INSERT INTO instrument (facility_id, node_id, id, driver, maker, model, serial) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (facility_id, node_id, id) DO UPDATE SET driver = excluded.driver, maker = excluded.maker,
    model = excluded.model, serial = excluded.serial, retired_at = NULL"""
DATASTREAM: Final = """
INSERT INTO datastream
    (name, facility_id, node_id, instrument_id, quantity, unit, formula, expected_interval_s, origin)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (name) DO UPDATE SET formula = excluded.formula, expected_interval_s = excluded.expected_interval_s,
    origin = excluded.origin, retired_at = NULL"""
RETIRE: Final = (
    "UPDATE node SET retired_at = now() WHERE facility_id = %s AND retired_at IS NULL AND id <> ALL (%s)",
    "UPDATE instrument SET retired_at = now() WHERE facility_id = %s AND retired_at IS NULL"
    " AND node_id || ':' || id <> ALL (%s)",
    "UPDATE datastream SET retired_at = now() WHERE facility_id = %s AND retired_at IS NULL AND name <> ALL (%s)",
)


class FacilityRefused(Exception):
    """A facility file that contradicts what the database holds; a person must decide. Nothing was changed."""


def register(connection: Connection, facility: Facility, file: str) -> bool:
    """Store a parsed facility file inside the open transaction; return False when it is the stored one already.

    Raises FacilityRefused for a version older than the stored one, and when a datastream would change its meaning;
    BadFacility for a level that no reading can reach, unless the stored version has it already.
    """
    found = connection.execute(STORED, (facility.id,)).fetchone()
    stored_file = ""
    if found is not None:
        version, known_hash, stored_file = found
        if known_hash == facility.version_hash:
            return False
        if version > facility.version:
            raise FacilityRefused(f"{facility.id}: the file has version {facility.version}, the database has {version}")
        _check_meaning(connection, facility)
    if errors := lint.find_errors(facility, file):
        lint.refuse(errors, f"version {facility.version} of {facility.id}", _errors(stored_file))
    document = Jsonb(facility.document(), dumps=msgspec.json.encode)
    row = (facility.id, facility.name, document, file, facility.version, facility.version_hash)
    connection.execute(FACILITY, row)
    _write_parts(connection, facility)
    return True


def _errors(stored_file: str) -> tuple[lint.Finding, ...]:
    """What the stored version was taken in with, before there was a rule against it."""
    try:
        return lint.find_errors(parse(stored_file), stored_file) if stored_file else ()
    except BadFacility:
        return ()


def _check_meaning(connection: Connection, facility: Facility) -> None:
    known = "SELECT name, formula IS NULL, quantity, unit FROM datastream WHERE facility_id = %s"
    named = {f"{facility.id}:{one.name}": one for one in facility.datastreams.values()}
    for name, is_raw, quantity, unit in connection.execute(known, (facility.id,)):
        one = named.get(name)
        if one is not None and (one.is_raw, one.quantity, one.unit) != (is_raw, quantity, unit):
            was = f"{'raw' if is_raw else 'derived'} {quantity} in {unit}"
            raise FacilityRefused(f"{name} is {was} in the database: give the changed datastream a new name")


def _write_parts(connection: Connection, facility: Facility) -> None:
    nodes = [(facility.id, one.id, one.agent, one.name, one.expected_interval_s) for one in facility.nodes.values()]
    instruments = [
        (facility.id, one.node, _local(one.name), one.driver, one.maker, one.model, one.serial)
        for one in facility.instruments.values()
    ]
    datastreams = [_datastream(facility, one) for one in facility.datastreams.values()]
    with connection.cursor() as cursor:
        cursor.executemany(NODE, nodes)
        cursor.executemany(INSTRUMENT, instruments)
        cursor.executemany(DATASTREAM, datastreams)
    kept: tuple[Iterable[str], ...] = (facility.nodes, facility.instruments, (row[0] for row in datastreams))
    for statement, names in zip(RETIRE, kept, strict=True):
        connection.execute(statement, (facility.id, list(names)))


def _datastream(facility: Facility, one: Datastream) -> tuple[str, str, str, str, str, str, str | None, float, str]:
    place = (f"{facility.id}:{one.name}", facility.id, one.node, _local(one.instrument))
    origin = instruments.origin(facility.instruments[one.instrument].driver)
    return (*place, one.quantity, one.unit, one.formula, one.expected_interval_s, origin)


def _local(instrument: str) -> str:
    """`n07:vw1` -> `vw1`."""
    return instrument.rpartition(":")[2]
