"""Power: the battery decides whether the radio may be used. (CPython and VM)"""

from firmware.node.pack import Reading
from firmware.node.power import allows_link


def test_a_low_battery_keeps_the_radio_off() -> None:
    """Measuring goes on; the limit itself is enough."""
    assert not allows_link([Reading("battery.voltage", 11.9, "V")], 12.0)
    assert allows_link([Reading("battery.voltage", 12.0, "V")], 12.0)


def test_an_unknown_battery_holds_nothing_back() -> None:
    """No reading, or no battery at all."""
    assert allows_link([Reading("battery.voltage", None, "V", "over-range")], 12.0)
    assert allows_link([], 12.0)
