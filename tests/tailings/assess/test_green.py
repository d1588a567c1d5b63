"""Green only when it is proven: random facilities, plans and histories against a second, plain definition of safety."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import hypothesis
import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from msgspec.structs import replace as structs_replace

from tailings import Facility, Series, parse, tarp
from tailings.assess.assessment import AssessmentInputs, PlanInput, assess
from tailings.assess.model import Assessment
from tailings.facility.plans import Condition, Level, Plan
from tailings.series import Bounded
from tests.tailings.assess.second import MINUTE_MS, NOW_MS, Case, check
from wire import quality as flag

NOW = dt.datetime.fromtimestamp(NOW_MS / 1000, dt.UTC)
GAUGES = ("n01:a.level", "n01:b.level", "n02:c.level", "n02:d.level")
HEAD = """
[facility]
id = "dam"
name = "Dam"
version = 1
timezone = "UTC"
location = { lon = 0.0, lat = 0.0 }
commissioned = 2020-01-01
[agents.gw]
nodes = ["n01", "n02"]
[nodes.n01]
expected_interval_s = 60
[nodes.n02]
expected_interval_s = 60
"""
GAUGE = """
[instruments."{instrument}"]
driver = "pond_level"
pressure = "vented"
[datastreams."{name}"]
quantity = "pond-level"
unit = "m"
"""
BASE: Facility = parse(
    HEAD + "".join(GAUGE.format(name=name, instrument=name.partition(".")[0]) for name in GAUGES), "dam.toml"
)


LIMITS = st.sampled_from([10.0, 11.0, 12.0])
TESTS = st.builds(
    lambda name, test, value: Condition(name, test, value),
    st.sampled_from(GAUGES),
    st.sampled_from(["above", "above", "below"]),
    LIMITS,
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda some: Condition(all=tuple(some))),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: Condition(any=tuple(some))),
    ),
    max_leaves=4,
)


@st.composite
def plans(draw: st.DrawFn, name: str) -> Plan:
    """A plan of one to three levels; nobody asks that their limits are in order."""
    ranks = draw(st.sampled_from([("yellow",), ("red",), ("yellow", "red"), ("yellow", "orange", "red")]))
    levels = tuple(Level(rank, draw(CONDITIONS)) for rank in ranks)
    approved = draw(st.booleans()) or name == "p0"
    return Plan(name, f"mode {name}", levels, "EoR" if approved else None, dt.date(2025, 1, 1) if approved else None)


@st.composite
def gauges(draw: st.DrawFn) -> Bounded:
    """The last six minutes of a gauge: passed, suspect with and without a known error, failed, missing, absent."""
    times, values, qualities, sizes = [], [], [], []
    for minute in range(6):
        kind = draw(st.sampled_from(["pass", "pass", "pass", "suspect", "unknown", "fail", "missing", "absent"]))
        if kind == "absent":
            continue
        times.append(NOW_MS - (5 - minute) * MINUTE_MS)
        values.append(np.nan if kind == "missing" else draw(st.sampled_from([9.0, 9.8, 10.2, 11.4, 12.5, 14.0])))
        qualities.append(
            {"pass": flag.PASS, "suspect": flag.SUSPECT, "unknown": flag.SUSPECT, "fail": flag.FAIL}.get(
                kind, flag.MISSING
            )
        )
        sizes.append({"pass": 0.0, "suspect": draw(st.sampled_from([0.1, 0.5]))}.get(kind, np.inf))
    series = Series.of(times, values, qualities)
    size = np.array(sizes, dtype=np.float64)
    low, high = series.value - size, series.value + size
    return Bounded(series, np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """One to three plans over four gauges."""
    count = draw(st.integers(1, 3))
    return Case(tuple(draw(plans(f"p{number}")) for number in range(count)), {name: draw(gauges()) for name in GAUGES})


def standings(case: Case, facility: Facility = BASE) -> tuple[PlanInput, ...]:
    """Every plan followed over its readings."""
    found = []
    for plan in case.plans:
        standing, _ = tarp.advance(plan, tarp.PlanMemory(), case.readings, facility, NOW_MS)
        found.append(PlanInput(plan, "in-force" if plan.approved_by else "simulated", standing))
    return tuple(found)


def judged(case: Case) -> Assessment:
    """The assessment as ingest makes it."""
    return assess(AssessmentInputs(BASE, standings(case)), NOW)


@pytest.mark.case("2", "Green only if every plan can still detect its worst level; what is lost is named")
@settings(max_examples=150)
@given(cases())
def test_green_is_proven(case: Case) -> None:
    """Verdict, sight, what is lost and how many more may fail are those of the second definition."""
    check(case, judged(case))


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(10))
def test_green_is_proven_a_hundred_thousand_times(part: int) -> None:
    """The same over ten times 10,000 other facilities."""

    @seed(part)
    @settings(max_examples=10_000, database=None)
    @given(cases())
    def proven(case: Case) -> None:
        check(case, judged(case))

    proven()


# --- controls: a rule broken on purpose, which the second definition must find ----------------------------------------


def with_rows(case: Case, change: Callable[[Bounded], Bounded]) -> Case:
    """The same plans over readings that somebody has changed."""
    return replace(case, readings={name: change(readings) for name, readings in case.readings.items()})


def without(readings: Bounded, quality: int) -> Bounded:
    """As if readings of this quality had never come."""
    return readings.rows(readings.series.quality != quality)


def as_passed(readings: Bounded, quality: int, value: float | None = None) -> Bounded:
    """As if readings of this quality had passed, with a value in place of their own."""
    series = readings.series
    is_so = series.quality == quality
    values = np.where(is_so, series.value if value is None else value, series.value)
    return Bounded.of(Series.of(series.time_ms, values, np.where(is_so, flag.PASS, series.quality)))


def blindly(case: Case) -> Assessment:
    """Sight does not count."""
    known = [structs_replace(one, standing=one.standing._replace(sight=tarp.Sight("full"))) for one in standings(case)]
    return assess(AssessmentInputs(BASE, tuple(known)), NOW)


def patiently(case: Case) -> Assessment:
    """A reading counts for five times as long."""
    slow = {name: structs_replace(one, expected_interval_s=300.0) for name, one in BASE.datastreams.items()}
    return assess(AssessmentInputs(BASE, standings(case, structs_replace(BASE, datastreams=slow))), NOW)


BROKEN: Mapping[str, Callable[[Case], Assessment]] = {
    "suspect readings are left out": lambda case: judged(with_rows(case, lambda one: without(one, flag.SUSPECT))),
    "suspect readings are believed": lambda case: judged(with_rows(case, lambda one: as_passed(one, flag.SUSPECT))),
    "failed readings count": lambda case: judged(with_rows(case, lambda one: as_passed(one, flag.FAIL))),
    "a missing reading is zero": lambda case: judged(with_rows(case, lambda one: as_passed(one, flag.MISSING, 0.0))),
    "sight does not count": blindly,
    "stale after fifteen intervals": patiently,
    "only the first plan counts": lambda case: judged(replace(case, plans=case.plans[:1])),
    "a simulated plan counts": lambda case: judged(
        replace(case, plans=tuple(structs_replace(one, approved_by="EoR") for one in case.plans))
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(name: str) -> None:
    """With this rule broken the second definition disagrees in some facility."""

    def disagrees(case: Case) -> bool:
        try:
            check(case, BROKEN[name](case))
        except (AssertionError, KeyError):
            return True
        return False

    hypothesis.find(cases(), disagrees, settings=settings(max_examples=2000, phases=[hypothesis.Phase.generate]))
