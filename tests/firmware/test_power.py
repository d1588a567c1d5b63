"""Power: the battery decides whether the radio may be used. (CPython and VM)"""

from firmware.node import drivers
from firmware.node.pack import Reading
from firmware.node.power import allows_link, batteries


def test_a_low_battery_keeps_the_radio_off() -> None:
    """Measuring goes on; the limit itself is enough."""
    assert not allows_link([Reading("battery.voltage", 11.9, "V")], 12.0)
    assert allows_link([Reading("battery.voltage", 12.0, "V")], 12.0)


def test_an_unknown_battery_holds_nothing_back() -> None:
    """No reading, or no battery at all."""
    assert allows_link([Reading("battery.voltage", None, "V", "over-range")], 12.0)
    assert allows_link([], 12.0)


def test_a_battery_is_known_by_its_driver() -> None:
    """A facility file may call it accu; of two the one that is too low decides."""
    made = [drivers.Instrument(name, "", "", drivers.load("battery"), {}, warm_up_s=0.0) for name in ("accu", "spare")]
    made.append(drivers.Instrument("gauge", "", "", drivers.load("rain_gauge"), {}, warm_up_s=0.0))
    channels = batteries(made)

    assert channels == ("accu.voltage", "spare.voltage")
    assert not allows_link([Reading("accu.voltage", 11.9, "V")], 12.0, channels)
    assert not allows_link([Reading("accu.voltage", 12.4, "V"), Reading("spare.voltage", 11.9, "V")], 12.0, channels)
    assert allows_link([Reading("accu.voltage", 12.4, "V"), Reading("gauge.count", 3, "{count}")], 12.0, channels)
