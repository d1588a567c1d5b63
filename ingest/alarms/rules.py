"""The rules of the equipment: what is wrong with batteries, clocks, lines and machines. All is read from what is stored
anyway.

Each is a question to the database that gives facility, subject and what is wrong, as a code and values
(`texts.record` makes the sentence). The limits below are choices of this
project; ranges and expected values are those of the facility file. What is silent or stale is decided in `sensors`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from wire import limits

FILTERED_SHARE: Final = 0.25
FILTERED_LEAST: Final = 24
BACKLOG_BATCHES: Final = 200
DISK_FREE_SHARE: Final = 0.10
CERTIFICATE_DAYS: Final = 30
APPROVAL_DAYS: Final = 30
CHANNEL_MINUTES: Final = 15


class Fault(msgspec.Struct, frozen=True):
    """Something of the equipment that is wrong now."""

    facility: str
    rule: str
    subject: str
    detail: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same fault as before."""
        return self.facility, self.rule, self.subject


def coded(code: str, **values: Any) -> Mapping[str, Any]:
    """Give what is wrong as it is stored: a code of `texts.record` and the values of its sentence."""
    return {"code": code, **values}


def instant(at: datetime) -> str:
    """Give an instant as a value that is stored, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


BATTERY: Final = """
SELECT d.facility_id, d.node_id,
       jsonb_build_object('code', 'battery', 'node', d.node_id, 'voltage_v', round(l.result::numeric, 2))
FROM datastream d JOIN latest l ON l.datastream_id = d.id
JOIN instrument i ON (i.facility_id, i.node_id, i.id) = (d.facility_id, d.node_id, d.instrument_id)
WHERE i.driver = 'battery' AND d.quantity = 'voltage' AND d.retired_at IS NULL AND l.quality IN (3, 4)
  AND l.result IS NOT NULL AND l.phenomenon_time > %(now)s - interval '7 days'"""
# A node's clock by what was refused, as it arrived here: the gateway's clock, which dated it, may be wrong itself. A
# gateway's clock by what it said was its time when it said so, then by its own word, then by what waits because of it.
CLOCK: Final = """
SELECT facility_id, sender, jsonb_build_object('code', 'sender-clock', 'sender', sender)
FROM quarantine WHERE state = 'open' AND arrived_at > %(now)s - interval '1 day'
  AND reason IN ('no-time', 'clock-ahead', 'before-facility', 'time-in-milliseconds', 'relative-time')
  AND facility_id IN (SELECT id FROM facility)
GROUP BY facility_id, sender
UNION ALL (SELECT DISTINCT ON (facility_id, subject) facility_id, subject, detail FROM (
    SELECT 1 AS place, facility_id, '_edge/' || agent_id AS subject,
           jsonb_build_object(
               'code', CASE WHEN clock_ahead_s > 0 THEN 'gateway-ahead' ELSE 'gateway-behind' END, 'gateway', agent_id,
               'hours', div(round(abs(clock_ahead_s))::numeric, 3600),
               'minutes', div(mod(round(abs(clock_ahead_s))::numeric, 3600), 60)) AS detail
    FROM agent_state WHERE abs(clock_ahead_s) > %(clock_error_s)s
    UNION ALL SELECT 2, facility_id, '_edge/' || agent_id,
           jsonb_build_object('code', 'gateway-wrong', 'gateway', agent_id)
    FROM agent_state WHERE is_online AND document -> 'clock' ->> 'state' = 'wrong'
    UNION ALL SELECT 3, q.facility_id, '_edge/' || n.agent_id,
           jsonb_build_object('code', 'gateway-was-wrong', 'gateway', n.agent_id)
    FROM quarantine q JOIN node n ON (n.facility_id, n.id) = (q.facility_id, q.sender)
    WHERE q.state = 'open' AND q.arrived_at > %(now)s - interval '1 day' AND q.reason = 'gateway-clock'
) gateways WHERE facility_id IN (SELECT id FROM facility) ORDER BY facility_id, subject, place)"""
BACKLOG: Final = """
SELECT facility_id, '_edge/' || agent_id,
       jsonb_build_object('code', 'backlog', 'batches', batches, 'gateway', agent_id,
                          'oldest_at', to_char(oldest_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM agent_state WHERE batches >= %(backlog)s AND %(now)s - oldest_at > interval '1 hour'
  AND facility_id IN (SELECT id FROM facility)"""
FILTER_RATE: Final = """
SELECT d.facility_id, split_part(d.name, ':', 2) || ':' || split_part(d.name, ':', 3),
       jsonb_build_object('code', 'filter-rate', 'datastream', d.name, 'percent',
           round(100.0 * sum(h.suspect + h.fail) / sum(h.pass + h.not_evaluated + h.suspect + h.fail)))
FROM rollup_hour h JOIN datastream d ON d.id = h.datastream_id
WHERE h.start > %(now)s - interval '25 hours' AND h.start <= %(now)s AND d.retired_at IS NULL
GROUP BY d.id HAVING sum(h.pass + h.not_evaluated + h.suspect + h.fail) >= %(least)s
   AND sum(h.suspect + h.fail) > %(share)s * sum(h.pass + h.not_evaluated + h.suspect + h.fail)"""
TWO_NODES: Final = """
SELECT DISTINCT one.facility_id, one.sender, jsonb_build_object('code', 'two-nodes', 'sender', one.sender)
FROM chapter one JOIN chapter other
  ON other.facility_id = one.facility_id AND other.sender = one.sender AND other.started_at > one.started_at
WHERE one.updated_at > other.started_at + interval '15 minutes' AND one.updated_at > %(now)s - interval '1 hour'
  AND other.updated_at > %(now)s - interval '1 hour' AND one.facility_id IN (SELECT id FROM facility)"""
CHANNEL: Final = """
SELECT r.facility_id, r.name,
       jsonb_build_object('code', 'channel', 'recipient', r.name,
                          'oldest_at', to_char(min(n.due_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM notice n JOIN recipient r ON r.id = n.recipient_id
WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND r.ended_at IS NULL AND n.due_at <= %(now)s
GROUP BY r.id HAVING min(n.due_at) < %(now)s - make_interval(mins => %(channel_minutes)s::int)"""
HEARTBEAT: Final = """
SELECT f.id, 'centre', jsonb_build_object('code', 'heartbeat', 'host', min(h.host), 'failing_at',
       to_char(min(h.failing_since) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
FROM heartbeat h CROSS JOIN facility f
WHERE h.failing_since < %(now)s - make_interval(mins => %(channel_minutes)s::int) GROUP BY f.id"""

RULES: Final[Mapping[str, str]] = {
    "battery": BATTERY,
    "clock": CLOCK,
    "backlog": BACKLOG,
    "filter-rate": FILTER_RATE,
    "two-nodes": TWO_NODES,
    "channel": CHANNEL,
    "heartbeat": HEARTBEAT,
}
LIMITS: Final[Mapping[str, float]] = {
    "share": FILTERED_SHARE,
    "least": FILTERED_LEAST,
    "backlog": BACKLOG_BATCHES,
    "channel_minutes": CHANNEL_MINUTES,
    "clock_error_s": limits.MAX_CLOCK_ERROR_S,
}
