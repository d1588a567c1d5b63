"""Plans of the stored facility file: approved here, and withdrawn."""

from datetime import date, datetime
from typing import Final

import msgspec

from ingest import rederive, versions
from ingest.alarms import approvals
from ingest.alarms.operator_actions import NotPossible
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings import tarp
from tailings.facility import BadFacility, Facility, Plan

ADD: Final = """
INSERT INTO tarp_approval (facility_id, plan, digest, role, author, note, approved_at, valid_to)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"""
WITHDRAW: Final = """
INSERT INTO tarp_withdrawal (facility_id, plan, role, author, note, withdrawn_at) VALUES (%s, %s, %s, %s, %s, %s)"""


class Approval(msgspec.Struct, frozen=True):
    """Who answers for a plan, of which conditions, and until when."""

    plan: str
    digest: str
    role: str
    author: str
    note: str
    valid_to: date | None


class Withdrawal(msgspec.Struct, frozen=True):
    """Who withdraws a plan, and why."""

    plan: str
    role: str
    author: str
    note: str


def approve(connection: Connection, facility: str, one: Approval, now: datetime) -> None:
    """Put a plan in force as it stands; raise NotPossible when it has changed since it was read.

    What stands by then calls, as a rise does.
    """
    _, plan = stored(connection, facility, one.plan)
    if tarp.digest(plan) != one.digest:
        raise NotPossible(f"plan {one.plan} is not the one that was read: look at it again, then approve")
    if one.valid_to is not None and one.valid_to < now.date():
        raise NotPossible("valid_to lies in the past")
    values = (one.plan, one.digest, one.role, one.author, one.note, now, one.valid_to)
    connection.execute(ADD, (facility, *values))
    if approvals.take_in(connection, facility, plan, versions.given(connection, facility), now) == "simulated":
        raise NotPossible(
            f"the facility file withdraws plan {one.plan} on {plan.withdrawn_on}: take withdrawn_on and withdrawn_by "
            "out of the file, or approve it there"
        )


def withdraw(connection: Connection, facility: str, one: Withdrawal, now: datetime) -> None:
    """Let a plan simulate from now on, until it is approved anew; raise NotPossible when it does so already."""
    _, plan = stored(connection, facility, one.plan)
    if not tarp.calls(plan, now.date(), versions.given(connection, facility)):
        raise NotPossible(f"plan {one.plan} only simulates already: there is no approval to withdraw")
    connection.execute(WITHDRAW, (facility, one.plan, one.role, one.author, one.note, now))
    approvals.take_in(connection, facility, plan, versions.given(connection, facility), now)


def stored(connection: Connection, facility: str, plan: str) -> tuple[Facility, Plan]:
    """Return the facility of the stored file with one of its plans; raise NotPossible."""
    try:
        known = rederive.stored_facility(connection, facility)
    except (RevisionRefused, BadFacility) as error:
        raise NotPossible(str(error)) from error
    if plan not in known.tarp:
        raise NotPossible(f"there is no plan {plan!r} in {facility}; there are {', '.join(known.tarp) or 'none'}")
    return known, known.tarp[plan]
