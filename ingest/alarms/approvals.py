"""Whether the plans of a facility call people: kept beside their level, and taken over by the events that stand."""

from datetime import datetime
from typing import Final

from ingest.alarms import record
from ingest.alarms.record import HistoryRow
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Plan

KEEP: Final = """
UPDATE tarp_state SET approval = %(approval)s, approval_ended_on = %(ended_on)s
WHERE facility_id = %(facility)s AND plan = %(plan)s
  AND (approval, approval_ended_on) IS DISTINCT FROM (%(approval)s, %(ended_on)s::date)"""
OTHERWISE: Final = """
SELECT id, greatest(level, signal) FROM alarm_event
WHERE facility_id = %s AND family = 'dam' AND rule = %s AND closed_at IS NULL AND is_simulated = %s FOR UPDATE"""
CALL: Final = """
UPDATE alarm_event SET is_simulated = false, acknowledged_at = NULL, acknowledged_by = NULL WHERE id = %s"""
SIMULATE: Final = "UPDATE alarm_event SET is_simulated = true WHERE id = %s"


def take_in(
    connection: Connection, facility: str, plan: Plan, given: tarp.GivenApprovals, now: datetime
) -> tarp.PlanState:
    """Return the state of a plan today, keep it, and let its open events follow.

    What stands when a plan comes into force calls as a rise does; what stands when it is withdrawn calls nobody more.
    An event goes on calling when the conditions changed and nobody approved them: those that raised it were approved.
    """
    day = now.date()
    known = tarp.approved(plan, day, given)
    state = tarp.state_of(known, day)
    place = {"facility": facility, "plan": plan.id}
    connection.execute(KEEP, {**place, "approval": state, "ended_on": tarp.ended_on(known, day)})
    if tarp.calls(known, day):
        for event_id, level in connection.execute(OTHERWISE, (facility, plan.id, True)).fetchall():
            if level > 0:
                connection.execute(CALL, (event_id,))
                record.note(connection, event_id, HistoryRow("in-force", level, now, noted_at=now))
    elif tarp.is_withdrawn(known, day):
        for event_id, level in connection.execute(OTHERWISE, (facility, plan.id, False)).fetchall():
            connection.execute(SIMULATE, (event_id,))
            record.note(connection, event_id, HistoryRow("simulated", level, now, noted_at=now, is_untold=True))
    return state
