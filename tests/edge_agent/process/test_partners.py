"""Partners at the gateway: in any groups and over restarts, each row ends with the flag and the tests that the science
gives it over the whole series (oracle: tailings.chain)."""

import sqlite3
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge_agent.buffer.buffer import Buffer, GroupCommit
from edge_agent.process.derive import Derivation, DerivedGroup
from edge_agent.process.quality import judge
from tailings import chain
from tailings.facility import Facility
from tailings.filters import flat_line, gross_range, neighbour, rate_of_change, redundant_pair, spike
from tailings.series import Series
from tests.edge_agent.process.test_reflagging import part
from tests.edge_agent.world import T0_S, facility

MINUTE_MS = 60_000
POND, BAROMETER, RAIN = "n01:pond.level", "n01:baro.pressure", "n01:rain.rain"
LIMIT_BYTES = 50_000_000
Row = tuple[str, int]
Word = tuple[int, str | None]


def with_filters(filters: Mapping[str, Mapping[str, object]]) -> Facility:
    """vale.toml with these filters, and no others."""
    known = facility()
    return replace(
        known,
        datastreams={
            name: replace(one, filters=dict(filters.get(name, {}))) for name, one in known.datastreams.items()
        },
    )


def pair(other: str, suspect: float = 1.0, fail: float | None = 5.0) -> dict[str, object]:
    return {"redundant_pair": redundant_pair.Settings(other, suspect, fail, stale_after_s=150.0)}


class Gateway:
    """A derivation on a real buffer, which may be started anew between two groups; the last word on each row."""

    def __init__(self, vale: Facility, folder: str) -> None:
        self._vale, self._buffer = vale, Buffer(Path(folder) / "buffer.sqlite", LIMIT_BYTES)
        self.last: dict[Row, Word] = {}
        self.restart()

    def restart(self) -> None:
        self._derivation = Derivation(self._vale, judge, self._buffer.recent)

    def take(self, raw: Mapping[str, Series]) -> DerivedGroup:
        derived = self._derivation.run({name: series for name, series in raw.items() if len(series)})
        self._buffer.commit(GroupCommit(recent=derived.recent))
        for found in (derived.judged, derived.verdicts):
            for one in found:
                times, flags = one.series.time_ms.tolist(), one.series.quality.tolist()
                for time_ms, quality, tests in zip(times, flags, one.tests, strict=True):
                    key = (one.datastream.name, time_ms)
                    if found is derived.verdicts:
                        assert is_more(self.last[key], (quality, tests))
                    self.last[key] = quality, tests
        return derived

    def close(self) -> None:
        self._buffer.close()


def is_more(before: Word, after: Word) -> bool:
    """Whether a verdict is worse, in the order 2, 1, 3, 4, or names all that was named, and more."""
    rank = {2: 0, 1: 1, 3: 3, 4: 4}
    if rank[before[0]] != rank[after[0]]:
        return rank[before[0]] < rank[after[0]]
    return set((before[1] or "").split(",")) < set((after[1] or "").split(","))


def whole(vale: Facility, raw: Mapping[str, Series]) -> dict[Row, Word]:
    return {
        (name, time_ms): (quality, tests)
        for name, result in chain.derive(vale, raw).items()
        for time_ms, quality, tests in zip(
            result.series.time_ms.tolist(), result.series.quality.tolist(), result.tests(), strict=True
        )
    }


def every(values: list[float], minutes: int = 1) -> Series:
    return Series.of(T0_S * 1000 + np.arange(len(values)) * minutes * MINUTE_MS, values)


VALUES = st.sampled_from([10.0, 10.0, 10.2, 10.6, 12.0, 14.0, 30.0, float("nan")])
CUTS = st.sets(st.integers(1, 29), max_size=29)
RESTARTS = st.sets(st.integers(0, 29), max_size=3)
OWN = {
    "gross_range": gross_range.Settings(fail=(0.0, 25.0), suspect=(5.0, 13.0)),
    "spike": spike.Settings(suspect=1.5, fail=10.0),
    "rate_of_change": rate_of_change.Settings(200.0),
}
TRAILING = {"spike": spike.Settings(suspect=1.5, fail=10.0, method="trailing", rows=3)}
FLAT = {"flat_line": flat_line.Settings(tolerance=0.1, suspect_after_s=180)}
NEAR = {"neighbour": neighbour.Settings((POND, BAROMETER), 1.0, 5.0, min_neighbours=1, stale_after_s=150.0)}
WATCHING = with_filters(
    {POND: {**TRAILING, **pair(BAROMETER)}, BAROMETER: {**OWN, **pair(POND)}, RAIN: {**FLAT, **NEAR}}
)


def told(
    vale: Facility, raw: Mapping[str, Series], minutes: int, cuts: set[int], restarts: set[int]
) -> dict[Row, Word]:
    """The last word on each row of a gateway that gets these readings in groups, and is started anew between them."""
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(vale, folder)
        for start, end in pairwise([0, *sorted(cut for cut in cuts if cut < minutes), minutes]):
            gateway.take(part(raw, start, end))
            if start in restarts:
                gateway.restart()
        gateway.close()
    return gateway.last


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=5, max_size=30), CUTS, RESTARTS)
def test_in_any_groups_as_over_the_whole(
    rows: list[tuple[float, float, float]], cuts: set[int], restarts: set[int]
) -> None:
    """Three instruments that watch each other, one of them with a spike test that looks ahead."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    raw = {POND: every(columns[0]), BAROMETER: every(columns[1]), RAIN: every(columns[2][::2], minutes=2)}

    assert told(WATCHING, raw, len(rows), cuts, restarts) == whole(WATCHING, raw)


FREQUENCIES = {node: f"{node}:vw1.frequency" for node in ("n02", "n03")}
LEVELS = {node: f"{node}:vw1.level" for node in FREQUENCIES}
DERIVED = with_filters(
    {
        FREQUENCIES["n02"]: {"spike": spike.Settings(suspect=15.0, fail=60.0)},
        FREQUENCIES["n03"]: {
            "gross_range": gross_range.Settings((0.0, 2880.0)),
            **pair(FREQUENCIES["n02"], 20.0, None),
        },
        "n02:vw1.pressure": {"spike": spike.Settings(suspect=5.0, fail=20.0), **pair("n03:vw1.pressure", 4.0, None)},
        "n03:vw1.pressure": pair("n02:vw1.pressure", 4.0, 30.0),
        LEVELS["n02"]: {**pair(LEVELS["n03"], 2.8, 6.0), "spike": spike.Settings(1.0)},
        LEVELS["n03"]: pair(LEVELS["n02"], 2.8, 6.0),
        BAROMETER: {"rate_of_change": rate_of_change.Settings(1000.0)},
    }
)
SWINGS = st.sampled_from([0.0, 0.0, 1.0, 12.0, 30.0, 90.0, float("nan")])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(SWINGS, SWINGS, st.sampled_from([950.0, 950.0, 980.0])), min_size=5, max_size=30), CUTS, RESTARTS
)
def test_what_is_derived_is_compared_by_stages_too(
    rows: list[tuple[float, float, float]], cuts: set[int], restarts: set[int]
) -> None:
    """Frequencies, pressures and levels of two wires that watch each other at every step, under one barometer."""
    second, third, air = ([*column] for column in zip(*rows, strict=True))
    raw = {
        BAROMETER: every(air),
        FREQUENCIES["n02"]: every([2800.0 + swing for swing in second]),
        FREQUENCIES["n03"]: every([2805.0 + swing for swing in third]),
    } | {f"{node}:vw1.thermistor": every([4821.0] * len(rows)) for node in FREQUENCIES}

    assert told(DERIVED, raw, len(rows), cuts, restarts) == whole(DERIVED, raw)


def test_after_a_restart_a_partner_is_what_its_own_tests_said() -> None:
    """Two that disagree are both suspect, by each other alone: started anew, the next reading of one is still compared
    with the last one of the other."""
    vale = with_filters({POND: pair(BAROMETER), BAROMETER: pair(POND)})
    raw = {POND: every([10.0, 10.0, 10.0]), BAROMETER: every([13.0])}

    found = told(vale, raw, 3, {1, 2}, {0, 1})

    assert found == whole(vale, raw)
    assert found[POND, T0_S * 1000 + 2 * MINUTE_MS] == (3, "redundant_pair")


def test_a_long_look_back_at_a_partner_is_whole_for_the_rows_that_wait() -> None:
    """A partner that is read 20 s later, has a spike test that looks ahead, and may be an hour old: one by one over
    four hours, with two readings in a row that fail to come now and then, as over the whole."""
    watched = {"redundant_pair": redundant_pair.Settings(BAROMETER, 1.0, stale_after_s=3600.0)}
    vale = with_filters({POND: watched, BAROMETER: {"spike": spike.Settings(suspect=3.0)}})
    of_partner = [9.0 if row % 17 == 5 else 14.0 if 100 < row < 130 else 10.0 for row in range(240)]
    partner = Series.of(T0_S * 1000 + 20_000 + np.arange(240) * MINUTE_MS, of_partner)
    raw = {POND: every([10.0] * 240), BAROMETER: partner.rows(np.arange(240) % 7 > 1)}

    assert told(vale, raw, 240, set(range(1, 240)), {50, 150}) == whole(vale, raw)


def test_a_barometer_rejected_later_is_held_against_what_was_made_of_it() -> None:
    """Its spike is known when the next reading is there. The pressure was told with it by then: that value is rejected
    with it, for the centre alone can derive another one. The pressure after it is not, whatever came in one group."""
    vale = with_filters({BAROMETER: {"spike": spike.Settings(5.0, 20.0, "differential")}})
    raw = {
        BAROMETER: every([950.0, 990.0, 950.0, 950.0]),
        FREQUENCIES["n02"]: every([2800.0] * 4),
        "n02:vw1.thermistor": every([4821.0] * 4),
    }

    found = told(vale, raw, 4, {1, 2, 3}, set())

    pressures = [found["n02:vw1.pressure", int(time_ms)] for time_ms in raw[BAROMETER].time_ms]
    assert pressures == [(2, None), (4, "input.barometer"), (2, None), (2, None)]


def test_a_second_test_of_the_same_grade_is_told() -> None:
    """The pressure is suspect for want of a barometer; that it is a spike too is known when the next one is there."""
    vale = with_filters({"n02:vw1.pressure": {"spike": spike.Settings(suspect=5.0)}})
    raw = {FREQUENCIES["n02"]: every([2800.0, 2900.0, 2800.0]), "n02:vw1.thermistor": every([4821.0] * 3)}

    found = told(vale, raw, 3, {1, 2}, {1})

    pressures = [found["n02:vw1.pressure", int(time_ms)] for time_ms in raw[FREQUENCIES["n02"]].time_ms]
    assert pressures[1:] == [(3, "missing.barometer,spike"), (3, "missing.barometer")]


def test_tests_that_an_older_version_did_not_store_are_not_guessed() -> None:
    """A row that was told as suspect before the program was renewed gets no verdict for one more test of that grade."""
    suspect = gross_range.Settings(fail=(0.0, 100.0), suspect=(0.0, 20.0))
    vale = with_filters({POND: {"spike": spike.Settings(suspect=1.0), "gross_range": suspect}})
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(vale, folder)
        gateway.take({POND: every([10.0, 90.0])})
        with sqlite3.connect(Path(folder) / "buffer.sqlite") as older:
            older.execute("UPDATE recent SET tests = NULL, own_quality = NULL")
        gateway.restart()
        verdicts = gateway.take({POND: every([10.0, 90.0, 10.0]).rows(slice(2, 3))}).verdicts
        gateway.close()

    assert verdicts == []
    assert gateway.last[POND, T0_S * 1000 + MINUTE_MS] == (3, "gross_range")
