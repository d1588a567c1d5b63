"""Two agents of one name at one broker: it is told once, and the one that began later ends."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from edge_agent.forward.one_run import Run
from tests.edge_agent.world import World, wait_until

FIRST, LATER = Run(1_000, "aa", "gateway"), Run(2_000, "bb", "centre")
SETTLES_S = 30.0


@pytest.mark.parametrize(("here", "comes"), [(FIRST, LATER), (LATER, FIRST)])
def test_of_two_agents_of_one_name_the_later_one_ends(world: World, tmp_path: Path, here: Run, comes: Run) -> None:
    """Whichever connects second: both say once that there are two and where the other is, one goes on and stays up."""
    with ExitStack() as stack:
        agents = {here: stack.enter_context(world.agent(run=here))}
        agents[comes] = stack.enter_context(world.agent(run=comes, state_dir=tmp_path / "another"))
        stays, ends = agents[FIRST], agents[LATER]
        wait_until(lambda: ends.gives_way, "the end of the later one", SETTLES_S)
        wait_until(lambda: world.said("ERROR two-agents") == 2, "what both say of it", SETTLES_S)
        wait_until(lambda: not ends._uplink.standing.is_up and stays._uplink.standing.is_up, "one agent", SETTLES_S)
        sessions = stays._uplink._link.sessions

        world.node().publish("tw/1/vale/n07/time", b'{"nonce":1}')
        wait_until(lambda: stays._uplink.standing.is_up, "the agent that stays")

    told = [line for line in world.lines if "two-agents" in line]
    assert not stays.gives_way
    assert stays._uplink._link.sessions == sessions
    assert world.said("ERROR two-agents") == 2
    assert {"other_host=centre" in line or "other_host=gateway" in line for line in told} == {True}
    assert sum("this one ends" in line for line in told) == 1


def test_an_agent_that_starts_again_is_not_two(world: World) -> None:
    """What its last run said is still at the broker: the next one reads it not, and works."""
    with world.agent(run=FIRST):
        pass
    with world.agent(run=LATER) as agent:
        world.node().publish("tw/1/vale/n07/time", b'{"nonce":1}')
        wait_until(lambda: agent._uplink.standing.is_up, "the uplink")

    assert not agent.gives_way
    assert world.said("two-agents") == 0
