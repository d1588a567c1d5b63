"""Second look: the last word on each row is that of the science over the whole series (oracle: tailings.chain)."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.process.derive import Derivation, Judged
from edge_agent.process.quality import judge
from tailings import chain, parse
from tailings.facility import Facility
from tailings.filters import flat_line, gap, gross_range, redundant_pair, spike
from tailings.series import Series
from tests.edge_agent.world import FACILITY_FILE, T0_S, facility

VALE = facility()
MINUTE_MS = 60_000
LEVEL, FREQUENCY, PRESSURE = "n01:pond.level", "n07:vw1.frequency", "n07:vw1.pressure"
Row = tuple[str, int]


def with_filters(**filters: dict[str, Any]) -> Facility:
    """The facility with these filters; datastreams are written `n01__pond__level`."""
    named = {key.replace("__", ":", 1).replace("__", "."): some for key, some in filters.items()}
    changed = {name: msgspec.structs.replace(VALE.datastreams[name], filters=some) for name, some in named.items()}
    return msgspec.structs.replace(VALE, datastreams={**VALE.datastreams, **changed})


def rows_of(found: Iterable[Judged]) -> dict[Row, tuple[float, int]]:
    return {
        (one.datastream.name, time_ms): (value, quality)
        for one in found
        for time_ms, value, quality in zip(
            one.series.time_ms.tolist(), one.series.value.tolist(), one.series.quality.tolist(), strict=True
        )
    }


class Told:
    """What an agent told first of each row, and its verdicts after that, each of which must be another one."""

    def __init__(self, vale: Facility) -> None:
        self.last: dict[Row, tuple[float, int]] = {}
        self.verdicts: dict[Row, list[int]] = {}
        self._derivation = Derivation(vale, judge, lambda name: [])

    def feed(self, raw: Mapping[str, Series]) -> None:
        derived = self._derivation.run({name: series for name, series in raw.items() if len(series)})
        for key, row in rows_of(derived.judged).items():
            self.last.setdefault(key, row)
        for key, (value, quality) in rows_of(derived.verdicts).items():
            told, before = self.last[key]
            assert value == told
            assert (before == 2, before, quality) < (before == 2, quality, quality) or (before, quality) == (2, 1)
            self.last[key] = (value, quality)
            self.verdicts.setdefault(key, []).append(quality)


def flags(rows: Mapping[Row, tuple[float, int]]) -> dict[Row, int]:
    return {key: quality for key, (_, quality) in sorted(rows.items())}


def oracle(vale: Facility, raw: Mapping[str, Series]) -> dict[Row, int]:
    done = chain.derive(vale, raw)
    return {
        (name, time_ms): quality
        for name, result in sorted(done.items())
        for time_ms, quality in zip(result.series.time_ms.tolist(), result.series.quality.tolist(), strict=True)
    }


def series(values: list[float], start: int = 0) -> Series:
    return Series.of(T0_S * 1000 + (start + np.arange(len(values))) * MINUTE_MS, values)


def part(raw: Mapping[str, Series], start: int, end: int) -> dict[str, Series]:
    bounds = [T0_S * 1000 + at * MINUTE_MS for at in (start, end)]
    return {name: one.rows(slice(*np.searchsorted(one.time_ms, bounds).tolist())) for name, one in raw.items()}


SPIKE = {"spike": spike.Settings(suspect=0.5, fail=2.0)}
ONE_OF = st.sampled_from([5.0, 5.1, 5.2, 6.0, 9.0, float("nan")])


@settings(max_examples=60, deadline=None)
@given(st.lists(ONE_OF, min_size=3, max_size=40), st.sets(st.integers(1, 39), max_size=20))
def test_a_spike_is_told_when_its_successor_is_there(levels: list[float], cuts: set[int]) -> None:
    """However the rows are cut into groups, and no verdict says what was said before."""
    vale, raw = with_filters(n01__pond__level=SPIKE), {LEVEL: series(levels)}
    told = Told(vale)
    for start, end in pairwise([0, *sorted(cut for cut in cuts if cut < len(levels)), len(levels)]):
        told.feed(part(raw, start, end))

    assert flags(told.last) == oracle(vale, raw)
    assert all(len(verdicts) == 1 for verdicts in told.verdicts.values())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1.0, 40.0]), min_size=3, max_size=20), st.integers(1, 4))
def test_what_is_derived_inherits_the_verdict(steps: list[float], rows: int) -> None:
    """A spike of the frequency makes the pressure fail too, though that was told before."""
    minutes = len(steps)
    vale = with_filters(
        n07__vw1__frequency={"spike": spike.Settings(suspect=5, fail=20)},
        n07__vw1__pressure={"gross_range": gross_range.Settings(fail=(-1e6, 1e6))},
    )
    raw = {
        "n01:baro.pressure": series([950.0] * minutes),
        FREQUENCY: series([2800.0 + step for step in steps]),
        "n07:vw1.thermistor": series([4821.0] * minutes),
    }
    told = Told(vale)
    for start in range(0, minutes, rows):
        told.feed(part(raw, start, start + rows))

    assert flags(told.last) == oracle(vale, raw)


def test_a_long_look_back_is_whole_for_the_row_before_the_newest() -> None:
    """A filter that looks an hour back beside a spike test: fed one by one over five hours, as over the whole."""
    vale = with_filters(
        n01__pond__level={**SPIKE, "flat_line": flat_line.Settings(tolerance=0.01, suspect_after_s=3600)}
    )
    levels = [5.0 + 0.2 * (minute % 7) if minute % 150 < 70 else 5.0 for minute in range(300)]
    levels[40], levels[201] = 9.0, 7.0
    raw, told = {LEVEL: series(levels)}, Told(vale)
    for minute in range(300):
        told.feed(part(raw, minute, minute + 1))

    assert flags(told.last) == oracle(vale, raw)
    assert told.last[LEVEL, T0_S * 1000 + 40 * MINUTE_MS] == (9.0, 4)


def test_a_pair_is_judged_when_the_other_one_comes() -> None:
    """The other node reports a minute later: what was not evaluated is judged then."""
    pair = redundant_pair.Settings(other="n01:baro.pressure", suspect=5.0, fail=50.0, stale_after_s=90)
    vale = with_filters(n01__pond__level={"redundant_pair": pair})
    told, key = Told(vale), (LEVEL, T0_S * 1000)
    told.feed({LEVEL: series([900.0])})
    assert told.last[key][1] == 2

    told.feed({"n01:baro.pressure": series([950.5])})

    assert (told.verdicts[key], told.last[key][1]) == ([4], 4)


def test_both_of_a_pair_in_one_group_see_each_other() -> None:
    """Not the value before, whichever of the two the group names first."""
    pair = redundant_pair.Settings(other="n01:baro.pressure", suspect=5.0, stale_after_s=90)
    told = Told(with_filters(n01__pond__level={"redundant_pair": pair}))
    told.feed({LEVEL: series([950.0]), "n01:baro.pressure": series([950.0])})
    told.feed({LEVEL: series([970.0], 1), "n01:baro.pressure": series([970.0], 1)})

    assert set(flags(told.last).values()) <= {1, 2}
    assert not told.verdicts


def test_a_row_that_comes_late_in_between_changes_no_other_verdict() -> None:
    """Its own is told; a gap that it makes smaller, or seems to make, is for the centre to look at again."""
    vale = with_filters(n01__pond__level={**SPIKE, "gap": gap.Settings(suspect_after_s=100)})
    told = Told(vale)
    for minute in [*range(20), 30, 31]:
        told.feed({LEVEL: series([5.0], minute)})
    before = dict(told.last)

    told.feed({LEVEL: series([9.0], 25)})
    told.feed({LEVEL: series([5.0], -500)})

    late = {(LEVEL, T0_S * 1000 + minute * MINUTE_MS) for minute in (25, -500)}
    assert {key: row for key, row in told.last.items() if key not in late} == before


RAIN, SUM = "n01:rain.rain", "n01:rain.sum"
SUMMED = """
[datastreams."n01:rain.sum"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 300 }
[datastreams."n01:rain.rain".filters.spike]
suspect = 3.0
fail = 9.0
"""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.2, 5.0, 40.0, float("nan")]), min_size=3, max_size=30),
    st.sets(st.integers(1, 29), max_size=20),
)
def test_a_sum_of_a_window_is_judged_with_each_of_its_readings(fallen: list[float], cuts: set[int]) -> None:
    """A spike of rain is known by the next reading: the sum that was told with it is rejected then, and the next one is
    made without it; in any groups as over the whole."""
    vale = parse(FACILITY_FILE.read_text() + SUMMED)
    derivation, raw, told = Derivation(vale, judge, lambda name: []), {RAIN: series(fallen)}, dict[Row, Any]()
    for start, end in pairwise(sorted({0, len(fallen)} | {cut for cut in cuts if cut < len(fallen)})):
        found = derivation.run(part(raw, start, end))
        told |= rows_of(found.judged)
        verdicts = rows_of(found.verdicts)
        assert [told[key][0] for key in verdicts] == [value for value, _ in verdicts.values()]
        told |= verdicts

    made = chain.derive(vale, raw)[SUM].series
    known = {(SUM, at): value for at, value in zip(made.time_ms.tolist(), made.value.tolist(), strict=True)}
    assert flags(told) == oracle(vale, raw)
    usable = {key: value for key, (value, quality) in told.items() if key[0] == SUM and quality < 4}
    assert usable == pytest.approx({key: known[key] for key in usable})
