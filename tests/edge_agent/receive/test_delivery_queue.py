"""The inbox: bounded, in order, and it lets go of its thread."""

import threading

import msgspec

from edge_agent.receive.delivery_queue import MAX_GROUP, MAX_GROUP_BYTES, MAX_WAITING, DeliveryQueue
from edge_agent.values import PackDelivery
from tests.edge_agent.world import delivery, wait_until


def filled(count: int, payload: bytes = b"x") -> DeliveryQueue[PackDelivery]:
    inbox: DeliveryQueue[PackDelivery] = DeliveryQueue(0.0)
    for at in range(count):
        inbox.put(msgspec.structs.replace(delivery(payload), received_ms=at))
    return inbox


def test_groups_are_bounded_and_in_order() -> None:
    """A group commit must not grow with the backlog of a receiver."""
    inbox = filled(MAX_GROUP + 10)

    first, second = inbox.take(0.0), inbox.take(0.0)

    assert [pack.received_ms for pack in [*first, *second]] == list(range(MAX_GROUP + 10))
    assert len(first) == MAX_GROUP


def test_groups_are_bounded_in_bytes() -> None:
    """Packs of 8 kB come in groups of 64."""
    assert len(filled(100, b"x" * 8192).take(0.0)) == MAX_GROUP_BYTES // 8192


def test_a_full_inbox_holds_its_thread_until_it_is_closed() -> None:
    """What was not taken over is not acknowledged."""
    inbox, answers = filled(MAX_WAITING), list[bool]()
    thread = threading.Thread(target=lambda: answers.append(inbox.put(delivery(b"x"))))
    thread.start()
    assert thread.is_alive()

    inbox.close()

    wait_until(lambda: answers == [False], "the thread's release")
    thread.join()
