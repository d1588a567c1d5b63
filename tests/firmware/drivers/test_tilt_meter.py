"""The tilt driver takes the values of an SDI-12 answer in the order of its channels. (CPython and VM)"""

from firmware.node.buses import sdi12
from firmware.node.drivers import ReadFailed, tilt_meter
from tests.firmware.portable import refuses


class Line:
    """An instrument at address 5 that answers at once."""

    def __init__(self, values: str) -> None:
        self.values = values

    def ask(self, command: str) -> str:
        if command == "5MC!":
            return "5000" + str(len(tilt_meter.CHANNELS))
        return "5" + self.values + sdi12.crc("5" + self.values)


def test_values_are_read_in_order_with_their_units() -> None:
    """As the birth announces them."""
    found = tilt_meter.read(Line("+0.12-3.5+12"), {"address": "5"})  # type: ignore[arg-type]

    assert [value for _, value, _ in found] == [0.12, -3.5, 12.0]
    assert tuple([(name, unit) for name, _, unit in found]) == tilt_meter.channels({"address": "5"})


def test_an_answer_without_numbers_is_no_reading() -> None:
    """The sum is right, the text is not."""
    assert "garbled" in refuses(ReadFailed, tilt_meter.read, Line("+no"), {"address": "5"})
