"""Tests of the queue between the broker's thread and the worker."""

import threading

from ingest.inbox import Inbox
from tests.ingest.batches import delivery
from tests.ingest.waiting import until


def test_first_in_first_out() -> None:
    """Deliveries leave in the order in which they came, and nothing says that there are none."""
    inbox = Inbox(100)
    for payload in (b"one", b"two"):
        inbox.put(delivery(payload))
    taken = [[one.payload for one in inbox.take(0)] for _ in range(3)]

    assert taken == [[b"one"], [b"two"], []]


def test_some_leave_together() -> None:
    """As many leave as have the bytes that are asked for, and not fewer than one."""
    inbox = Inbox(100)
    inbox.put(delivery(b"one"), delivery(b"two"), delivery(b"three"))

    assert [one.payload for one in inbox.take(0, 4)] == [b"one", b"two"]
    assert [one.payload for one in inbox.take(0, 4)] == [b"three"]


def test_a_full_inbox_holds_up_who_puts() -> None:
    """What does not fit waits until there is room; nothing is dropped."""
    inbox = Inbox(10)
    inbox.put(delivery(b"12345678"))
    second = threading.Thread(target=inbox.put, args=(delivery(b"123"),))
    second.start()
    second.join(0.05)
    assert second.is_alive()

    inbox.take(0)
    second.join(60)
    assert len(inbox.take(0)) == 1


def test_an_empty_inbox_takes_any_size() -> None:
    """A delivery larger than the bound passes alone, else it would wait for ever."""
    inbox = Inbox(1)
    inbox.put(delivery(b"123"))

    assert len(inbox.take(0)) == 1


def test_close_frees_both_sides() -> None:
    """Closing lets a full inbox's writer go on, and its reader see nothing more."""
    inbox = Inbox(1)
    inbox.put(delivery(b"1"))
    writer = threading.Thread(target=inbox.put, args=(delivery(b"2"),))
    writer.start()
    inbox.close()

    until(lambda: not writer.is_alive())
    assert inbox.take(60) == []
