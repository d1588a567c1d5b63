"""Observations read one by one as columns."""

import numpy as np
import pytest

from codec.batch import Batch, BatchObservation
from codec.columns import NO_CFG, columns_of, numbered

ROWS = [
    BatchObservation("n07:vw1.frequency", 1764079200137, 2831.4, 1, "gross_range", cfg=3, unit="Hz", missing=None),
    BatchObservation("n07:sonde1.ph", 1764079200000, None, 9, None, cfg=None, unit=None, missing="timeout"),
]


def test_columns_are_the_observations_turned() -> None:
    """Row i of every column is observation i; a missing result is NaN, no version is NO_CFG."""
    found = columns_of(Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=ROWS))

    assert found.texts() == ["n07:vw1.frequency", "n07:sonde1.ph"]
    assert found.time_ms.tolist() == [1764079200137, 1764079200000]
    assert np.array_equal(found.result, [2831.4, np.nan], equal_nan=True)
    assert found.quality.tolist() == [1, 9]
    assert found.tests.tolist() == [b"gross_range", b""]
    assert found.cfg.tolist() == [3, NO_CFG]


def test_a_part_has_the_rows_between_its_bounds() -> None:
    """The end itself is not part of it."""
    found = columns_of(Batch("vale", "gw1", "9f3a01bc", 0, 0, observations=ROWS)).part(1, 2)

    assert (found.texts(), found.quality.tolist()) == (["n07:sonde1.ph"], [9])


def test_a_name_keeps_its_number_and_is_checked_once() -> None:
    """What was read before is found again under the same number; what is no name gets none."""
    known = numbered(["n07:vw1.frequency", "n07:sonde1.ph", "n07:vw1.frequency"])
    again = numbered(["n07:sonde1.ph"])

    assert known is not None and again is not None
    assert known[0] is again[0] and known[1][0] == known[1][2] != known[1][1] == again[1][0]
    assert numbered(["n07:sonde1.ph", "n07:fault.sonde1"]) is numbered(["pack"]) is None


def test_a_full_table_of_names_is_left_to_who_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """More names than a table may hold begin a new one; numbers that were given stay true of the old one."""
    monkeypatch.setattr("codec.columns.MAX_NAMES", 3)
    first = numbered(["n90:a.b", "n90:a.c"])
    second = numbered(["n91:a.b", "n91:a.c"])

    assert first is not None and second is not None and first[0] is not second[0]
    assert [first[0].texts[number] for number in first[1]] == ["n90:a.b", "n90:a.c"]
    assert [second[0].texts[number] for number in second[1]] == ["n91:a.b", "n91:a.c"]


def test_no_observations_are_six_empty_columns() -> None:
    """A batch of acks alone has columns too."""
    assert [len(column) for column in columns_of(Batch("vale", "gw1", "9f3a01bc", 0, 0))[1:]] == [0] * 6
