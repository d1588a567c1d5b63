"""Plans of the stored facility file, and the approval of one that was given here."""

from datetime import date, datetime
from typing import Final

import msgspec

from ingest import rederive
from ingest.alarms.acting import NotPossible
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings import tarp
from tailings.facility import BadFacility, Facility, Plan

ADD: Final = """
INSERT INTO tarp_approval (facility_id, plan, digest, role, author, note, approved_at, valid_to)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"""
IN_FORCE: Final = """
UPDATE alarm_event SET is_simulated = false
WHERE facility_id = %s AND family = 'dam' AND rule = %s AND closed_at IS NULL"""


class Approval(msgspec.Struct, frozen=True):
    """Who answers for a plan, of which conditions, and until when."""

    plan: str
    digest: str
    role: str
    author: str
    note: str
    valid_to: date | None


def approve(connection: Connection, facility: str, one: Approval, now: datetime) -> None:
    """Put a plan in force as it stands; raise NotPossible when it has changed since it was read."""
    _, plan = stored(connection, facility, one.plan)
    if tarp.digest(plan) != one.digest:
        raise NotPossible(f"plan {one.plan} is not the one that was read: look at it again, then approve")
    if one.valid_to is not None and one.valid_to < now.date():
        raise NotPossible("valid_to lies in the past")
    values = (one.plan, one.digest, one.role, one.author, one.note, now, one.valid_to)
    connection.execute(ADD, (facility, *values))
    connection.execute(IN_FORCE, (facility, one.plan))


def stored(connection: Connection, facility: str, plan: str) -> tuple[Facility, Plan]:
    """Return the facility of the stored file with one of its plans; raise NotPossible."""
    try:
        known = rederive.stored_facility(connection, facility)
    except (RevisionRefused, BadFacility) as error:
        raise NotPossible(str(error)) from error
    if plan not in known.tarp:
        raise NotPossible(f"there is no plan {plan!r} in {facility}; there are {', '.join(known.tarp) or 'none'}")
    return known, known.tarp[plan]
