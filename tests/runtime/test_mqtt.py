"""The link: ready only with what it asked for, acknowledges by the right connection only, queues nothing while down."""

import msgspec
import pytest

from runtime.mqtt import Link, Message, Terms, Will
from runtime.settings import BadSettings
from tests.access_list import refuse
from tests.edge_agent.world import wait_until
from tests.runtime.broker import USERS, Site, cut

TOPIC, STATE = "a/readings", "a/state"
OTHER = "b/readings"
AT_MOST = 8


class Held:
    """A link with what came over it."""

    def __init__(self, site: Site, will: Will | None = None) -> None:
        self.got: list[Message] = []
        self.link = Link("site", site.endpoint, "test", site.log, will, terms=Terms(AT_MOST, least_wait_s=1.0))
        self.link.subscribe(TOPIC, 1, self.got.append)
        self.link.start()
        wait_until(lambda: self.link.is_ready, "a link")


def test_what_is_not_acknowledged_comes_again(site: Site) -> None:
    """After a connection is lost the broker sends it once more, and an acknowledgement by the old one says nothing."""
    held, sender = Held(site), site.sender()
    sender.publish(TOPIC, b"one")
    wait_until(lambda: held.got, "a message")
    sessions = held.link.sessions
    cut(held.link)
    wait_until(lambda: held.link.sessions > sessions, "a new session")
    wait_until(lambda: len(held.got) == 2, "the message again")
    held.got[0].acknowledge()
    held.link.close()
    again = Held(site)
    wait_until(lambda: again.got, "the message, for nobody has acknowledged it")

    again.got[0].acknowledge()
    again.link.close()
    last = Held(site)
    sender.publish(TOPIC, b"two")
    wait_until(lambda: last.got, "the next message")

    assert [message.payload for message in last.got] == [b"two"]
    last.link.close()
    sender.close()


def test_what_waits_here_is_bounded(site: Site) -> None:
    """As many as the terms say are in our memory, the broker has the rest until one is acknowledged."""
    held, sender = Held(site), site.sender()
    for number in range(AT_MOST + 2):
        sender.publish(TOPIC, b"%d" % number)
    wait_until(lambda: len(held.got) >= AT_MOST, "as many as may come")
    waiting = len(held.got)

    held.got[0].acknowledge()
    wait_until(lambda: len(held.got) > AT_MOST, "one more")

    assert (waiting, [message.payload for message in held.got[AT_MOST:]]) == (AT_MOST, [b"%d" % AT_MOST])
    held.link.close()
    sender.close()


def test_nothing_is_queued_while_the_link_is_down(site: Site) -> None:
    """A mark that waits in paho would arrive after a newer one."""
    held = Held(site)
    site.broker.kill()
    wait_until(lambda: not held.link.is_ready, "the loss")
    assert not held.link.publish(STATE, b"old", 1, True)
    site.broker.run()
    wait_until(lambda: held.link.is_ready, "the link again")

    listener = site.sender()
    listener.subscribe(STATE)
    held.link.publish(STATE, b"new", 1, True)
    wait_until(lambda: listener.got, "a mark")

    assert listener.on(STATE) == [b"new"]
    held.link.close()
    listener.close()


def test_the_will_speaks_for_a_program_that_dies(site: Site) -> None:
    """Whoever listens sees offline without waiting."""
    listener = site.sender()
    listener.subscribe(STATE)
    held = Held(site, Will(STATE, b'{"state":"offline"}'))
    held.link._client.loop_stop()
    cut(held.link)

    wait_until(lambda: listener.on(STATE), "the will")
    assert listener.on(STATE) == [b'{"state":"offline"}']
    listener.close()


def test_an_unreachable_broker_does_not_hold_up_the_end(site: Site) -> None:
    """close() returns although no connection was ever made."""
    site.broker.kill()
    link = Link("site", site.endpoint, "test", site.log)
    link.start()

    link.close()

    assert not link.is_ready


def test_a_refused_password_is_said_once(site: Site) -> None:
    """A person must act; the password itself stays out of the log."""
    wrong = msgspec.structs.replace(site.endpoint, password_file=site.secret("wrong", "wrong secret"))
    link = Link("uplink", wrong, "test", site.log, terms=Terms(least_wait_s=0.1))
    link.start()
    wait_until(lambda: link._backoff._longest_s > 1, "some attempts")
    link.close()

    assert [line.split()[:3] for line in site.lines] == [["ERROR", "connection-refused", "link=uplink"]]
    assert not any("wrong secret" in line for line in site.lines)
    assert link.standing.trouble.startswith("the broker refuses program: ")


def test_a_password_that_cannot_be_read_stops_the_start(site: Site) -> None:
    """Named with its file, before anything runs."""
    with pytest.raises(BadSettings, match="nowhere: this secret cannot be read"):
        Link("x", msgspec.structs.replace(site.endpoint, password_file=site.folder / "nowhere"), "x", site.log)


class Asking:
    """A link to a broker that refuses it topics: it asks for `TOPIC` and `OTHER`."""

    def __init__(self, site: Site, refused: str, is_needed: bool = True) -> None:
        self.site, self.got = site, list[bytes]()
        refuse(site.broker, USERS, [refused])
        self.link = Link("site", site.endpoint, "test", site.log, terms=Terms(least_wait_s=0.2))
        self.link.subscribe(TOPIC, 1, self._receive)
        self.link.subscribe(OTHER, 1, self._receive, is_needed)
        self.link.start()
        wait_until(lambda: site.said("ERROR subscription-refused"), "the refusal")
        wait_until(lambda: self.link._backoff._longest_s > 1, "some attempts more")

    def _receive(self, message: Message) -> None:
        self.got.append(message.payload)
        message.acknowledge()


def test_a_link_that_is_refused_a_topic_is_not_ready(site: Site) -> None:
    """It names topic, user and fix, once in the log and always in its standing, and never says that it is connected."""
    asking = Asking(site, TOPIC)
    asking.link.close()

    trouble = "the broker refuses a/readings to program (Not authorized): "
    trouble += "its access list must let that user read a/readings"
    assert (asking.link.is_ready, asking.link.sessions, asking.link.publish(STATE, b"x", 1)) == (False, 0, False)
    assert [line for line in site.lines if "next=" in line] == [
        f"ERROR subscription-refused link=site detail={trouble} next=trying again"
    ]
    assert site.said("INFO connected") == 0


def test_a_link_that_is_refused_a_topic_still_takes_the_others(site: Site) -> None:
    """One node that the access list forgot does not make a gateway deaf to all."""
    asking, sender = Asking(site, TOPIC), site.sender()
    sender.publish(OTHER, b"one")
    wait_until(lambda: asking.got, "the message")

    assert (asking.got, asking.link.is_ready) == ([b"one"], False)
    asking.link.close()
    sender.close()


def test_a_link_recovers_when_its_topic_is_allowed(site: Site) -> None:
    """Without anybody starting it anew."""
    asking = Asking(site, TOPIC)
    assert not asking.link.standing.is_up
    refuse(site.broker, USERS, [])
    wait_until(lambda: asking.link.is_ready, "the link")

    assert (asking.link.standing.is_up, asking.link.standing.trouble, asking.link.sessions) == (True, "", 1)
    asking.link.close()


def test_a_topic_that_is_not_needed_holds_up_nothing(site: Site) -> None:
    """The link is up, and says all the same what it is up without, once."""
    asking = Asking(site, OTHER, is_needed=False)

    assert (asking.link.is_ready, asking.link.sessions, site.said("ERROR subscription-refused")) == (True, 1, 1)
    assert asking.link.standing.is_up and "the broker refuses b/readings" in asking.link.standing.trouble
    asking.link.close()


def test_the_next_host_is_tried(site: Site) -> None:
    """A link whose broker is gone goes through all its hosts, and is ready again at the one that answers."""
    endpoint = msgspec.structs.replace(site.endpoint, host="::1", further_hosts=("127.0.0.1",))
    link = Link("site", endpoint, "test", site.log, terms=Terms(AT_MOST, least_wait_s=0.1))
    link.start()
    wait_until(lambda: link.is_ready, "a link, at whichever host it began")
    site.broker.kill()
    wait_until(lambda: any("cannot-connect" in line and "::1" in line for line in site.lines), "the other is tried")
    site.broker.run()
    wait_until(lambda: link.is_ready, "the link again")

    assert link.host == "127.0.0.1"
    link.close()


def test_a_line_that_is_left_goes_to_the_next_host(site: Site) -> None:
    """Who sees that a broker is silent leaves it, and says why; a link that has one host keeps its line."""
    two = msgspec.structs.replace(site.endpoint, further_hosts=("localhost",))
    link = Link("site", two, "two", site.log, terms=Terms(AT_MOST, least_wait_s=0.1))
    only = Link("only", site.endpoint, "one", site.log, terms=Terms(AT_MOST, least_wait_s=0.1))
    link.start()
    only.start()
    wait_until(lambda: link.is_ready and only.is_ready, "both links")
    first = link.host
    has_left = link.leave("no acks"), only.leave("no acks")
    wait_until(lambda: link.sessions == 2 and link.is_ready, "the link again")

    assert has_left == (True, False)
    assert {first, link.host} == {"127.0.0.1", "localhost"} and only.sessions == 1
    assert any("leaving-host" in line and first in line for line in site.lines)
    link.close()
    only.close()
