"""What changed in a facility since a time, and since when a person, or a browser, has not looked."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from api.access import Caller
from api.http.database import DatabasePool
from api.safety.models import Change, Changes

MAX_CHANGES: Final = 50
PAUSE: Final = timedelta(minutes=30)
"""Who does not look for so long begins another visit; until then the page says what is new since the one before."""
WRITTEN_EVERY: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=90)
CHANGES: Final = """
SELECT kind, at, alarm, plan, title, instrument, level FROM (
    SELECT h.kind, h.noted_at AS at, e.id AS alarm, e.rule AS plan, e.title, NULL AS instrument,
           (CASE WHEN h.kind = 'returned' THEN e.highest ELSE h.level END)::int AS level
    FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id
    WHERE e.facility_id = %(facility)s AND e.family = 'dam' AND NOT e.is_simulated AND h.kind IN (
        'raised', 'escalated', 'raised-again', 'learned-late', 'fell', 'returned', 'acknowledged', 'action-closed',
        'lowered', 'closed', 'shelved', 'out-of-service')
    UNION ALL SELECT 'plan-approved', approved_at, NULL, plan, '', NULL, NULL FROM tarp_approval
    WHERE facility_id = %(facility)s
    UNION ALL SELECT 'plan-withdrawn', withdrawn_at, NULL, plan, '', NULL, NULL FROM tarp_withdrawal
    WHERE facility_id = %(facility)s
    UNION ALL SELECT 'calibrated', changed_at, NULL, NULL, '', body ->> 'instrument', NULL FROM command
    WHERE facility_id = %(facility)s AND kind = 'calibrate' AND state = 'done' AND (body ->> 'apply')::boolean
) c WHERE at > %(since)s AND at <= %(until)s ORDER BY at DESC LIMIT %(limit)s"""
LAST: Final = "SELECT since, seen_at FROM last_visit WHERE account_id = %(account)s AND facility_id = %(facility)s"
KEEP: Final = "SELECT keep_visit(%(secret)s, %(facility)s, %(since)s, %(now)s) AS id"


class Visit(NamedTuple):
    """A visit that goes on: when the one before ended, and when the page was looked at last."""

    since: datetime
    seen_at: datetime


class VisitOwner(NamedTuple):
    """Whose visit was written."""

    id: int | None


async def since(database: DatabasePool, facility: str, start: datetime, now: datetime) -> Changes:
    """Return what changed from `start` until `now`, the newest first."""
    values = {"facility": facility, "since": start, "until": now, "limit": MAX_CHANGES + 1}
    found = await database.rows(Change, CHANGES, values)
    return Changes(
        facility=facility, since=start, until=now, changes=found[:MAX_CHANGES], is_cut=len(found) > MAX_CHANGES
    )


def following(known: Visit | None, now: datetime) -> Visit:
    """Return the visit that a look at `now` belongs to: the same, or one that begins; the first one has no past."""
    if known is None or known.seen_at > now:
        return Visit(now, now)
    begins = known.seen_at if now - known.seen_at > PAUSE else known.since
    return Visit(max(begins, now - LONGEST), now)


async def of_person(database: DatabasePool, caller: Caller, facility: str, now: datetime) -> Visit:
    """Return the visit of a person who is logged in, and keep it."""
    known = await database.row(Visit, LAST, {"account": caller.account_id, "facility": facility})
    visit = following(known, now)
    if known is None or visit.since != known.since or now - known.seen_at > WRITTEN_EVERY:
        values = {"secret": caller.secret, "facility": facility, "since": visit.since, "now": now}
        await database.write(VisitOwner, KEEP, values)
    return visit


def as_cookie(visit: Visit) -> str:
    """Write a visit as a browser keeps it: two times in Unix seconds."""
    return f"{visit.since.timestamp():.0f}.{visit.seen_at.timestamp():.0f}"


def of_cookie(text: str, now: datetime) -> Visit | None:
    """Read it; None for what is none, or lies ahead."""
    since_s, _, seen_s = text.partition(".")
    if not (since_s.isascii() and since_s.isdigit() and seen_s.isascii() and seen_s.isdigit()) or len(text) > 24:
        return None
    try:
        found = Visit(datetime.fromtimestamp(int(since_s), UTC), datetime.fromtimestamp(int(seen_s), UTC))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.since <= found.seen_at <= now else None
