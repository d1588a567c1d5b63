"""A contact that closes and opens: counted in an interrupt, with a dead time against bouncing.

The interrupt counts while the processor is awake. A board that sleeps lightly has the contact wake it and says so
(`resume`). Counting through deep sleep needs the co-processor of the ESP32-S3 and is not done.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from machine import Pin


class PulseBus:
    """Counts falling edges of `pin`; `uptime_ms()` is the board's clock."""

    def __init__(self, pin: "Pin", uptime_ms: "Callable[[], int]", dead_ms: int, start: int = 0) -> None:
        self._total = start
        self._uptime_ms = uptime_ms
        self._dead_ms = dead_ms
        self._last_ms = -dead_ms
        self.resume(pin, False)

    def on_edge(self, pin: "Pin") -> None:
        """One edge; within the dead time of the last one it is a bounce."""
        now_ms = self._uptime_ms()
        if now_ms - self._last_ms >= self._dead_ms:
            self._total += 1
            self._last_ms = now_ms

    def resume(self, pin: "Pin", has_closed: bool) -> None:
        """Listens to `pin`, after a sleep in which no edge was heard; a contact whose closing ended it counts."""
        self._pin = pin
        pin.irq(self.on_edge, pin.IRQ_FALLING)
        if has_closed:
            self.on_edge(pin)

    def total(self) -> int:
        """Closings since the start."""
        return self._total
