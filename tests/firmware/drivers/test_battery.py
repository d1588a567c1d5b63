"""The battery driver against the arithmetic of its divider. (CPython and VM)"""

from firmware.node.drivers import ReadFailed, battery
from tests.firmware.portable import refuses


class Pin:
    """A converter that always gives `code`."""

    reference_v = 3.0
    divider = 6.0

    def __init__(self, code: int) -> None:
        self.code = code

    def read_u16(self) -> int:
        return self.code


def test_full_scale_is_reference_times_divider() -> None:
    """65,535 counts are 3.0 V at the pin and 18 V at the battery; a third of them a third."""
    assert battery.convert([65535, 65535], 3.0, 6.0) == 18.0
    assert abs(battery.convert([21845], 3.0, 6.0) - 6.0) < 1e-9


def test_a_reading_is_in_volts_to_a_millivolt() -> None:
    """As the birth announces it."""
    assert battery.read(Pin(21845), {}) == (("voltage", 6.0, "V"),)  # type: ignore[arg-type]
    assert battery.channels({}) == (("voltage", "V"),)


def test_a_converter_at_its_end_is_no_reading() -> None:
    """Full scale may be anything above."""
    assert "over-range" in refuses(ReadFailed, battery.read, Pin(65535), {})
