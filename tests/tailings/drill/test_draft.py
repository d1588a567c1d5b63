"""The scenario that is made from a plan, and its rehearsal: the plan's own levels, reached by the real chain."""

from datetime import UTC, datetime

import msgspec
import pytest

from tailings.drill import BadScenario
from tailings.drill.draft import draft
from tailings.drill.readings import CalmReadings, calm_of
from tailings.drill.rehearsal import check, rehearse
from tailings.facility import Facility, parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.drill.site import DRIVERS, plans_in_force

from . import pond

BEGAN = datetime(2026, 11, 30, 12, tzinfo=UTC)
FASTEST = '\n[datastreams."{}:pond.level".filters.rate_of_change]\nsuspect_per_h = 10.0\n'


def calm(facility: Facility) -> CalmReadings:
    return calm_of(facility, pond.DRIVERS, pond.PLANS)


def test_a_plan_gives_its_levels_in_turn_between_its_own_values() -> None:
    """Yellow 339.5, orange 340, red 340.5 m: each inject lies past its level and before the next, at both gauges."""
    facility = pond.pond()
    made = draft(facility, calm(facility), pond.PLANS, BEGAN)

    asked = [(one.expect[0].level, one.values["n01:pond.level"]) for one in made.injects]
    assert [level for level, _ in asked] == ["yellow", "orange", "red"]
    assert all(
        low < value < high for (_, value), low, high in zip(asked, (339.5, 340, 340.5), (340, 340.5, 342), strict=True)
    )
    assert all(one.values["n01:pond.level"] == one.values["n02:pond.level"] for one in made.injects)
    assert [(one.name, one.after_min) for one in made.people] == [("Shift lead", 0), ("Mine manager", 5)]


def test_the_rehearsal_reaches_each_level_when_the_pond_is_past_it() -> None:
    """By hand: from 338.4 to 339.7 m in four minutes, 339.5 m is passed after 3.4 min, and three readings in a row at
    ten seconds are read by 3.8 min; each level after its own inject and in the order of the plan."""
    facility = pond.pond()
    made = draft(facility, calm(facility), pond.PLANS, BEGAN, "overtopping")
    reached = rehearse(facility, calm(facility), made, BEGAN, ["overtopping"])["overtopping"].reached

    assert 3.4 < reached[1] <= 3.8 + 1 / 6
    assert all(reached[rank] >= one.after_min for rank, one in enumerate(made.injects, start=1))


def test_it_goes_more_slowly_where_a_filter_flags_the_change() -> None:
    """More than 10 m/h is suspect to these filters: 1.3 m in four minutes are 19.5 m/h, in eight minutes 9.75 m/h."""
    facility = parse(f"{pond.text()}{FASTEST.format('n01')}{FASTEST.format('n02')}")
    first = draft(facility, calm(facility), pond.PLANS, BEGAN, "overtopping").injects[0]

    assert first.over_min == 8.0


@pytest.mark.parametrize(
    ("value_m", "within_min", "said"),
    [
        (339.45, 8.0, "injects[0].expect: by what the instruments would read plan overtopping reaches yellow never"),
        (339.7, 0.5, "reaches yellow only 3.8 min after it; set values further past its level"),
    ],
)
def test_what_cannot_come_in_time_is_refused_before_anybody_is_called(
    value_m: float, within_min: float, said: str
) -> None:
    """A value that stays below the level, and a time that is too short."""
    facility = pond.pond()
    made = draft(facility, calm(facility), pond.PLANS, BEGAN, "overtopping")
    expect = (msgspec.structs.replace(made.injects[0].expect[0], within_min=within_min),)
    spoilt = msgspec.structs.replace(made.injects[0], values={"n01:pond.level": value_m}, expect=expect)
    with pytest.raises(BadScenario) as refused:
        check(facility, calm(facility), msgspec.structs.replace(made, injects=(spoilt,)), BEGAN, pond.PLANS)

    assert said in str(refused.value)


def test_every_plan_of_the_demo_but_that_of_rates_has_a_drill() -> None:
    """The storm's plan tests how fast water rises in a day; its refusal says what to do."""
    facility = parse(FACILITY_FILE.read_text())
    plans = plans_in_force(facility)
    base = calm_of(facility, DRIVERS, plans)
    reached = {}
    for plan in plans:
        if plan != "storm":
            made = draft(facility, base, plans, BEGAN, plan)
            check(facility, base, made, BEGAN, plans)
            reached[plan] = [one.expect[0].level for one in made.injects]

    assert reached == {plan: [one.level for one in facility.tarp[plan].levels] for plan in plans if plan != "storm"}
    with pytest.raises(BadScenario, match="no values bring it to yellow: its tests are of rates"):
        draft(facility, base, plans, BEGAN, "storm")


def test_a_plan_that_nobody_approved_has_no_drill() -> None:
    """It calls nobody; the refusal names what to add, and an unknown plan those that there are."""
    unapproved = parse(pond.FILE.read_text())
    with pytest.raises(BadScenario, match=r"no plan of pond is approved.*add approved_by and approved_on"):
        draft(unapproved, calm_of(unapproved, pond.DRIVERS, ()), (), BEGAN)
    with pytest.raises(BadScenario, match="no plan in force called 'piping' in pond; known are minimum-freeboard"):
        draft(pond.pond(), calm(pond.pond()), pond.PLANS, BEGAN, "piping")
