"""Raw rows: readings in any order become series."""

import numpy as np

from edge_agent.process.raw_rows import RawRows


def test_readings_are_put_in_order() -> None:
    """Packs of a drained outbox come as they come."""
    rows = RawRows()
    for time_ms in (30, 10, 20):
        assert rows.add("x", time_ms, float(time_ms), None)

    assert rows.series()["x"].value.tolist() == [10.0, 20.0, 30.0]


def test_another_value_at_a_known_instant_is_told() -> None:
    """The same value again is none, missing twice neither."""
    rows = RawRows()
    rows.add("x", 10, 1.0, None)
    rows.add("y", 10, None, "timeout")

    assert rows.add("x", 10, 1.0, None)
    assert rows.add("y", 10, None, "crc")
    assert not rows.add("x", 10, 2.0, None)
    assert rows.reasons == {("y", 10): "timeout"}


def test_columns_and_readings_of_one_datastream_join() -> None:
    """A file and a pack may bring the same datastream in one group."""
    rows = RawRows()
    rows.add("x", 20, 2.0, None)
    rows.add_column("x", np.array([10, 20]), np.array([1.0, 9.0]))

    assert rows.series()["x"].value.tolist() == [1.0, 2.0]


def test_a_failed_read_is_missing_and_its_neighbours_are_not() -> None:
    """QARTOD: 9 missing, 2 not evaluated; where the first word on an instant was a value, it stays one."""
    rows = RawRows()
    for time_ms, value in ((10, 1.0), (20, None), (30, 3.0), (30, None), (40, float("nan"))):
        rows.add("x", time_ms, value, "timeout" if value is None else None)
    rows.add("y", 10, 1.0, None)
    found = rows.series()

    assert {name: one.quality.tolist() for name, one in found.items()} == {"x": [2, 9, 2, 9], "y": [2]}


def test_what_was_given_is_let_go() -> None:
    """A group is in memory once while it is derived from and written."""
    rows = RawRows()
    rows.add("x", 20, 2.0, None)
    rows.add_column("y", np.array([10]), np.array([1.0]))

    assert rows.series().keys() == {"x", "y"}
    assert rows.series() == {}
