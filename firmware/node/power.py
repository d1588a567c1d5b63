"""Power: which rails are on while instruments are read, and whether the battery allows the radio."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .drivers import Instrument
    from .pack import Reading

BATTERY_BUS = "voltage"
BATTERY_CHANNELS = ("battery.voltage",)  # of an instrument that is called after its driver
NAP_S = 4.0  # the shortest watchdog of a board is 8 s


def in_order(instruments: "list[Instrument]") -> "list[Instrument]":
    """The instruments, shortest warm-up first, so that the waits overlap."""
    return sorted(instruments, key=_warm_up_s)


def _warm_up_s(instrument: "Instrument") -> float:
    return instrument.warm_up_s


class Rails:
    """The rails that a set of instruments and their buses need, on from `up` to `down`."""

    def __init__(self, board: "Board", instruments: "list[Instrument]") -> None:
        self._board = board
        self._names = {name for instrument in instruments for name in board.rails_of(instrument) if name in board.rails}
        self._up_ms = 0

    def up(self) -> None:
        """Switches the rails on."""
        for name in self._names:
            self._board.rail(name, True)
        self._up_ms = self._board.uptime_ms()

    def wait(self, warm_up_s: float) -> None:
        """Waits until the rails have been on for `warm_up_s`."""
        left_s = warm_up_s - (self._board.uptime_ms() - self._up_ms) / 1000
        while left_s > 0:
            self._board.feed()
            time.sleep(min(left_s, NAP_S))
            left_s -= NAP_S

    def down(self) -> None:
        """Switches the rails off."""
        for name in self._names:
            self._board.rail(name, False)


def batteries(instruments: "list[Instrument]") -> tuple[str, ...]:
    """The channels of the node's batteries, whatever they are called."""
    found = [instrument for instrument in instruments if instrument.driver.BUS == BATTERY_BUS]
    return tuple([name for instrument in found for name, _ in instrument.channels()])


def allows_link(readings: "list[Reading]", least_v: float, channels: tuple[str, ...] = BATTERY_CHANNELS) -> bool:
    """Whether no battery is below `least_v`; a node without a battery reading is not held back."""
    for reading in readings:
        if reading.name in channels and reading.value is not None and reading.value < least_v:
            return False
    return True
