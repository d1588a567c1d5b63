"""The queue between a network thread and the worker: of edge agent and ingest alike."""

import threading

import pytest

from runtime.queue import BoundedQueue
from tests.edge_agent.world import wait_until


def bytes_queue(limit: int, *items: bytes) -> BoundedQueue[bytes]:
    queue = BoundedQueue[bytes](limit, len)
    for one in items:
        queue.put(one)
    return queue


def test_first_in_first_out() -> None:
    """Items leave in the order in which they came, and nothing says that there are none."""
    queue = bytes_queue(100, b"one", b"two")

    assert [queue.take(0) for _ in range(3)] == [[b"one"], [b"two"], []]


def test_some_leave_together() -> None:
    """As many leave as have the size that is asked for, and not fewer than one."""
    queue = bytes_queue(100, b"one", b"two", b"three")

    assert queue.take(0, 4) == [b"one", b"two"]
    assert (queue.size, queue.take(0, 4), queue.size) == (5, [b"three"], 0)


def test_a_full_queue_holds_up_who_puts() -> None:
    """What does not fit waits until there is room; nothing is dropped."""
    queue = bytes_queue(10, b"12345678")
    second = threading.Thread(target=queue.put, args=(b"123",))
    second.start()
    second.join(0.05)
    assert second.is_alive()

    queue.take(0)
    second.join(60)
    assert queue.take(0) == [b"123"]


def test_an_empty_queue_takes_any_size() -> None:
    """An item larger than the bound passes alone, else it would wait for ever."""
    assert bytes_queue(1, b"123").take(0) == [b"123"]


@pytest.mark.parametrize("size_of", [len, lambda _: 1])
def test_close_frees_both_sides(size_of: object) -> None:
    """At once: who puts learns that it was not taken over, who takes sees nothing more."""
    queue: BoundedQueue[bytes] = BoundedQueue(1, size_of)  # type: ignore[arg-type]
    queue.put(b"1")
    answers = list[bool]()
    writer = threading.Thread(target=lambda: answers.append(queue.put(b"2")))
    writer.start()
    queue.close()

    wait_until(lambda: answers, "the writer is free", 0.4)
    assert (answers, queue.take(60)) == ([False], [])
