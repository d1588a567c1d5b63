"""A sounder behind a real broker."""

import pytest

from edge_agent.outputs import mqtt
from runtime.mqtt import Link
from tests.edge_agent.place import Log, place
from tests.edge_agent.world import World, wait_until
from wire import topics


def test_a_sounder_hears_it_again_after_a_broken_broker(world: World) -> None:
    """Its word is retained, and published anew at each connect."""
    sounder_topic = topics.agent_state("vale", "gw1")  # one that this user may write
    link = Link("site", world.settings.site_broker, "vale-gw1-site", world.log)
    sounder = mqtt.open(mqtt.Settings(sounder_topic), place(Log(), lambda _: link))
    sounder.show(True)
    link.start()
    wait_until(lambda: link.is_ready, "the link")
    sounder.show(True)
    sessions = link.sessions
    world.broker.kill()
    world.broker.run()
    wait_until(lambda: link.sessions > sessions, "the link again")
    sounder.show(True)
    centre = world.centre()

    wait_until(lambda: centre.on(sounder_topic), "the word")
    assert centre.on(sounder_topic)[-1] == b"on"
    link.close()
    centre.close()


@pytest.mark.parametrize("topic", ["", "horn/#", "+/horn"])
def test_a_topic_is_one_topic(topic: str) -> None:
    """What nobody can publish to is refused when the settings are read."""
    with pytest.raises(ValueError, match="topic"):
        mqtt.Settings(topic)
