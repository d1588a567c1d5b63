"""The scenario that is made from a plan, and its rehearsal: the plan's own levels, reached by the real chain."""

from datetime import UTC, datetime

import msgspec
import pytest

from tailings.drill import BadScenario, DrillScenario
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


def drafted(facility: Facility, plan: str) -> tuple[CalmReadings, DrillScenario]:
    """The scenario of a plan, which its own rehearsal lets pass."""
    base = calm_of(facility, pond.DRIVERS, (*pond.PLANS, plan))
    made = draft(facility, base, (*pond.PLANS, plan), BEGAN, plan)
    check(facility, base, made, BEGAN, [plan])
    return base, made


def test_a_rate_over_a_day_is_a_ramp_after_a_day_of_calm() -> None:
    """By hand: yellow 0.01 and orange 0.02 m/h over 24 h are a rise of 0.24 and 0.48 m. Less than half way to the next:
    0.014 and 0.028 m/h, so 0.336 and 0.672 m above what was calm, of which 25 h lie before."""
    base, made = drafted(pond.with_plan("rising", pond.rate(0.01, 24), pond.rate(0.02, 24)), "rising")
    rises_m = [one.values["n01:pond.level"] - base.values["n01:pond.level"] for one in made.injects]

    assert made.past_h == 25.0
    assert rises_m == pytest.approx([0.336, 0.672], abs=1e-4)
    assert [one.expect[0].level for one in made.injects] == ["yellow", "orange"]


def test_a_rate_over_a_week_is_driven_in_minutes() -> None:
    """A week and an hour lie before it: 0.002 m/h over 168 h are 0.336 m, and 1.4 times that 0.4704 m."""
    base, made = drafted(pond.with_plan("rising", pond.rate(0.002, 168)), "rising")
    rise_m = made.injects[0].values["n01:pond.level"] - base.values["n01:pond.level"]

    assert (made.past_h, made.injects[0].over_min) == (169.0, 4.0)
    assert rise_m == pytest.approx(0.4704, abs=1e-4)


def test_a_rate_that_must_last_longer_than_its_window_is_a_longer_ramp() -> None:
    """Over ten minutes and for half an hour: 40 min at 1.4 times 0.6 m/h are 0.56 m; a jump would be over too soon."""
    base, made = drafted(pond.with_plan("rising", pond.rate(0.6, 1 / 6, ", for_s = 1800")), "rising")
    one = made.injects[0]

    assert one.over_min == 40.0
    assert one.values["n01:pond.level"] - base.values["n01:pond.level"] == pytest.approx(0.56, abs=1e-4)


def test_without_a_past_a_rate_is_never_reached_and_the_refusal_says_so() -> None:
    """The same scenario without its past."""
    facility = pond.with_plan("rising", pond.rate(0.01, 24))
    base, made = drafted(facility, "rising")
    with pytest.raises(BadScenario, match=r"rising reaches yellow never;.* within_min, past_h = 25 because it looks"):
        check(facility, base, msgspec.structs.replace(made, past_h=0.0), BEGAN, ["rising"])


@pytest.mark.parametrize(
    ("test", "value_m", "gap_m"), [("away", 0.3, 0.42), ("above", 0.3, 0.42), ("below", -0.3, -0.42)]
)
def test_a_difference_brings_two_datastreams_apart(test: str, value_m: float, gap_m: float) -> None:
    """By hand: 0.3 m and 0.4 times as much again; the other gauge stays where it is, and nothing needs a past."""
    base, made = drafted(pond.with_plan("apart", pond.apart(value_m, test)), "apart")
    values = base.values | made.injects[0].values

    assert values["n01:pond.level"] - values["n02:pond.level"] == pytest.approx(gap_m, abs=1e-3)
    assert set(made.injects[0].values) == {"n01:pond.level"} and made.past_h == 0.0


def test_both_move_where_a_filter_flags_what_one_alone_would_read() -> None:
    """Calm is 338.4 m, above 338.7 m n01 is suspect, and 0.42 m are needed: half by each."""
    flags = '\n[datastreams."n01:pond.level".filters.gross_range]\nfail = [330.0, 345.0]\nsuspect = [335.0, 338.7]\n'
    base, made = drafted(pond.with_plan("apart", pond.apart(0.3, "above"), more=flags), "apart")
    moved_m = [made.injects[0].values[name] - base.values[name] for name in ("n01:pond.level", "n02:pond.level")]

    assert moved_m == pytest.approx([0.21, -0.21], abs=1e-3)


def test_a_difference_from_an_earlier_value_has_a_past() -> None:
    """What the other gauge read two hours before is calm; three hours lie before the drill."""
    base, made = drafted(pond.with_plan("apart", pond.apart(0.3, more=", delay_s = 7200.0")), "apart")

    assert made.past_h == 3.0
    assert made.injects[0].values["n01:pond.level"] - base.values["n02:pond.level"] == pytest.approx(0.42, abs=1e-3)


def test_calm_is_no_difference_that_a_plan_looks_for() -> None:
    """Gauges that differ by less than 0.5 m from an offset of 2 m: n01 stands at 2 m above the other, or below."""
    facility = pond.with_plan("apart", pond.apart(0.5, more=", offset = -2.0"))
    base = calm_of(facility, pond.DRIVERS, (*pond.PLANS, "apart"))

    assert abs(base.values["n01:pond.level"] - base.values["n02:pond.level"] + 2.0) < 0.5
    assert base.values["n01:pond.level"] < 339.4 and base.values["n02:pond.level"] < 339.4


def test_a_value_and_its_rate_are_met_together() -> None:
    """Above 339 m and by 0.001 m/h: the level lies further on than the rate (0.0336 m), so it is what is brought."""
    level = '{ datastream = "n01:pond.level", test = "above", value = 339.0 }'
    _, made = drafted(pond.with_plan("rising", f"{{ all = [{level}, {pond.rate(0.001, 24)}] }}"), "rising")

    assert made.injects[0].values["n01:pond.level"] > 339.0


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('{ datastream = "n01:rain.rain", test = "above", value = 20.0 }', "n01:rain.rain: formula rain_from_total of"),
        (pond.rate(0.01, 24, ", months = [1]"), r"n01:pond.level: months = \[1\] is another season"),
        (pond.rate(40.0, 24), "no reading of n01:pond.current brings n01:pond.level to"),
        (pond.rate(-0.01, 24), "it stands there"),
    ],
)
def test_what_cannot_be_brought_about_is_refused_with_plan_field_reason_and_fix(when: str, said: str) -> None:
    """A sum, a season, a rate beyond the transducer's range, and one that stands while nothing moves."""
    facility = pond.with_plan("rising", when)
    plans = (*pond.PLANS, "rising")
    with pytest.raises(BadScenario, match=said) as refused:
        draft(facility, calm_of(facility, pond.DRIVERS, plans), plans, BEGAN, "rising")

    assert str(refused.value).startswith("plan rising: levels[0].when: a drill cannot bring it to yellow: ")
    assert str(refused.value).endswith("write a scenario of your own (docs/operating/drills.md), or take another plan")


def test_every_plan_of_the_demo_has_a_drill() -> None:
    """The storm's plan among them, which tests how fast water rises in a day."""
    facility = parse(FACILITY_FILE.read_text())
    plans = plans_in_force(facility)
    base = calm_of(facility, DRIVERS, plans)
    reached = {}
    for plan in plans:
        made = draft(facility, base, plans, BEGAN, plan)
        check(facility, base, made, BEGAN, [plan])
        reached[plan] = [one.expect[0].level for one in made.injects]

    assert reached == {plan: [one.level for one in facility.tarp[plan].levels] for plan in plans}
    assert "storm" in reached


def test_a_plan_that_nobody_approved_has_no_drill() -> None:
    """It calls nobody; the refusal names what to add, and an unknown plan those that there are."""
    unapproved = parse(pond.FILE.read_text())
    with pytest.raises(BadScenario, match=r"no plan of pond is approved.*add approved_by and approved_on"):
        draft(unapproved, calm_of(unapproved, pond.DRIVERS, ()), (), BEGAN)
    with pytest.raises(BadScenario, match="no plan in force called 'piping' in pond; known are minimum-freeboard"):
        draft(pond.pond(), calm(pond.pond()), pond.PLANS, BEGAN, "piping")
