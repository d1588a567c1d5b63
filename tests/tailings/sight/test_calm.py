"""A background from the facility file alone."""

from collections.abc import Mapping

import pytest

from tailings import Facility, parse
from tailings.sight.calm import calm
from tailings.sight.model import SightProof
from tailings.sight.proving import SightInputs, prove
from tailwatch.commands.demo import FACILITY_FILE
from tests.tailings.facility.lint.small import leaf, loop, pond
from tests.tailings.sight.shadows import NOW_MS, approved, facility_of


def proofs(facility: Facility) -> Mapping[str, SightProof]:
    """The proofs of a facility of which nothing was ever read, by plan."""
    known, raw = calm(facility, NOW_MS)
    return {one.plan: one for one in prove(SightInputs(known, NOW_MS, raw))}


def test_every_plan_of_the_demo_would_be_seen_by_its_file() -> None:
    """Gauges as sealed as the file says, all of them well: each plan that calls is seen by each of its instruments."""
    facility = parse(FACILITY_FILE.read_text())

    found = proofs(facility)

    assert {one.plan: one.state for one in found.values()} == dict.fromkeys(facility.tarp, "seen") | {
        "drain": "simulated"
    }
    assert set(found["water-high"].instruments) == {"n03:vw1", "n03:vw2", "n04:vw1", "n05:vw1", "n08:vw1"}


def test_a_gauge_begins_two_hours_before_its_trigger() -> None:
    """The pond stands a metre below red, which half a metre an hour makes two hours, to a centimetre."""
    found = proofs(facility_of(loop(), approved(("red", leaf("n1:loop.level", "above", 340.5)))))

    assert found["plan"].crossed_s == pytest.approx(7200, abs=100)


def test_a_filter_slower_than_the_failure_is_found_before_anything_is_read() -> None:
    """The lint takes a filter that doubts what rises by 0.4 m an hour; a failure of half a metre is blind."""
    parts = pond(rate_of_change={"suspect_per_h": 0.4}), approved(("red", leaf("n2:pond.level", "above", 340.0)))

    found = proofs(facility_of(*parts))["plan"]

    assert (found.state, [(one.code, one.tests) for one in found.reasons]) == (
        "blind",
        [("flagged", ("rate_of_change",))],
    )
