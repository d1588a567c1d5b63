"""The rules of the equipment: what is wrong with batteries, clocks, lines and machines. All is read from what is stored
anyway.

Each is a question to the database that gives facility, subject and a sentence. The limits below are choices of this
project; ranges and expected values are those of the facility file. What is silent or stale is decided in `sensors`.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

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
    title: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same fault as before."""
        return self.facility, self.rule, self.subject


BATTERY: Final = """
SELECT d.facility_id, d.node_id, format('Battery of node %%s at %%s V', d.node_id, round(l.result::numeric, 2))
FROM datastream d JOIN latest l ON l.datastream_id = d.id
JOIN instrument i ON (i.facility_id, i.node_id, i.id) = (d.facility_id, d.node_id, d.instrument_id)
WHERE i.driver = 'battery' AND d.quantity = 'voltage' AND d.retired_at IS NULL AND l.quality IN (3, 4)
  AND l.result IS NOT NULL AND l.phenomenon_time > %(now)s - interval '7 days'"""
CLOCK: Final = """
SELECT facility_id, sender, format('Clock of %%s is wrong: its packs have no time that could be used', sender)
FROM quarantine WHERE state = 'open' AND received_at > %(now)s - interval '1 day'
  AND reason IN ('no-time', 'in-the-future', 'before-facility', 'time-in-milliseconds', 'relative-time')
  AND facility_id IN (SELECT id FROM facility)
GROUP BY facility_id, sender"""
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
CHANNEL: Final = """
SELECT r.facility_id, r.name,
       format('%%s is not reached: its oldest notice waits since %%s', r.name,
              to_char(min(n.due_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI"Z"'))
FROM notice n JOIN recipient r ON r.id = n.recipient_id
WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND r.ended_at IS NULL AND n.due_at <= %(now)s
GROUP BY r.id HAVING min(n.due_at) < %(now)s - make_interval(mins => %(channel_minutes)s::int)"""

RULES: Final[Mapping[str, str]] = {
    "battery": BATTERY,
    "clock": CLOCK,
    "backlog": BACKLOG,
    "filter-rate": FILTER_RATE,
    "two-nodes": TWO_NODES,
    "channel": CHANNEL,
}
LIMITS: Final[Mapping[str, float]] = {
    "share": FILTERED_SHARE,
    "least": FILTERED_LEAST,
    "backlog": BACKLOG_BATCHES,
    "channel_minutes": CHANNEL_MINUTES,
}
