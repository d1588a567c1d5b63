"""The cursor: its window, its patience, and the lane of what is new, as walks with a centre that acks or does not."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.forward.cursor import BACKLOG_UNACKED, LIVE_UNACKED, MAX_UNACKED_BYTES, Cursor
from wire import limits


def drained(cursor: Cursor, written: int, size: int = 100) -> list[int]:
    """What goes until the cursor gives nothing more."""
    sent = []
    while (seq := cursor.take(written)) is not None:
        cursor.sent(seq, size, 0.0)
        sent.append(seq)
    return sent


def test_the_window_is_bounded_in_bytes_too() -> None:
    """48 full batches would be 12 MB in memory."""
    sent = drained(Cursor(0, 60.0), 1000, limits.MAX_BATCH_BYTES)

    assert len(sent) == MAX_UNACKED_BYTES // limits.MAX_BATCH_BYTES


def test_a_centre_that_acks_nothing_gets_no_more_than_64() -> None:
    """However much is written meanwhile: a broker's queue must not grow (wire.md section 4, rule 4)."""
    cursor, sent = Cursor(0, 60.0), list[int]()
    for written in range(100, 400):
        sent += drained(cursor, written)

    assert len(sent) == BACKLOG_UNACKED + LIVE_UNACKED == limits.MAX_UNACKED


def test_new_batches_wait_for_no_backlog_while_acks_move() -> None:
    """10,000 wait; of those written meanwhile each leaves within a few moves of the ack."""
    cursor, stored, lateness, written = Cursor(0, 60.0), set[int](), list[int](), 10_000
    oldest_unacked, waiting = 0, dict[int, int]()
    for turn in range(200):
        waiting[written] = turn
        written += 1
        stored.update(drained(cursor, written))
        lateness += [turn - waiting.pop(seq) for seq in list(waiting) if seq in stored]
        while oldest_unacked in stored:
            oldest_unacked += 1
        cursor.acked(oldest_unacked, 0.0)

    assert len(lateness) > 190
    assert max(lateness) <= 2
    assert oldest_unacked > 190 * BACKLOG_UNACKED / 2


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_walk_brings_everything_through(chance: random.Random) -> None:
    """Batches lost on the way, acks, restarts of the session, patience at its end: the ack reaches the last batch."""
    cursor, stored, written, oldest_unacked = Cursor(0, 60.0), set[int](), 200, 0
    for _ in range(60):
        written += chance.randrange(4)
        stored.update(seq for seq in drained(cursor, written) if chance.random() < 0.9)
        while oldest_unacked in stored:
            oldest_unacked += 1
        step = chance.random()
        if step < 0.6:
            cursor.acked(oldest_unacked, 0.0)
        elif step < 0.7:
            cursor.lose_patience(oldest_unacked, 0.0)
        elif step < 0.8:
            cursor.connected(oldest_unacked, chance.random() < 0.5, 0.0)
    for _ in range(written):
        stored.update(drained(cursor, written))
        before = oldest_unacked
        while oldest_unacked in stored:
            oldest_unacked += 1
        if oldest_unacked > before:
            cursor.acked(oldest_unacked, 0.0)
        else:
            cursor.lose_patience(oldest_unacked, 0.0)

    assert oldest_unacked == written
