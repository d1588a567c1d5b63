"""The barometer driver takes the values of an SDI-12 answer in the order of its channels. (CPython and VM)"""

from firmware.node.buses import sdi12
from firmware.node.drivers import ReadFailed, barometer
from tests.firmware.portable import refuses


class Line:
    """An instrument at address 5 that answers at once."""

    def __init__(self, values: str, count: int) -> None:
        self.values, self.count = values, count

    def ask(self, command: str) -> str:
        if command == "5MC!":
            return "5000" + str(self.count)
        return "5" + self.values + sdi12.crc("5" + self.values)


def test_values_are_read_in_order_with_their_units() -> None:
    """As the birth announces them; the temperature only where the settings say that the instrument has it."""
    for answer, expected, has_temperature in (("+961.2", [961.2], 0), ("+961.2-3.4", [961.2, -3.4], 1)):
        settings = {"address": "5", "has_temperature": has_temperature}
        found = barometer.read(Line(answer, len(expected)), settings)  # type: ignore[arg-type]

        assert [value for _, value, _ in found] == expected
        assert tuple([(name, unit) for name, _, unit in found]) == barometer.channels(settings)


def test_an_answer_without_numbers_is_no_reading() -> None:
    """The sum is right, the text is not."""
    settings = {"address": "5", "has_temperature": 0}

    assert "garbled" in refuses(ReadFailed, barometer.read, Line("+no", 1), settings)
