"""Windows in which readings are rejected or doubted: what a result is, and how good, by an own reckoning."""

import math
import random

import pytest

from tailings import Series, chain, parse
from tailings.chain import FilteredSeries
from tests.tailings.facilities import VALE
from tests.tailings.floods import rain_sum

T = 1_764_079_200_000
MINUTE_MS = 60_000
GAUGES = """
[instruments."n02:rain"]
driver = "rain_gauge"
[datastreams."n02:rain.count"]
quantity = "tips"
unit = "{count}"
[datastreams."n02:rain.count".filters.gross_range]
fail = [0.0, 9000.0]
[datastreams."n02:rain.rain"]
quantity = "rain"
unit = "mm"
formula = "rain_from_total"
inputs = { total = "n02:rain.count" }
parameters = { tip_mm = 0.2 }
[datastreams."n01:rain.rain".filters.gross_range]
fail = [0.0, 50.0]
suspect = [0.0, 20.0]
[datastreams."n01:rain.intensity"]
quantity = "rain-intensity"
unit = "mm/h"
formula = "rain_intensity"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 1200 }
"""


def derived(name: str, **raw: list[tuple[int, float]]) -> FilteredSeries:
    """What the chain makes of (minute, value) of a gauge."""
    names = {"rain": "n01:rain.rain", "count": "n02:rain.count"}
    given = {
        names[key]: Series.of([T + at * MINUTE_MS for at, _ in rows], [value for _, value in rows])
        for key, rows in raw.items()
    }
    return chain.derive(parse(VALE.read_text() + GAUGES + rain_sum("n01:rain.sum", 1200)), given)[name]


@pytest.mark.parametrize(("name", "factor"), [("n01:rain.sum", 1.0), ("n01:rain.intensity", 3.0)])
def test_what_is_rejected_has_not_fallen(name: str, factor: float) -> None:
    """0.2 mm a minute for an hour, and 500 mm of a gauge that can have 50: of the 20 minutes behind it 19 x 0.2 mm are
    known, which is more than nine tenths of the readings."""
    rows = [(at, 500.0 if at == 30 else 0.2) for at in range(60)]
    found = derived(name, rain=rows)

    assert found.series.value[31:50] == pytest.approx([3.8 * factor] * 19)
    assert found.series.quality[30:51].tolist() == [4] + [1] * 20
    assert found.series.value[50] == pytest.approx(4.0 * factor)


def test_a_rejected_total_is_no_reading_before() -> None:
    """100 tips, 9,999 of a counter that can have 9,000, 101 and 103: one tip and two of 0.2 mm, and no restart."""
    found = derived("n02:rain.rain", count=[(0, 100.0), (1, 9999.0), (2, 101.0), (3, 103.0)])

    assert found.series.value[2:] == pytest.approx([0.2, 0.4])
    assert found.series.quality.tolist() == [9, 9, 1, 1]


def test_a_sum_is_doubted_as_long_as_a_doubted_reading_is_in_it() -> None:
    """30 mm in a minute are suspect above 20: so is each sum of the 20 minutes that they are in, and none after."""
    rows = [(at, 30.0 if at == 30 else 0.2) for at in range(60)]
    found = derived("n01:rain.sum", rain=rows)

    assert found.series.quality[30:51].tolist() == [3] * 20 + [1]
    assert found.tests()[49] == "input.rain"


@pytest.mark.parametrize("seed", range(5))
def test_sums_are_those_of_an_own_reckoning(seed: int) -> None:
    """Irregular minutes with missing, rejected (above 50 mm) and suspect (above 20 mm) readings."""
    chance = random.Random(seed)
    rows = [
        (at, chance.choice([0.0, 0.2, 1.4, 7.0, 25.0, 400.0, math.nan])) for at in range(300) if chance.random() < 0.8
    ]
    found = derived("n01:rain.sum", rain=rows)

    for row, (at, own) in enumerate(rows):
        used = [value for minute, value in rows if at - 20 < minute <= at and value <= 50]  # NaN is not
        if math.isnan(own):
            assert math.isnan(found.series.value[row]) and found.series.quality[row] == 9
        else:
            assert found.series.value[row] == pytest.approx(math.fsum(used), abs=1e-9)
            is_doubted = "input.rain" in (found.tests()[row] or "")
            assert is_doubted == (own > 50 or max(used) > 20)
            assert found.series.quality[row] == 4 if own > 50 else found.series.quality[row] < 4
