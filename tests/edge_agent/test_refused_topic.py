"""A broker that refuses a subscription: an agent that is deaf on a topic says so, and to the centre too."""

import json

from tests.access_list import refuse
from tests.edge_agent.world import PASSWORD, World, wait_until
from wire import topics

AGENT = topics.user_of_agent("vale", "gw1")
USERS = {AGENT: PASSWORD, topics.CENTRE_USER: PASSWORD}
DEAF_ON = topics.obs("vale", "n07")


def test_an_agent_that_is_refused_a_topic_is_not_connected(world: World) -> None:
    """Its state names the topic and the fix; the log tells it once; it is over when the access list is right."""
    with world.agent():
        before = world.said("INFO connected link=site")
        refuse(world.broker, USERS, [DEAF_ON])
        centre = world.centre()

        def site() -> dict[str, object]:
            """The site's link as the centre knows it."""
            said = [json.loads(one) for one in centre.on(topics.agent_state("vale", "gw1"))]
            return next((one["links"]["site"] for one in reversed(said) if "links" in one), {})

        wait_until(lambda: DEAF_ON in str(site().get("trouble")), "the centre knows the topic")
        refused = site()
        is_told = world.said("INFO connected link=site") - before
        refuse(world.broker, USERS, [])
        wait_until(lambda: site().get("is_up"), "the link again")
        centre.close()

    assert (refused["is_up"], is_told, world.said("ERROR subscription-refused link=site")) == (False, 0, 1)
    assert f"the broker refuses {DEAF_ON} to {AGENT}" in str(refused["trouble"])
    assert f"its access list must let that user read {DEAF_ON}" in str(refused["trouble"])
