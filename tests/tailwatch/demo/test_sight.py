"""The demo's faults by proof of sight: which failure modes each of them blinds or reduces, and which it leaves alone.

Expected values are read off the faults of tailwatch/demo/faults.py and the plans of dam.toml by hand.
"""

from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from tailings import Series, parse
from tailings.sight.model import SightProof
from tailings.sight.proving import SightInputs, prove
from tailings.sight.telling import RecipientWay
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo import faults
from tailwatch.demo.dam import Anchor, Dam

BEGAN_S = 1_764_000_000
DAY_S = 86_400
FACILITY = parse(FACILITY_FILE.read_text())
WRONG_SIGN = ("flagged-before", "n04:vw1.pressure")
Told = dict[str, tuple[str, set[tuple[str, str]]]]


@cache
def dam() -> Dam:
    """Forty days of the simulated dam before its first start."""
    return Dam(Anchor(BEGAN_S, 20, 40))


@cache
def proofs(day: float) -> dict[str, SightProof]:
    """The proofs so many days after the first start, on thirty hours of readings that have a time."""
    now_s = BEGAN_S + round(day * DAY_S)
    raw = {}
    for node in FACILITY.nodes:
        time_s, read = dam().readings(node, np.arange(now_s - 30 * 3600, now_s + 1, 300.0))
        dated = faults.is_dated(node, time_s, BEGAN_S)
        for channel, values in read.items():
            if (name := f"{node}:{channel}") in FACILITY.datastreams:
                raw[name] = Series.of((time_s[dated] * 1000).astype(np.int64), values[dated])
    inputs = SightInputs(FACILITY, now_s * 1000, raw, recipients=(RecipientWay("shift", 1),))
    return {one.plan: one for one in prove(inputs)}


def said(day: float) -> Told:
    """State and reasons of each plan that calls."""
    return {
        plan: (one.state, {(reason.code, reason.subject) for reason in one.reasons})
        for plan, one in proofs(day).items()
        if one.state != "simulated"
    }


def test_a_well_dam_sees_all_but_by_the_gauge_of_the_wrong_sign() -> None:
    """Thirty days before the first start only n04 is at fault: its values are rejected, and two plans are reduced."""
    found = said(-30.0)

    assert {state for state, _ in found.values()} == {"seen"}
    assert {plan: reasons for plan, (_, reasons) in found.items() if reasons} == {
        "water-a": {WRONG_SIGN},
        "water-high": {WRONG_SIGN},
    }


def test_the_gap_of_the_pond_blinds_what_hangs_on_the_pond() -> None:
    """Half a day into the gap n02 is silent: three plans are blind since it fell silent, and it is what to mend."""
    day = faults.GAP[1] + 0.5
    blind = {plan: one for plan, one in proofs(day).items() if one.state == "blind"}

    assert set(blind) == {"storm", "freeboard", "minimum-freeboard"}
    for one in blind.values():
        assert [(reason.code, reason.subject) for reason in one.reasons] == [("silent", "n02:pond")]
        assert one.mend is not None
        assert one.mend.instruments == ("n02:pond",)
    since = blind["freeboard"].reasons[0].since
    assert since is not None
    assert since <= datetime.fromtimestamp(BEGAN_S + faults.GAP[1] * DAY_S, UTC)


def test_the_clock_that_is_never_set_reduces_the_plans_of_its_node() -> None:
    """Of n08 nothing has a time: water in section B is seen by n05 alone, which may not fail."""
    found = proofs(-0.1)

    for plan in ("water-b", "water-high"):
        assert ("silent", "n08:vw1") in {(one.code, one.subject) for one in found[plan].reasons}
    assert found["water-b"].instruments == ("n05:vw1",)
    assert found["water-b"].may_fail == 0


def test_the_drift_of_the_upper_tip_takes_it_out_of_its_plans() -> None:
    """At its end the pair no longer agrees: the upper tip is flagged, and the lower one of section A is left alone."""
    found = said(-0.1)

    for plan in ("water-a", "water-high"):
        assert ("flagged-before", "n03:vw2.level") in found[plan][1]
    assert proofs(-0.1)["water-a"].instruments == ("n03:vw1",)


@pytest.mark.parametrize(
    ("day", "fault"),
    [(-10.5, "stuck value"), (-3.0, "dead battery"), (-30.0, "spike"), (-30.0, "lost link")],
    ids=lambda one: str(one),
)
def test_faults_that_no_plan_hangs_on_take_no_sight(day: float, fault: str) -> None:
    """The pH probe and the tilt meter are in no plan; single spikes, and a link lost for minutes, delay at most."""
    assert fault in {name for name, *_ in faults.STORIES}
    assert {state for state, _ in said(day).values()} == {"seen"}


def test_a_storm_of_spikes_delays_and_does_not_blind() -> None:
    """Each plan that is seen in calm is seen in a storm on all of its cables, within half an hour more."""
    for one in proofs(-30.0).values():
        storm = [loss.seen_s for loss in one.losses if loss.kind == "spike-storm"]
        if storm:
            assert storm[0] is not None
            assert one.seen_s is not None
            assert storm[0] <= one.seen_s + 1800
