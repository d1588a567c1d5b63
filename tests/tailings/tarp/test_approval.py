"""Approvals given beside the file: of just these conditions, for as long as they say, never instead of a better one.

Expected: design, field guide 2.5 (approval by the Engineer of Record with validity dates).
"""

import datetime as dt

import msgspec
import pytest

from tailings import tarp
from tailings.facility import Facility, parse
from tests.tailings.facilities import VALE
from tests.tailings.tarp.plans import OVERTOPPING

DAY = dt.date(2026, 6, 1)
APPROVED = parse(VALE.read_text() + OVERTOPPING)
PLAN = msgspec.structs.replace(APPROVED.tarp["overtopping"], approved_by=None, approved_on=None, valid_to=None)
UNAPPROVED = msgspec.structs.replace(APPROVED, tarp={"overtopping": PLAN})
GIVEN = tarp.Approval("overtopping", tarp.digest(PLAN), "Engineer of Record", DAY, dt.date(2026, 12, 31))


def is_in_force(facility: Facility, *given: tarp.Approval, day: dt.date = DAY) -> bool:
    """Whether the plan is in force with these approvals."""
    return tarp.with_approvals(facility, given, day).tarp["overtopping"].is_in_force(day)


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, DAY, True),
        ({}, dt.date(2026, 12, 31), True),
        ({}, dt.date(2027, 1, 1), False),
        ({}, dt.date(2026, 5, 31), False),
        ({"valid_to": None}, dt.date(2030, 1, 1), True),
        ({"digest": "0" * 64}, DAY, False),
        ({"plan": "piping"}, DAY, False),
    ],
)
def test_it_holds_for_its_conditions_and_its_days(changes: dict[str, object], day: dt.date, expected: bool) -> None:
    """First and last day count; other conditions, or a plan that is not there, are not approved by it."""
    assert is_in_force(UNAPPROVED, msgspec.structs.replace(GIVEN, **changes), day=day) is expected


def test_the_file_counts_while_it_holds_and_the_later_approval_before_the_earlier() -> None:
    """Names: of the file; of the later one; an approval that is over hides none that holds."""
    by = [
        tarp.with_approvals(facility, given, DAY).tarp["overtopping"].approved_by
        for facility, given in (
            (APPROVED, [GIVEN]),
            (UNAPPROVED, [GIVEN, msgspec.structs.replace(GIVEN, approved_by="Deputy")]),
            (UNAPPROVED, [GIVEN, msgspec.structs.replace(GIVEN, approved_by="Late", valid_to=dt.date(2026, 5, 1))]),
        )
    ]
    assert by == [APPROVED.tarp["overtopping"].approved_by, "Deputy", "Engineer of Record"]
