"""Partners: what is compared with others is judged by its own tests first, whoever's turn it is.

Oracle of the property: two stages written down once more, pair by pair and row by row, for raw datastreams.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tailings import Series, chain, parse, partners
from tailings.chain import Decided
from tailings.facility import Facility
from tailings.filters import flat_line, gross_range, neighbour, redundant_pair, spike
from tests.tailings.facilities import VALE, vale

T = 1_764_079_200_000
MINUTE_MS = 60_000
A, B, C = "n01:pond.level", "n01:baro.pressure", "n01:rain.rain"
RANGE = gross_range.Settings(fail=(0.0, 100.0), suspect=(5.0, 50.0))


def series(*values: float) -> Series:
    return Series.of(T + np.arange(len(values)) * MINUTE_MS, values)


def with_filters(**filters: dict[str, object]) -> Facility:
    """The test facility with these filters of pond (a), barometer (b) and rain gauge (c), as if they measured one."""
    known = vale()
    named = {name: filters.get(key, {}) for key, name in (("a", A), ("b", B), ("c", C))}
    changed = {name: replace(known.datastreams[name], filters=some) for name, some in named.items()}
    return replace(known, datastreams={**known.datastreams, **changed})


def pair(other: str, suspect: float = 1.0, fail: float | None = 5.0) -> dict[str, object]:
    return {"redundant_pair": redundant_pair.Settings(other, suspect, fail, stale_after_s=90.0)}


def flags(facility: Facility, raw: dict[str, Series]) -> dict[str, list[int]]:
    return {name: result.series.quality.tolist() for name, result in chain.derive(facility, raw, only=()).items()}


def test_a_rejected_partner_makes_nobody_suspect() -> None:
    """It is outside its range, and 500 away: the healthy one is not evaluated, and the other fails by its own test."""
    facility = with_filters(a=pair(B), b={**pair(A), "gross_range": RANGE})

    assert flags(facility, {A: series(10.0), B: series(510.0)}) == {A: [2], B: [4]}


def test_a_partner_that_stands_still_makes_nobody_suspect() -> None:
    """The water rises; the stuck one is found flat after two minutes, and from then on nothing is held against the
    other."""
    flat = flat_line.Settings(tolerance=0.1, suspect_after_s=120)
    facility = with_filters(a=pair(B, fail=None), b={"flat_line": flat, **pair(A, fail=None)})

    found = flags(facility, {A: series(10, 10.5, 11, 12, 13), B: series(*[10.0] * 5)})

    assert found == {A: [1, 1, 2, 2, 2], B: [1, 1, 3, 3, 3]}


def test_two_good_instruments_that_disagree_are_both_suspect() -> None:
    """Which of the two is wrong cannot be told."""
    facility = with_filters(a={**pair(B), "gross_range": RANGE}, b={**pair(A), "gross_range": RANGE})
    results = chain.derive(facility, {A: series(10.0), B: series(12.0)}, only=())

    assert [results[name].tests() for name in (A, B)] == [["redundant_pair"], ["redundant_pair"]]


def test_a_flag_by_comparison_takes_nobody_out() -> None:
    """a disagrees with b, which is of stage two: c goes on comparing with a."""
    facility = with_filters(a=pair(B), c=pair(A))

    assert flags(facility, {A: series(10.0), B: series(13.0), C: series(10.5)}) == {A: [3], B: [2], C: [1]}


def test_a_dead_barometer_takes_the_pairs_of_piezometers_out() -> None:
    """Both levels are suspect for the lost correction alone; that they differ by 5 m is held against neither."""
    text = '[datastreams."{}:vw1.level".filters.redundant_pair]\nother = "{}:vw1.level"\nsuspect = 1.0\n'
    facility = parse(VALE.read_text() + text.format("n02", "n03") + text.format("n03", "n02"))
    raw = {}
    for node, hz in (("n02", 2800.0), ("n03", 2750.0)):
        raw |= {f"{node}:vw1.frequency": series(hz), f"{node}:vw1.thermistor": series(4821.0)}

    alive = chain.derive(facility, {**raw, B: series(961.0)})
    dead = chain.derive(facility, raw)

    levels = [f"{node}:vw1.level" for node in ("n02", "n03")]
    assert [alive[name].tests() for name in levels] == [["redundant_pair"], ["redundant_pair"]]
    assert [dead[name].tests() for name in levels] == [["input.pressure"], ["input.pressure"]]
    assert dead["n02:vw1.pressure"].tests() == ["missing.barometer"]


def test_one_compared_with_what_is_made_of_it_is_judged() -> None:
    """The level of n02 is compared with that of n03, whose frequency is compared with the one of n02: no turn comes
    first. A flag by comparison is inherited, but takes nobody out."""
    text = '[datastreams."{}".filters.redundant_pair]\nother = "{}"\nsuspect = 1.0\n'
    circle = text.format("n02:vw1.level", "n03:vw1.level") + text.format("n03:vw1.frequency", "n02:vw1.frequency")
    facility = parse(VALE.read_text() + circle)
    raw = {B: series(961.0)}
    for node, hz in (("n02", 2800.0), ("n03", 2750.0)):
        raw |= {f"{node}:vw1.frequency": series(hz), f"{node}:vw1.thermistor": series(4821.0)}

    results = chain.derive(facility, raw)

    assert results["n03:vw1.level"].tests() == ["input.pressure"]  # by the pair of its frequency
    assert results["n02:vw1.level"].tests() == ["redundant_pair"]  # its partner takes part: stage one knows no pair


def test_what_may_still_change_takes_no_part() -> None:
    """A spike test that looks ahead cannot judge the partner's newest row yet: it takes part when the next is there."""
    facility = with_filters(a=pair(B), b={"spike": spike.Settings(suspect=3.0)})

    assert flags(facility, {A: series(10.0, 10.0), B: series(10.0, 90.0)}) == {A: [1, 2], B: [2, 2]}
    assert flags(facility, {A: series(10.0, 10.0, 10.0), B: series(10.0, 90.0, 10.0)})[A] == [1, 2, 2]


def test_what_a_person_decided_counts_for_a_partner() -> None:
    """Good by hand it takes part although its range says no, bad by hand it takes none."""
    facility = with_filters(a=pair(B), b={"gross_range": RANGE})
    raw = {A: series(10.0, 10.0), B: series(60.0, 40.0)}

    found = chain.derive(facility, raw, only=(), decided={B: Decided(raw[B].time_ms, np.array([1, 4], np.uint8))})

    assert [found[name].series.quality.tolist() for name in (A, B)] == [[4, 2], [1, 4]]


def by_hand(values: dict[str, list[float]]) -> dict[str, list[int]]:
    """Ranges first; then each pair, and the neighbours of c, with those whose range said pass."""
    stage = {
        name: [9 if v != v else 4 if not 0 <= v <= 100 else 3 if not 5 <= v <= 50 else 1 for v in column]
        for name, column in values.items()
    }

    def partner(name: str, row: int) -> float | None:
        there = [at for at in range(max(0, row - 1), row + 1) if stage[name][at] != 9]
        return values[name][there[-1]] if there and stage[name][there[-1]] == 1 else None

    def apart(name: str, row: int, expected: list[float]) -> int:
        own = stage[name][row]
        if own == 9 or not expected:
            return own
        distance = abs(values[name][row] - float(np.median(expected)))
        return max(own, 4 if distance > 5 else 3 if distance > 1 else 1)

    rows = range(len(values[A]))
    near = {A: [B], B: [A], C: [A, B]}
    seen = {name: [[v for one in near[name] if (v := partner(one, row)) is not None] for row in rows] for name in near}
    return {name: [apart(name, row, seen[name][row]) for row in rows] for name in near}


LEVELS = st.sampled_from([10.0, 10.5, 12.0, 30.0, 60.0, 200.0, float("nan")])


@settings(deadline=None)
@given(st.lists(st.tuples(LEVELS, LEVELS, LEVELS), min_size=1, max_size=12))
def test_two_stages_are_what_their_definition_says(rows: list[tuple[float, float, float]]) -> None:
    """Three instruments in and out of their ranges: a and b watch each other as a pair, c has both as neighbours."""
    by_both = {"neighbour": neighbour.Settings((A, B), 1.0, 5.0, min_neighbours=1, stale_after_s=90.0)}
    facility = with_filters(
        a={**pair(B), "gross_range": RANGE}, b={**pair(A), "gross_range": RANGE}, c={**by_both, "gross_range": RANGE}
    )
    values = dict(zip((A, B, C), map(list, zip(*rows, strict=True)), strict=True))

    assert flags(facility, {name: series(*column) for name, column in values.items()}) == by_hand(values)


@pytest.mark.parametrize("names", [(), (A,), (A, B)])
def test_stage_one_has_what_is_compared_with_and_what_it_is_made_of(names: tuple[str, ...]) -> None:
    """Without comparisons there is none; the own tests of partners stay, their comparisons do not."""
    facility = with_filters(**{{A: "a", B: "b"}[name]: {**pair(C), "gross_range": RANGE} for name in names}, c={})
    first = partners.stage_one(facility)

    assert (sorted(first.datastreams) if first else None) == ([C] if names else None)
