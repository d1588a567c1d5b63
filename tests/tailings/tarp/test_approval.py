"""Whether a plan calls on a day, by its file and by what was approved and withdrawn beside it.

Expected: design, field guide 2.5 (approval by the Engineer of Record with validity dates), and the decision that an
approval that ends silences nothing, while a withdrawal does.
"""

import datetime as dt

import msgspec
import pytest

from tailings import tarp
from tailings.facility import BadFacility, Facility, Plan, parse
from tests.tailings.facilities import VALE
from tests.tailings.tarp.plans import OVERTOPPING

DAY = dt.date(2026, 6, 1)
BEFORE, LAST, AFTER = dt.date(2026, 5, 31), dt.date(2026, 12, 31), dt.date(2027, 1, 1)
APPROVED = parse(VALE.read_text() + OVERTOPPING)
OWN = APPROVED.tarp["overtopping"]
PLAN = msgspec.structs.replace(OWN, approved_by=None, approved_on=None, valid_to=None)
ROLE, DEPUTY = "Engineer of Record", "Deputy"
GIVEN = tarp.Approval("overtopping", tarp.digest(PLAN), ROLE, DAY, LAST)
GONE = tarp.Withdrawal("overtopping", ROLE, DAY)


def replaced(plan: Plan, **changes: object) -> Plan:
    """The plan with other dates in its file."""
    return msgspec.structs.replace(plan, **changes)


def given(*some: tarp.Approval | tarp.Withdrawal) -> tarp.GivenApprovals:
    """What was given beside the file, in this order."""
    approvals = tuple(one for one in some if isinstance(one, tarp.Approval))
    return tarp.GivenApprovals(approvals, tuple(one for one in some if isinstance(one, tarp.Withdrawal)))


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, DAY, "in-force"),
        ({}, LAST, "in-force"),
        ({}, AFTER, "approval-ended"),
        ({}, dt.date(2040, 1, 1), "approval-ended"),
        ({}, BEFORE, "simulated"),
        ({"valid_to": None}, dt.date(2030, 1, 1), "in-force"),
        ({"withdrawn_on": LAST}, dt.date(2026, 12, 30), "in-force"),
        ({"withdrawn_on": LAST}, LAST, "simulated"),
        ({"withdrawn_on": AFTER}, dt.date(2030, 1, 1), "simulated"),
        ({"digest": "0" * 64}, DAY, "simulated"),
        ({"plan": "piping"}, DAY, "simulated"),
    ],
)
def test_it_holds_for_its_conditions_and_calls_until_it_is_withdrawn(
    changes: dict[str, object], day: dt.date, expected: str
) -> None:
    """First and last day count; after them it has ended and goes on calling. Of other conditions it says nothing."""
    assert tarp.state_of(PLAN, day, given(msgspec.structs.replace(GIVEN, **changes))) == expected


FILE: dict[str, tuple[dict[str, object], list[tarp.Approval | tarp.Withdrawal], str]] = {
    "its own": ({}, [], "in-force"),
    "its own has ended": ({"valid_to": BEFORE}, [], "approval-ended"),
    "its own has ended, another holds": ({"valid_to": BEFORE}, [GIVEN], "in-force"),
    "the file withdraws it": ({"withdrawn_on": DAY, "withdrawn_by": ROLE}, [], "simulated"),
    "the file withdraws it tomorrow": ({"withdrawn_on": LAST, "withdrawn_by": ROLE}, [], "in-force"),
    "approved in the file after that": ({"withdrawn_on": dt.date(2024, 6, 30), "withdrawn_by": ROLE}, [], "in-force"),
    "what the file withdraws, it withdraws here": ({"withdrawn_on": DAY, "withdrawn_by": ROLE}, [GIVEN], "simulated"),
    "withdrawn beside the file": ({}, [GONE], "simulated"),
    "withdrawn, then approved on the same day": ({}, [GONE, GIVEN], "in-force"),
    "another plan is withdrawn": ({}, [tarp.Withdrawal("piping", ROLE, DAY)], "in-force"),
    "withdrawn tomorrow": ({}, [tarp.Withdrawal("overtopping", ROLE, LAST)], "in-force"),
}


@pytest.mark.parametrize("name", FILE)
def test_file_and_what_was_given_beside_it(name: str) -> None:
    """On the day of the approval, by its name; laid over the plan it gives the same, as at a gateway."""
    changes, some, expected = FILE[name]
    plan = replaced(OWN, **changes)
    laid = tarp.with_approvals(msgspec.structs.replace(APPROVED, tarp={plan.id: plan}), given(*some), DAY)

    assert tarp.state_of(plan, DAY, given(*some)) == expected
    assert tarp.state_of(laid.tarp[plan.id], DAY) == expected


def test_the_approval_that_ends_last_counts_and_the_later_one_before_the_earlier() -> None:
    """Names: of the file, which has no end; of the later one; one that is over hides none that holds."""
    unapproved = msgspec.structs.replace(APPROVED, tarp={"overtopping": PLAN})
    over = msgspec.structs.replace(GIVEN, approved_by="Late", valid_to=DAY)
    by = [
        tarp.with_approvals(facility, given(*some), DAY).tarp["overtopping"].approved_by
        for facility, some in (
            (APPROVED, [GIVEN]),
            (unapproved, [GIVEN, msgspec.structs.replace(GIVEN, approved_by=DEPUTY)]),
            (unapproved, [GIVEN, over]),
        )
    ]

    assert by == [OWN.approved_by, DEPUTY, ROLE]


def test_an_approval_that_ended_says_when() -> None:
    """The last day, while it goes on calling; none before, and none of a plan that calls nobody."""
    days = [tarp.ended_on(PLAN, day, given(GIVEN)) for day in (LAST, AFTER)]

    assert days == [None, LAST]
    assert tarp.ended_on(PLAN, AFTER) is None


def test_an_approval_of_other_conditions_is_missed() -> None:
    """Where conditions changed it says whose approval is lost, until these are approved or the plan is withdrawn."""
    other = msgspec.structs.replace(GIVEN, digest="0" * 64)
    withdrawn = msgspec.structs.replace(other, withdrawn_on=DAY)

    assert tarp.lost_approval(PLAN, DAY, given(other)) == other
    assert tarp.lost_approval(PLAN, DAY, given(other, GIVEN)) is None
    assert tarp.lost_approval(PLAN, DAY, given(withdrawn, GONE)) is None


def facility_of(lines: str) -> Facility:
    """The test facility with these lines in its plan."""
    mark = 'lowered_by = "Engineer of Record"\n'
    return parse(VALE.read_text() + OVERTOPPING.replace(mark, f"{mark}{lines}\n", 1))


def test_a_file_withdraws_with_name_and_day() -> None:
    """Both or neither; half a withdrawal is refused with the fix."""
    plan = facility_of(f'withdrawn_on = 2026-06-01\nwithdrawn_by = "{ROLE}"').tarp["overtopping"]

    assert [tarp.calls(plan, day) for day in (BEFORE, DAY)] == [True, False]
    with pytest.raises(BadFacility, match="withdrawn_by and withdrawn_on belong together"):
        facility_of("withdrawn_on = 2026-06-01")
