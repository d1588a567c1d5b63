"""The water-quality driver takes the values of an SDI-12 answer in the order of its channels. (CPython and VM)"""

from firmware.node.buses import sdi12
from firmware.node.drivers import ReadFailed, water_quality
from tests.firmware.portable import refuses


class Line:
    """An instrument at address 5 that answers at once."""

    def __init__(self, values: str) -> None:
        self.values = values

    def ask(self, command: str) -> str:
        if command == "5MC!":
            return "5000" + str(len(sdi12.numbers(self.values)))
        return "5" + self.values + sdi12.crc("5" + self.values)


def test_values_are_read_in_order_with_their_units() -> None:
    """As the birth announces them: three always, redox and turbidity where the sonde has those heads."""
    answers = ((0, 0, "+3.1+2210+13.1"), (1, 0, "+3.1+2210+13.1+402"), (1, 1, "+3.1+2210+13.1+402+4.7"))
    for has_redox, has_turbidity, answer in answers:
        settings = {"address": "5", "has_redox": has_redox, "has_turbidity": has_turbidity}
        found = water_quality.read(Line(answer), settings)  # type: ignore[arg-type]

        assert [value for _, value, _ in found] == sdi12.numbers(answer)
        assert tuple([(name, unit) for name, _, unit in found]) == water_quality.channels(settings)


def test_an_answer_without_numbers_is_no_reading() -> None:
    """The sum is right, the text is not."""
    settings = {"address": "5", "has_redox": 0, "has_turbidity": 0}
    assert "garbled" in refuses(ReadFailed, water_quality.read, Line("+no"), settings)
