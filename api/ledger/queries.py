"""The ledger by epoch and by day, as ingest keeps it; nothing is counted here but sums of kept counters."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from api.http.database import DatabasePool
from api.ledger.models import Gap, LedgerCounts, LedgerDay, Sender, SequenceState
from api.quarantine.models import Waiting

MAX_SEQUENCE_STATES: Final = 5_000
MAX_DAYS: Final = 50_000

SEQUENCE_STATES: Final = """
SELECT sender, epoch, started_at, updated_at, through,
       sent, stored, quarantined, dropped, unreadable, lost, pending, late, duplicate, before_ledger
FROM ledger_epoch
WHERE facility_id = %(facility)s AND (%(sender)s::text IS NULL OR sender = %(sender)s)
ORDER BY sender, started_at LIMIT %(limit)s
"""
DAYS: Final = """
SELECT day, sender, sum(stored)::int8 AS stored, sum(quarantined)::int8 AS quarantined, sum(dropped)::int8 AS dropped,
       sum(unreadable)::int8 AS unreadable, sum(lost)::int8 AS lost, sum(late)::int8 AS late,
       sum(duplicate)::int8 AS duplicate
FROM ledger_day
WHERE facility_id = %(facility)s AND (%(sender)s::text IS NULL OR sender = %(sender)s)
  AND day >= %(first)s AND day <= %(last)s
GROUP BY day, sender ORDER BY day, sender LIMIT %(limit)s
"""
GAPS: Final = """
SELECT datastream, sender, after_time AS after, before_time AS before, missing
FROM gaps_of(%(facility)s, %(sender)s, %(start)s, %(stop)s, %(limit)s)
"""


def _sequence_state(**row: Any) -> SequenceState:
    counts = LedgerCounts(**{key: row.pop(key) for key in LedgerCounts.model_fields})
    return SequenceState(**row, counts=counts)


async def sequence_states(database: DatabasePool, facility: str, sender: str | None) -> list[SequenceState]:
    """Return the sequence states of a facility, or of one sender, each sender's oldest first."""
    values = {"facility": facility, "sender": sender, "limit": MAX_SEQUENCE_STATES}
    return await database.rows(_sequence_state, SEQUENCE_STATES, values)


async def days(database: DatabasePool, facility: str, sender: str | None, first: date, last: date) -> list[LedgerDay]:
    """Return what each day from `first` to `last` (both included) added, by sender."""
    values = {"facility": facility, "sender": sender, "first": first, "last": last, "limit": MAX_DAYS}
    return await database.rows(LedgerDay, DAYS, values)


async def gaps(
    database: DatabasePool, facility: str, sender: str | None, first: date, last: date, *, now: datetime, limit: int
) -> list[Gap]:
    """Return the gaps of raw readings from day `first` through day `last`, none after `now`, longest first."""
    start = datetime.combine(first, time(), UTC)
    stop = min(datetime.combine(last, time(), UTC) + timedelta(days=1), now)
    values = {"facility": facility, "sender": sender, "start": start, "stop": stop, "limit": limit}
    return await database.rows(Gap, GAPS, values)


def by_sender(found: Iterable[SequenceState], waiting: Iterable[Waiting] = ()) -> list[Sender]:
    """Return the sum of all sequence states of each sender, with what waits of it in quarantine."""
    waits = {one.sender: one for one in waiting}
    sums: dict[str, dict[str, int]] = {}
    before: Counter[str] = Counter()
    for sequence_state in found:
        total = sums.setdefault(sequence_state.sender, dict.fromkeys(LedgerCounts.model_fields, 0))
        before[sequence_state.sender] += sequence_state.before_ledger
        for key, count in sequence_state.counts.model_dump().items():
            total[key] += count
    for sender in waits:
        sums.setdefault(sender, dict.fromkeys(LedgerCounts.model_fields, 0))
    return [
        Sender(
            sender=sender,
            counts=LedgerCounts(**total),
            before_ledger=before[sender],
            waiting_readings=waits[sender].readings if sender in waits else 0,
            waiting_messages=waits[sender].messages if sender in waits else 0,
        )
        for sender, total in sums.items()
    ]
