"""The content hash: the rule as it is written down, and the server's and the client's are the same."""

import hashlib
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tailwatch_client import digest

from codec.series_digest import SeriesDigest

ROW = st.tuples(
    st.integers(-(2**62), 2**62),
    st.none() | st.floats(allow_nan=False),
    st.sampled_from([1, 2, 3, 4, 9]),
    st.none() | st.text("abc_,.", max_size=8),
)
Rows = list[tuple[int, float | None, int, str | None]]


def by_server(rows: Rows, cuts: list[int]) -> SeriesDigest:
    """In pieces."""
    found = SeriesDigest()
    for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        time, result, quality, tests = ([row[place] for row in rows[begin:end]] for place in range(4))
        numbers: Any = np.array(result, float)
        found.add(np.array(time, np.int64), numbers, np.array(quality), tests)
    return found


def test_two_rows_have_the_hash_that_the_rule_gives() -> None:
    """2026-05-01T00:00:00Z 318.5 m, passed, and a minute later a missing one by timeout: bytes written out by hand."""
    first = (1_777_593_600_000_000).to_bytes(8, "little") + bytes.fromhex("0000000000e87340") + b"\x01"
    second = (1_777_593_660_000_000).to_bytes(8, "little") + bytes.fromhex("000000000000f87f") + b"\x09"
    numbers, texts = hashlib.sha256(first + second), hashlib.sha256(b"\ntimeout")
    rows: Rows = [(1_777_593_600_000_000, 318.5, 1, None), (1_777_593_660_000_000, None, 9, "timeout")]
    found = digest.SeriesDigest()
    found.add(rows)

    assert found.hexdigest() == hashlib.sha256(numbers.digest() + texts.digest()).hexdigest()
    assert by_server(rows, []).hexdigest() == found.hexdigest()


@settings(max_examples=60)
@given(st.lists(ROW, max_size=12), st.data())
def test_server_and_client_agree_however_the_rows_are_cut(rows: Rows, data: st.DataObject) -> None:
    """Any numbers and texts, in any pieces."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    mine = digest.SeriesDigest()
    for begin, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        mine.add(rows[begin:end])

    theirs = by_server(rows, cuts)
    assert (mine.hexdigest(), mine.rows) == (theirs.hexdigest(), theirs.rows)
    assert by_server(rows, []).hexdigest() == theirs.hexdigest()


@given(st.lists(ROW, min_size=1, max_size=6), st.data())
def test_another_value_is_another_hash(rows: Rows, data: st.DataObject) -> None:
    """A changed time, result, flag or test, and a row less."""
    place = data.draw(st.integers(0, len(rows) - 1))
    time, result, quality, tests = rows[place]
    others = [(time + 1, result, quality, tests), (time, (result or 0.0) / 2 + 1.5e9, quality, tests)]
    others += [(time, result, 10 - quality if quality != 5 else 1, tests), (time, result, quality, f"{tests or ''}x")]
    changed = [[*rows[:place], other, *rows[place + 1 :]] for other in others] + [rows[:place] + rows[place + 1 :]]

    known = by_server(rows, []).hexdigest()
    assert known not in [by_server(other, []).hexdigest() for other in changed if other != rows]
