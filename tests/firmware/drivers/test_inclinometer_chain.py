"""The driver of a chain takes as many tilts as it has segments, from the fixed end. (CPython and VM)"""

from firmware.node.buses import sdi12
from firmware.node.drivers import ReadFailed, inclinometer_chain
from tests.firmware.portable import refuses

THREE: "dict[str, int | str]" = {"address": "3", "segments": 3}


class Line:
    """A chain of three segments at address 3 that gives two values a page."""

    def __init__(self, first: str, second: str) -> None:
        self.pages = (first, second)

    def ask(self, command: str) -> str:
        if command == "3MC!":
            return "30003"
        text = "3" + self.pages[int(command[2])]
        return text + sdi12.crc(text)


def test_tilts_are_read_from_the_fixed_end_over_pages() -> None:
    """As the birth announces them."""
    found = inclinometer_chain.read(Line("+0.12-0.4", "+1.5"), THREE)  # type: ignore[arg-type]

    assert [value for _, value, _ in found] == [0.12, -0.4, 1.5]
    assert tuple([(name, unit) for name, _, unit in found]) == inclinometer_chain.channels(THREE)


def test_a_chain_with_fewer_segments_than_set_is_no_reading() -> None:
    """One tilt too few would shift all above it."""
    more = {"address": "3", "segments": 4}
    assert "too-few-values" in refuses(ReadFailed, inclinometer_chain.read, Line("+0.1-0.4", "+1.5"), more)
