"""Which visit a look belongs to, with times read off by hand; and the cookie in which a browser keeps it."""

from datetime import UTC, datetime, timedelta

import pytest

from api.safety.changes import Visit, as_cookie, following, of_cookie

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("known", "since"),
    [
        (None, NOW),  # the first look has no past
        (Visit(NOW - 10 * HOUR, NOW - 0.4 * HOUR), NOW - 10 * HOUR),  # the visit goes on
        (Visit(NOW - 10 * HOUR, NOW - 8 * HOUR), NOW - 8 * HOUR),  # another one, since the end of that before
        (Visit(NOW - 5000 * HOUR, NOW - 4000 * HOUR), NOW - timedelta(days=90)),
        (Visit(NOW + HOUR, NOW + 2 * HOUR), NOW),  # a clock that was ahead
    ],
)
def test_a_visit_goes_on_until_half_an_hour_passes_without_a_look(known: Visit | None, since: datetime) -> None:
    """What is new is told for the whole visit, and of the next one it is what came after."""
    assert following(known, NOW) == Visit(since, NOW)


def test_a_browser_keeps_its_visit() -> None:
    """To the second."""
    visit = Visit(NOW - HOUR, NOW)

    assert of_cookie(as_cookie(visit), NOW) == visit


@pytest.mark.parametrize(
    "text", ["", "1", "1.", "a.b", "2.1", "99999999999999.1", "1.99999999999", "1.2.3", "\N{SUPERSCRIPT TWO}.3"]
)
def test_what_is_no_visit_is_none(text: str) -> None:
    """Half of one, letters, an end before its beginning, years that no calendar has, and a time ahead."""
    assert of_cookie(text, NOW) is None
