"""The verdict of the safety page: what it says of each state, and that silence and absence are never green."""

import dataclasses
from datetime import timedelta

from msgspec.structs import replace

import texts
from api.safety.models import Safety
from dashboard.safety import headline, margins
from dashboard.safety.watched import WatchedFacility
from dashboard.verdict import VerdictBanner
from tailings.assess.model import DueAction
from tests.dashboard.examples import NOW
from tests.dashboard.safety.examples import level, pond, rising, watched

EN = texts.load()
SAFE = [level("n04", 329.9), level("n03", 326.2), level("n02", 322.0), pond()]


START = NOW - timedelta(hours=5, minutes=12)
"""Of the alarms of record: 08:20 in Lisbon."""


def of_record(*actions: DueAction) -> WatchedFacility[Safety]:
    """A dam whose slope is yellow by the record, where these actions are still open."""
    dam = watched([level("n04", 330.62), *SAFE[1:3]], {"pore-pressure": "yellow"})
    (shown,) = dam.shown.facilities
    modes = tuple(
        replace(one, alarm=7) if one.plan == "pore-pressure" else one for one in shown.assessment.failure_modes
    )
    judged = replace(shown.assessment, failure_modes=modes, due_actions=actions)
    facilities = (dataclasses.replace(shown, assessment=judged),)
    return dataclasses.replace(dam, shown=dataclasses.replace(dam.shown, facilities=facilities))


def say(dam: WatchedFacility[Safety]) -> VerdictBanner:
    """The verdict of a dam."""
    return headline.verdict(dam, margins.of_facility(dam, EN), EN)


def test_without_a_plan_in_force_it_is_not_monitored_however_well_readings_arrive() -> None:
    """No plan: not judged, and never green."""
    found = say(watched(SAFE, {}))

    assert (found.state, found.title) == ("not-monitored", "Not monitored: no plan in force")


def test_green_says_the_least_margin() -> None:
    """All below: the least margin is named with its level, and who approved the plan."""
    found = say(watched(SAFE, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("green", "Green: all readings below their triggers")
    assert "Nearest to its next level, on the scale of its plan: n04 vw1 water level, 0.50 m to yellow." in found.says
    assert found.note == "Plan approved by Engineer of Record on 3 Mar."


def test_reduced_sight_is_said_beside_green() -> None:
    """One of the plan's instruments is silent: green, and what is lost and how many more may fail is said."""
    rows = [level("n04", 329.9), level("n03", 326.2, age_s=90_000), level("n02", 322.0)]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("green", "Green, with reduced sight")
    assert (
        "Sliding of the downstream slope: reduced sight. Lost: n03 vw1 water level silent"
        " (last good 24 Nov 12:32). 1 more instrument can fail before it is blind."
    ) in found.says


def test_a_plan_that_sees_nothing_is_blind() -> None:
    """None of its instruments has a fresh reading: blind, and each lost one is named."""
    rows = [level(name, 320.0, age_s=90_000) for name in ("n04", "n03", "n02")]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("blind", "Blind: Sliding of the downstream slope would go undetected")
    assert "no working instrument would detect red. Lost: n04 vw1 water level silent" in found.says


def test_one_plan_that_sees_does_not_make_up_for_a_blind_one() -> None:
    """The pond is fresh and low; the piezometers of the other plan are silent: blind."""
    rows = [pond(338.0), *(level(name, 320.0, age_s=90_000) for name in ("n04", "n03", "n02"))]

    assert say(watched(rows, {"pore-pressure": "green", "overtopping": "green"})).state == "blind"


def test_a_suspect_reading_past_red_is_not_green() -> None:
    """One suspect reading above red among healthy ones: at least yellow, and it says what to do."""
    rows = [level("n04", 331.9, quality=3), *SAFE[1:3]]

    found = say(watched(rows, {"pore-pressure": "green"}))

    assert (found.state, found.title) == ("yellow", "A suspect reading is past red")
    assert "Sliding of the downstream slope: a suspect reading is past red. Check it by hand." in found.says


def test_a_raised_plan_names_its_instrument_since_when_and_what_comes() -> None:
    """Yellow: until when to act, since when, who is how far above which trigger, how it goes, when it meets orange."""
    rows = [level("n04", 330.62), level("n03", 326.2), level("n02", 322.0), pond()]
    dam = watched(rows, {"pore-pressure": "yellow"}, hours={"n04:vw1.level": rising(330.62, 0.05)})

    found = say(dam)

    assert (found.state, found.title) == ("yellow", "Yellow: next action by 16:20")
    assert found.says == (
        "Sliding of the downstream slope, yellow since 25 Nov 08:20."
        " n04 vw1 water level 330.62 m, 0.22 m above its yellow trigger (330.40 m)."
        " 7-day trend rising 5 cm a day; no reading an hour ago."
        " Orange around 1 Dec (6 to 6 d, 95 % sure at this rate)."
    )


def test_the_last_hour_stands_beside_the_week() -> None:
    """A week without any rise, and 30 cm since an hour: both are said, and the week alone never calms."""
    rows, flat = [level("n04", 330.62), level("n03", 326.2), level("n02", 322.0)], rising(330.62, 0.0)
    dam = watched(rows, {"pore-pressure": "yellow"}, hours={"n04:vw1.level": flat}, last_hour={"n04:vw1.level": 0.3})

    assert say(dam).says.endswith("7-day trend flat; +0.30 m in the last hour.")


def test_actions_come_with_what_is_left_of_their_time() -> None:
    """Eight and twenty-four hours from 08:20, the most urgent first."""
    dam = watched([level("n04", 330.62)], {"pore-pressure": "yellow"})

    assert [(due.who, due.left) for due in headline.due(dam, EN)] == [
        ("Shift team B", "2 h 48 min left"),
        ("Duty EoR, Engineer of Record", "18 h 48 min left"),
    ]


def test_a_level_that_stands_although_nothing_is_past_it_now_is_said_by_its_plan() -> None:
    """The value fell back, the level is held: the plan's failure mode is named, and that no value is past it."""
    assert say(watched(SAFE, {"pore-pressure": "yellow"})).says == (
        "Sliding of the downstream slope, yellow since 25 Nov 08:20. No single reading is past its trigger now."
    )


def test_each_alarm_has_a_line_of_its_own() -> None:
    """The plan of the title stands by no single value; the pond of the other one is never told as its cause."""
    rows = [*SAFE[:3], pond(340.2)]

    found = say(watched(rows, {"pore-pressure": "yellow", "overtopping": "yellow"}))

    assert found.title == "Yellow: next action by 16:20"  # of sliding: overtopping asks for no action
    assert found.says.splitlines()[:2] == [
        "Sliding of the downstream slope, yellow since 25 Nov 08:20. No single reading is past its trigger now.",
        "Overtopping, yellow since 25 Nov 08:20. n01 pond level 340.20 m, 0.20 m above its yellow trigger (340.00 m).",
    ]


def test_an_alarm_says_its_own_limit_where_another_plan_has_a_stricter_one() -> None:
    """The second plan of sliding is yellow from 330.60 m on, the first from 330.40 m."""
    rows = [level("n04", 330.62), *SAFE[1:3]]

    first, second = say(watched(rows, {"pore-pressure": "yellow", "mild": "yellow"})).says.splitlines()

    assert "0.22 m above its yellow trigger (330.40 m)" in first
    assert "0.02 m above its yellow trigger (330.60 m)" in second


def test_the_title_says_the_next_action_that_is_open() -> None:
    """The walk of 8 h is closed: the review of 24 h is next. Overdue is said; with nothing open its name is."""
    walk = DueAction(
        1, 7, "pore-pressure", "yellow", who="Shift", what="Walk", due=START + timedelta(hours=8), is_overdue=False
    )
    review = replace(walk, action=2, what="Review", due=START + timedelta(hours=24))
    late = replace(walk, due=NOW - timedelta(minutes=12), is_overdue=True)

    titles = [say(of_record(*some)).title for some in ((walk, review), (review,), (late, review), ())]

    assert titles == [
        "Yellow: next action by 16:20",
        "Yellow: next action by 26 Nov 08:20",
        "Yellow: action overdue since 13:20",
        "Yellow: Sliding of the downstream slope",
    ]
    assert [one.what for one in headline.due(of_record(review), EN)] == ["Review"]


def test_a_rejected_value_is_not_below_its_trigger() -> None:
    """The only value of the plans is missing: blind; one of three is rejected: reduced sight."""
    alone = say(watched([pond(None)], {"overtopping": "green"}))
    one = say(watched([*SAFE[:2], level("n02", 999.0, quality=4)], {"pore-pressure": "green"}))

    assert alone.state == "blind"
    assert one.title == "Green, with reduced sight"
    assert "Lost: n02 vw1 water level rejected by a filter." in one.says
