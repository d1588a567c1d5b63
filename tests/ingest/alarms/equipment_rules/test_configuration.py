"""A node that did not take its configuration."""

from typing import Any

import psycopg

from tests.ingest.alarms.looked import Looked

SAID = """
INSERT INTO agent_state (facility_id, agent_id, is_online, document) VALUES ('vale', 'gw1', true, %s)
ON CONFLICT (facility_id, agent_id) DO UPDATE SET document = excluded.document"""


def test_a_refused_configuration_is_an_alarm_until_one_is_taken(looked: Looked, owner: psycopg.Connection[Any]) -> None:
    """The alarm names node and reason; a gateway that is cut off does not end it, one that is taken does."""
    owner.execute(SAID, ('{"nodes": {"n05": {"refused": "unknown driver"}, "n07": {"asks_time": true}}}',))
    found = looked.look(1)
    titles = looked.dam.titles("rule = 'configuration'")
    owner.execute("UPDATE agent_state SET is_online = false")
    cut_off = looked.look(2)
    owner.execute(SAID, ('{"nodes": {"n07": {"asks_time": true}}}',))

    assert found == cut_off == [("configuration", "n05")]
    assert titles == ["Node n05 refused its configuration: unknown driver"]
    assert looked.look(3) == []
