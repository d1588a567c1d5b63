"""The interval of a question and the width of its buckets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.datastreams.models import Coverage
from api.http.errors import BadParameter
from api.observations.window import WIDTHS_S, TimeWindow, bucket_width_s, observed, window

DAY = datetime(2026, 5, 3, tzinfo=UTC)
NOTHING = Coverage(first=None, last=None, count=0)
ONE_DAY = Coverage(first=DAY, last=DAY + timedelta(days=1), count=2)


def test_a_reversed_interval_is_refused() -> None:
    """from after to is an error that names from."""
    with pytest.raises(BadParameter) as caught:
        window(DAY, DAY - timedelta(seconds=1), NOTHING)

    assert caught.value.field == "from"


def test_an_interval_of_a_hundred_years_is_refused() -> None:
    """More than fifty years is an error that names from."""
    with pytest.raises(BadParameter, match="50 years"):
        window(DAY - timedelta(days=36_525), DAY, NOTHING)


def test_an_open_interval_begins_with_the_first_observation() -> None:
    """Without from and to all observations are inside."""
    open_window = window(None, None, ONE_DAY)

    assert open_window.start == DAY
    assert open_window.end > DAY + timedelta(days=1)


def test_buckets_are_sized_by_what_was_observed() -> None:
    """A question about fifty years of a datastream with one day is drawn over that day."""
    asked = TimeWindow(DAY - timedelta(days=365), DAY + timedelta(days=365))

    assert observed(asked, ONE_DAY) == TimeWindow(DAY, DAY + timedelta(days=1, microseconds=1))


@pytest.mark.parametrize("days", [-30, 30])
def test_where_nothing_was_observed_the_part_is_empty_and_within_the_window(days: int) -> None:
    """Before the first observation and after the last."""
    asked = TimeWindow(DAY + timedelta(days=days), DAY + timedelta(days=days + 1))
    found = observed(asked, ONE_DAY)

    assert found.start == found.end and asked.start <= found.start <= asked.end


@given(st.integers(1, int(50 * 365.25 * 86400)), st.integers(10, 50_000))
def test_buckets_are_never_more_than_asked_for(span_s: int, max_points: int) -> None:
    """Whatever the interval, buckets that fall on the clock are at most max_points."""
    width_s = bucket_width_s(TimeWindow(DAY, DAY + timedelta(seconds=span_s)), max_points)

    assert width_s in WIDTHS_S
    assert span_s // width_s + 2 <= max_points + 1
