"""Quarantined messages, the newest first."""

import base64
from typing import Any, Final

from api.http.database import DatabasePool
from api.quarantine.models import NotStored, Quarantined

OF_FACILITY: Final = """
SELECT id, sender, epoch, seq, received_at, arrived_at, reason, field, fix, bytes, times, stage, state,
       CASE WHEN %(with_raw)s THEN raw END AS raw
FROM quarantine
WHERE facility_id = %(facility)s AND id < %(before)s
  AND (%(sender)s::text IS NULL OR sender = %(sender)s) AND (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s
"""
NOT_STORED: Final = """
SELECT sender, day, not_stored AS messages, not_stored_bytes AS bytes FROM quarantine_day
WHERE facility_id = %(facility)s AND not_stored > 0 AND day > now() - interval '30 days'
  AND (%(sender)s::text IS NULL OR sender = %(sender)s)
ORDER BY day DESC, sender LIMIT %(limit)s
"""


def _quarantined(**row: Any) -> Quarantined:
    raw = row.pop("raw")
    return Quarantined(**row, raw=None if raw is None else base64.b64encode(raw))


async def of_facility(
    database: DatabasePool, facility: str, before: int, limit: int, with_raw: bool, filters: dict[str, str | None]
) -> list[Quarantined]:
    """Return up to `limit` messages with an id below `before`; `filters` has sender, reason and state, or None."""
    values = {"facility": facility, "before": before, "limit": limit, "with_raw": with_raw, **filters}
    return await database.rows(_quarantined, OF_FACILITY, values)


async def not_stored(database: DatabasePool, facility: str, sender: str | None, limit: int) -> list[NotStored]:
    """Return what senders put in beyond their limits in the last 30 days."""
    return await database.rows(NotStored, NOT_STORED, {"facility": facility, "sender": sender, "limit": limit})
