"""Stored proofs of sight: added to the chain, the newest of each plan, and those of a year."""

from datetime import datetime
from typing import Final

import msgspec

from ingest.values import Connection
from tailings.sight.model import SightProof
from tailings.sight.year import SightHistory

APPEND: Final = "SELECT sight_append(%s, %s, %s, %s, %s)"
KNOWN: Final = "SELECT plan, document ->> 'digest' FROM sight_newest WHERE facility_id = %s"
ROUND: Final = "SELECT sight_note_round(%s, %s)"
OF_YEAR: Final = "SELECT sight_history(%s, %s)::text"


def append(connection: Connection, version: int, proof: SightProof) -> None:
    """Add a proof to the chain, inside the open transaction."""
    document = msgspec.json.encode(proof).decode()
    connection.execute(APPEND, (proof.facility, version, proof.plan, proof.made_at, document))


def known(connection: Connection, facility: str) -> dict[str, str]:
    """Return what the newest proof of each plan rests on, as its digest."""
    return dict(connection.execute(KNOWN, (facility,)).fetchall())


def note_round(connection: Connection, facility: str, at: datetime) -> None:
    """Write that a facility was looked at: what is not proved anew still holds."""
    connection.execute(ROUND, (facility, at))


def history(connection: Connection, facility: str, year: int) -> SightHistory:
    """Return what the record of a year is made from, of a facility that is known."""
    row = connection.execute(OF_YEAR, (facility, year)).fetchone()
    return msgspec.json.decode(row[0] if row else "", type=SightHistory)
