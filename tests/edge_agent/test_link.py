"""The link: acknowledgements of the right connection only, nothing queued while down, back by itself."""

import pytest

from edge_agent.inbox import MAX_GROUP
from edge_agent.link import Link, Message, Will, waiting_s
from edge_agent.settings import BadSettings
from tests.edge_agent.world import World, wait_until
from wire import topics

OBS = topics.obs("vale", "n07")
ACK = topics.ack("vale", "n07")
STATE = topics.agent_state("vale", "gw1")


class Held:
    """A link with what came over it."""

    def __init__(self, world: World, will: Will | None = None) -> None:
        self.got: list[Message] = []
        self.link = Link("site", world.settings.site_broker, "vale-gw1-test", world.log, will)
        self.link.subscribe(OBS, 1, self.got.append)
        self.link.start()
        wait_until(lambda: self.link.is_ready, "a link")


def cut(link: Link) -> None:
    """The cable is pulled out."""
    connection = link._client.socket()
    assert connection is not None
    connection.close()


def test_what_is_not_acknowledged_comes_again(world: World) -> None:
    """After a connection is lost the broker sends it once more, and an acknowledgement by the old one says nothing."""
    held, node = Held(world), world.node()
    node.publish(OBS, b"one")
    wait_until(lambda: held.got, "a message")
    sessions = held.link.sessions
    cut(held.link)
    wait_until(lambda: held.link.sessions > sessions, "a new session")
    wait_until(lambda: len(held.got) == 2, "the message again")
    held.got[0].acknowledge()
    held.link.close()
    again = Held(world)
    wait_until(lambda: again.got, "the message, for nobody has acknowledged it")

    again.got[0].acknowledge()
    again.link.close()
    last = Held(world)
    node.publish(OBS, b"two")
    wait_until(lambda: last.got, "the next message")

    assert [message.payload for message in last.got] == [b"two"]
    last.link.close()
    node.close()


def test_what_waits_here_is_bounded(world: World) -> None:
    """Two groups of packs are in the gateway's memory, the broker has the rest until one is acknowledged."""
    held, node, most = Held(world), world.node(), 2 * MAX_GROUP
    for number in range(most + 2):
        node.publish(OBS, b"%d" % number)
    wait_until(lambda: len(held.got) >= most, "two groups")
    waiting = len(held.got)

    held.got[0].acknowledge()
    wait_until(lambda: len(held.got) > most, "one more")

    assert (waiting, [message.payload for message in held.got[most:]]) == (most, [b"%d" % most])
    held.link.close()
    node.close()


def test_nothing_is_queued_while_the_link_is_down(world: World) -> None:
    """A mark that waits in paho would arrive after a newer one."""
    held = Held(world)
    world.broker.kill()
    wait_until(lambda: not held.link.is_ready, "the loss")
    assert not held.link.publish(ACK, b"old", 1, True)
    world.broker.run()
    wait_until(lambda: held.link.is_ready, "the link again")

    node = world.node()
    node.subscribe(ACK)
    held.link.publish(ACK, b"new", 1, True)
    wait_until(lambda: node.got, "a mark")

    assert node.on(ACK) == [b"new"]
    held.link.close()
    node.close()


def test_the_will_speaks_for_an_agent_that_dies(world: World) -> None:
    """The centre sees offline without waiting."""
    centre = world.centre()
    held = Held(world, Will(STATE, b'{"state":"offline"}'))
    held.link._client.loop_stop()
    cut(held.link)

    wait_until(lambda: centre.on(STATE), "the will")
    assert centre.on(STATE) == [b'{"state":"offline"}']
    centre.close()


def test_an_unreachable_broker_does_not_hold_up_the_end(world: World) -> None:
    """close() returns although no connection was ever made."""
    world.broker.kill()
    link = Link("site", world.settings.site_broker, "vale-gw1-test", world.log)
    link.start()

    link.close()

    assert not link.is_ready


def test_a_refused_password_is_said(world: World) -> None:
    """A person must act; the password itself stays out of the log."""
    password = world.folder / "wrong"
    password.write_text("wrong secret")
    password.chmod(0o600)
    endpoint = type(world.settings.uplink)("127.0.0.1", world.broker.port, "vale/_edge/gw1", password)
    link = Link("uplink", endpoint, "vale-gw1-test", world.log)
    link.start()
    wait_until(lambda: world.said("ERROR connection-refused"), "the refusal")
    link.close()

    assert not any("wrong secret" in line for line in world.lines)
    with pytest.raises(BadSettings):
        Link("x", type(endpoint)("127.0.0.1", 1, "u", world.folder / "nowhere"), "x", world.log)


def test_attempts_become_rarer_and_are_spread() -> None:
    """2 s doubled up to 30 s, of which the later half is left to chance: never before ingest, which takes 1 s."""
    assert [waiting_s(failures, 0.0) for failures in (0, 1, 2, 4, 500)] == [1.0, 2.0, 4.0, 15.0, 15.0]
    assert waiting_s(500, 0.999) < 30.0
