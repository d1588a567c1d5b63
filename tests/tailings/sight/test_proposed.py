"""A proposed plan under proof in the child: as if it were approved, and refused where a file with it would be."""

from msgspec.structs import replace

from tailings.facility.plans import Plan
from tailings.sight import proposed
from tailings.sight.proposed import ProposedSight
from tests.tailings.facility.lint.small import leaf, pond, small
from tests.tailings.sight.shadows import approved, inputs, readings

POND = "n2:pond.level"
PARTS = pond(), approved(("yellow", leaf(POND, "above", 339.0)), ("red", leaf(POND, "above", 340.0)), more="")


def sights(**plans: Plan) -> dict[str, ProposedSight]:
    """What would be seen with these plans, with a pond at 338 m."""
    facility, text = small(*PARTS)
    content = proposed.bytes_of(text, plans, inputs(facility, readings({POND: 338.0})))
    return proposed.decoded(proposed.encoded(content))


def test_a_plan_that_nobody_approved_is_proved_as_if_it_were() -> None:
    """Red in 4 h: the 2 m from 338 m to 340 m at 0.5 m/h, and a reading every five minutes; nobody is named."""
    plan = small(*PARTS)[0].tarp["plan"]

    found = sights(proposed=plan)["proposed"].proof

    assert found is not None
    assert (found["state"], found["instruments"]) == ("seen", ["n2:pond"])
    assert 4 * 3600 <= found["seen_s"] <= 4 * 3600 + 300
    assert "recipients" not in found and "recipient" not in {one["kind"] for one in found["losses"]}


def test_a_plan_that_no_file_may_have_is_not_tried() -> None:
    """Red before yellow: the check of a facility file refuses it; the plan beside it is proved all the same."""
    plan = small(*PARTS)[0].tarp["plan"]

    found = sights(present=plan, proposed=replace(plan, levels=plan.levels[::-1]))

    assert found["proposed"] == ProposedSight(unproved="unfit")
    assert found["present"].proof is not None
