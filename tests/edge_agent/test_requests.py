"""Requests of a person: what is unmarked goes once more; a clock that somebody has compared is right."""

from pathlib import Path

import msgspec
import pytest

from edge_agent.requests import RESEND, ask, is_asked
from edge_agent.settings import BadSettings
from tests.edge_agent.world import World, pack_bytes, wait_until
from wire import topics


def test_what_is_unmarked_goes_again_when_somebody_asks(world: World) -> None:
    """A centre that took it and marks nothing, as after a restore, gets it again without a restart of the agent."""
    centre = world.centre()
    centre.marks_on = False
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
