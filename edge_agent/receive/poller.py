"""Polling: a thread that asks instruments at round times and puts what they say into an inbox.

Polled instruments have no epoch and seq (wire.md section 6): delivery tracking begins with the commit, a poll that was
not stored is a gap in time. A failed read is a missing reading with its reason, never a value. While the gateway has no
clock nothing is asked, for no time is invented.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from edge_agent.receive.delivery_queue import DeliveryQueue
from edge_agent.receive.receiver_context import ReceiverContext
from edge_agent.values import Reading, ReadingsDelivery
from runtime.background_thread import BackgroundThread

MS_PER_S: Final = 1000
CLOSE_S: Final = 3.0  # shorter than the 5 s within which the program must end; the thread is a daemon


class PolledReading(msgspec.Struct, frozen=True):
    """What came of one reading: a value, or the reason why it is missing and what to say of the instrument."""

    datastream: str
    value: float | None = None
    missing: str | None = None
    fault: str | None = None


Ask = Callable[[], Sequence[PolledReading]]


class Poller:
    """Calls `ask` every `every_s` seconds of the clock (12:00, 12:01, ...), in a thread of its own.

    said_units: the units that instruments give their values in, by datastream, where they are not in its unit.
    """

    def __init__(
        self, name: str, every_s: float, ask: Ask, place: ReceiverContext, said_units: Mapping[str, str]
    ) -> None:
        self._every_ms, self._ask, self._place = round(every_s * MS_PER_S), ask, place
        self._said_units = said_units
        self._inbox: DeliveryQueue[ReadingsDelivery] = DeliveryQueue(place.gather_s)
        self._has_clock = True
        self._thread = BackgroundThread(name, self._live, CLOSE_S)
        self._thread.start()

    def take(self, wait_s: float) -> list[ReadingsDelivery]:
        """The readings that have come."""
        return self._inbox.take(wait_s)

    def close(self) -> None:
        """Ask no more; an answer that is awaited is not waited for."""
        self._thread.stop.set()
        self._inbox.close()
        self._thread.close()

    def _live(self) -> None:
        while self._wait_until_due():
            now_ms = self._place.now_ms()
            if now_ms >= self._place.bounds.earliest_ms:
                self._has_clock = True
                for delivery in by_node(self._ask(), now_ms):
                    self._inbox.put(self._in_units(delivery))
            elif self._has_clock:
                self._has_clock = False
                self._place.log("ERROR", "no-clock", note="polls nothing until the gateway's clock is set")

    def _in_units(self, delivery: ReadingsDelivery) -> ReadingsDelivery:
        readings = tuple(self._place.in_unit(one, self._said_units) for one in delivery.readings)
        return msgspec.structs.replace(delivery, readings=readings)

    def _wait_until_due(self) -> bool:
        """Wait for the next round time; False at the end.

        A clock that is slewed runs behind the wait: who asked at 11:59:59.97 would ask at 12:00 again.
        """
        due_ms = (self._place.now_ms() // self._every_ms + 1) * self._every_ms
        while 0 < (left_ms := due_ms - self._place.now_ms()) <= self._every_ms:
            if self._thread.stop.wait(left_ms / MS_PER_S):
                break
        return not self._thread.stop.is_set()


def by_node(asked: Sequence[PolledReading], now_ms: int) -> list[ReadingsDelivery]:
    """One delivery a node; an instrument that failed in several quantities has one fault."""
    nodes: dict[str, list[PolledReading]] = {}
    for one in asked:
        nodes.setdefault(one.datastream.partition(":")[0], []).append(one)
    return [
        ReadingsDelivery(
            node=node,
            readings=tuple(Reading(one.datastream, now_ms, one.value, one.missing) for one in found),
            received_ms=now_ms,
            acknowledge=_nothing,
            is_dated_here=True,
            faults=tuple({_instrument(one.datastream): one.fault for one in found if one.fault}.items()),
        )
        for node, found in nodes.items()
    ]


def _instrument(datastream: str) -> str:
    return datastream.partition(":")[2].partition(".")[0]


def _nothing() -> None:
    """A polled instrument keeps nothing."""
