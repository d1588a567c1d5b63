"""The ledger by epoch and by day, as ingest keeps it; nothing is counted here but sums of kept counters."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool
from api.ledger.gaps import LONGEST
from api.ledger.models import Gap, LedgerCounts, LedgerDay, RestoreTrial, Sender, SequenceState
from api.quarantine.models import Waiting
from wire import sequence

MAX_SEQUENCE_STATES: Final = 5_000
MAX_SENDERS: Final = 10_000
MAX_DAYS: Final = 50_000

RESTORE: Final = "SELECT standing, began_at, try_every_h, tried_at, moment, took_s, good_at FROM restore_standing"
COUNTED: Final = tuple(LedgerCounts.model_fields)
SEQUENCE_STATES: Final = f"""
SELECT sender, epoch, started_at, updated_at, through, {", ".join(COUNTED)}, before_ledger, jumps, epochs,
    (SELECT max(g.updated_at)
     FROM sequence_state s CROSS JOIN LATERAL unnest(string_to_array(s.held_by, ' ')) AS held (agent)
     JOIN sequence_state g ON g.facility_id = s.facility_id AND g.sender = '_edge/' || held.agent
     WHERE (s.facility_id, s.sender, s.epoch) = (l.facility_id, l.sender, l.epoch)
     HAVING max(g.updated_at) < %(quiet_since)s) AS unsettled_since,
    (SELECT s.state FROM sequence_state s WHERE s.dropped > 0
     AND (s.facility_id, s.sender, s.epoch) = (l.facility_id, l.sender, l.epoch)) AS state
FROM ledger_epoch l
WHERE facility_id = %(facility)s AND (%(sender)s::text IS NULL OR sender = %(sender)s)
ORDER BY started_at DESC, sender, epoch LIMIT %(limit)s
"""
SUMMED: Final = ", ".join(f"sum({word})::int8 AS {word}" for word in (*COUNTED, "before_ledger", "jumps", "epochs"))
SENDERS: Final = f"""
SELECT sender, {SUMMED}, count(*)::int8 AS sequence_states FROM ledger_epoch
WHERE facility_id = %(facility)s AND (%(sender)s::text IS NULL OR sender = %(sender)s)
GROUP BY sender ORDER BY sender LIMIT %(limit)s
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


class FoundGaps(NamedTuple):
    """The longest gaps, how many there are, and what is missing in all of them."""

    longest: list[Gap]
    total: int
    missing: int


class SenderSum(NamedTuple):
    """The sums of a sender, and how many rows they are of."""

    sender: Sender
    sequence_states: int


def _sequence_state(**row: Any) -> SequenceState:
    counts, state = LedgerCounts(**{key: row.pop(key) for key in COUNTED}), row.pop("state")
    unplaced = 0 if state is None else sequence.SequenceState.from_state(state).unplaced
    return SequenceState(**row, counts=counts, unplaced=min(unplaced, counts.dropped))


def _sender(**row: Any) -> SenderSum:
    counts, rows = LedgerCounts(**{key: row.pop(key) for key in COUNTED}), row.pop("sequence_states")
    return SenderSum(Sender(**row, counts=counts), rows)


async def sequence_states(
    database: DatabasePool, facility: str, sender: str | None, quiet_since: datetime
) -> list[SequenceState]:
    """Return the newest MAX_SEQUENCE_STATES of a facility, or of one sender: by sender, the oldest first.

    quiet_since: what only a gateway may bring that has sent nothing since is told as not settled.
    """
    values = {"facility": facility, "sender": sender, "limit": MAX_SEQUENCE_STATES, "quiet_since": quiet_since}
    newest = await database.rows(_sequence_state, SEQUENCE_STATES, values)
    return sorted(newest, key=lambda one: (one.sender, one.started_at, one.epoch))


async def sender_sums(database: DatabasePool, facility: str, sender: str | None) -> list[SenderSum]:
    """Return the sum of all sequence states of each sender, whatever is listed."""
    return await database.rows(_sender, SENDERS, {"facility": facility, "sender": sender, "limit": MAX_SENDERS})


async def days(database: DatabasePool, facility: str, sender: str | None, first: date, last: date) -> list[LedgerDay]:
    """Return what each day from `first` to `last` (both included) added, by sender."""
    values = {"facility": facility, "sender": sender, "first": first, "last": last, "limit": MAX_DAYS}
    return await database.rows(LedgerDay, DAYS, values)


async def restore(database: DatabasePool) -> RestoreTrial | None:
    """Return how the newest trial of a restore stands; None where no archive of the log is kept."""
    return await database.row(RestoreTrial, RESTORE, {})


def _gap(*, gaps: int, gaps_missing: int, **row: Any) -> FoundGaps:
    return FoundGaps([Gap(**row)], gaps, gaps_missing)


async def gaps(
    database: DatabasePool, facility: str, sender: str | None, start: datetime, stop: datetime, *, limit: int
) -> FoundGaps:
    """Return the gaps of raw readings in [start, stop), none after now, longest first."""
    values = {"facility": facility, "sender": sender, "start": start, "stop": stop, "limit": limit}
    found = await database.rows(_gap, LONGEST, values) if limit else []
    longest = [gap for one in found for gap in one.longest]
    return FoundGaps(longest, found[0].total, found[0].missing) if found else FoundGaps([], 0, 0)


def with_waiting(sums: Iterable[SenderSum], waiting: Iterable[Waiting]) -> list[Sender]:
    """Return the senders with what waits of them in quarantine, also those that have no epoch here."""
    found = {one.sender.sender: one.sender for one in sums}
    for one in waiting:
        known = found.get(one.sender) or Sender(sender=one.sender, counts=LedgerCounts(**dict.fromkeys(COUNTED, 0)))
        told = {"waiting_readings": one.readings, "waiting_messages": one.messages}
        found[one.sender] = known.model_copy(update=told)
    return list(found.values())
