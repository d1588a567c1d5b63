"""The clock of a node or of a gateway is wrong.

A node's by what was refused, as it arrived here: the gateway's clock, which dated it, may be wrong itself. Senders that
no facility file has are one subject together, or whoever makes them up would raise an alarm with each. A gateway's by
what it said was its time when it said so, then by its own word, then by what waits because of it.

Source: our own rule; the limit is that of the wire (docs/wire.md).
"""

from collections.abc import Iterator
from typing import Final

from ingest.alarms.equipment_rules import EquipmentFault, Inspection
from ingest.store.bounds import NOBODY
from wire import limits

QUESTION: Final = """
SELECT facility_id, subject, CASE WHEN subject = %(nobody)s
    THEN jsonb_build_object('code', 'strangers-clock', 'senders', count(DISTINCT sender))
    ELSE jsonb_build_object('code', 'sender-clock', 'sender', subject) END
FROM (
    SELECT facility_id, sender, CASE WHEN starts_with(sender, '_edge/') OR EXISTS
        (SELECT FROM node n WHERE (n.facility_id, n.id) = (q.facility_id, q.sender))
        THEN sender ELSE %(nobody)s END AS subject
    FROM quarantine q WHERE state = 'open' AND arrived_at > %(now)s - interval '1 day'
      AND reason IN ('no-time', 'clock-ahead', 'before-facility', 'time-in-milliseconds', 'relative-time')
      AND facility_id IN (SELECT id FROM facility)
) senders GROUP BY facility_id, subject
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


def find(inspection: Inspection) -> Iterator[EquipmentFault]:
    """Ask the database."""
    return inspection.ask(QUESTION, clock_error_s=limits.MAX_CLOCK_ERROR_S, nobody=NOBODY)
