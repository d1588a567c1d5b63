"""A battery whose voltage its own filter doubts."""

from tests.ingest.alarms.looked import Looked


def test_a_battery_that_its_own_filter_doubts(looked: Looked) -> None:
    """The range of the facility file is the limit; the title has the voltage."""
    looked.dam.put([(1, 10.9)], quality=3, name="n01:battery.voltage")

    assert looked.look(2) == [("battery", "n01")]
    assert looked.dam.titles("rule = 'battery'") == ["Battery of node n01 at 10.90 V"]
