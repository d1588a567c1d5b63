"""Power: which rails are on while instruments are read, and whether the battery allows the radio."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .board import Board
    from .drivers import Instrument
    from .pack import Reading

BATTERY_CHANNEL = "battery.voltage"


def in_order(instruments: "list[Instrument]") -> "list[Instrument]":
    """The instruments, shortest warm-up first, so that the waits overlap."""
    return sorted(instruments, key=_warm_up_s)


def _warm_up_s(instrument: "Instrument") -> float:
    return float(instrument.driver.WARM_UP_S)


class Rails:
    """The rails that a set of instruments needs, on from `up` to `down`."""

    def __init__(self, board: "Board", instruments: "list[Instrument]") -> None:
        self._board = board
        self._names = {instrument.rail for instrument in instruments if instrument.rail}
        self._up_ms = 0

    def up(self) -> None:
        """Switches the rails on."""
        for name in self._names:
            self._board.rail(name, True)
        self._up_ms = self._board.uptime_ms()

    def wait(self, warm_up_s: float) -> None:
        """Waits until the rails have been on for `warm_up_s`."""
        left_s = warm_up_s - (self._board.uptime_ms() - self._up_ms) / 1000
        if left_s > 0:
            time.sleep(left_s)

    def down(self) -> None:
        """Switches the rails off."""
        for name in self._names:
            self._board.rail(name, False)


def allows_link(readings: "list[Reading]", least_v: float) -> bool:
    """Whether the battery is above `least_v`; a node without a battery reading is not held back."""
    for reading in readings:
        if reading.name == BATTERY_CHANNEL and reading.value is not None:
            return reading.value >= least_v
    return True
