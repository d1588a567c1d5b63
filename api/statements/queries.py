"""Rows that an annual statement is made of, all of [start, stop), and the signed versions."""

from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from api.alarms.queries import ANSWERED_AFTER, TAKEN_BACK
from api.http.database import DatabasePool
from api.statements.models import CalibrationMade, DeliveredSum, RevisedSum, SignedStatement

MAX_ALARMS: Final = 10_000
MAX_CHANGES: Final = 100_000
ZONE: Final = """
SELECT f.standard_offset, (
    SELECT min(l.first_time) FROM latest l JOIN datastream d ON d.id = l.datastream_id WHERE d.facility_id = f.id
) AS first_time
FROM facility f WHERE f.id = %(facility)s
"""
RESULTS: Final = """
SELECT d.name, d.quantity, d.unit, d.instrument_id AS instrument, d.formula IS NOT NULL AS is_derived,
       d.expected_interval_s AS every_s, d.retired_at, l.first_time,
       coalesce(sum(r.pass), 0)::int8 AS passed, coalesce(sum(r.not_evaluated), 0)::int8 AS not_evaluated,
       coalesce(sum(r.suspect), 0)::int8 AS suspect, coalesce(sum(r.fail), 0)::int8 AS rejected,
       coalesce(sum(r.missing), 0)::int8 AS missing, min(r.minimum) AS minimum, max(r.maximum) AS maximum,
       sum(r.mean * r.results) / nullif(sum(r.results), 0) AS mean,
       coalesce(sum(least(r.pass + r.not_evaluated + r.suspect, ceil(86400 / d.expected_interval_s))), 0)::float8
           AS came
FROM datastream d LEFT JOIN latest l ON l.datastream_id = d.id
LEFT JOIN LATERAL days_of(d.id, %(start)s, %(stop)s) r ON true
WHERE d.facility_id = %(facility)s AND coalesce(d.retired_at, 'infinity') > %(start)s
  AND coalesce(l.first_time, '-infinity') < %(stop)s
GROUP BY d.id, l.first_time ORDER BY d.id LIMIT 5000
"""
ALARMS: Final = f"""
SELECT e.id, e.family, e.rule, e.title, e.type, e.is_simulated, e.began_at, e.noted_at, e.returned_at,
       e.acknowledged_at, {ANSWERED_AFTER} AS acknowledged_after_s, e.closed_at, {TAKEN_BACK} AS is_taken_back,
       coalesce((SELECT max(h.level) FROM alarm_history h WHERE h.event_id = e.id AND h.at < %(stop)s),
                e.highest) AS highest,
       (SELECT min(n.sent_at) FROM notification n WHERE n.event_id = e.id AND n.sent_at < %(stop)s) AS notified_at
FROM alarm_event e
WHERE e.facility_id = %(facility)s AND e.began_at < %(stop)s
  AND coalesce(e.returned_at, e.closed_at, 'infinity') >= %(start)s
ORDER BY e.began_at, e.id LIMIT %(limit)s
"""
LEVEL_CHANGES: Final = """
SELECT plan, at, before, after FROM tarp_level_change
WHERE facility_id = %(facility)s AND withdrawn_at IS NULL AND at < %(stop)s AND at >= coalesce((
    SELECT max(b.at) FROM tarp_level_change b
    WHERE b.facility_id = %(facility)s AND b.plan = tarp_level_change.plan AND b.withdrawn_at IS NULL
      AND b.at < %(start)s), '-infinity')
ORDER BY plan, at LIMIT %(limit)s
"""
CALIBRATIONS: Final = """
SELECT i.key AS instrument, i.value ->> 'title' AS title, (c ->> 'valid_from')::timestamptz AS valid_from
FROM facility f CROSS JOIN jsonb_each(coalesce(f.document -> 'instruments', '{}')) i
CROSS JOIN jsonb_array_elements(coalesce(i.value -> 'calibrations', '[]')) c
WHERE f.id = %(facility)s AND (c ->> 'valid_from')::timestamptz >= %(start)s
  AND (c ->> 'valid_from')::timestamptz < %(stop)s
ORDER BY 3, 1 LIMIT 5000
"""
REVISIONS: Final = """
SELECT kind, count(*)::int AS revisions, sum(changed)::int8 AS changed, sum(added)::int8 AS added
FROM revision WHERE facility_id = %(facility)s AND made_at >= %(start)s AND made_at < %(stop)s
GROUP BY kind ORDER BY kind
"""
DELIVERED: Final = """
SELECT coalesce(sum(stored), 0)::int8 AS stored, coalesce(sum(quarantined), 0)::int8 AS quarantined,
       coalesce(sum(dropped), 0)::int8 AS dropped, coalesce(sum(unreadable), 0)::int8 AS unreadable,
       coalesce(sum(lost), 0)::int8 AS lost, coalesce(sum(late), 0)::int8 AS late
FROM ledger_day WHERE facility_id = %(facility)s
  AND day >= (%(start)s AT TIME ZONE 'UTC' + interval '12 hours')::date
  AND day < (%(stop)s AT TIME ZONE 'UTC' + interval '12 hours')::date
"""
"""Days of UTC: each midnight of the facility stands for the midnight of UTC that is nearest."""
VERSIONS: Final = """
SELECT version FROM facility_version
WHERE facility_id = %(facility)s AND applied_at >= %(start)s AND applied_at < %(stop)s ORDER BY id LIMIT 1000
"""
SAMPLES: Final = """
SELECT count(*)::int AS n FROM newest_water_sample
WHERE facility_id = %(facility)s AND taken_at >= %(start)s AND taken_at < %(stop)s
"""
SIGNED: Final = """
SELECT year, version, name, role, signed_at, gaps, figures_sha256 FROM annual_statement
WHERE facility_id = %(facility)s ORDER BY year DESC, version DESC LIMIT 500
"""
DOCUMENT: Final = """
SELECT document, version, name, role, signed_at FROM annual_statement
WHERE facility_id = %(facility)s AND year = %(year)s AND (%(version)s::int IS NULL OR version = %(version)s)
ORDER BY version DESC LIMIT 1
"""
SIGN: Final = """
SELECT version, state FROM sign_statement(%(secret)s, %(facility)s, %(year)s, %(name)s, %(role)s, %(document)s,
                                          %(figures_sha256)s, %(gaps)s)
"""

Span = dict[str, Any]
"""`facility`, `start` and `stop`."""


class FacilityZone(NamedTuple):
    """How far the facility's standard time is from UTC, and when its first reading was."""

    standard_offset: timedelta
    first_time: datetime | None


class ResultRow(NamedTuple):
    """A datastream with the sums of its days."""

    name: str
    quantity: str
    unit: str
    instrument: str
    is_derived: bool
    every_s: float | None
    retired_at: datetime | None
    first_time: datetime | None
    passed: int
    not_evaluated: int
    suspect: int
    rejected: int
    missing: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    came: float
    """Readings with a value, of each day no more than its interval asks for: a day of many makes up for no other."""


class AlarmInYear(NamedTuple):
    """An alarm that began before the end of the span and was not over before its beginning."""

    id: int
    family: str
    rule: str
    title: str
    type: Literal["level", "suspect", "blind"]
    highest: int
    is_simulated: bool
    began_at: datetime
    noted_at: datetime
    returned_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_after_s: float | None
    closed_at: datetime | None
    is_taken_back: bool
    notified_at: datetime | None


class LevelInYear(NamedTuple):
    """From when on the readings of a plan stood at another level."""

    plan: str
    at: datetime
    before: int
    after: int


class SignedRow(NamedTuple):
    """A signed version as it is kept."""

    document: bytes
    version: int
    name: str
    role: str
    signed_at: datetime


class SigningOutcome(NamedTuple):
    """What became of a signature: its version, and 'signed', 'known' (the same is there) or 'nobody'."""

    version: int | None
    state: str


async def zone(database: DatabasePool, facility: str) -> FacilityZone | None:
    """Return what the days of a facility are counted by; None where there is no such facility."""
    return await database.row(FacilityZone, ZONE, {"facility": facility})


async def results(database: DatabasePool, span: Span) -> list[ResultRow]:
    """Return all datastreams but those that were retired before the span, or first read after it."""
    return await database.rows(ResultRow, RESULTS, span)


async def alarms(database: DatabasePool, span: Span) -> list[AlarmInYear]:
    """Return the alarms of the span, the oldest first."""
    return await database.rows(AlarmInYear, ALARMS, span | {"limit": MAX_ALARMS})


async def level_changes(database: DatabasePool, span: Span) -> list[LevelInYear]:
    """Return by plan the changes of level in the span, with the last one before it."""
    return await database.rows(LevelInYear, LEVEL_CHANGES, span | {"limit": MAX_CHANGES})


async def calibrations(database: DatabasePool, span: Span) -> list[CalibrationMade]:
    """Return the calibrations that began to hold in the span."""
    return await database.rows(CalibrationMade, CALIBRATIONS, span)


async def revisions(database: DatabasePool, span: Span) -> list[RevisedSum]:
    """Return the revisions that were made in the span, by kind."""
    return await database.rows(RevisedSum, REVISIONS, span)


async def delivered(database: DatabasePool, span: Span) -> DeliveredSum:
    """Return what became of packs and batches on the days of the span."""
    found = await database.row(DeliveredSum, DELIVERED, span)
    assert found is not None  # sums always give a row
    return found


async def versions(database: DatabasePool, span: Span) -> list[int]:
    """Return the versions of the facility file that were applied in the span."""
    return await database.rows(lambda version: int(version), VERSIONS, span)


async def sample_count(database: DatabasePool, span: Span) -> int:
    """Return how many water samples were taken in the span."""
    found = await database.row(lambda n: int(n), SAMPLES, span)
    return found or 0


async def signed(database: DatabasePool, facility: str) -> list[SignedStatement]:
    """Return what was signed, the newest first."""
    return await database.rows(SignedStatement, SIGNED, {"facility": facility})


async def document(database: DatabasePool, facility: str, year: int, version: int | None) -> SignedRow | None:
    """Return a signed version of a year (None: the newest)."""
    return await database.row(SignedRow, DOCUMENT, {"facility": facility, "year": year, "version": version})


async def sign(database: DatabasePool, values: dict[str, Any]) -> SigningOutcome:
    """Keep a signed version in the name of who holds the secret."""
    found = await database.write(SigningOutcome, SIGN, values)
    assert found is not None  # the function always gives a row
    return found
