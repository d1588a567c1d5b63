"""Tests of gathering deliveries into a group."""

import threading
import time

from ingest.receive.gather import IDLE_S, SOME_BYTES, Ahead, Group, gather
from ingest.values import Queue, queue_of
from tests.ingest.batches import START_S, delivery, message, reading


def full_queue(count: int) -> Queue:
    """A queue with `count` batches of ten rows."""
    queue = queue_of(1_000_000)
    for seq in range(count):
        queue.put(delivery(message(seq, [reading(START_S + second) for second in range(10)])))
    return queue


def test_a_group_ends_when_nothing_more_comes() -> None:
    """Everything that waits is one group, in order, without waiting for the time to be up."""
    group = gather(full_queue(5), 1000, within_s=60)

    assert [arrival.head and arrival.head.seq for _, arrival in group] == [0, 1, 2, 3, 4]


def test_a_group_ends_when_it_has_enough_rows() -> None:
    """Rows are counted after each time that some messages were taken, and the rest waits for the next group."""
    queue = full_queue(500)
    some = SOME_BYTES // len(message(499, [reading(START_S + second) for second in range(10)]))

    first = len(gather(queue, 25, within_s=60))

    assert some <= first <= some + 10
    assert first + len(gather(queue, 10 * (500 - first), within_s=60)) == 500


def test_an_empty_queue_is_looked_at_seldom() -> None:
    """It gives an empty group, and not before IDLE_S, however short a group is gathered."""
    start_s = time.monotonic()

    assert gather(queue_of(1), 25, within_s=0.0) == []
    assert time.monotonic() - start_s >= IDLE_S


def test_a_group_that_is_waited_for_does_not_wait_for_more() -> None:
    """With `is_wanted` a trickle ends the group soon, though more would have come within the time."""
    queue = full_queue(1)
    stop = threading.Event()

    def trickle() -> None:
        for seq in range(1, 1000):
            if stop.wait(0.005):
                return
            queue.put(delivery(message(seq, [reading(START_S + seq)])))

    thread = threading.Thread(target=trickle)
    thread.start()
    wanted = gather(queue, 1000, 60, lambda: True)
    stop.set()
    thread.join()

    assert 0 < len(wanted) < 500


def test_a_group_that_is_waited_for_leaves_a_backlog_to_the_next() -> None:
    """With `is_wanted` the group ends although more waits; without, all that waits belongs to it."""
    queue = full_queue(1000)

    first = len(gather(queue, 1_000_000, 0.0, lambda: True))

    assert 0 < first < 1000
    assert first + len(gather(queue, 1_000_000, 0.0)) == 1000


def test_the_next_group_is_gathered_while_the_one_before_is_in_hand() -> None:
    """After `begin` the gathering runs in another thread, once however often that is called; `take` gives its group."""
    threads: list[str] = []
    group: Group = []

    def gather_next() -> Group:
        threads.append(threading.current_thread().name)
        return group

    with Ahead(gather_next) as ahead:
        ahead.begin()
        ahead.begin()
        taken = ahead.take()

    assert taken is group
    assert len(threads) == 1
    assert threads[0] != threading.current_thread().name


def test_a_group_is_gathered_when_nobody_began() -> None:
    """`take` alone gathers, each time anew."""
    numbers = iter(range(2))

    with Ahead(lambda: [] if next(numbers) else full_group()) as ahead:
        assert len(ahead.take()) == 5
        assert ahead.take() == []


def full_group() -> Group:
    """A group of five batches."""
    return gather(full_queue(5), 1000, within_s=60)
