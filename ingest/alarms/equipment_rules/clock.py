"""The clock of a node or of a gateway is wrong.

A node's by what was refused, as it arrived here: the gateway's clock, which dated it, may be wrong itself. A gateway's
by what it said was its time when it said so, then by its own word, then by what waits because of it.

Source: our own rule; the limit is that of the wire (docs/wire.md).
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import Fault, Inspection
from wire import limits

QUESTION: Final = """
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


def find(inspection: Inspection) -> Iterator[Fault]:
    """Ask the database."""
    return inspection.ask(QUESTION, clock_error_s=limits.MAX_CLOCK_ERROR_S)
