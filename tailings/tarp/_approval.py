"""An approval that was given beside the facility file, laid over the plan that it is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

import msgspec

from tailings.facility.model import Facility
from tailings.facility.plans import Plan, Text
from tailings.tarp._text import digest


class Approval(msgspec.Struct, frozen=True):
    """Who answers for a plan, of which conditions (their digest), from which day until which (None: no end)."""

    plan: Annotated[str, msgspec.Meta(max_length=200)]
    digest: Annotated[str, msgspec.Meta(max_length=64)]
    approved_by: Text
    approved_on: dt.date
    valid_to: dt.date | None = None


def with_approvals(facility: Facility, approvals: Iterable[Approval], day: dt.date) -> Facility:
    """The facility with the approvals that hold on this day, for plans whose own does not; later ones count more."""
    plans = dict(facility.tarp)
    for one in approvals:
        plan = facility.tarp.get(one.plan)
        if plan is not None and (found := approved(plan, one, day)).is_in_force(day):
            plans[plan.id] = found
    return msgspec.structs.replace(facility, tarp=plans)


def approved(plan: Plan, one: Approval, day: dt.date) -> Plan:
    """The plan with this approval in place of its own, unless its own holds on this day.

    One of other conditions than the plan now has says nothing about it.
    """
    if plan.is_in_force(day) or digest(plan) != one.digest:
        return plan
    return msgspec.structs.replace(
        plan, approved_by=one.approved_by, approved_on=one.approved_on, valid_to=one.valid_to
    )
