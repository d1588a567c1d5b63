"""The rotas as they are stored: rows that commands write, and the rota that they make."""

from datetime import datetime
from typing import Final

import msgspec

from ingest.values import Connection
from tailings.rota import Absence, Rota, Shift

ALL: Final = "SELECT facility_id, document FROM rota_given"
ONE: Final = f"{ALL} WHERE facility_id = %s"
END_SHIFT: Final = """
UPDATE rota_shift SET ended_at = %s WHERE facility_id = %s AND name = %s AND ended_at IS NULL RETURNING id"""
ADD_SHIFT: Final = """
INSERT INTO rota_shift (facility_id, name, weekdays, begins, ends, turn, first_day, members, given_by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""
ADD_ABSENCE: Final = """
INSERT INTO rota_absence (facility_id, member, from_time, until, stand_in, given_by)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING id"""
END_ABSENCE: Final = """
UPDATE rota_absence SET ended_at = %s WHERE facility_id = %s AND id = %s AND ended_at IS NULL RETURNING id"""


def known(connection: Connection) -> dict[str, Rota]:
    """Return the rota of each facility that has one."""
    rows = connection.execute(ALL).fetchall()
    return {facility: msgspec.convert(document, Rota) for facility, document in rows}


def of_facility(connection: Connection, facility: str) -> Rota | None:
    """Return the rota of one, None where it has none."""
    row = connection.execute(ONE, (facility,)).fetchone()
    return None if row is None else msgspec.convert(row[1], Rota)


def put_shift(connection: Connection, facility: str, one: Shift, author: str, now: datetime) -> None:
    """Write a shift in place of one of its name."""
    connection.execute(END_SHIFT, (now, facility, one.name))
    hours = (one.begins, one.ends, one.turn, one.first_day)
    connection.execute(ADD_SHIFT, (facility, one.name, list(one.weekdays), *hours, list(one.members), author))


def end_shift(connection: Connection, facility: str, name: str, now: datetime) -> bool:
    """End a shift; False when there is none of this name."""
    return connection.execute(END_SHIFT, (now, facility, name)).fetchone() is not None


def put_absence(connection: Connection, facility: str, one: Absence, author: str) -> int:
    """Write that somebody is away; return its number."""
    row = connection.execute(ADD_ABSENCE, (facility, one.member, one.start, one.stop, one.stand_in, author)).fetchone()
    assert row is not None
    return int(row[0])


def end_absence(connection: Connection, facility: str, id: int, now: datetime) -> bool:
    """End an absence; False when there is none of this number."""
    return connection.execute(END_ABSENCE, (now, facility, id)).fetchone() is not None
