"""A battery whose voltage its own filter doubts."""

from typing import Any

import psycopg

from tests.ingest.alarms.looked import Looked


def test_a_battery_that_its_own_filter_doubts(looked: Looked) -> None:
    """The range of the facility file is the limit; the title has the voltage."""
    looked.dam.put([(1, 10.9)], quality=3, name="n01:battery.voltage")

    assert looked.look(2) == [("battery", "n01")]
    assert looked.dam.titles("rule = 'battery'") == ["Battery of node n01 at 10.90 V"]


def test_a_battery_in_millivolts_is_said_in_volts(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """10,900 mV are 10.90 V."""
    owner.execute("UPDATE datastream SET unit = 'mV' WHERE name = 'vale:n01:battery.voltage'")
    looked.dam.put([(1, 10_900.0)], quality=3, name="n01:battery.voltage")

    looked.look(2)
    assert looked.dam.titles("rule = 'battery'") == ["Battery of node n01 at 10.90 V"]
