"""The table of drills: one is begun, its record is written as it goes on, and it is ended; then it never changes."""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.drills import facts
from ingest.store import commit
from ingest.values import Connection
from tailings import drill
from tailings.drill import DrillRecord, DrillScenario

ADD: Final = """
INSERT INTO drill (facility_id, scenario, led_by, began_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (facility_id) WHERE ended_at IS NULL DO NOTHING RETURNING id"""
HELD: Final = "SELECT id, facility_id, scenario, began_at FROM drill WHERE facility_id = %s AND ended_at IS NULL"
RECORD: Final = "SELECT record FROM drill WHERE id = %s FOR UPDATE"
UPDATE: Final = "UPDATE drill SET record = %s WHERE id = %s"
BRING: Final = """
INSERT INTO drill (facility_id, scenario, led_by, began_at, ended_at, record, sha256)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id"""
SAME: Final = "SELECT id FROM drill WHERE facility_id = %s AND sha256 = %s"
KNOWN: Final = "SELECT FROM facility WHERE id = %s"
LOCK: Final = 7_411_031
"""Held while a record is brought: two that bring the same one at once bring it once."""
END: Final = "UPDATE drill SET record = %s, ended_at = %s, sha256 = %s WHERE id = %s"


class HeldAlready(Exception):
    """A drill of this facility is held already."""


class NotThisFacility(Exception):
    """The record is of a facility that this installation does not have."""


class EndedDrill(msgspec.Struct, frozen=True):
    """A drill that is over, as it leaves the installation in which it was held."""

    facility: str
    scenario: DrillScenario
    led_by: Annotated[str, msgspec.Meta(pattern=r"^(user|key|system):[0-9]+$")]
    record: DrillRecord

    @property
    def sha256(self) -> str:
        """Of the record as JSON."""
        return hashlib.sha256(msgspec.json.encode(self.record)).hexdigest()


class HeldDrill(msgspec.Struct, frozen=True):
    """One that is not over."""

    id: int
    facility: str
    scenario: DrillScenario
    began_at: datetime


def begin(connection: Connection, facility: str, scenario: DrillScenario, led_by: str, now: datetime) -> HeldDrill:
    """Begin a drill with this second; raise HeldAlready."""
    document = Jsonb(msgspec.to_builtins(scenario))
    row = connection.execute(ADD, (facility, document, led_by, now)).fetchone()
    if row is None:
        raise HeldAlready(f"a drill of {facility} is held already: end that one first")
    found = HeldDrill(int(row[0]), facility, scenario, now)
    update(connection, found, now)
    return found


def held(connection: Connection, facility: str) -> HeldDrill | None:
    """Return the drill of a facility that is not over."""
    row = connection.execute(HELD, (facility,)).fetchone()
    return None if row is None else HeldDrill(row[0], row[1], msgspec.convert(row[2], DrillScenario), row[3])


def update(connection: Connection, one: HeldDrill, now: datetime) -> bool:
    """Write the record as known now, and tell who watches where it has changed; return whether it has."""
    document = _document(_record(connection, one, now, is_over=False))
    row = connection.execute(RECORD, (one.id,)).fetchone()
    if row is None or row[0] == document:
        return False
    connection.execute(UPDATE, (Jsonb(document), one.id))
    commit.write(connection, {one.facility}, [])
    return True


def end(connection: Connection, one: HeldDrill, now: datetime) -> DrillRecord:
    """Write the record as it stays, with its hash, and tell who watches."""
    found = _record(connection, one, now, is_over=True)
    digest = EndedDrill(one.facility, one.scenario, "system:0", found).sha256
    connection.execute(END, (Jsonb(_document(found)), now, digest, one.id))
    commit.write(connection, {one.facility}, [])
    return found


def bring(connection: Connection, one: EndedDrill) -> tuple[int, bool]:
    """Take in a drill that was held in an installation of its own; return its number, and whether it is new here.

    Call it in a transaction. Raises NotThisFacility.
    """
    if connection.execute(KNOWN, (one.facility,)).fetchone() is None:
        raise NotThisFacility(
            f"the record is of facility {one.facility!r}, which this installation does not have: bring it to the one "
            "that watches that dam"
        )
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    known = connection.execute(SAME, (one.facility, one.sha256)).fetchone()
    if known is not None:
        return int(known[0]), False
    record, scenario = Jsonb(_document(one.record)), Jsonb(msgspec.to_builtins(one.scenario))
    times = (one.record.began_at, one.record.ended_at)
    row = connection.execute(BRING, (one.facility, scenario, one.led_by, *times, record, one.sha256)).fetchone()
    assert row is not None
    commit.write(connection, {one.facility}, [])
    return int(row[0]), True


def _record(connection: Connection, one: HeldDrill, now: datetime, *, is_over: bool) -> DrillRecord:
    return drill.make(one.scenario, facts.gather(connection, one.facility, one.began_at, now, is_over))


def _document(record: DrillRecord) -> Any:
    return msgspec.to_builtins(record)
