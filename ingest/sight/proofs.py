"""Stored proofs of sight: added to the chain, and the newest of each plan."""

from datetime import datetime
from typing import Final

import msgspec

from ingest.values import Connection
from tailings.sight.model import SightProof

APPEND: Final = "SELECT sight_append(%s, %s, %s, %s, %s)"
KNOWN: Final = "SELECT plan, document ->> 'digest' FROM sight_newest WHERE facility_id = %s"
LOOKED: Final = """
INSERT INTO sight_round (facility_id, at) VALUES (%s, %s) ON CONFLICT (facility_id) DO UPDATE SET at = excluded.at"""


def append(connection: Connection, version: int, proof: SightProof) -> None:
    """Add a proof to the chain, inside the open transaction."""
    document = msgspec.json.encode(proof).decode()
    connection.execute(APPEND, (proof.facility, version, proof.plan, proof.made_at, document))


def known(connection: Connection, facility: str) -> dict[str, str]:
    """Return what the newest proof of each plan rests on, as its digest."""
    return dict(connection.execute(KNOWN, (facility,)).fetchall())


def note_round(connection: Connection, facility: str, at: datetime) -> None:
    """Write that a facility was looked at: what is not proved anew still holds."""
    connection.execute(LOOKED, (facility, at))
