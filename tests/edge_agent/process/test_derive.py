"""Deriving pack by pack gives what the science gives for the whole series at once (oracle: tailings.chain)."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.process.derive import Derivation, Judged
from edge_agent.process.quality import judge
from tailings import chain
from tailings.formulas import rain_sum
from tailings.series import Series
from tests.edge_agent.world import T0_S, facility

VALE = facility()
MINUTE_MS = 60_000


def derivation() -> Derivation:
    return Derivation(VALE, judge, lambda name: [])


def raw() -> dict[str, Series]:
    """Two hours of a piezometer with a barometer each 10 minutes; one thermistor reading is missing, one wild.

    At pond and rain nobody looks back: there a reading is wild, one is missing, and rain falls upwards.
    """
    minutes = np.arange(120)
    times_ms = T0_S * 1000 + minutes * MINUTE_MS
    thermistor = 4821.0 + minutes
    thermistor[40], thermistor[80] = np.nan, 1e6
    pond, rain = 338.0 + minutes / 1000, minutes % 3 / 10
    pond[7], pond[90], rain[50] = 900.0, np.nan, -0.2
    return {
        "n01:baro.pressure": Series.of(times_ms[::10], 950.0 + minutes[::10]),
        "n07:vw1.frequency": Series.of(times_ms, 2800.0 + minutes),
        "n07:vw1.thermistor": Series.of(times_ms, thermistor),
        "n01:pond.level": Series.of(times_ms, pond),
        "n01:rain.rain": Series.of(times_ms, rain),
    }


def between(series: Series, start: int, end: int) -> Series:
    low, high = np.searchsorted(series.time_ms, [T0_S * 1000 + at * MINUTE_MS for at in (start, end)])
    return series.rows(slice(int(low), int(high)))


def rows_of(found: list[Judged]) -> dict[tuple[str, int], tuple[float, int, str | None]]:
    return {
        (one.datastream.name, time_ms): (value, quality, tests)
        for one in found
        for time_ms, value, quality, tests in zip(
            one.series.time_ms.tolist(), one.series.value.tolist(), one.series.quality.tolist(), one.tests, strict=True
        )
    }


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(1, 119), max_size=12))
def test_any_cutting_into_groups_gives_the_same(cuts: set[int]) -> None:
    """Values, quality and causes are those of the whole series, whatever arrives together."""
    bounds = [0, *sorted(cuts), 120]
    streamed = derivation()
    found: list[Judged] = []
    for start, end in pairwise(bounds):
        part = {name: between(series, start, end) for name, series in raw().items()}
        found += streamed.run({name: series for name, series in part.items() if len(series)}).judged

    oracle = {
        (name, time_ms): (value, quality, tests)
        for name, result in chain.derive(VALE, raw()).items()
        for time_ms, value, quality, tests in zip(
            result.series.time_ms.tolist(),
            result.series.value.tolist(),
            result.series.quality.tolist(),
            result.tests(),
            strict=True,
        )
    }
    assert repr(sorted(rows_of(found).items())) == repr(sorted(oracle.items()))  # by text, for NaN equals NaN there


def test_a_restarted_agent_remembers_the_barometer() -> None:
    """What formulas look back at comes from the buffer, so a restart changes no result."""
    first = derivation()
    recent = first.run({"n01:baro.pressure": raw()["n01:baro.pressure"].rows(slice(0, 1))}).recent
    stored = {rows.datastream: list(rows.rows) for rows in recent}
    restarted = Derivation(VALE, judge, lambda name: stored.get(name, []))

    found = rows_of(restarted.run({"n07:vw1.frequency": raw()["n07:vw1.frequency"].rows(slice(5, 6))})[0])

    assert found["n07:vw1.pressure", T0_S * 1000 + 5 * MINUTE_MS][2] == "missing.temperature"


@pytest.mark.parametrize("late", [1, 30])
def test_late_rows_are_derived_with_the_values_of_their_time(late: int) -> None:
    """A node that comes back with old packs does not get today's barometer."""
    streamed = derivation()
    pieces = raw()
    streamed.run({"n01:baro.pressure": pieces["n01:baro.pressure"]})
    names = ("n07:vw1.frequency", "n07:vw1.thermistor")
    streamed.run({name: between(pieces[name], 100, 101) for name in names})

    found = rows_of(streamed.run({name: between(pieces[name], late, late + 1) for name in names})[0])

    oracle = chain.derive(VALE, pieces)["n07:vw1.pressure"].series
    assert found["n07:vw1.pressure", T0_S * 1000 + late * MINUTE_MS][0] == oracle.value[late]


def test_the_configuration_version_stands_on_derived_values_only() -> None:
    """Raw is as measured and has none."""
    version_7 = msgspec.structs.replace(VALE, version=7)

    derived = Derivation(version_7, judge, lambda name: []).run(
        {"n07:vw1.thermistor": Series.of([T0_S * 1000], [4821.0])}
    )

    assert {one.datastream.name: one.cfg for one in derived.judged} == {
        "n07:vw1.thermistor": None,
        "n07:vw1.temperature": 7,
    }


def test_a_rain_sum_of_three_days_sees_all_of_them() -> None:
    """72 h at 1 min are 4,321 readings: fed one by one behind a filled window, the sum is that of the whole."""
    rain = VALE.datastreams["n01:rain.rain"]
    parameters = msgspec.convert({"window_s": 72 * 3600}, rain_sum.Parameters)
    total = msgspec.structs.replace(
        rain, name="n01:rain.sum72", formula="rain_sum", inputs={"rain": rain.name}, parameters=parameters, filters={}
    )
    wet = msgspec.structs.replace(VALE, datastreams={rain.name: rain, total.name: total}, derived_order=(total.name,))
    minutes = np.arange(72 * 60 + 120)
    whole = Series.of(T0_S * 1000 + minutes * MINUTE_MS, np.full(len(minutes), 0.2))
    streamed = Derivation(wet, judge, lambda name: [])
    streamed.run({rain.name: whole.rows(slice(0, -1))})

    found = rows_of(streamed.run({rain.name: whole.rows(slice(-1, None))})[0])

    value, _, cause = found[total.name, int(whole.time_ms[-1])]
    assert value == pytest.approx(72 * 60 * 0.2, rel=1e-9)
    assert cause is None
