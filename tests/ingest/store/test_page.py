"""Tests of the pages of the ledger."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.store.page import LedgerEntry
from wire import BadPack
from wire.sequence import SequenceState

DAY = date(2025, 11, 25)
NEXT_DAY = DAY + timedelta(days=1)
SUMMED = ("stored", "quarantined", "dropped", "unreadable", "lost", "pending")

Event = tuple[int, int, bool, bool, bool, int]
events = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 10)),
    max_size=60,
)


def entered(page: LedgerEntry, sequence: list[Event]) -> int:
    """Enter a random sequence; return how many events the sequence state took."""
    taken = 0
    for seq, oldest_unacked, is_void, is_quarantined, is_late, dropped in sequence:
        try:
            page.receive(
                seq,
                min(oldest_unacked, seq),
                DAY,
                is_void=is_void,
                is_quarantined=is_quarantined,
                is_late=is_late,
                dropped=dropped,
            )
        except BadPack:
            continue
        taken += 1
    return taken


@given(events)
def test_the_sum_always_adds_up(sequence: list[Event]) -> None:
    """sent = stored + quarantined + dropped + unreadable + lost + pending, and none of them is negative."""
    page = LedgerEntry()
    entered(page, sequence)
    words = page.close(NEXT_DAY)

    assert words["sent"] == sum(words[word] for word in SUMMED)
    assert min(words.values()) >= 0


@given(events, events)
def test_the_days_add_up_to_the_sequence_state(first: list[Event], second: list[Event]) -> None:
    """Over several transactions the days of a sequence state sum to its words; only pending has no day."""
    days: dict[str, int] = {}
    page = LedgerEntry()
    for part in (first, second):
        entered(page, part)
        words = page.close(NEXT_DAY)
        for entries in page.days.values():
            for word, count in entries.items():
                days[word] = days.get(word, 0) + count
        sequence_state = page.sequence_state and SequenceState.from_state(page.sequence_state.state())
        page = LedgerEntry(sequence_state, page.quarantined, page.late, page.repeats)

    assert {word: days.get(word, 0) for word in SUMMED[:-1]} == {word: words[word] for word in SUMMED[:-1]}
    assert days.get("late", 0) == page.late
    assert days.get("duplicate", 0) == page.repeats


def test_a_repeat_is_told_and_counted() -> None:
    """The second message of one seq is not new and counts as duplicate only."""
    page = LedgerEntry()

    assert page.receive(0, 0, DAY)
    assert not page.receive(0, 0, NEXT_DAY)
    assert (page.repeats, page.days[NEXT_DAY]["duplicate"], page.close(DAY)["stored"]) == (1, 1, 1)


def test_a_real_pack_in_place_of_a_void_one_moves_the_count() -> None:
    """What was unreadable yesterday and comes after all is stored, and taken off the unreadable."""
    page = LedgerEntry()
    page.receive(0, 0, DAY, is_void=True)
    assert page.close(DAY)["unreadable"] == 1

    page = LedgerEntry(page.sequence_state)
    assert page.receive(0, 0, DAY)
    assert page.close(NEXT_DAY)["stored"] == 1
    assert page.days[NEXT_DAY]["unreadable"] == -1


def test_a_message_the_sequence_state_refuses_enters_nothing() -> None:
    """A `oldest_unacked` above its own seq is refused and leaves the page as it was."""
    page = LedgerEntry()
    with pytest.raises(BadPack):
        page.receive(3, 4, DAY)

    assert page.close(DAY)["sent"] == 0
    assert page.through == -1


def test_late_is_part_of_stored() -> None:
    """A late pack counts as stored and as late; a quarantined one is never late."""
    page = LedgerEntry()
    page.receive(0, 0, DAY, is_late=True)
    page.receive(1, 0, DAY, is_late=True, is_quarantined=True)
    words = page.close(DAY)

    assert (words["stored"], words["quarantined"], page.late) == (1, 1, 1)
    assert page.days[DAY]["late"] == 1
