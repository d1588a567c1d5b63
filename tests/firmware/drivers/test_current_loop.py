"""The 4-20 mA driver against Ohm's law and its bands. (CPython and VM)"""

from firmware.node.drivers import ReadFailed, current_loop
from tests.firmware.portable import refuses


class Shunt:
    """A loop of `current_ma` over 100 Ohm."""

    shunt_ohm = 100.0

    def __init__(self, current_ma: float) -> None:
        self.current_ma = current_ma

    def shunt_v(self) -> float:
        return self.current_ma * 0.1


def test_current_by_ohms_law() -> None:
    """1.2 V over 100 Ohm are 12 mA."""
    assert abs(current_loop.convert(1.2, 100.0) - 12.0) < 1e-9


def test_the_measuring_range_is_read() -> None:
    """From 3.6 to 21 mA, as measured."""
    for current_ma in (3.61, 4.0, 12.3456, 20.0, 20.99):
        ((name, value, unit),) = current_loop.read(Shunt(current_ma), {"input": 2})  # type: ignore[arg-type]
        assert (name, unit) == ("current", "mA")
        assert abs(value - current_ma) < 1e-4


def test_a_broken_loop_and_a_failure_signal_are_told_apart() -> None:
    """No current is a cut cable; 3.5 or 21.5 mA is what a transmitter says of itself."""
    for current_ma, reason in ((0.0, "open-loop"), (0.9, "open-loop"), (3.5, "out-of-range"), (21.5, "out-of-range")):
        assert reason in refuses(ReadFailed, current_loop.read, Shunt(current_ma), {"input": 2})
