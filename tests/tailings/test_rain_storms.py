"""Rain storms, against a second implementation that walks through the hours one by one."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings import rain_storms
from tailings.rain_storms import HOUR_MS, RainHours, RainStorm

T_MS = round(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * 1000
DRY, LEAST = 6, 5.1
"""Hours and mm, as the documentation of RMevents (USGS-R/Rainmaker) prints them: ieHr = 6, rainthresh = 5.1."""


def hours(depths: list[float | None]) -> RainHours:
    """Hours from T on; None: nobody measured."""
    known = [(T_MS + at * HOUR_MS, one) for at, one in enumerate(depths) if one is not None]
    return RainHours(np.array([at for at, _ in known], np.int64), np.array([one for _, one in known], np.float64))


def walked(depths: list[float | None]) -> list[RainStorm]:
    """The oracle: hour by hour, a storm ends when six hours have passed without rain."""
    found: list[RainStorm] = []
    open_at: int | None = None
    last_wet = 0
    for at in range(len(depths) + DRY + 1):
        depth = depths[at] if at < len(depths) else 0.0
        if depth:
            open_at, last_wet = (at if open_at is None else open_at), at
        elif open_at is not None and at - last_wet >= DRY:
            part = depths[open_at : last_wet + 1]
            total = sum(one or 0.0 for one in part)
            around = [*[None] * DRY, *depths, *[None] * DRY][open_at : last_wet + 2 * DRY + 1]
            start, end = T_MS + open_at * HOUR_MS, T_MS + (last_wet + 1) * HOUR_MS
            if total >= LEAST - 1e-9:
                found.append(RainStorm(start, end, pytest.approx(total), None in around))
            open_at = None
    return found


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.2, 1.4, 5.2, None]), max_size=120))
def test_storms_are_those_of_a_walk_through_the_hours(depths: list[float | None]) -> None:
    """The same beginnings, ends, depths and doubts, whatever is dry, wet or not measured."""
    assert rain_storms.of_hours(hours(depths)) == walked(depths)


@pytest.mark.parametrize(("dry", "storms"), [(5, 1), (6, 2)])
def test_six_dry_hours_part_two_storms(dry: int, storms: int) -> None:
    """Five do not."""
    assert len(rain_storms.of_hours(hours([6.0, *[0.0] * dry, 6.0]))) == storms


def test_a_little_rain_is_no_storm() -> None:
    """5.0 mm are none, 5.1 mm in tenths are one."""
    assert rain_storms.of_hours(hours([5.0])) == []
    assert len(rain_storms.of_hours(hours([0.1] * 51))) == 1


def test_of_two_gauges_the_hour_counts_that_has_most() -> None:
    """One lost its readings in the middle of a storm, the other was in the lee."""
    dry = [0.0] * DRY
    first, second = hours([*dry, 4.0, None, None, 3.0, *dry]), hours([*dry, 1.0, 2.0, 2.5, 1.0, *dry])

    (storm,) = rain_storms.of_gauges([first, second])

    assert (storm.depth_mm, storm.is_least) == (pytest.approx(4.0 + 2.0 + 2.5 + 3.0), False)
    assert rain_storms.of_gauges([]) == []


@pytest.mark.parametrize(("at", "is_least"), [(0, False), (1, True), (13, True), (14, False)])
def test_an_hour_that_is_missing_near_a_storm_makes_its_depth_a_least_one(at: int, is_least: bool) -> None:
    """The sixth hour before and after may have had rain of it; the seventh parts it from others."""
    depths: list[float | None] = [*[0.0] * 7, 6.0, *[0.0] * 6, 0.0]
    depths[at] = None

    assert [one.is_least for one in rain_storms.of_hours(hours(depths))] == [is_least]
