"""Tests of the broker's side, against a real broker."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from ingest import settings
from ingest.receive.subscribe import BrokerSubscriber
from ingest.values import queue_of
from runtime.settings import BadSettings, Endpoint
from tailwatch import ports
from tailwatch.pki import Authority
from tailwatch.secrets import write_private
from tailwatch.servers.broker import TlsListener
from tests.access_list import refuse
from tests.ingest.batches import AGENT, EPOCH, FACILITY, message
from tests.ingest.site import PASSWORD, Site
from tests.ingest.waiting import until
from tests.servers import Broker
from wire import acks, topics

NOW = datetime.now(UTC)
USERS = {topics.CENTRE_USER: PASSWORD}


class Side:
    """A subscriber with its queue, on the line of a site."""

    def __init__(self, site: Site, client_id: str = "unused", **chosen: int) -> None:
        self.queue = queue_of(1_000_000)
        self.subscribed = threading.Semaphore(0)
        site.launch(client_id).kill()
        read = msgspec.structs.replace(settings.read(site.folder / f"{client_id}.toml"), **chosen)
        self.subscriber = BrokerSubscriber(read, self.queue, self.subscribed.release)
        self.subscriber.start()
        assert self.subscribed.acquire(timeout=60)

    def close(self) -> None:
        self.queue.close()
        self.subscriber.stop()


@pytest.fixture
def side(site: Site) -> Iterator[Side]:
    """A subscriber that holds its subscription."""
    opened = Side(site)
    yield opened
    opened.close()


def test_what_is_not_acknowledged_comes_again(site: Site, side: Side) -> None:
    """After the line was cut the broker hands out again what was not acknowledged, and only that."""
    agent = site.agent()
    agent.send(message(0), message(1))
    (first,), (second,) = side.queue.take(10), side.queue.take(10)
    first.acknowledge()
    side.subscriber.settle()
    side.subscriber.publish(topics.agent_ack(FACILITY, AGENT), acks.encode(EPOCH, 0))
    agent.wait_for_ack(0)  # it left after the acknowledgement on the same line, so the broker has both
    site.line.cut()
    site.line.mend()
    assert side.subscribed.acquire(timeout=60)
    second.acknowledge()
    side.subscriber.settle()  # too late: its packet id belongs to the connection that is gone
    (again,) = side.queue.take(10)

    assert again.payload == message(1)
    assert side.queue.take(0.1) == []


def test_nothing_is_published_while_the_line_is_cut(site: Site, side: Side) -> None:
    """An ack that cannot leave now is given up, not queued: a newer one follows the next connect."""
    site.line.cut()
    older = acks.encode(EPOCH, 0)  # the first of them may be under way before the cut is noticed
    until(lambda: not side.subscriber.publish(topics.agent_ack(FACILITY, AGENT), older))
    site.line.mend()
    assert side.subscribed.acquire(timeout=60)

    assert side.subscriber.publish(topics.agent_ack(FACILITY, AGENT), acks.encode(EPOCH, 1))
    site.agent().wait_for_ack(1)


def test_who_has_left_holds_nothing_back_from_the_others(site: Site, side: Side) -> None:
    """The broker gives a process that is away its share too, so its session ends soon: then the others get all."""
    other = Side(site, "other", session_expiry_s=1)
    other.subscriber.stop()
    agent = site.agent()

    def gets_all_of_four() -> bool:
        """In turns, two of them would wait for the one that is away."""
        agent.send(*[message(seq) for seq in range(4)])
        return len({one.payload for _ in range(4) for one in side.queue.take(0.2)}) == 4

    until(gets_all_of_four)
    assert other.queue.take(0) == []


class Door:
    """A broker with a TLS door, whose certificate for 127.0.0.1 lasts `days` from fifty days ago."""

    def __init__(self, folder: Path, days: int) -> None:
        self.folder = folder
        write_private(folder / "password", PASSWORD)
        authority = self.authority("ours")
        issued = authority.issue("broker", ("127.0.0.1",), NOW - timedelta(days=50), days)
        key, self._ca_file = issued.with_suffix(".key"), authority.certificate_file
        self.listener = TlsListener(ports.free_port(), issued, key, self._ca_file, "127.0.0.1")
        self._broker = Broker.start(
            folder / "broker", {"_ingest": PASSWORD}, [topics.centre_rights()], tls=self.listener
        )

    def authority(self, name: str) -> Authority:
        made = Authority(self.folder / name)
        made.make(name, NOW - timedelta(days=100))
        return made

    def subscriber(self, host: str = "127.0.0.1", ca_file: Path | None = None) -> BrokerSubscriber:
        """Ingest's side as these settings have it."""
        password, trusted = self.folder / "password", ca_file or self._ca_file
        way = Endpoint(host, self.listener.port, "_ingest", password, trusted)
        return BrokerSubscriber(settings.Settings(Path("unused"), way), queue_of(1_000_000), lambda: None)

    def close(self) -> None:
        self._broker.stop()


def told(subscriber: BrokerSubscriber, capfd: pytest.CaptureFixture[str], words: str) -> str:
    """The first line with these words that is logged after the start."""
    lines: list[str] = []
    subscriber.start()
    until(lambda: bool(lines.extend(capfd.readouterr().err.splitlines())) or any(words in line for line in lines))
    subscriber.stop()
    return next(line for line in lines if words in line)


@pytest.fixture
def door(reachable_folder: Path, request: pytest.FixtureRequest) -> Iterator[Door]:
    opened = Door(reachable_folder, getattr(request, "param", 200))
    yield opened
    opened.close()


def test_over_tls_with_the_right_authority(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """The subscription stands, and the broker's name is checked."""
    assert " INFO ingest connected link=broker" in told(door.subscriber(), capfd, "connected")


def test_a_broker_that_is_not_trusted_is_told_with_the_fix(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """A broker of another authority or of another name: an error, for a person must act."""
    other = door.authority("other").certificate_file
    stranger = told(door.subscriber(ca_file=other), capfd, "cannot-connect")
    misnamed = told(door.subscriber(host="localhost"), capfd, "cannot-connect")

    assert "ERROR" in stranger and f"not from the authority in {other}; put that broker's ca.crt there" in stranger
    assert "ERROR" in misnamed and "the certificate is not for localhost" in misnamed


@pytest.mark.parametrize("door", [10], indirect=True)
def test_an_expired_certificate_is_told_with_the_fix(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """Certificate or clock: the sentence gives both."""
    line = told(door.subscriber(), capfd, "cannot-connect")

    assert "ERROR" in line and "has expired" in line and "tailwatch pki renew" in line


def refused(site: Site, capfd: pytest.CaptureFixture[str], topic: str) -> tuple[bool, bool, list[str]]:
    """Whether ingest is ready, and says it is connected, while it is refused a topic; and its lines after some tries.

    It ends ready: the broker's access list was mended.
    """
    Side(site).close()
    subscribed = threading.Semaphore(0)
    refuse(site.broker, USERS, [topic])
    capfd.readouterr()
    subscriber = BrokerSubscriber(settings.read(site.folder / "unused.toml"), queue_of(1_000_000), subscribed.release)
    subscriber.start()
    is_ready, is_connected = subscribed.acquire(timeout=5), subscriber.is_connected
    lines = capfd.readouterr().err.splitlines()
    refuse(site.broker, USERS, [])
    assert is_ready or subscribed.acquire(timeout=60)
    until(lambda: subscriber.is_connected)
    subscriber.stop()
    return is_ready, is_connected, lines


def test_a_subscription_that_is_refused_is_told_with_the_fix(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    """It is no connection: said once, tried again, and over when the broker's access list is right."""
    is_ready, is_connected, lines = refused(site, capfd, "$share/ingest/tw/1/+/_edge/+/batch")

    assert (is_ready, is_connected, len(lines)) == (False, False, 1)
    assert "ERROR ingest subscription-refused" in lines[0]
    assert "its access list must let that user read tw/1/+/_edge/+/batch" in lines[0]


def test_without_the_topic_of_times_all_else_goes_on(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    """The refusal is said once; batches are more than the gateways' clocks."""
    is_ready, is_connected, lines = refused(site, capfd, "$share/ingest/tw/1/+/_edge/+/time")

    assert (is_ready, is_connected, sum("subscription-refused" in line for line in lines)) == (True, True, 1)


def test_an_authority_that_is_none_stops_the_start(door: Door) -> None:
    """The file is named, before anything runs."""
    (door.folder / "none.crt").write_text("no certificate")

    with pytest.raises(BadSettings, match=r"none\.crt: ca_file cannot be used"):
        door.subscriber(ca_file=door.folder / "none.crt")
