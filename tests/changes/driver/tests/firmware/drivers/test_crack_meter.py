"""The crack meter against the arithmetic of a voltage divider. (CPython)"""

import pytest

from firmware.node.drivers import ReadFailed, crack_meter


class Pin:
    """A converter that always gives `code`: 3.0 V at full scale, no divider."""

    reference_v, divider = 3.0, 1.0

    def __init__(self, code: int) -> None:
        self.code = code

    def read_u16(self) -> int:
        return self.code


def test_a_third_of_full_scale_is_one_volt() -> None:
    """21,845 of 65,535 counts, in the unit that the birth announces."""
    assert crack_meter.read(Pin(21845), {}) == (("voltage", 1.0, "V"),)  # type: ignore[arg-type]
    assert crack_meter.channels({}) == (("voltage", "V"),)


def test_a_broken_wire_is_a_failed_read() -> None:
    """It is pulled to ground, and never a number."""
    with pytest.raises(ReadFailed, match="open-circuit"):
        crack_meter.read(Pin(0), {})  # type: ignore[arg-type]
