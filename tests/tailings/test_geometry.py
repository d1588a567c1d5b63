"""Dated lists: which entry holds when, for one instant and for many rows alike."""

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tailings.formulas._dated import stretches
from tailings.geometry import Crest, edges, in_force

DAY_MS = 86_400_000
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def crest(day: int, end: int | None = None) -> Crest:
    """A crest from one day of 2025 (0 is 1 January) until another; its height is its day."""
    ends = None if end is None else START + dt.timedelta(days=end)
    return Crest(valid_from=START + dt.timedelta(days=day), valid_to=ends, crest_m=float(day))


def height(entries: list[Crest], day: float) -> float | None:
    """The crest that holds at a day."""
    found = in_force(entries, START + dt.timedelta(days=day))
    return None if found is None else found.crest_m


def test_an_entry_holds_from_its_first_instant_until_the_next() -> None:
    """Before the first there is none, at its instant it holds, and the next one ends it."""
    entries = [crest(10), crest(20)]

    assert [height(entries, day) for day in (9.999, 10, 19.999, 20, 400)] == [None, 10.0, 10.0, 20.0, 20.0]
    assert height([], 10) is None


def test_an_end_leaves_a_hole() -> None:
    """From its end until the next entry there is none; an end at the next entry's beginning leaves no hole."""
    assert [height([crest(10, 15), crest(20)], day) for day in (14.999, 15, 19.999, 20)] == [10.0, None, None, 20.0]
    assert [entry and entry.crest_m for _, entry in edges([crest(10, 20), crest(20, 30)])] == [10.0, 20.0, None]


@st.composite
def lists(draw: st.DrawFn) -> list[Crest]:
    """Up to five entries in order, some of which end before the next one begins."""
    starts = sorted(draw(st.sets(st.integers(0, 50), max_size=5)))
    ends = [*starts[1:], 60]
    lengths = [draw(st.none() | st.integers(1, end - start)) for start, end in zip(starts, ends, strict=False)]
    return [
        crest(start, None if length is None else start + length) for start, length in zip(starts, lengths, strict=True)
    ]


@given(lists(), lists(), st.lists(st.integers(-2, 60), min_size=1, max_size=30))
def test_rows_are_split_as_single_instants_are(one: list[Crest], other: list[Crest], days: list[int]) -> None:
    """Each row of a stretch has what `in_force` says of its instant, of two lists at once, and no row is left out."""
    times = START.timestamp() * 1000 + np.sort(np.array(days)) * DAY_MS
    times_ms = times.astype(np.int64)

    found = list(stretches({"one": tuple(one), "other": tuple(other)}, times_ms))

    assert [row for first, last, _ in found for row in range(first, last)] == list(range(times_ms.size))
    for first, last, entries in found:
        for time_ms in times_ms[first:last].tolist():
            at = dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC)
            assert entries == {"one": in_force(one, at), "other": in_force(other, at)}
