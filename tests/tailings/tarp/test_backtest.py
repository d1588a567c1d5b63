"""A plan replayed on history: counted by hand, and on a measured pond against an independent count by pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailings import Facility, Series, parse, tarp
from tailings.facility import Plan
from tests import pond as measured
from tests.tailings.facilities import VALE
from tests.tailings.tarp.plans import guarded, overtopping, pond

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

LEVEL = "n01:pond.level"
TWO = """
[tarp.pond]
failure_mode = "overtopping"
[[tarp.pond.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = YELLOW, hysteresis = 0.02, stale_after_s = 86400 }
[[tarp.pond.levels]]
level = "orange"
when = { datastream = "n01:pond.level", test = "above", value = ORANGE, hysteresis = 0.02, stale_after_s = 86400 }
"""


def test_counted_by_hand() -> None:
    """Up at minutes 1 and 5, red at 7 and 8: two alarms, and their minutes in each level."""
    found = tarp.back_test(
        tarp.timeline(overtopping(), pond(337, 338.1, 338.1, 337, 337, 338.5, 341, 341, 341, 341), guarded())
    )

    assert (found.alarms, found.reached) == (2, {"yellow": 2, "orange": 1, "red": 1})
    assert found.first_ms == {"yellow": 60_000, "orange": 480_000, "red": 480_000}
    assert found.time_in_s == {"green": 180.0, "yellow": 300.0, "orange": 0.0, "red": 60.0}
    assert found.by_month == {"1970-01": 2}


def test_marks_are_seen_or_missed() -> None:
    """Seen while the alarm stands, or shortly after it began; what comes before any alarm is missed."""
    series = pond(337, 338.1, 338.1, 337, 337, 337)
    found = tarp.back_test(tarp.timeline(overtopping(), series, guarded()), [0, 120_000, 300_000], within_s=300)

    assert [one.lead_s for one in found.marked] == [None, 60.0, 240.0]
    assert found.missed == 1


def test_nothing_measured_is_nothing_found() -> None:
    """No row, no alarm, every mark missed."""
    found = tarp.back_test(tarp.timeline(overtopping(), {}, guarded()), [5])

    assert (found.alarms, found.missed) == (0, 1)


def two(yellow_m: float, orange_m: float) -> tuple[Plan, Facility]:
    """A plan with the pond at two heights."""
    facility = parse(VALE.read_text() + TWO.replace("YELLOW", str(yellow_m)).replace("ORANGE", str(orange_m)))
    return facility.tarp["pond"], facility


def counted(level: pd.Series, limit_m: float, hysteresis_m: float) -> tuple[int, pd.Timestamp | None, float]:
    """The same by pandas: entries, the first of them, seconds above; a value between the limits keeps the state."""
    import pandas as pd

    state = pd.Series(np.nan, index=level.index)
    state[level > limit_m] = 1.0
    state[level <= limit_m - hysteresis_m] = 0.0
    state = state.ffill().fillna(0.0)
    entries = state.index[(state == 1) & (state.shift(fill_value=0.0) == 0)]
    spans_s = pd.Series(level.index, index=level.index).diff().shift(-1).dt.total_seconds()
    return len(entries), (entries[0] if len(entries) else None), float(spans_s[state == 1].sum())


@pytest.mark.parametrize("heights", [(338.60, 338.75), (338.50, 338.65)])
def test_a_summer_of_a_measured_pond(heights: tuple[float, float]) -> None:
    """26,478 readings of a real pond at two heights: entries, first crossing and time above as pandas counts them."""
    import pandas as pd

    table = pd.read_csv(measured.FILE, encoding="utf-8-sig")
    level = pd.Series(
        table.iloc[:, 4].to_numpy(float),
        index=pd.to_datetime(table["Time"], format="%Y-%m-%d %H:%M") + pd.Timedelta(hours=6),
    )
    level = level[~level.index.duplicated()].dropna().sort_index()
    plan, facility = two(*heights)
    time_ms = level.index.as_unit("ms").astype("int64").to_numpy()
    found = tarp.back_test(
        tarp.timeline(plan, {LEVEL: Series.of(time_ms, level.to_numpy(), np.ones(len(level)))}, facility)
    )

    yellow, orange = (counted(level, height, 0.02) for height in heights)
    assert (found.reached["yellow"], found.reached["orange"]) == (yellow[0], orange[0])
    firsts = [None if one[1] is None else one[1].value // 1_000_000 for one in (yellow, orange)]
    assert [found.first_ms["yellow"], found.first_ms["orange"]] == firsts
    assert found.time_in_s["orange"] == pytest.approx(orange[2])
    assert found.time_in_s["yellow"] + found.time_in_s["orange"] == pytest.approx(yellow[2])
    assert yellow[0] > 0
