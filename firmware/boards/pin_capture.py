"""Edges by interrupt and samples by polling: what keeps time on a microcontroller.

Not measured on a board. A soft interrupt answers within tens of microseconds; over 256 edges of a 2,800 Hz wire with
20 us of scatter the least-squares slope is uncertain by about 0.05 Hz (computed: scatter x sqrt(12) / (window x
sqrt(edges))). Polling gives the samples their own mean period, which the driver uses, whatever it is.
"""

import time

from machine import ADC, Pin

from firmware.node.board import Capture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array


class PinCapture(Capture):
    """The comparator's pin and the converter's pin of the vibrating-wire channel."""

    def __init__(self, edge: int, signal: int) -> None:
        self._edge = Pin(edge, Pin.IN)
        self._adc = ADC(Pin(signal))
        self._times: "array[int] | None" = None
        self._count = 0
        self._start_us = 0

    def edges(self, times_us: "array[int]", limit_ms: int) -> int:
        self._times, self._count = times_us, 0
        self._start_us = time.ticks_us()
        start_ms = time.ticks_ms()
        self._edge.irq(self._on_edge, Pin.IRQ_RISING)
        while self._count < len(times_us) and time.ticks_diff(time.ticks_ms(), start_ms) < limit_ms:
            time.sleep_ms(1)
        self._edge.irq(None)
        return self._count

    def samples(self, codes: "array[int]") -> float:
        read = self._adc.read_u16
        start_us = time.ticks_us()
        for i in range(len(codes)):
            codes[i] = read()
        return time.ticks_diff(time.ticks_us(), start_us) / len(codes)

    def _on_edge(self, pin: Pin) -> None:
        if self._times is not None and self._count < len(self._times):
            self._times[self._count] = time.ticks_diff(time.ticks_us(), self._start_us)
            self._count += 1
