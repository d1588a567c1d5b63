"""The verdict of the safety page: what it says of each state, and that silence and absence are never green."""

from api.dashboard import texts
from api.dashboard.safety import judged, margins
from api.dashboard.safety.watched import Watched
from api.dashboard.verdict import Verdict
from tests.dashboard.safety.examples import level, pond, rising, watched

EN = texts.load()
SAFE = [level("n04", 329.9), level("n03", 326.2), level("n02", 322.0), pond()]


def say(dam: Watched) -> Verdict:
    """The verdict of a dam."""
    return judged.verdict(dam, margins.of_facility(dam, EN), EN)


def test_without_a_plan_in_force_it_is_unknown_however_well_readings_arrive() -> None:
    """No plan: not judged, and never green."""
    found = say(watched(SAFE))

    assert (found.state, found.title) == ("unknown", "Not judged: no trigger plan is in force")


def test_green_says_the_least_margin() -> None:
    """All below: the least margin is named with its level, and who approved the plan."""
    found = say(watched(SAFE, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("green", "Green: no trigger is reached")
    assert "Least margin: n04 vw1 water level, 0.50 m to yellow." in found.says
    assert found.note == "Plan approved by Engineer of Record on 3 Mar."


def test_green_says_what_is_stale_behind_it() -> None:
    """One of the plan's instruments is silent: green, with 1 stale."""
    rows = [level("n04", 329.9), level("n03", 326.2, age_s=90_000), level("n02", 322.0)]

    assert say(watched(rows, {"pore-pressure": "green"})).title == "Green, with 1 stale"


def test_silence_of_all_instruments_of_the_plans_is_not_green() -> None:
    """Nothing fresh to judge by: stale."""
    rows = [level(name, 320.0, age_s=90_000) for name in ("n04", "n03", "n02")]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("stale", "Stale: the plans cannot be judged")


def test_a_raised_plan_names_its_instrument_since_when_and_what_comes() -> None:
    """Yellow: who is above which trigger since when, how it goes over which window, and when it meets orange."""
    rows = [level("n04", 330.62), level("n03", 326.2), level("n02", 322.0), pond()]
    dam = watched(
        rows, {"pore-pressure": "yellow", "overtopping": "green"}, hours={"n04:vw1.level": rising(330.62, 0.05)}
    )

    found = say(dam)

    assert (found.state, found.title) == ("yellow", "Yellow: act within 8 h")
    assert found.says == (
        "n04 vw1 water level has stood above its yellow trigger (330.40 m) since 25 Nov 08:20. "
        "It rises 5 cm a day (line fitted to 7 d). At this rate it meets orange around 1 Dec."
    )


def test_actions_come_with_what_is_left_of_their_time() -> None:
    """Eight and twenty-four hours from 08:20, the most urgent first."""
    dam = watched([level("n04", 330.62)], {"pore-pressure": "yellow"})

    assert [(due.who, due.left) for due in judged.due(dam, EN)] == [
        ("Shift team B", "2 h 48 min left"), ("Duty EoR, Engineer of Record", "18 h 48 min left"),
    ]  # fmt: skip


def test_a_level_that_stands_although_nothing_is_past_it_now_is_said_by_its_plan() -> None:
    """The value fell back, the level is held: the plan's failure mode is named."""
    assert say(watched(SAFE, {"pore-pressure": "yellow"})).says == "Plan: Sliding of the downstream slope."


def test_the_instrument_of_another_raised_plan_is_named_beside_a_plan_of_several() -> None:
    """The first plan stands by no single value; the second one's pond is past 340.00 m: both are said."""
    rows = [*SAFE[:3], pond(340.2)]

    found = say(watched(rows, {"pore-pressure": "yellow", "overtopping": "yellow"})).says

    assert found.startswith("Plan: Sliding of the downstream slope. n01 pond")
    assert "has stood above its yellow trigger (340.00 m) since" in found


def test_a_rejected_value_is_not_below_its_trigger() -> None:
    """The only value of the plans is rejected by a filter: not green; of three one: said behind the green."""
    alone = say(watched([pond(None)], {"overtopping": "green"}))
    one = say(watched([*SAFE[:2], level("n02", 999.0, quality=4)], {"pore-pressure": "green"}))

    assert (alone.state, alone.title) == ("unknown", "Unknown: the plans cannot be judged")
    assert one.title == "Green, with 1 not usable"
