"""The rules of the equipment: what is wrong with nodes, clocks, lines and machines, and with the alarm chain itself:
an approval that ends, a recipient who is not reached. All is read from what is stored anyway.

Each is a question to the database that gives facility, subject and a sentence. The limits below are choices of this
project; intervals, ranges and expected values are those of the facility file. Who began to listen only now cannot call
a node silent yet: while the centre was away nobody could hear it.
"""

from collections.abc import Mapping
from typing import Final

from wire import limits

SILENT_INTERVALS: Final = 3
FILTERED_SHARE: Final = 0.25
FILTERED_LEAST: Final = 24
BACKLOG_BATCHES: Final = 200
DISK_FREE_SHARE: Final = 0.10
CERTIFICATE_DAYS: Final = 30
APPROVAL_DAYS: Final = 30
CHANNEL_MINUTES: Final = 15

SILENT_NODE: Final = """
SELECT n.facility_id, n.id,
       format('Node %%s is silent since %%s', n.id, to_char(heard.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
FROM node n CROSS JOIN LATERAL (
    SELECT least(max(at), %(now)s) AS at FROM (
        SELECT max(l.phenomenon_time) AS at FROM latest l JOIN datastream d ON d.id = l.datastream_id
        WHERE d.facility_id = n.facility_id AND d.node_id = n.id
        UNION ALL SELECT max(c.stored_at) FROM chapter c WHERE c.facility_id = n.facility_id AND c.sender = n.id
    ) known) heard
WHERE n.retired_at IS NULL AND heard.at IS NOT NULL AND n.expected_interval_s IS NOT NULL
  AND %(now)s - heard.at > make_interval(secs => %(intervals)s * greatest(n.expected_interval_s, 20))
  AND (%(now)s - %(began)s > make_interval(secs => %(intervals)s * greatest(n.expected_interval_s, 20)) OR EXISTS (
      SELECT FROM alarm_event e WHERE (e.facility_id, e.rule, e.subject) = (n.facility_id, 'silent-node', n.id)
        AND e.closed_at IS NULL))"""
BATTERY: Final = """
SELECT d.facility_id, d.node_id, format('Battery of node %%s at %%s V', d.node_id, round(l.result::numeric, 2))
FROM datastream d JOIN latest l ON l.datastream_id = d.id
JOIN instrument i ON (i.facility_id, i.node_id, i.id) = (d.facility_id, d.node_id, d.instrument_id)
WHERE i.driver = 'battery' AND d.quantity = 'voltage' AND d.retired_at IS NULL AND l.quality IN (3, 4)
  AND l.result IS NOT NULL AND l.phenomenon_time > %(now)s - interval '7 days'"""
BAROMETER: Final = """
SELECT d.facility_id, split_part(d.name, ':', 2) || ':' || split_part(d.name, ':', 3),
       CASE WHEN l.quality IN (1, 2) THEN format('Barometer of node %%s has given nothing since %%s', d.node_id,
                 to_char(l.phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
            ELSE format('Barometer of node %%s gives no good value', d.node_id) END
FROM datastream d JOIN latest l ON l.datastream_id = d.id
WHERE d.quantity = 'barometric-pressure' AND d.retired_at IS NULL
  AND (l.quality NOT IN (1, 2)
       OR %(now)s - l.phenomenon_time > make_interval(secs => %(intervals)s * coalesce(d.expected_interval_s, 3600)))"""
# A node's clock by what was refused, as it arrived here: the gateway's clock, which dated it, may be wrong itself. A
# gateway's clock by what it said was its time when it said so, then by its own word, then by what waits because of it.
CLOCK: Final = """
SELECT facility_id, sender, format('Clock of %%s is wrong: its packs have no time that could be used', sender)
FROM quarantine WHERE state = 'open' AND arrived_at > %(now)s - interval '1 day'
  AND reason IN ('no-time', 'clock-ahead', 'before-facility', 'time-in-milliseconds', 'relative-time')
  AND facility_id IN (SELECT id FROM facility)
GROUP BY facility_id, sender
UNION ALL (SELECT DISTINCT ON (facility_id, subject) facility_id, subject, title FROM (
    SELECT 1 AS place, facility_id, '_edge/' || agent_id AS subject,
           format('Clock of gateway %%s is %%s %%s the centre''s', agent_id,
                  to_char(make_interval(secs => round(abs(clock_ahead_s))), 'FMHH24 "h" MI "min"'),
                  CASE WHEN clock_ahead_s > 0 THEN 'ahead of' ELSE 'behind' END) AS title
    FROM agent_state WHERE abs(clock_ahead_s) > %(clock_error_s)s
    UNION ALL SELECT 2, facility_id, '_edge/' || agent_id,
           format('Clock of gateway %%s is wrong: what it would have to date waits in quarantine', agent_id)
    FROM agent_state WHERE is_online AND document -> 'clock' ->> 'state' = 'wrong'
    UNION ALL SELECT 3, q.facility_id, '_edge/' || n.agent_id,
           format('Clock of gateway %%s was wrong: what it would have dated waits in quarantine', n.agent_id)
    FROM quarantine q JOIN node n ON (n.facility_id, n.id) = (q.facility_id, q.sender)
    WHERE q.state = 'open' AND q.arrived_at > %(now)s - interval '1 day' AND q.reason = 'gateway-clock'
) gateways WHERE facility_id IN (SELECT id FROM facility) ORDER BY facility_id, subject, place)"""
BACKLOG: Final = """
SELECT facility_id, '_edge/' || agent_id,
       format('%%s batches wait at gateway %%s, the oldest since %%s', batches, agent_id,
              to_char(oldest_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
FROM agent_state WHERE batches >= %(backlog)s AND %(now)s - oldest_at > interval '1 hour'
  AND facility_id IN (SELECT id FROM facility)"""
FILTER_RATE: Final = """
SELECT d.facility_id, split_part(d.name, ':', 2) || ':' || split_part(d.name, ':', 3),
       format('%%s %%%% of the readings of %%s were doubted in 24 h',
              round(100.0 * sum(h.suspect + h.fail) / sum(h.pass + h.not_evaluated + h.suspect + h.fail)), d.name)
FROM rollup_hour h JOIN datastream d ON d.id = h.datastream_id
WHERE h.start > %(now)s - interval '25 hours' AND h.start <= %(now)s AND d.retired_at IS NULL
GROUP BY d.id HAVING sum(h.pass + h.not_evaluated + h.suspect + h.fail) >= %(least)s
   AND sum(h.suspect + h.fail) > %(share)s * sum(h.pass + h.not_evaluated + h.suspect + h.fail)"""
TWO_NODES: Final = """
SELECT DISTINCT one.facility_id, one.sender, format('Two senders call themselves %%s', one.sender)
FROM chapter one JOIN chapter other
  ON other.facility_id = one.facility_id AND other.sender = one.sender AND other.started_at > one.started_at
WHERE one.updated_at > other.started_at + interval '15 minutes' AND one.updated_at > %(now)s - interval '1 hour'
  AND other.updated_at > %(now)s - interval '1 hour' AND one.facility_id IN (SELECT id FROM facility)"""
# Of the approvals of a plan, that of its file and those given here of just these conditions, the one that ends last.
APPROVAL: Final = """
SELECT f.id, p.key, CASE WHEN last.day < (%(now)s AT TIME ZONE 'UTC')::date
       THEN format('Approval of plan %%s ended on %%s: it only simulates', p.key, last.day)
       ELSE format('Approval of plan %%s ends on %%s', p.key, last.day) END
FROM facility f CROSS JOIN LATERAL jsonb_each(coalesce(f.document -> 'tarp', '{}')) p CROSS JOIN LATERAL (
    SELECT max(day) AS day FROM (
        SELECT coalesce((p.value ->> 'valid_to')::date, 'infinity') AS day
        WHERE p.value ->> 'approved_by' IS NOT NULL AND p.value ->> 'approved_on' IS NOT NULL
        UNION ALL SELECT coalesce(a.valid_to, 'infinity') FROM tarp_approval a
        JOIN tarp_state s ON (s.facility_id, s.plan, s.digest) = (a.facility_id, a.plan, a.digest)
        WHERE a.facility_id = f.id AND a.plan = p.key) known) last
WHERE last.day <= (%(now)s AT TIME ZONE 'UTC')::date + %(approval_days)s::int"""
CHANNEL: Final = """
SELECT r.facility_id, r.name,
       format('%%s is not reached: its oldest notice waits since %%s', r.name,
              to_char(min(n.due_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
FROM notice n JOIN recipient r ON r.id = n.recipient_id
WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND r.ended_at IS NULL AND n.due_at <= %(now)s
GROUP BY r.id HAVING min(n.due_at) < %(now)s - make_interval(mins => %(channel_minutes)s::int)"""
HEARTBEAT: Final = """
SELECT f.id, 'centre', format('Nobody outside watches the centre: %%s takes no heartbeat since %%s', min(h.host),
       to_char(min(h.failing_since) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
FROM heartbeat h CROSS JOIN facility f
WHERE h.failing_since < %(now)s - make_interval(mins => %(channel_minutes)s::int) GROUP BY f.id"""

RULES: Final[Mapping[str, str]] = {
    "silent-node": SILENT_NODE,
    "battery": BATTERY,
    "barometer": BAROMETER,
    "clock": CLOCK,
    "backlog": BACKLOG,
    "filter-rate": FILTER_RATE,
    "two-nodes": TWO_NODES,
    "approval": APPROVAL,
    "channel": CHANNEL,
    "heartbeat": HEARTBEAT,
}
LIMITS: Final[Mapping[str, float]] = {
    "intervals": SILENT_INTERVALS,
    "share": FILTERED_SHARE,
    "least": FILTERED_LEAST,
    "backlog": BACKLOG_BATCHES,
    "approval_days": APPROVAL_DAYS,
    "channel_minutes": CHANNEL_MINUTES,
    "clock_error_s": limits.MAX_CLOCK_ERROR_S,
}
