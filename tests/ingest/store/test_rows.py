"""Tests of observations as columns."""

import numpy as np
import pytest

from ingest.receive.decode import decode_all
from ingest.store.rows import UNKNOWN, columns
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, delivery, message, reading


def test_columns_remember_where_a_row_came_from() -> None:
    """Arrival and place lead from a row back to its observation; unreadable arrivals have no rows."""
    arrivals = [
        arrival(message(0, [reading(START_S), reading(START_S + 1, None)])),
        arrival(b"garbage"),
        arrival(message(1, [reading(START_S, 5.0, DERIVED, "spike", 3)])),
    ]
    rows = columns(arrivals, lambda facility, names: np.array([int(name == RAW) for name in names.texts], np.int32))

    assert (rows.arrival.tolist(), rows.place.tolist()) == ([0, 0, 2], [0, 1, 0])
    assert rows.datastream.tolist() == [1, 1, UNKNOWN]
    assert rows.result.tolist()[::2] == pytest.approx([2831.4, 5.0])


def test_what_was_read_together_and_left_out_later_is_gone() -> None:
    """Of three batches that were read as one, the rows of the first and the last stand side by side."""
    found = decode_all([delivery(message(seq, [reading(START_S + seq, float(seq))])) for seq in range(3)])
    rows = columns([found[0], found[2]], lambda facility, names: np.ones(len(names), np.int32))

    assert found[0].share is not None and found[2].share is not None
    assert found[0].share.whole is found[2].share.whole
    assert rows.result.tolist() == [0.0, 2.0]
    assert rows.arrival.tolist() == [0, 1]


def test_no_arrivals_are_no_rows() -> None:
    """An empty group has empty columns."""
    assert len(columns([], lambda _, names: np.zeros(len(names), np.int32))) == 0
