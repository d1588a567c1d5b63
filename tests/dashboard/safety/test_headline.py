"""The verdict of the safety page: what it says of each state, and that silence and absence are never green."""

import texts
from api.safety.models import Safety
from dashboard.safety import headline, margins
from dashboard.safety.watched import WatchedFacility
from dashboard.verdict import VerdictBanner
from tests.dashboard.safety.examples import level, pond, rising, watched

EN = texts.load()
SAFE = [level("n04", 329.9), level("n03", 326.2), level("n02", 322.0), pond()]


def say(dam: WatchedFacility[Safety]) -> VerdictBanner:
    """The verdict of a dam."""
    return headline.verdict(dam, margins.of_facility(dam, EN), EN)


def test_without_a_plan_in_force_it_is_not_monitored_however_well_readings_arrive() -> None:
    """No plan: not judged, and never green."""
    found = say(watched(SAFE, {}))

    assert (found.state, found.title) == ("not-monitored", "Not monitored: no plan is in force")


def test_green_says_the_least_margin() -> None:
    """All below: the least margin is named with its level, and who approved the plan."""
    found = say(watched(SAFE, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("green", "Green: no trigger is reached")
    assert "Least margin: n04 vw1 water level, 0.50 m to yellow." in found.says
    assert found.note == "Plan approved by Engineer of Record on 3 Mar."


def test_reduced_sight_is_said_beside_green() -> None:
    """One of the plan's instruments is silent: green, and what is lost and how many more may fail is said."""
    rows = [level("n04", 329.9), level("n03", 326.2, age_s=90_000), level("n02", 322.0)]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("green", "Green, with reduced sight")
    assert (
        "Sliding of the downstream slope is watched with reduced sight. Lost: n03 vw1 water level is silent"
        " (last usable 24 Nov 12:32). One more instrument may fail before it is blind."
    ) in found.says


def test_a_plan_that_sees_nothing_is_blind() -> None:
    """None of its instruments has a fresh reading: blind, and each lost one is named."""
    rows = [level(name, 320.0, age_s=90_000) for name in ("n04", "n03", "n02")]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("blind", "Blind: Sliding of the downstream slope cannot be detected")
    assert "nothing that can be used now could detect red. Lost: n04 vw1 water level is silent" in found.says


def test_one_plan_that_sees_does_not_make_up_for_a_blind_one() -> None:
    """The pond is fresh and low; the piezometers of the other plan are silent: blind."""
    rows = [pond(338.0), *(level(name, 320.0, age_s=90_000) for name in ("n04", "n03", "n02"))]

    assert say(watched(rows, {"pore-pressure": "green", "overtopping": "green"})).state == "blind"


def test_a_suspect_reading_past_red_is_not_green() -> None:
    """One suspect reading above red among healthy ones: at least yellow, and it says what to do."""
    rows = [level("n04", 331.9, quality=3), *SAFE[1:3]]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("yellow", "A suspect reading is past red")
    assert "Sliding of the downstream slope: a suspect reading is past red. Read it by hand." in found.says


def test_a_raised_plan_names_its_instrument_since_when_and_what_comes() -> None:
    """Yellow: who is above which trigger since when, how it goes over which window, and when it meets orange."""
    rows = [level("n04", 330.62), level("n03", 326.2), level("n02", 322.0), pond()]
    dam = watched(rows, {"pore-pressure": "yellow"}, hours={"n04:vw1.level": rising(330.62, 0.05)})

    found = say(dam)

    assert (found.state, found.title) == ("yellow", "Yellow: act within 8 h")
    assert found.says == (
        "n04 vw1 water level has stood above its yellow trigger (330.40 m) since 25 Nov 08:20. "
        "It rises 5 cm a day (line fitted to 7 d). It meets orange around 1 Dec (6 to 6 d; 95 %, if it goes on so)."
    )


def test_actions_come_with_what_is_left_of_their_time() -> None:
    """Eight and twenty-four hours from 08:20, the most urgent first."""
    dam = watched([level("n04", 330.62)], {"pore-pressure": "yellow"})

    assert [(due.who, due.left) for due in headline.due(dam, EN)] == [
        ("Shift team B", "2 h 48 min left"),
        ("Duty EoR, Engineer of Record", "18 h 48 min left"),
    ]


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
    """The only value of the plans is missing: blind; one of three is rejected: reduced sight."""
    alone = say(watched([pond(None)], {"overtopping": "green"}))
    one = say(watched([*SAFE[:2], level("n02", 999.0, quality=4)], {"pore-pressure": "green"}))

    assert alone.state == "blind"
    assert one.title == "Green, with reduced sight"
    assert "Lost: n02 vw1 water level is rejected by its filter." in one.says
