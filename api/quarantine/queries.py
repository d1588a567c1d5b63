"""Quarantined messages, the newest first."""

import base64
from typing import Any, Final

from api.http.database import DatabasePool
from api.quarantine.models import Held, Quarantined, Room, Waiting
from tailings.assess.quarantine_room import is_nearly_full

OF_FACILITY: Final = """
SELECT id, sender, epoch, seq, received_at, arrived_at, reason, field, fix, bytes, octet_length(raw) AS stored_bytes,
       times, stage, state,
       readings, channels,
       CASE WHEN %(with_raw)s THEN raw END AS raw
FROM quarantine
WHERE facility_id = %(facility)s AND id < %(before)s
  AND (%(sender)s::text IS NULL OR sender = %(sender)s) AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s
"""
WAITING: Final = """
SELECT sender, messages, readings, bytes FROM quarantine_total
WHERE facility_id = %(facility)s AND messages > 0 AND (%(sender)s::text IS NULL OR sender = %(sender)s)
ORDER BY sender LIMIT %(limit)s
"""
HELD: Final = """
SELECT agent_id AS agent, epoch, seq, since, bytes, budget FROM quarantine_held
WHERE facility_id = %(facility)s ORDER BY agent_id LIMIT %(limit)s
"""
BUDGET: Final = """
SELECT coalesce(min(quarantine_bytes) FILTER (WHERE quarantine_bytes > 0), 0)::int8 AS budget,
       (SELECT coalesce(sum(bytes), 0)::int8 FROM quarantine_total WHERE facility_id = %(facility)s) AS bytes
FROM ingest_state WHERE reported_at > now() - interval '1 day'
"""
MAX_SENDERS: Final = 5_000


def _quarantined(**row: Any) -> Quarantined:
    raw = row.pop("raw")
    return Quarantined(**row, raw=None if raw is None else base64.b64encode(raw))


async def of_facility(
    database: DatabasePool, facility: str, before: int, limit: int, with_raw: bool, filters: dict[str, str | None]
) -> list[Quarantined]:
    """Return up to `limit` messages with an id below `before`; `filters` has sender, reason and state, or None."""
    values = {"facility": facility, "before": before, "limit": limit, "with_raw": with_raw, **filters}
    return await database.rows(_quarantined, OF_FACILITY, values)


async def waiting(database: DatabasePool, facility: str, sender: str | None) -> list[Waiting]:
    """Return what waits, by sender."""
    return await database.rows(Waiting, WAITING, {"facility": facility, "sender": sender, "limit": MAX_SENDERS})


def _room(**row: Any) -> Room:
    return Room(**row, is_nearly_full=is_nearly_full(row["bytes"], row["budget"]))


async def room(database: DatabasePool, facility: str) -> Room:
    """Return what waits of a facility against what may."""
    found = await database.row(_room, BUDGET, {"facility": facility})
    assert found is not None
    return found


async def held(database: DatabasePool, facility: str) -> list[Held]:
    """Return the gateways that are held back."""
    return await database.rows(Held, HELD, {"facility": facility, "limit": MAX_SENDERS})
