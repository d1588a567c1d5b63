"""What strangers may see of a facility, by its file: nothing that was not opened, and nothing newer than the delay."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tailings.disclosure import OPENED, Disclosure, disclosed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NEVER_LATE = {"state", "instruments", "surroundings"}
opened = st.sets(st.sampled_from(OPENED)).map(lambda some: tuple(sorted(some)))


def test_a_facility_that_says_nothing_has_no_page() -> None:
    """The default opens nothing at all."""
    assert disclosed(False, None) is None


def test_an_empty_table_opens_a_page_without_a_figure() -> None:
    """The page then has name and offices alone."""
    known = disclosed(False, Disclosure())

    assert known is not None
    assert [known.seen_until(one, NOW) for one in OPENED] == [None] * len(OPENED)


def test_a_public_facility_opens_all_at_once() -> None:
    """As its other pages do."""
    known = disclosed(True, None)

    assert known is not None
    assert {known.seen_until(one, NOW) for one in OPENED} == {NOW}


@given(opened, st.floats(0, 8784))
def test_nothing_is_seen_that_is_not_opened_or_newer_than_the_delay(opens: tuple[str, ...], delay_h: float) -> None:
    """State, instruments and what lies near are of now: an old state would be taken for one of now; all else waits."""
    known = disclosed(False, Disclosure(opens=opens, delay_h=delay_h))  # type: ignore[arg-type]
    assert known is not None
    seen = {one: known.seen_until(one, NOW) for one in OPENED}

    assert {one for one, until in seen.items() if until is not None} == set(opens)
    late = timedelta(hours=delay_h)
    assert all(NOW - until == (timedelta(0) if one in NEVER_LATE else late) for one, until in seen.items() if until)


def test_a_document_is_named_from_its_day_on() -> None:
    """Not a day before."""
    text = [{"title": "Plan", "address": "https://a.example/p", "day": "2026-03-01", "disclosed_from": "2026-04-01"}]
    known = disclosed(False, msgspec.convert({"documents": text}, Disclosure))
    assert known is not None

    assert [len(known.documents(date(2026, 3, 31))), len(known.documents(date(2026, 4, 1)))] == [0, 1]
