"""Spike: by its two QARTOD methods and the trailing one."""

import math
import statistics

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tailings.filters import Around, spike
from tailings.filters.spike import Settings
from tailings.series import Series

IN_A_STREAM: dict[str, object] = {"suspect": 1.0, "fail": 3.0}
"""Settings with which `test_stream` compares it, piece by piece, to one run over everything."""


def flags(values: list[float], settings: Settings) -> list[int]:
    """Flags of values one minute apart."""
    series = Series.of(np.arange(len(values)) * 60_000, values)
    return [int(flag) for flag in spike.flag_values(series, settings, Around())]


def test_average() -> None:
    """Distance to the mean of both neighbours: 4 from 0 and 0, then 2 from 4 and 0, hand-made from QARTOD's test."""
    assert flags([0, 0, 4, 0, 0], Settings(suspect=1.5, fail=3)) == [2, 3, 4, 3, 2]


def test_differential() -> None:
    """Only a value that both steps lead to in opposite directions is a spike; a level shift is none."""
    settings = Settings(suspect=1.5, fail=3, method="differential")

    assert flags([0, 0, 4, 0, 0], settings) == [2, 1, 4, 1, 2]
    assert flags([0, 0, 4, 4, 4], settings) == [2, 1, 1, 1, 2]


def test_trailing_is_not_past_its_limit_at_it() -> None:
    """338.25 m after three readings of 338.2 m, with a limit of 0.05 m; a centimetre more is."""
    settings = Settings(suspect=0.05, method="trailing", rows=3)

    assert [flags([338.2, 338.2, 338.2, value], settings)[-1] for value in (338.25, 338.26)] == [1, 3]


def test_trailing_is_told_at_once() -> None:
    """The newest row is judged by the median of those before it, and a spike there does not spoil the next."""
    settings = Settings(suspect=1.5, method="trailing", rows=3)

    assert flags([0, 1, 0, 9, 0], settings) == [2, 2, 2, 3, 1]


def test_a_step_is_doubted_at_its_first_value() -> None:
    """Nobody can know yet whether it comes back; the next value beside it shows that it does not. Down as up."""
    settings = Settings(suspect=1.5, fail=5.0, method="trailing", rows=3)

    assert flags([0, 0, 0, 9, 9, 9, 9, 9], settings) == [2, 2, 2, 4, 1, 1, 1, 1]
    assert flags([0, 0, 0, -2, -2, -9, -9], settings) == [2, 2, 2, 3, 1, 1, 1]


def test_values_that_jump_from_side_to_side_are_no_run() -> None:
    """Up and down again by turns: each of them is doubted."""
    assert flags([0, 0, 0, 9, -9, 9, -9], Settings(suspect=1.5, method="trailing", rows=3)) == [2, 2, 2, 3, 3, 3, 3]


def defined(values: list[float], settings: Settings) -> list[int]:
    """The trailing test by its definition, row by row with statistics.median."""

    def side(row: int) -> tuple[int, float]:
        before = values[row - settings.rows : row] if row >= settings.rows else [math.nan]
        if any(map(math.isnan, [*before, values[row]])):
            return 0, math.nan
        away = values[row] - statistics.median(before)
        limits = [limit for limit in (settings.suspect, settings.fail) if limit is not None]
        return (0 if abs(away) <= min(limits) else 1 if away > 0 else -1), abs(away)

    def judged(row: int) -> int:
        here, away = side(row)
        if math.isnan(values[row]):
            return 9
        if math.isnan(away):
            return 2
        if here == 0 or (row > 0 and side(row - 1)[0] == here):
            return 1
        return 4 if settings.fail is not None and away > settings.fail else 3

    return [judged(row) for row in range(len(values))]


HEIGHTS = st.lists(st.one_of(st.sampled_from([0.0, 0.0, 0.1, 2.0, -2.0, math.nan]), st.floats(-9, 9)), max_size=40)
LIMITS = st.sampled_from([(1.0, None), (1.0, 3.0), (None, 3.0)])


@given(HEIGHTS, LIMITS, st.integers(2, 6))
def test_trailing_is_what_its_definition_says(
    values: list[float], limits: tuple[float | None, float | None], rows: int
) -> None:
    """Any values, with missing ones among them, against the definition written down once more without numpy."""
    settings = Settings(*limits, method="trailing", rows=rows)

    assert flags(values, settings) == defined(values, settings)


@given(
    st.lists(st.floats(-0.02, 0.02), min_size=5, max_size=10),
    st.lists(st.floats(0.0, 0.5), min_size=1, max_size=60),
    st.sampled_from([-1.0, 1.0]),
)
def test_of_a_rise_no_two_values_in_a_row_are_doubted(calm: list[float], steps: list[float], sign: float) -> None:
    """However fast a level goes up (or down) and however long, behind each doubted value stands one that passes, with
    the limits of the demo's pond: 5 cm and 20 cm."""
    rise = (0.02 + np.cumsum(steps)).tolist()

    found = flags([sign * value for value in [*calm, *rise]], Settings(0.05, 0.2, "trailing"))

    assert all(1 in pair for pair in zip(found[len(calm) :], found[len(calm) + 1 :], strict=False))


@pytest.mark.parametrize("metres_per_h", [0.1, 0.21, 0.5, 1.0, 2.5, 10.0])
def test_of_a_steady_rise_one_value_is_doubted_at_most(metres_per_h: float) -> None:
    """At 300 s and the demo's limits: 0.21 m/h is 1.75 cm a reading, three readings are more than 5 cm."""
    rise = [max(0.0, row - 10) * metres_per_h / 12 for row in range(60)]

    assert sum(flag > 2 for flag in flags(rise, Settings(0.05, 0.2, "trailing"))) == (3 * metres_per_h / 12 > 0.05)


def test_beside_a_missing_value_nothing_is_said() -> None:
    """A missing value is missing, its neighbours cannot be judged."""
    assert flags([0, 0, np.nan, 0, 0], Settings(suspect=1)) == [2, 2, 9, 2, 2]


@pytest.mark.parametrize("keys", [{}, {"suspect": 3, "fail": 2}, {"suspect": 0}])
def test_thresholds_must_make_sense(keys: dict[str, float]) -> None:
    """None at all, in the wrong order, or zero."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(keys, Settings)
