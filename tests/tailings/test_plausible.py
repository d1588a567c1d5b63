"""What the next reading is likely to be; every limit was worked out by hand."""

from collections.abc import Sequence

import pytest

from tailings.facility import Datastream, parse
from tailings.plausible import PlausibleRange, doubts, plausible_range
from tests.tailings.facilities import VALE

POINT = """
[instruments."n07:dip"]
driver = "sample_point"
[datastreams."n07:dip.distance"]
quantity = "distance"
unit = "m"
"""
FAIL = '[datastreams."n07:dip.distance".filters.gross_range]\nfail = [0.0, 24.0]\n'
SUSPECT = f"{FAIL}suspect = [8.0, 15.0]\n"
PHYSICAL = f'{SUSPECT}[datastreams."n07:dip.distance".filters.physical_range]\nlowest = 9.0\nhighest = 30.0\n'
WEEKS = (12.3, 12.4, 12.1, 12.2, 12.25)


def dip(filters: str) -> Datastream:
    """A standpipe that is dipped, with these filters."""
    return parse(VALE.read_text() + POINT + filters).datastreams["n07:dip.distance"]


@pytest.mark.parametrize(
    ("filters", "recent", "expected"),
    [
        ("", (), (None, None, None)),
        ("", WEEKS[:4], (None, None, None)),
        ("", (12.0,) * 9, (None, None, None)),
        ("", WEEKS, (11.8, 12.7, 0.6)),
        (FAIL, WEEKS[:4], (0.0, 24.0, None)),
        (SUSPECT, (), (8.0, 15.0, None)),
        (PHYSICAL, (), (9.0, 15.0, None)),
        (SUSPECT, WEEKS, (11.8, 12.7, 0.6)),
        (SUSPECT, (8.0, 8.5, 9.5, 9.0, 8.5), (8.0, 11.0, 2.0)),
        (SUSPECT, (18.0, 18.1, 18.2, 18.3, 18.4), (8.0, 15.0, 0.2)),
    ],
)
def test_filters_and_history_give_one_range(
    filters: str, recent: Sequence[float], expected: tuple[float | None, ...]
) -> None:
    """Five readings span once their spread on both sides, within what the filters allow; these alone where it leaves.

    Readings of 12.1 to 12.4 m have a spread of 0.3 m, and their largest step is 0.3 m.
    """
    assert plausible_range(dip(filters), recent) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "last", "expected"),
    [
        (12.0, 12.25, []),
        (11.8, 12.25, []),
        (11.7, 12.25, ["below"]),
        (11.5, 12.25, ["below", "jump"]),
        (11.5, None, ["below"]),
        (99.0, 12.25, ["above", "jump"]),
    ],
)
def test_each_doubt_is_said(value: float, last: float | None, expected: list[str]) -> None:
    """Outside the range, and further from the last than twice the largest step; both ends are likely."""
    assert doubts(value, PlausibleRange(11.8, 12.7, 0.6), last) == expected


def test_where_nothing_is_known_nothing_is_doubted() -> None:
    """A first reading of a standpipe without filters."""
    assert doubts(-1e9, PlausibleRange(), 12.0) == []
