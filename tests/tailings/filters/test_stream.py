"""Streaming equals batch: a series fed in pieces gets the flags of the whole."""

import itertools
from importlib import import_module

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tailings import Series, filters
from tailings.facility import Datastream
from tailings.filters import Stream, spike
from tests.tailings.facilities import vale

POND = vale().datastreams["n01:pond.level"]
OTHER, THIRD = "n01:baro.pressure", "n01:rain.rain"
EVERY_FILTER: dict[str, dict[str, object]] = {
    name: import_module(f"tests.tailings.filters.test_{name}").IN_A_STREAM for name in filters.names()
}


def with_filters(*names: str) -> Datastream:
    """The pond level with these filters."""
    chosen = {name: msgspec.convert(EVERY_FILTER[name], filters.get(name).Settings) for name in names}
    return replace(POND, filters=chosen)


STEPS_MS = [60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 61_500, 500, 200_000, 900_000]
LEVELS = [5.0, 5.0, 5.1, 4.9, 5.5, 8.5, 0.5, 12.0, float("nan")]
RUN = st.tuples(st.sampled_from(LEVELS), st.sampled_from([0.0, 0.0, 0.1, 0.5]), st.integers(1, 9))


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Readings around 5, about one a minute, in flat and wavering stretches, with spikes, gaps and missing ones."""
    values: list[float] = []
    for level, wave, length in draw(st.lists(RUN, min_size=1, max_size=12)):
        values += [level + wave * (row % 2) for row in range(length)]
    steps = draw(st.lists(st.sampled_from(STEPS_MS), min_size=len(values), max_size=len(values)))
    return Series.of(1_764_079_200_000 + np.cumsum(steps), values)


@st.composite
def judged(draw: st.DrawFn) -> Series:
    """Readings of a partner, as its own tests have judged them."""
    plain = draw(series())
    flags = draw(st.lists(st.sampled_from([1, 1, 2, 3, 4]), min_size=len(plain), max_size=len(plain)))
    return Series.of(plain.time_ms, plain.value, flags)


TRAILING = replace(POND, filters={"spike": spike.Settings(suspect=1.0, fail=3.0, method="trailing", rows=3)})
CASES = {name: with_filters(name) for name in EVERY_FILTER} | {"all": with_filters(*EVERY_FILTER), "trailing": TRAILING}


@pytest.mark.parametrize("datastream", CASES.values(), ids=CASES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_streaming_equals_batch(datastream: Datastream, data: st.DataObject) -> None:
    """Cut anywhere, the pieces give the flags, the quality and the deciding tests of one run over everything; partners
    of any quality are among the others."""
    whole = data.draw(series())
    others = {OTHER: data.draw(judged()), THIRD: data.draw(judged())}
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=8)) | {0, len(whole)})
    batch = filters.apply(datastream, whole, others)

    stream = Stream(datastream)
    pieces = [stream.push(whole.rows(slice(a, b)), others) for a, b in itertools.pairwise(cuts)]
    pieces.append(stream.finish(others))

    assert np.concatenate([rows.time_ms for rows, _ in pieces]).tolist() == whole.time_ms.tolist()
    assert np.concatenate([checked.quality for _, checked in pieces]).tolist() == batch.quality.tolist()
    assert [test for _, checked in pieces for test in checked.tests()] == batch.tests()


def test_a_spike_is_told_one_row_later() -> None:
    """The newest row waits for its successor; then its flag is final."""
    stream = Stream(replace(POND, filters={"spike": spike.Settings(suspect=1.0)}))

    first = stream.push(Series.of([0, 60_000], [5.0, 9.0]))
    second = stream.push(Series.of([120_000], [5.0]))

    assert first[0].time_ms.tolist() == [0]
    assert (second[0].time_ms.tolist(), second[1].quality.tolist()) == ([60_000], [3])


def test_the_past_is_bounded() -> None:
    """A stream keeps what its filters look back, not more."""
    stream = Stream(with_filters("flat_line", "spike"))
    for row in range(500):
        stream.push(Series.of([row * 60_000], [float(row)]))

    assert len(stream._past) <= 400 // 60 + 3
