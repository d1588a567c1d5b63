"""Whether a plan calls people on a day: by its facility file, and by what was approved and withdrawn beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Final, Literal, Protocol

import msgspec

from tailings.facility.model import Facility
from tailings.facility.plans import Plan, Text
from tailings.tarp._text import digest

PlanState = Literal["simulated", "in-force", "approval-ended"]
"""simulated: it was never approved, or was withdrawn, and calls nobody. approval-ended: it goes on calling, and says
so, until somebody renews it or withdraws it on purpose."""
SIMULATED: Final = "simulated"
IN_FORCE: Final = "in-force"
ENDED: Final = "approval-ended"


class Approval(msgspec.Struct, frozen=True):
    """Who answers for a plan, of which conditions (their digest), from which day until which (None: no end).

    withdrawn_on: from this day on it says nothing any more.
    """

    plan: Annotated[str, msgspec.Meta(max_length=200)]
    digest: Annotated[str, msgspec.Meta(max_length=64)]
    approved_by: Text
    approved_on: dt.date
    valid_to: dt.date | None = None
    withdrawn_on: dt.date | None = None


class Withdrawal(msgspec.Struct, frozen=True):
    """Who withdrew a plan, and on which day: what its file says of an approval until that day holds no more."""

    plan: Annotated[str, msgspec.Meta(max_length=200)]
    withdrawn_by: Text
    withdrawn_on: dt.date


class GivenApprovals(msgspec.Struct, frozen=True):
    """What was approved and withdrawn beside the facility file, the oldest first."""

    approvals: Annotated[tuple[Approval, ...], msgspec.Meta(max_length=200)]
    withdrawals: Annotated[tuple[Withdrawal, ...], msgspec.Meta(max_length=200)] = ()


NOTHING: Final = GivenApprovals(())


class _Dated(Protocol):
    """What a file and what an approval beside it say alike."""

    @property
    def approved_on(self) -> dt.date | None: ...
    @property
    def valid_to(self) -> dt.date | None: ...
    @property
    def withdrawn_on(self) -> dt.date | None: ...


def state_of(plan: Plan, day: dt.date, given: GivenApprovals = NOTHING) -> PlanState:
    """The state of a plan on a day. given: none for a plan that has what was given beside its file laid over it."""
    if plan.is_limit:
        return IN_FORCE
    known = approved(plan, day, given)
    if known.approved_by is None or not _counts(known, day):
        return SIMULATED
    return IN_FORCE if known.valid_to is None or day <= known.valid_to else ENDED


def calls(plan: Plan, day: dt.date, given: GivenApprovals = NOTHING) -> bool:
    """Whether a plan calls people on a day."""
    return state_of(plan, day, given) != SIMULATED


def ended_on(plan: Plan, day: dt.date, given: GivenApprovals = NOTHING) -> dt.date | None:
    """The last day of the approval that has ended; None: none has."""
    return approved(plan, day, given).valid_to if state_of(plan, day, given) == ENDED else None


def with_approvals(facility: Facility, given: GivenApprovals, day: dt.date) -> Facility:
    """The facility, its plans with what was approved and withdrawn beside its file until this day."""
    plans = {name: approved(plan, day, given) for name, plan in facility.tarp.items()}
    return msgspec.structs.replace(facility, tarp=plans)


def approved(plan: Plan, day: dt.date, given: GivenApprovals = NOTHING) -> Plan:
    """The plan with the approval that counts on this day in place of its own, and with its newest withdrawal.

    Of several the one that ends last counts; of those the file's, then the latest. An approval of other conditions
    than the plan now has says nothing about it.
    """
    own = _with_withdrawal(plan, day, given)
    mark = digest(plan) if any(one.plan == plan.id for one in given.approvals) else ""
    found: Plan | Approval | None = own if _counts(own, day) else None
    for one in _given_to(plan, day, given):
        if one.digest == mark and (found is None or _ends_later(one, found)):
            found = one
    if found is None or found is own:
        return own
    return msgspec.structs.replace(
        plan, approved_by=found.approved_by, approved_on=found.approved_on, valid_to=found.valid_to
    )


def lost_approval(plan: Plan, day: dt.date, given: GivenApprovals = NOTHING) -> Approval | None:
    """The newest approval that still counts, but of other conditions, of a plan that simulates; None: there is none."""
    if calls(plan, day, given):
        return None
    mark = digest(plan)
    others = (one for one in _given_to(plan, day, given) if one.digest != mark)
    return max(others, key=lambda one: one.approved_on, default=None)


def is_withdrawn(plan: _Dated, day: dt.date) -> bool:
    """Whether a plan was withdrawn by this day; an approval that was given since counts all the same."""
    return plan.withdrawn_on is not None and plan.withdrawn_on <= day


def _given_to(plan: Plan, day: dt.date, given: GivenApprovals) -> Iterator[Approval]:
    """The approvals of a plan beside its file that count, of whatever conditions."""
    gone = plan.withdrawn_on if is_withdrawn(plan, day) else None
    counting = (one for one in given.approvals if one.plan == plan.id and _counts(one, day))
    return (one for one in counting if gone is None or one.approved_on > gone)


def _counts(one: _Dated, day: dt.date) -> bool:
    """Whether an approval was given by this day, and not withdrawn since; its end is another question."""
    if one.approved_on is None or one.approved_on > day:
        return False
    return one.withdrawn_on is None or not one.approved_on <= one.withdrawn_on <= day


def _ends_later(one: Approval, other: Plan | Approval) -> bool:
    last = dt.date.max
    if (one.valid_to or last) == (other.valid_to or last):
        return isinstance(other, Approval)
    return (one.valid_to or last) > (other.valid_to or last)


def _with_withdrawal(plan: Plan, day: dt.date, given: GivenApprovals) -> Plan:
    """The plan with the newest withdrawal until this day: its file's own, or one that was given beside it."""
    own = plan.withdrawn_on if is_withdrawn(plan, day) else None
    others = [one for one in given.withdrawals if one.plan == plan.id and one.withdrawn_on <= day]
    newest = max(others, key=lambda one: one.withdrawn_on, default=None)
    if newest is None or (own is not None and own >= newest.withdrawn_on):
        return plan
    return msgspec.structs.replace(plan, withdrawn_on=newest.withdrawn_on, withdrawn_by=newest.withdrawn_by)
