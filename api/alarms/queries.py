"""Alarms, their context, actions and history; holds; plans with their approval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec
from psycopg.types.json import Jsonb

from api.access.visible import PUBLIC, unknown_alarm
from api.alarms import models
from api.http.database import DatabasePool, seen_ids
from tailings import tarp
from tailings.assess import freshness
from tailings.facility.plans import Plan

Which = Literal["now", "shelved", "history"]
# The rank of the worst limit of a datastream's own that a value is past; NULL: it is past none.
PAST: Final = """(
    SELECT max(array_position('{{yellow,orange,red}}', t ->> 'level')) FROM jsonb_array_elements(c -> 'limits') t
    WHERE t ->> 'rate_over_s' IS NULL AND t ->> 'against' IS NULL
      AND CASE t ->> 'test' WHEN 'above' THEN {value} > (t ->> 'value')::float8
                            WHEN 'below' THEN {value} < (t ->> 'value')::float8
                            WHEN 'away' THEN abs({value}) > (t ->> 'value')::float8 END)"""
# The value when the alarm began; a suspect alarm is of what was doubted, any other of what was not.
THEN: Final = """CASE WHEN (c ->> 'quality')::int = ANY (CASE e.type WHEN 'suspect' THEN ARRAY[3] ELSE ARRAY[1, 2] END)
                          THEN (c ->> 'value')::float8 END"""
# Whether later readings or flags left nothing of what raised an alarm `e`, as it was known at an instant.
TAKEN_BACK_BY: Final = """e.family = 'dam' AND e.corrections > 0 AND NOT EXISTS (
           SELECT FROM tarp_level_change s
           WHERE s.facility_id = e.facility_id AND s.plan = e.rule AND coalesce(s.withdrawn_at, 'infinity') > {instant}
             AND s.after > s.before AND s.at >= e.began_at AND s.at <= coalesce(e.closed_at, 'infinity')
       )"""
TAKEN_BACK: Final = TAKEN_BACK_BY.format(instant="now()")
# How long an alarm `e` had waited as it stood when somebody acknowledged it [s]; a rise asks for an answer anew.
ANSWERED_AFTER: Final = """extract(epoch FROM e.acknowledged_at - coalesce((
           SELECT max(h.noted_at) FROM alarm_history h
           WHERE h.event_id = e.id AND alarm_kind_calls(h.kind) AND NOT h.is_unnotified
             AND h.noted_at <= e.acknowledged_at AND h.level >= coalesce((
                 SELECT a.level FROM alarm_history a WHERE a.event_id = e.id AND a.kind = 'acknowledged'
                 ORDER BY a.id DESC LIMIT 1), 0)
       ), e.noted_at))::float8"""
# What the facility file says of the instrument of the datastream that is watched ('vale:n07:vw1.level').
NAMED: Final = """f.document #>> ARRAY['instruments', substring(w.watched FROM ':(.*)[.]'), '{key}']"""
COLUMNS: Final = f"""
SELECT e.id, e.facility_id AS facility, f.name AS facility_name, e.family, e.rule, e.subject, e.type, e.title, e.detail,
       alarm_state_of(e, now()) AS state, e.level, e.signal, e.highest, e.lowered_by, e.began_at, e.noted_at,
       e.returned_at, e.acknowledged_at, e.acknowledged_by, {ANSWERED_AFTER} AS acknowledged_after_s,
       e.closed_at, e.is_simulated, e.is_past, e.corrections,
       CASE WHEN e.closed_at IS NULL THEN alarm_called_since(e) END AS called_since,
       e.lost, p.approval, p.approval_ended_on::text AS approval_ended_on,
       {TAKEN_BACK} AS is_taken_back,
       (SELECT count(*)::int FROM alarm_action a WHERE a.event_id = e.id AND a.closed_at IS NULL) AS open_actions,
       n.what AS next_action, n.who AS next_who, n.due_at AS next_due_at, h.until AS held_until, h.id AS hold,
       w.watched, {NAMED.format(key="title")} AS watched_title, {NAMED.format(key="place")} AS watched_place,
       w.quantity, w.unit, coalesce(w.limits, '[]') AS limits, w.value_now, w.time_now, w.quality_now,
       w.age_s, w.expected_interval_s, {PUBLIC} AS is_public
FROM alarm_event e JOIN facility f ON f.id = e.facility_id
LEFT JOIN tarp_state p ON e.family = 'dam' AND (p.facility_id, p.plan) = (e.facility_id, e.rule)
LEFT JOIN LATERAL (SELECT what, who, due_at FROM alarm_action a WHERE a.event_id = e.id AND a.closed_at IS NULL
                   ORDER BY due_at NULLS LAST, id LIMIT 1) n ON true
LEFT JOIN LATERAL (SELECT (x).id, (x).until FROM alarm_hold_of(e, now()) x) h ON true
LEFT JOIN LATERAL (
    SELECT c ->> 'datastream' AS watched, c ->> 'quantity' AS quantity, c ->> 'unit' AS unit, c -> 'limits' AS limits,
           l.result AS value_now, l.phenomenon_time AS time_now, l.quality AS quality_now,
           l.age_s, l.expected_interval_s
    FROM jsonb_array_elements(e.context) WITH ORDINALITY x (c, place)
    LEFT JOIN LATERAL (
        SELECT n.result, n.phenomenon_time, n.quality,
               extract(epoch FROM now() - n.phenomenon_time)::float8 AS age_s, d.expected_interval_s
        FROM datastream d JOIN latest n ON n.datastream_id = d.id WHERE d.name = c ->> 'datastream' LIMIT 1) l ON true
    WHERE (c ->> 'is_of_plan')::boolean
    ORDER BY CASE e.type WHEN 'suspect' THEN {PAST.format(value="CASE l.quality WHEN 3 THEN l.result END")}
                 ELSE (%(past)s::jsonb -> e.id::text ->> (c ->> 'datastream'))::int END DESC NULLS LAST,
             {PAST.format(value=THEN)} DESC NULLS LAST, place LIMIT 1) w ON true
"""
LIST: Final = (
    COLUMNS
    + """
WHERE e.id < %(before)s AND (%(seen)s::text[] IS NULL OR e.facility_id = ANY(%(seen)s))
  AND (%(facility)s::text IS NULL OR e.facility_id = %(facility)s)
  AND (%(family)s::text IS NULL OR e.family = %(family)s)
  AND CASE %(which)s WHEN 'now' THEN e.closed_at IS NULL AND h.id IS NULL
                     WHEN 'shelved' THEN e.closed_at IS NULL AND h.id IS NOT NULL ELSE true END
ORDER BY e.id DESC LIMIT %(limit)s
"""
)
ONE: Final = COLUMNS + "WHERE e.id = %(id)s"
STANDINGS: Final = """
SELECT e.id, e.facility_id AS facility, f.document #> ARRAY['tarp', e.rule] AS plan, p.digest, p.standing,
       (1000 * extract(epoch FROM f.standard_offset))::bigint AS offset_ms
FROM alarm_event e JOIN facility f ON f.id = e.facility_id
JOIN tarp_state p ON (p.facility_id, p.plan) = (e.facility_id, e.rule)
WHERE e.family = 'dam' AND e.type = 'level' AND e.closed_at IS NULL
  AND f.document #> ARRAY['tarp', e.rule] IS NOT NULL
  AND (%(id)s::bigint IS NULL OR e.id = %(id)s) AND (%(facility)s::text IS NULL OR e.facility_id = %(facility)s)
  AND (%(seen)s::text[] IS NULL OR e.facility_id = ANY(%(seen)s))
"""
CONTEXT: Final = """
SELECT c.datastream, c.quantity, c.unit, c.time, c.value, c.quality, o.quality AS quality_since, c.day_before,
       c.sum_24h, c.is_of_plan,
       coalesce(c.limits, '[]') AS limits, l.result AS value_now,
       l.phenomenon_time AS time_now, l.quality AS quality_now
FROM alarm_event e CROSS JOIN jsonb_to_recordset(e.context) AS c (
    datastream text, quantity text, unit text, time timestamptz, value float8, quality int, day_before float8,
    sum_24h float8, is_of_plan boolean, limits jsonb)
LEFT JOIN datastream d ON d.name = c.datastream LEFT JOIN latest l ON l.datastream_id = d.id
LEFT JOIN observation o ON o.datastream_id = d.id AND o.phenomenon_time = c.time
WHERE e.id = %(id)s ORDER BY c.is_of_plan DESC, d.id
"""
ACTIONS: Final = """
SELECT id, level, who, what, due_at, closed_at, closed_by, evidence FROM alarm_action WHERE event_id = %(id)s
ORDER BY level, due_at NULLS LAST, id
"""
HISTORY: Final = """
SELECT id, at, noted_at, kind, level, author, note, detail
FROM alarm_history WHERE event_id = %(id)s ORDER BY id LIMIT 1000
"""
HOLDS: Final = """
SELECT id, facility_id AS facility, family, rule, subject, type, level, kind, reason, author, from_time AS "from", until
FROM alarm_hold WHERE ended_at IS NULL AND until > now()
  AND (%(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s)) ORDER BY until LIMIT 500
"""
NOTES: Final = """
SELECT id, facility_id AS facility, author, written_at, note, listed -> 'alarms' AS alarms, listed -> 'holds' AS holds,
       confirmed_by, confirmed_at
FROM hand_over_note WHERE %(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s) ORDER BY id DESC LIMIT 20
"""
PLANS: Final = """
SELECT p.key AS id, p.value AS plan, coalesce(s.level, 0) AS level,
       to_timestamp(s.through_ms / 1000.0) AS followed_to,
       (SELECT e.id FROM alarm_event e WHERE e.facility_id = f.id AND e.family = 'dam' AND e.rule = p.key
          AND e.type = 'level' AND e.closed_at IS NULL) AS open_alarm
FROM facility f CROSS JOIN jsonb_each(coalesce(f.document -> 'tarp', '{}')) p
LEFT JOIN tarp_state s ON s.facility_id = f.id AND s.plan = p.key
WHERE f.id = %(facility)s ORDER BY p.key
"""
SAID: Final = """
SELECT h.at, h.kind, h.level, e.lowered_by IS NOT NULL AS is_latched
FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id
WHERE e.facility_id = %(facility)s AND e.family = 'dam' AND e.rule = %(rule)s AND e.type = 'level'
  AND coalesce(e.closed_at, 'infinity') >= %(start)s ORDER BY h.id DESC LIMIT 1000
"""
RAISED: Final = """
SELECT e.id, e.facility_id AS facility, e.family, e.rule, e.subject, h.level, h.noted_at
FROM alarm_history h JOIN alarm_event e ON e.id = h.event_id
WHERE alarm_kind_calls(h.kind) AND NOT h.is_unnotified AND h.noted_at >= %(start)s AND h.noted_at < %(end)s
  AND NOT e.is_simulated AND NOT EXISTS (SELECT FROM alarm_holds_of(e, h.noted_at, h.level))
  AND (%(seen)s::text[] IS NULL OR e.facility_id = ANY(%(seen)s))
ORDER BY h.noted_at LIMIT 100000
"""
LEVELS: Final = """
SELECT facility_id AS facility, max(level)::int AS level, array_agg(title ORDER BY level DESC, began_at) AS titles
FROM alarm_event
WHERE family = 'dam' AND type = 'level' AND closed_at IS NULL AND NOT is_simulated AND level > 0 GROUP BY facility_id
"""
ANSWERED: Final = f"""
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {ANSWERED_AFTER})
    FILTER (WHERE acknowledged_at IS NOT NULL AND noted_at >= %(start)s AND NOT is_past AND NOT is_simulated)
    AS median_s,
  coalesce(array_agg(id ORDER BY id) FILTER (WHERE noted_at < now() - interval '1 day'
    AND alarm_state_of(e, now()) IN ('unacknowledged', 'acknowledged', 'returned-unacknowledged')), '{{}}') AS stale
FROM alarm_event e WHERE (%(seen)s::text[] IS NULL OR facility_id = ANY(%(seen)s))
"""
Found = tuple[models.Alarm, bool]


class HighestLevel(NamedTuple):
    """The highest level of record of a facility, and what its alarms are called, the worst first."""

    facility: str
    level: int
    titles: list[str]


class Raised(NamedTuple):
    """One call for attention."""

    id: int
    facility: str
    family: models.Family
    rule: str
    subject: str
    level: int
    noted_at: datetime


class PlanHistory(NamedTuple):
    """A line of the history of a plan's alarms, and whether its level falls by a person alone."""

    at: datetime
    kind: str
    level: int
    is_latched: bool


class Answered(NamedTuple):
    """How soon alarms are seen, and which stand for more than a day."""

    median_s: float | None
    stale: list[int]


class PlanStands(NamedTuple):
    """Where the plan of an alarm stands, as the centre follows it. offset_ms: of the facility's standard time."""

    id: int
    facility: str
    plan: dict[str, Any]
    digest: str
    standing: dict[str, Any]
    offset_ms: int

    def past(self) -> dict[str, int]:
        """Return the highest level of which a test is met, by datastream."""
        plan = msgspec.convert(self.plan, Plan)
        return tarp.standing_from_plain(self.standing, plan, of=self.digest).past(self.offset_ms)


class PlanRow(NamedTuple):
    """A plan of the stored document with what the centre knows of it."""

    id: str
    plan: dict[str, Any]
    level: int
    followed_to: datetime | None
    open_alarm: int | None


def _found(is_public: bool, age_s: float | None, expected_interval_s: float | None, **row: Any) -> Found:
    is_stale = age_s is not None and freshness.is_stale(age_s, expected_interval_s)
    return models.Alarm(is_stale=is_stale, **row), is_public


async def said(database: DatabasePool, facility: str, rule: str, start: datetime) -> list[PlanHistory]:
    """Return what the alarms of a plan that were open since then have said, the newest first."""
    return await database.rows(PlanHistory, SAID, {"facility": facility, "rule": rule, "start": start})


async def listed(
    database: DatabasePool,
    which: Which,
    before: int,
    limit: int,
    facility: str | None,
    family: str | None,
    seen: frozenset[str] | None,
) -> list[models.Alarm]:
    """Return up to `limit` alarms with an id below `before`, the newest first."""
    values: dict[str, Any] = {
        "which": which,
        "before": before,
        "limit": limit,
        "facility": facility,
        "family": family,
        "seen": seen_ids(seen),
    }
    values["past"] = await _past(database, None, facility, values["seen"])
    return [alarm for alarm, _ in await database.rows(_found, LIST, values)]


async def one(database: DatabasePool, id: int) -> Found:
    """Return an alarm and whether its facility is public; raises NotFound."""
    found = await database.row(_found, ONE, {"id": id, "past": await _past(database, id)})
    if found is None:
        raise unknown_alarm(id)
    return found


async def _past(database: DatabasePool, id: int | None, facility: str | None = None, seen: object = None) -> Jsonb:
    """Return the levels whose tests datastreams are past now, a rate or difference too, by the alarm that stands."""
    rows = await database.rows(PlanStands, STANDINGS, {"id": id, "facility": facility, "seen": seen})
    return Jsonb({row.id: {f"{row.facility}:{name}": rank for name, rank in row.past().items()} for row in rows})


async def context(database: DatabasePool, id: int) -> list[models.ReadingsAround]:
    """Return what stood around an alarm when it began, and stands now."""
    return await database.rows(models.ReadingsAround, CONTEXT, {"id": id})


async def actions(database: DatabasePool, id: int) -> list[models.AlarmAction]:
    """Return the actions of an alarm, those of lower levels first."""
    return await database.rows(models.AlarmAction, ACTIONS, {"id": id})


async def history(database: DatabasePool, id: int) -> list[models.HistoryEntry]:
    """Return up to a thousand lines of an alarm's history, the oldest first."""
    return await database.rows(models.HistoryEntry, HISTORY, {"id": id})


async def holds(database: DatabasePool, seen: frozenset[str] | None) -> list[models.Hold]:
    """Return what is held now, what ends next first."""
    return await database.rows(models.Hold, HOLDS, {"seen": seen_ids(seen)})


async def notes(database: DatabasePool, seen: frozenset[str] | None) -> list[models.HandOverNote]:
    """Return the newest hand-over notes of these facilities (None: all)."""
    return await database.rows(models.HandOverNote, NOTES, {"seen": seen_ids(seen)})


async def plans(database: DatabasePool, facility: str) -> Sequence[PlanRow]:
    """Return the plans of a facility."""
    return await database.rows(PlanRow, PLANS, {"facility": facility})


async def raised(database: DatabasePool, start: datetime, end: datetime, seen: frozenset[str] | None) -> list[Raised]:
    """Return up to 100,000 calls for attention of an interval, the oldest first."""
    return await database.rows(Raised, RAISED, {"start": start, "end": end, "seen": seen_ids(seen)})


async def answered(database: DatabasePool, start: datetime, seen: frozenset[str] | None) -> Answered:
    """Return how soon alarms since then were acknowledged, and which stand for more than a day."""
    found = await database.row(Answered, ANSWERED, {"start": start, "seen": seen_ids(seen)})
    return found or Answered(None, [])


async def levels(database: DatabasePool) -> dict[str, HighestLevel]:
    """Return what stands of record in each facility; those without anything are left out."""
    return {found.facility: found for found in await database.rows(HighestLevel, LEVELS, {})}
