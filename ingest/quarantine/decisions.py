"""Decisions on quarantined messages; what they store is a revision, and undone like any other."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from codec.batch import BatchObservation
from ingest import rederive, revisions
from ingest.quarantine import placed_readings
from ingest.quarantine.messages import MS, QuarantinedMessage, find, readings, unit_fault
from ingest.quarantine.taken_places import TakenPlaces
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from wire import clock

IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s AND name = ANY (%s)"
STATE: Final = "UPDATE quarantine SET state = %s WHERE id = %s"
DECIDE: Final = """
INSERT INTO quarantine_decision (quarantine_id, state, author, reason, revision_id) VALUES (%s, %s, %s, %s, %s)"""
NS_PER_MS: Final = 1_000_000
ONE_MS: Final = timedelta(milliseconds=1)


def place(connection: Connection, number: int, at: datetime, author: str, reason: str) -> int:
    """Give a message a time, store its readings there, derive from them, and return the revision.

    For one without a time, or with one that nobody believes: then `at` is that of its first reading.
    """
    message, at_ms = _open(connection, number), round(at.timestamp() * MS)
    _check_ahead(at_ms)
    found = readings(message, at_ms)
    _check_ahead(max(one.time_ms for one in found))
    return _store(connection, message, found, author, reason=reason)


def _check_ahead(time_ms: int) -> None:
    if time_ms > latest_ms():
        at = datetime.fromtimestamp(time_ms / MS, UTC)
        raise RevisionRefused(f"{at} lies ahead: nothing can have been measured then")


def latest_ms() -> int:
    """The latest time [Unix ms] that a reading can have by the centre's clock."""
    return clock.latest_ms(time.time_ns() // NS_PER_MS)


def settle(connection: Connection, number: int, author: str, reason: str) -> None:
    """Say that nothing more is to be done with a message; it stays as it came."""
    if not reason.strip():
        raise RevisionRefused("say why nothing more is to be done with it")
    _decide(connection, _open(connection, number), "settled", author, reason, revision=None)


def _open(connection: Connection, number: int) -> QuarantinedMessage:
    message = find(connection, number)
    if message.state != "open":
        raise RevisionRefused(f"message {number} is {message.state} already")
    return message


def _store(
    connection: Connection,
    message: QuarantinedMessage,
    found: Sequence[BatchObservation],
    author: str,
    reason: str,
) -> int:
    ids = _ids(connection, message, found)
    facility = rederive.stored_facility(connection, message.facility)
    for one in found:
        if fault := unit_fault(one, facility):
            raise RevisionRefused(f"{fault}: apply one that has the unit of the sender, or discard the message")
    _check_taken(connection, message, found, ids)
    placed = placed_readings.write(connection, message.facility, author, reason, found, ids=ids)
    _decide(connection, message, "placed", author, reason, revision=placed.revision)
    revisions.touch(connection, message.facility, placed.replaced)
    rederive.around(connection, message.facility, placed.start, placed.stop, author, reason=reason)
    return placed.revision


def _ids(connection: Connection, message: QuarantinedMessage, found: Sequence[BatchObservation]) -> dict[str, int]:
    names = {f"{message.facility}:{one.name}": one.name for one in found}
    rows = connection.execute(IDS, (message.facility, list(names))).fetchall()
    ids = {names[name]: number for name, number in rows}
    if unknown := [one.name for one in found if one.name not in ids]:
        raise RevisionRefused(
            f"{message.facility} has no datastream {unknown[0]!r}: apply a facility file that names it"
        )
    return ids


def _check_taken(
    connection: Connection, message: QuarantinedMessage, found: Sequence[BatchObservation], ids: dict[str, int]
) -> None:
    places = TakenPlaces(connection, found, ids)
    for one in found:
        if other := places.other(one):
            raise RevisionRefused(
                f"{message.facility}:{one.name} has the value {other[0]} at this time already; the first stays"
            )


def _decide(
    connection: Connection, message: QuarantinedMessage, state: str, author: str, reason: str, revision: int | None
) -> None:
    connection.execute(STATE, (state, message.id))
    connection.execute(DECIDE, (message.id, state, author, reason, revision))
