"""Pulses are counted once each, however the contact bounces. (CPython and VM)"""

from firmware.node.buses.pulse import PulseBus


class Pin:
    """An input that hands its interrupt out."""

    IRQ_FALLING = 4

    def irq(self, call: object, trigger: int) -> None:
        assert trigger == self.IRQ_FALLING


class Clock:
    """An uptime set by hand."""

    now_ms = 0

    def __call__(self) -> int:
        return self.now_ms


def test_bounces_within_the_dead_time_do_not_count() -> None:
    """Edges at 0, 5 and 19 ms are one tip, at 20 ms the next."""
    clock, pin = Clock(), Pin()
    bus = PulseBus(pin, clock, 20)

    for now_ms in (0, 5, 19, 20, 25, 1000):
        clock.now_ms = now_ms
        bus.on_edge(pin)

    assert bus.total() == 3
