"""Requests of a person: what is unacknowledged goes once more; a clock that somebody has compared is right."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.buffer.buffer import Buffer, GroupCommit, LatestRow
from edge_agent.buffer.store import BUFFER_FILE
from edge_agent.clock.gateway_clock import GatewayClock
from edge_agent.config.requests import CLOCK_IS_RIGHT, RESEND, ask, is_asked
from runtime.settings import BadSettings
from tests.edge_agent.world import World, pack_bytes, wait_until
from wire import topics


def test_what_is_unacked_goes_again_when_somebody_asks(world: World) -> None:
    """A centre that took it and acks nothing, as after a restore, gets it again without a restart of the agent."""
    centre = world.centre()
    centre.acks_on = False
    node = world.node()
    with world.agent(resend_after_s=600.0):
        node.publish(topics.obs("vale", "n07"), pack_bytes(0, {"battery.voltage": 3.31}))
        wait_until(lambda: centre.on(topics.batch("vale", "gw1")), "a batch")
        ask(world.settings, RESEND)
        wait_until(lambda: len(centre.on(topics.batch("vale", "gw1"))) == 2, "the same again")

    assert len(centre.batches) == 1
    assert not is_asked(world.settings.state_dir, RESEND)
    node.close()
    centre.close()


def test_a_folder_without_an_agent_is_told(world: World, tmp_path: Path) -> None:
    """The usual mistake is the wrong settings file."""
    with pytest.raises(BadSettings, match="no agent has worked here"):
        ask(msgspec.structs.replace(world.settings, state_dir=tmp_path / "nowhere"), RESEND)


def test_a_folder_of_that_name_is_no_request(tmp_path: Path) -> None:
    """It could not be removed, so it would be one for ever."""
    (tmp_path / "resend").mkdir()

    assert not is_asked(tmp_path, RESEND)


def test_a_person_says_that_the_clock_is_right(world: World) -> None:
    """Its buffer holds a reading of tomorrow, so nothing is dated here; the word of a person ends that at once."""
    tomorrow_ms = GatewayClock().own_ms + 86_400_000
    buffer = Buffer(world.settings.state_dir / BUFFER_FILE, 1_000_000)
    buffer.commit(GroupCommit(latest=(LatestRow("n07:battery.voltage", tomorrow_ms, 3.3, 1, None),)))
    buffer.close()
    node, centre = world.node(), world.centre()
    node.subscribe(topics.ack("vale", "n07"))
    with world.agent():
        node.publish(topics.obs("vale", "n07"), pack_bytes(0, {"battery.voltage": 3.31}))
        wait_until(lambda: node.on(topics.ack("vale", "n07")), "an ack: it is kept")
        wait_until(lambda: world.said("ERROR clock-wrong by=buffer"), "it is told")
        ask(world.settings, CLOCK_IS_RIGHT)
        wait_until(lambda: world.said("INFO clock-right-again"), "it goes on")
        node.publish(topics.obs("vale", "n07"), pack_bytes(1, {"battery.voltage": 3.32}))
        wait_until(lambda: len(centre.packs()) == 2, "both packs at the centre")
    node.close()
    centre.close()

    refused = [one.reason for batch in centre.batches.values() for one in batch.quarantine]
    assert refused == ["gateway-clock"]
    assert [row.value for row in centre.observations().values()] == [3.32]
    assert world.said("ERROR clock-wrong") == 1
