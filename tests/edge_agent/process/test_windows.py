"""Windows: how much of the past is kept, and that the first value of an instant stays."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.process.windows import (
    BEGINNING_MS,
    MIN_ROWS,
    SHORT_ROWS,
    TOTAL_ROWS,
    WindowReach,
    Windows,
    among,
    merged,
    reaches,
)
from tailings.series import Series
from tests.edge_agent.world import facility


def series(*times_ms: int, value: float = 1.0) -> Series:
    return Series.of(times_ms, [value] * len(times_ms))


def windows(reach: WindowReach) -> Windows:
    return Windows({"x": reach}, lambda name: [])


def test_what_formulas_need_is_kept() -> None:
    """The barometer of vale.toml may be two hours old, two readings later too; nobody looks back at the battery."""
    found = reaches(facility())

    assert found["n01:baro.pressure"].before_ms == 7_200_000 + 2 * 60_000
    assert "n07:battery.voltage" not in found


def test_a_window_is_cut_to_its_reach() -> None:
    """By time, but never below a few rows, and what is forgotten is told to the buffer."""
    kept = windows(WindowReach(before_ms=1000))
    times_ms = np.arange(100) * 100
    kept.add("x", Series.of(times_ms, times_ms))

    (rows,) = kept.trim({"x": times_ms})

    assert len(kept.get("x")) == MIN_ROWS
    assert rows.forget_below_ms == kept.get("x").time_ms[0]
    assert [row.time_ms for row in rows.rows] == kept.get("x").time_ms.tolist()


def test_a_window_says_from_when_on_it_is_whole() -> None:
    """What is within its reach is never cut, so a time without rows is whole too; of an empty one all there is."""
    kept = windows(WindowReach(before_ms=5000))
    assert kept.whole_since_ms("x") == BEGINNING_MS
    times_ms = np.arange(0, 100_000, 1000)
    kept.add("x", Series.of(times_ms, times_ms))
    kept.trim({"x": times_ms})

    assert kept.whole_since_ms("x") == kept.get("x").time_ms[0] == 84_000

    kept.add("x", Series.of([200_000], [1.0]))
    kept.trim({"x": np.array([200_000])})

    assert kept.whole_since_ms("x") == kept.get("x").time_ms[0] == 85_000


def test_windows_are_bounded_whatever_is_asked() -> None:
    """Settings of a year must not fill a gateway's memory: long windows share what there is for them."""
    year = WindowReach(before_ms=366 * 86_400_000)
    kept = Windows({str(at): year for at in range(10)}, lambda name: [])
    times_ms = np.arange(TOTAL_ROWS)
    for at in range(10):
        kept.add(str(at), Series.of(times_ms, times_ms))
        kept.trim({str(at): times_ms})

    assert sum(len(kept.get(str(at))) for at in range(10)) == TOTAL_ROWS
    assert [len(kept.get(str(at))) for at in range(10)] == [TOTAL_ROWS // 10] * 10


def test_many_long_windows_still_have_a_day() -> None:
    """A thousand of them get no less than a window that is short."""
    kept = Windows({str(at): WindowReach(before_ms=10**12) for at in range(1000)}, lambda name: [])
    times_ms = np.arange(SHORT_ROWS + 500)
    kept.add("7", Series.of(times_ms, times_ms))
    kept.trim({"7": times_ms})

    assert len(kept.get("7")) == SHORT_ROWS


def test_the_first_value_of_an_instant_stays() -> None:
    """Also when rows come late, in between."""
    found = merged(series(10, 20, value=1.0), series(5, 20, 30, value=2.0))

    assert found.time_ms.tolist() == [5, 10, 20, 30]
    assert found.value.tolist() == [2.0, 1.0, 1.0, 2.0]


@settings(deadline=None)
@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_times_are_found_among_others(times: set[int], wanted: set[int]) -> None:
    """As numpy.isin says it."""
    time_ms, wanted_ms = (np.array(sorted(some), np.int64) for some in (times, wanted))

    assert among(time_ms, wanted_ms).tolist() == np.isin(time_ms, wanted_ms).tolist()
