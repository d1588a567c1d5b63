"""What lies before a drill: as far back as its plans look, as close together as they expect readings, and calm."""

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from tailings.drill import BadScenario, past
from tailings.drill.draft import draft
from tailings.drill.readings import CalmReadings, calm_of
from tailings.drill.scenario import DrillScenario
from tailings.facility import Facility

from . import pond

BEGAN = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLANS = (*pond.PLANS, "rising")


def story(when: str) -> tuple[Facility, CalmReadings, DrillScenario]:
    facility = pond.with_plan("rising", when)
    calm = calm_of(facility, pond.DRIVERS, PLANS)
    return facility, calm, draft(facility, calm, PLANS, BEGAN, "rising")


@pytest.mark.parametrize(("over_h", "hours"), [(24.0, 25.0), (0.25, 2.0), (36.5, 38.0)])
def test_it_is_as_long_as_the_window_and_an_hour(over_h: float, hours: float) -> None:
    """In whole hours; a plan of values alone has none."""
    assert past.past_h(pond.with_plan("rising", pond.rate(0.01, over_h)).tarp["rising"]) == hours
    assert past.past_h(pond.pond().tarp["overtopping"]) == 0.0


def test_readings_are_as_close_as_the_plan_expects_them_and_calm() -> None:
    """25 h at 300 s are 300 instants; the pond's gauge and nothing that the plan does not look at."""
    facility, calm, scenario = story(pond.rate(0.01, 24))
    times_s, read = past.readings(facility, calm, scenario)

    assert (times_s.size, times_s[0]) == (300, -90_000.0) and np.diff(times_s) == pytest.approx(300.0)
    assert set(read) == {"n01:pond.current"}
    assert read["n01:pond.current"] == pytest.approx(calm.raw["n01:pond.current"])


def test_a_past_that_nobody_would_wait_for_is_refused() -> None:
    """9000 h at 300 s are 108000 instants; the refusal names the field and what to change."""
    facility, calm, scenario = story(pond.rate(0.01, 24))
    with pytest.raises(BadScenario, match="past_h: 9000 h before the drill are 108000 readings at 300 s"):
        past.readings(facility, calm, msgspec.structs.replace(scenario, past_h=9000.0))
