"""Tests of what was known: late readings, a backlog, revisions in any order, against a book kept in Python."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import revisions
from ingest.revisions import Replacement
from ingest.rollups import rebuild
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading
from tests.ingest.revisions.asked import draft, now, number_of, rows, rows_as_of
from tests.ingest.rollups.oracle import stored

TEN, DAY_S = datetime(2026, 3, 2, 10, tzinfo=UTC), 86_400
CAME = "INSERT INTO observation VALUES (%s, %s, 2800, 1, NULL, NULL, %s)"
WAYS = ("observation_as_of", "observation_range_as_of")
KNOWN = """
SELECT extract(epoch FROM phenomenon_time)::bigint, result FROM {}(%s, to_timestamp(%s), to_timestamp(%s), %s)"""
CHANGED = "SELECT is_received_since(%s, to_timestamp(%s), to_timestamp(%s), %s)"
EITHER = CHANGED + " OR " + CHANGED.removeprefix("SELECT ").replace("received", "revised")
PAST = "SELECT * FROM past_of(%s, to_timestamp(%s), to_timestamp(%s), %s)"
COVERAGE = """
SELECT min(phenomenon_time), max(phenomenon_time) FROM observation_as_of(%s, '-infinity', 'infinity', %s)"""
Book = dict[int, float]
Change = tuple[str, Book]

# Some minutes within three hours, with values: what comes, live or late, and what a revision puts in place of it.
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("came", "came", "revised")),
        st.dictionaries(
            st.integers(0, 179).map(lambda minute: 60 * minute),
            st.integers(0, 1000).map(float),
            min_size=1,
            max_size=6,
        ),
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.parametrize("way", WAYS)
def test_a_reading_is_known_when_it_was_received(filled: Connection, way: str) -> None:
    """Of 10:00 and here at 12:00: not known at 11:00, known at 13:00; of a row without it its own time counts."""
    number = number_of(filled, RAW)
    for minute, came in ((0, TEN + timedelta(hours=2)), (1, None)):
        filled.execute(CAME, (number, TEN + timedelta(minutes=minute), came))
    span = (number, TEN.timestamp(), TEN.timestamp() + 3600)
    found = [
        {time_s - TEN.timestamp() for time_s, _ in filled.execute(KNOWN.format(way).encode(), (*span, as_of))}
        for as_of in (TEN + timedelta(hours=1), TEN + timedelta(hours=3))
    ]

    assert found == [{60}, {0, 60}]


def test_what_has_a_later_time_was_not_known(filled: Connection) -> None:
    """A clock that was ahead: here at 10:00 and of 11:00, it is not known at 10:30."""
    filled.execute(CAME, (number_of(filled, RAW), TEN + timedelta(hours=1), TEN))
    found = [rows_as_of(filled, RAW, TEN + timedelta(minutes=minutes)) for minutes in (30, 60)]
    assert [len(one) for one in found] == [0, 1]


def test_a_backlog_is_not_known_before_it_came(filled: Connection, store: Store) -> None:
    """Two days that were waiting at the site: as of before, only what was there; afterwards all, as it is now."""
    before, then = rows(filled, RAW), now(filled)
    late = [reading(START_S - 60 * minute, 2700.0, RAW) for minute in range(1, 2880)]
    with filled.transaction():
        store.write(filled, [arrival(message(1, late))])

    assert rows_as_of(filled, RAW, then) == before
    assert rows_as_of(filled, RAW, now(filled)) == rows(filled, RAW) != before


def test_hours_and_days_say_when_the_last_of_them_came(filled: Connection, store: Store) -> None:
    """`last_received` is the latest of its rows (counted here in Python), and moves with a late one."""
    for seq in (1, 2):
        with filled.transaction():
            store.write(filled, [arrival(message(seq, [reading(START_S + 3600 * 25 + 60 * seq, 1.0, RAW)]))])
    with filled.transaction():
        rebuild(filled)
    times = "SELECT extract(epoch FROM phenomenon_time)::float8, received_at FROM observation WHERE datastream_id = %s"
    received = filled.execute(times, (number_of(filled, RAW),)).fetchall()

    for width, width_s in (("hour", 3600), ("day", DAY_S)):
        wanted: dict[float, datetime] = {}
        for time_s, came in received:
            start_s = time_s // width_s * width_s
            wanted[start_s] = max(came, wanted.get(start_s, came))
        query = f"SELECT extract(epoch FROM start)::float8, last_received FROM rollup_{width} WHERE datastream_id = %s"
        assert dict(filled.execute(query.encode(), (number_of(filled, RAW),)).fetchall()) == wanted
        assert len(stored(filled, width)) > 2


SEQS: Iterator[int] = count(1)
MOST_AHEAD = 24
"""So many of these spans are over: what has a later time than now cannot be known."""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, is_counted=st.booleans(), is_newest=st.booleans())
def test_any_past_is_what_the_book_says(
    filled: Connection, store: Store, changes: list[Change], is_counted: bool, is_newest: bool
) -> None:
    """After any changes each instant between them gives what a dict had then; the newest is the present (control).

    Before all else there is, or after it: the coverage of then is from the first to the last of what was known then.
    """
    seq = next(SEQS)
    start_s = START_S + 10 * DAY_S * (seq if is_newest and seq <= MOST_AHEAD else -seq)
    books: list[tuple[datetime, Book]] = []
    book: Book = {}
    for kind, values in changes:
        book = {**book, **values} if kind == "revised" else {**values, **book}
        if kind == "revised":
            _revise(filled, start_s, values)
        else:
            late = [reading(start_s + at_s, value, DERIVED, cfg=1) for at_s, value in values.items()]
            with filled.transaction():
                store.write(filled, [arrival(message(0, late, epoch=f"{next(SEQS):08x}"))])
        books.append((now(filled), book))
    while is_counted and rebuild(filled):
        filled.commit()
    span = (number_of(filled, DERIVED), start_s, start_s + DAY_S)

    for way in WAYS:
        for as_of, known in books:
            found = filled.execute(KNOWN.format(way).encode(), (*span, as_of)).fetchall()
            assert {time_s - start_s: result for time_s, result in found} == known
    for place, (as_of, known) in enumerate(books):
        came_later = any(set(values) - set(known) for _, values in changes[place + 1 :])
        changed = filled.execute(CHANGED, (*span, as_of)).fetchone()
        assert changed == (True,) if came_later or not is_counted else changed == (False,)
        first, last, is_changed = filled.execute(PAST.encode(), (*span, as_of)).fetchone() or ()
        assert (first, last) == filled.execute(COVERAGE.encode(), (span[0], as_of)).fetchone()
        assert (is_changed,) == filled.execute(EITHER.encode(), (*span, as_of) * 2).fetchone()


def _revise(connection: Connection, start_s: int, values: dict[int, float]) -> None:
    with connection.transaction():
        number = revisions.begin(connection, draft("rederive"))
        times_ms, plain = [(start_s + at_s) * 1000 for at_s in values], [None] * len(values)
        id = number_of(connection, DERIVED)
        rows = Replacement.of(id, times_ms, list(values.values()), [1] * len(values), [*plain], cfg=2)
        revisions.touch(connection, "vale", revisions.replace(connection, number, rows))
        revisions.close(connection, number)
