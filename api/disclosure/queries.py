"""What strangers may see, asked of the database with the end in each question: nothing newer is ever read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from api.alarms.models import Rank, Type
from api.alarms.queries import TAKEN_BACK_BY
from api.disclosure import models
from api.disclosure.instrument_kinds import GOOD, SHOWN
from api.disclosure.models import PlaceChange, PublicAlarm, PublicQuestion, VerdictChange
from api.http.database import DatabasePool

LATELY: Final = timedelta(days=30)
MAX_ALARMS: Final = 100
MAX_CHANGES: Final = 50
MAX_QUESTIONS: Final = 50
MAX_WAITING: Final = 200
MAX_A_DAY: Final = 100
"""So many questions of one facility wait, and come in one day, at most."""
IDENTITY: Final = """
SELECT f.id AS facility, f.name, f.document ->> 'operator' AS operator, f.document ->> 'region' AS region,
       f.document ->> 'timezone' AS timezone, f.document ->> 'sample_data' AS sample_data
FROM facility f WHERE f.id = ANY(%(facilities)s)
"""
READINGS: Final = """
SELECT d.name, d.quantity, d.unit, i.value ->> 'title' AS title, i.value ->> 'place' AS place,
       o.phenomenon_time AS time, o.result AS value
FROM datastream d JOIN facility f ON f.id = d.facility_id
CROSS JOIN LATERAL (
    SELECT o.phenomenon_time, o.result FROM observation o
    WHERE o.datastream_id = d.id AND o.phenomenon_time <= %(until)s AND o.phenomenon_time > %(since)s
      AND o.quality = ANY(%(good)s) AND o.result IS NOT NULL
    ORDER BY o.phenomenon_time DESC LIMIT 1) o
LEFT JOIN LATERAL jsonb_each(coalesce(f.document -> 'instruments', '{}')) i
    ON i.key = d.node_id || ':' || d.instrument_id
WHERE d.facility_id = %(facility)s AND d.retired_at IS NULL AND d.quantity = ANY(%(shown)s)
ORDER BY array_position(%(shown)s, d.quantity), d.name LIMIT 200
"""
# An alarm is over when its level of record is green again, also where its papers are still open: by itself when the
# values are back, or by the person who lowers it.
ALARMS: Final = f"""
SELECT e.id, e.type, e.title, e.began_at, o.ended_at,
       (SELECT max(h.level) FROM alarm_history h WHERE h.event_id = e.id AND h.noted_at <= %(until)s) AS highest,
       {TAKEN_BACK_BY.format(instant="%(until)s")} AS is_taken_back
FROM alarm_event e
CROSS JOIN LATERAL (
    SELECT coalesce(min(h.at), CASE WHEN e.closed_at <= %(until)s THEN e.closed_at END) AS ended_at
    FROM alarm_history h
    WHERE h.event_id = e.id AND h.noted_at <= %(until)s AND h.level = 0
      AND (h.kind IN ('lowered', 'closed') OR h.kind = 'returned' AND e.lowered_by IS NULL)
      AND h.id > coalesce((SELECT max(r.id) FROM alarm_history r WHERE r.event_id = e.id AND r.noted_at <= %(until)s
                           AND r.kind IN ('raised', 'escalated', 'raised-again')), 0)
) o
WHERE e.facility_id = %(facility)s AND e.family = 'dam' AND NOT e.is_simulated AND e.noted_at <= %(until)s
  AND coalesce(e.closed_at, 'infinity') >= %(since)s AND coalesce(o.ended_at, 'infinity') >= %(since)s
ORDER BY e.id DESC LIMIT %(limit)s
"""
CHANGES: Final = """
SELECT id, at, verdict FROM verdict_change WHERE facility_id = %(facility)s ORDER BY id DESC LIMIT %(limit)s
"""
NEWEST_CHANGES: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, id, at, verdict FROM verdict_change
WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, id DESC
"""
CHANGES_OF_ALL: Final = """
SELECT facility_id AS facility, id, at, verdict FROM verdict_change WHERE facility_id = ANY(%(facilities)s)
ORDER BY id DESC LIMIT %(limit)s
"""
QUESTION: Final = """
SELECT id AS number, kind, language, words, sent_on, state, is_shortened, answer, decided_at FROM public_question
"""
PUBLISHED: Final = (
    QUESTION
    + "WHERE facility_id = %(facility)s AND state = 'published' ORDER BY decided_at DESC, id DESC LIMIT %(limit)s"
)
DECLINED: Final = (
    QUESTION
    + "WHERE facility_id = %(facility)s AND state = 'declined' AND decided_at > now() - interval '90 days' "
    + "ORDER BY id DESC LIMIT %(limit)s"
)
OF_OPERATOR: Final = (
    QUESTION + "WHERE facility_id = %(facility)s ORDER BY state <> 'waiting', "
    "CASE WHEN state = 'waiting' THEN id ELSE -id END LIMIT %(limit)s"
)
WAITING: Final = """
SELECT count(*)::int AS n FROM public_question WHERE facility_id = %(facility)s AND state = 'waiting'
"""
SEND: Final = """
SELECT id, state FROM send_question(%(facility)s, %(kind)s, %(language)s, %(words)s, %(waiting)s, %(a_day)s)
"""


class FacilityIdentity(NamedTuple):
    """Name and place of a facility, as anybody who may see its page sees them."""

    facility: str
    name: str
    operator: str | None
    region: str | None
    timezone: str
    sample_data: str | None


class FoundReading(NamedTuple):
    """The newest usable reading of a datastream."""

    name: str
    quantity: str
    unit: str
    title: str | None
    place: str | None
    time: datetime
    value: float


class Sent(NamedTuple):
    """What became of a question as it came: its number, and stored, known, full or closed."""

    id: int | None
    state: str


async def identities(database: DatabasePool, facilities: Sequence[str]) -> list[FacilityIdentity]:
    """Return what facilities are called."""
    return await database.rows(FacilityIdentity, IDENTITY, {"facilities": list(facilities)})


async def readings(database: DatabasePool, facility: str, until: datetime) -> list[FoundReading]:
    """Return of each datastream that is shown the newest usable reading of the month before `until`."""
    values = {"facility": facility, "until": until, "since": until - LATELY}
    return await database.rows(FoundReading, READINGS, values | {"good": list(GOOD), "shown": list(SHOWN)})


def _alarm(highest: Rank | None, type: Type, **row: Any) -> PublicAlarm:
    return PublicAlarm(highest=highest or 0, type=type, **row)


async def alarms(database: DatabasePool, facility: str, until: datetime) -> list[PublicAlarm]:
    """Return alarms of the dam that stood in the month before `until`, as they were known then."""
    values = {"facility": facility, "until": until, "since": until - LATELY, "limit": MAX_ALARMS}
    return await database.rows(_alarm, ALARMS, values)


async def changes(database: DatabasePool, facility: str) -> list[VerdictChange]:
    """Return the newest changes of the verdict, the newest first."""
    return await database.rows(VerdictChange, CHANGES, {"facility": facility, "limit": MAX_CHANGES})


def _newest(facility: str, **row: Any) -> tuple[str, VerdictChange]:
    return facility, VerdictChange(**row)


async def newest_changes(database: DatabasePool, facilities: Sequence[str]) -> dict[str, VerdictChange]:
    """Return the newest change of the verdict of each facility."""
    return dict(await database.rows(_newest, NEWEST_CHANGES, {"facilities": list(facilities)}))


async def changes_of_all(database: DatabasePool, facilities: Sequence[str]) -> list[PlaceChange]:
    """Return the newest changes of the verdicts of these facilities, the newest first."""
    return await database.rows(PlaceChange, CHANGES_OF_ALL, {"facilities": list(facilities), "limit": MAX_CHANGES})


async def published(database: DatabasePool, facility: str) -> list[PublicQuestion]:
    """Return answered questions, the newest answer first."""
    return await database.rows(PublicQuestion, PUBLISHED, {"facility": facility, "limit": MAX_QUESTIONS})


async def declined(database: DatabasePool, facility: str) -> list[PublicQuestion]:
    """Return those that were declined lately, with the reason."""
    return await database.rows(PublicQuestion, DECLINED, {"facility": facility, "limit": MAX_QUESTIONS})


async def of_operator(database: DatabasePool, facility: str) -> Sequence[PublicQuestion]:
    """Return all that wait, the oldest first, and the newest of the others."""
    return await database.rows(
        PublicQuestion, OF_OPERATOR, {"facility": facility, "limit": MAX_WAITING + MAX_QUESTIONS}
    )


async def waiting(database: DatabasePool, facility: str) -> int:
    """Return how many wait for an answer."""
    found = await database.row(lambda n: int(n), WAITING, {"facility": facility})
    return found or 0


async def send(database: DatabasePool, facility: str, kind: models.QuestionKind, language: str, words: str) -> Sent:
    """Store a question, where the facility takes any and there is room."""
    values = {"facility": facility, "kind": kind, "language": language, "words": words}
    found = await database.write(Sent, SEND, values | {"waiting": MAX_WAITING, "a_day": MAX_A_DAY})
    assert found is not None  # the function always answers
    return found
