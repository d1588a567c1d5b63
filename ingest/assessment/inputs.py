"""What the assessment of a facility is made from, read inside the open transaction: values only, judged elsewhere."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from ingest import versions
from ingest.values import Connection
from tailings import tarp
from tailings.assess import diagnosis, freshness
from tailings.assess.assessment import AlarmRecord, AssessmentInputs, PlanInput
from tailings.assess.diagnosis import NodeSigns
from tailings.assess.model import DatastreamCounts, DueAction, WaterCompliance
from tailings.facility import Facility
from tailings.levels import LEVELS, LevelWord
from tailings.uncertainty import NewestUncertainties
from wire import quality as flag

STATES: Final = "SELECT plan, digest, standing FROM tarp_state WHERE facility_id = %s"
# Since when a plan stands at its level or above. Where a role lowers it, it stands through every fall of the values;
# else the newest rise counts. A step that is not known any more (other conditions since) leaves the alarm's beginning.
SINCE: Final = """CASE WHEN e.level > 0 THEN coalesce((
    SELECT CASE WHEN e.lowered_by IS NULL THEN max(s.at) ELSE min(s.at) END FROM tarp_level_change s
    WHERE s.facility_id = e.facility_id AND s.plan = e.rule AND s.withdrawn_at IS NULL AND s.at >= e.began_at
      AND s.before < e.level AND s.after >= e.level AND s.at > coalesce((
          SELECT max(h.at) FROM alarm_history h WHERE h.event_id = e.id AND h.kind = 'lowered'), '-infinity')
), e.began_at) END"""
RECORDS: Final = f"""
SELECT e.rule, e.level, {SINCE}, e.id, e.acknowledged_at IS NOT NULL, (alarm_hold_of(e, %s)).until
FROM alarm_event e
WHERE e.facility_id = %s AND e.family = 'dam' AND e.type = 'level' AND e.closed_at IS NULL AND NOT e.is_simulated"""
ACTIONS: Final = """
SELECT a.id, e.id, e.rule, a.level, a.who, a.what, a.due_at FROM alarm_action a JOIN alarm_event e ON e.id = a.event_id
WHERE e.facility_id = %s AND e.closed_at IS NULL AND NOT e.is_simulated AND a.closed_at IS NULL
ORDER BY a.due_at NULLS LAST LIMIT 500"""
READINGS: Final = """
SELECT extract(epoch FROM %s - l.phenomenon_time)::float8, d.expected_interval_s, l.quality
FROM datastream d LEFT JOIN latest l ON l.datastream_id = d.id
WHERE d.facility_id = %s AND d.retired_at IS NULL"""
NODES: Final = """
SELECT n.id, n.agent_id, n.expected_interval_s,
       extract(epoch FROM %(now)s - t.heard_at)::float8,
       extract(epoch FROM %(now)s - to_timestamp((w.word ->> 'lost_ms')::float8 / 1000))::float8,
       coalesce((w.word ->> 'asks_time')::bool, false), g.is_online, coalesce(b.quality IN (3, 4), false),
       coalesce(q.reason, '')
FROM node n
JOIN node_contact t ON t.facility_id = n.facility_id AND t.node_id = n.id
LEFT JOIN node_battery b ON b.facility_id = n.facility_id AND b.node_id = n.id
LEFT JOIN agent_state g ON g.facility_id = n.facility_id AND g.agent_id = n.agent_id
LEFT JOIN LATERAL (SELECT g.document -> 'nodes' -> n.id AS word WHERE g.is_online) w ON true
LEFT JOIN LATERAL (
    SELECT reason FROM quarantine WHERE facility_id = n.facility_id AND sender = n.id AND state = 'open'
      AND arrived_at > greatest(%(now)s - interval '1 day', t.read_at + make_interval(secs => %(still_refused_s)s))
    ORDER BY arrived_at DESC LIMIT 1) q ON true
WHERE n.facility_id = %(facility)s AND n.retired_at IS NULL ORDER BY n.id"""


def gather(
    connection: Connection,
    facility: Facility,
    now: datetime,
    known: NewestUncertainties | None,
    water: WaterCompliance | None = None,
) -> AssessmentInputs:
    """Read the inputs of one facility; known: the uncertainties of its newest values; water: what its limits say."""
    asked = {"now": now, "facility": facility.id, "still_refused_s": diagnosis.STILL_REFUSED_S}
    return AssessmentInputs(
        facility,
        tuple(_plans(connection, facility, now)),
        tuple(_node(*row) for row in connection.execute(NODES, asked).fetchall()),
        tuple(_action(now, *row) for row in connection.execute(ACTIONS, (facility.id,)).fetchall()),
        _counts(connection.execute(READINGS, (now, facility.id)).fetchall()),
        known=known,
        water=water,
    )


def _plans(connection: Connection, facility: Facility, now: datetime) -> Iterator[PlanInput]:
    states = {plan: (digest, standing) for plan, digest, standing in connection.execute(STATES, (facility.id,))}
    given = versions.given(connection, facility.id)
    records = {rule: AlarmRecord(*rest) for rule, *rest in connection.execute(RECORDS, (now, facility.id)).fetchall()}
    for plan in facility.tarp.values():
        digest, standing = states.get(plan.id, ("", {}))
        known = tarp.standing_from_plain(standing, plan, of=digest)
        state = tarp.state_of(plan, now.date(), given)
        yield PlanInput(plan, state, known, records.get(plan.id, AlarmRecord()), plan.is_limit)


def _action(
    now: datetime, action: int, alarm: int, plan: str, rank: int, who: str, what: str, due: datetime | None
) -> DueAction:
    level: LevelWord = LEVELS[rank]
    return DueAction(action, alarm, plan, level, who, what=what, due=due, is_overdue=due is not None and due < now)


def _counts(rows: list[tuple[Any, ...]]) -> DatastreamCounts:
    found = dict.fromkeys(DatastreamCounts.__struct_fields__, 0)
    for age_s, interval_s, quality in rows:
        if age_s is None:
            found["never"] += 1
        elif freshness.is_stale(age_s, interval_s):
            found["stale"] += 1
        else:
            found["fresh"] += 1
            if kind := {flag.SUSPECT: "suspect", flag.FAIL: "rejected", flag.MISSING: "missing"}.get(quality):
                found[kind] += 1
    return DatastreamCounts(**found)


def _node(
    node: str,
    agent: str | None,
    interval_s: float | None,
    age_s: float | None,
    link_lost_s: float | None,
    asks_time: bool,
    is_agent_online: bool | None,
    is_battery_low: bool,
    refused: str,
) -> NodeSigns:
    return NodeSigns(
        node=node,
        agent=agent,
        is_silent=age_s is None or freshness.is_stale(age_s, interval_s),
        age_s=age_s,
        noticed_after_s=freshness.stale_after_s(interval_s or 0.0),
        is_battery_low=is_battery_low,
        refused=refused,
        asks_time=asks_time,
        link_lost_s=link_lost_s,
        is_agent_online=is_agent_online,
    )
