"""Tests of the broker's side, against a real broker."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from ingest import settings
from ingest.inbox import Inbox
from ingest.subscribe import Subscriber
from runtime.settings import BadSettings, Endpoint
from tailwatch import ports
from tailwatch.pki import Authority
from tailwatch.secrets import write_private
from tailwatch.servers.broker import USER, TlsListener
from tailwatch.servers.server import give, user_when_root
from tests.ingest.batches import AGENT, EPOCH, FACILITY, message
from tests.ingest.site import PASSWORD, Site
from tests.ingest.waiting import until
from tests.servers import Broker
from wire import marks, topics

NOW = datetime.now(UTC)


class Side:
    """A subscriber with its inbox, on the line of a site."""

    def __init__(self, site: Site, client_id: str = "unused", **chosen: int) -> None:
        self.inbox = Inbox(1_000_000)
        self.subscribed = threading.Semaphore(0)
        site.launch(client_id).kill()
        read = msgspec.structs.replace(settings.read(site.folder / f"{client_id}.toml"), **chosen)
        self.subscriber = Subscriber(read, self.inbox, self.subscribed.release)
        self.subscriber.start()
        assert self.subscribed.acquire(timeout=60)

    def close(self) -> None:
        self.inbox.close()
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
    (first,), (second,) = side.inbox.take(10), side.inbox.take(10)
    first.acknowledge()
    side.subscriber.settle()
    side.subscriber.publish(topics.agent_ack(FACILITY, AGENT), marks.encode(EPOCH, 0))
    agent.wait_for_mark(0)  # it left after the acknowledgement on the same line, so the broker has both
    site.line.cut()
    site.line.mend()
    assert side.subscribed.acquire(timeout=60)
    second.acknowledge()
    side.subscriber.settle()  # too late: its packet id belongs to the connection that is gone
    (again,) = side.inbox.take(10)

    assert again.payload == message(1)
    assert side.inbox.take(0.1) == []


def test_nothing_is_published_while_the_line_is_cut(site: Site, side: Side) -> None:
    """A mark that cannot leave now is given up, not queued: a newer one follows the next connect."""
    site.line.cut()
    older = marks.encode(EPOCH, 0)  # the first of them may be under way before the cut is noticed
    until(lambda: not side.subscriber.publish(topics.agent_ack(FACILITY, AGENT), older))
    site.line.mend()
    assert side.subscribed.acquire(timeout=60)

    assert side.subscriber.publish(topics.agent_ack(FACILITY, AGENT), marks.encode(EPOCH, 1))
    site.agent().wait_for_mark(1)


def test_who_has_left_holds_nothing_back_from_the_others(site: Site, side: Side) -> None:
    """The broker gives a process that is away its share too, so its session ends soon: then the others get all."""
    other = Side(site, "other", session_expiry_s=1)
    other.subscriber.stop()
    agent = site.agent()

    def gets_all_of_four() -> bool:
        """In turns, two of them would wait for the one that is away."""
        agent.send(*[message(seq) for seq in range(4)])
        return len({one.payload for _ in range(4) for one in side.inbox.take(0.2)}) == 4

    until(gets_all_of_four)
    assert other.inbox.take(0) == []


class Door:
    """A broker with a TLS door, whose certificate for 127.0.0.1 lasts `days` from fifty days ago."""

    def __init__(self, folder: Path, days: int) -> None:
        self.folder = folder
        write_private(folder / "password", PASSWORD)
        authority = self.authority("ours")
        issued = authority.issue("broker", ("127.0.0.1",), NOW - timedelta(days=50), days)
        key, self._ca_file = issued.with_suffix(".key"), authority.certificate_file
        self.listener = TlsListener(ports.free_port(), issued, key, self._ca_file, "127.0.0.1")
        self._broker = Broker.start(folder / "broker", {"_ingest": PASSWORD}, topics.centre_acl(), tls=self.listener)

    def authority(self, name: str) -> Authority:
        made = Authority(self.folder / name)
        made.make(name, NOW - timedelta(days=100))
        return made

    def subscriber(self, host: str = "127.0.0.1", ca_file: Path | None = None) -> Subscriber:
        """Ingest's side as these settings have it."""
        password, trusted = self.folder / "password", ca_file or self._ca_file
        way = Endpoint(host, self.listener.port, "_ingest", password, trusted)
        return Subscriber(settings.Settings(Path("unused"), way), Inbox(1_000_000), lambda: None)

    def close(self) -> None:
        self._broker.stop()


def told(subscriber: Subscriber, capfd: pytest.CaptureFixture[str], words: str) -> str:
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
    assert " INFO ingest broker-connected" in told(door.subscriber(), capfd, "broker-connected")


def test_a_broker_that_is_not_trusted_is_told_with_the_fix(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """A broker of another authority or of another name: an error, for a person must act."""
    other = door.authority("other").certificate_file
    stranger = told(door.subscriber(ca_file=other), capfd, "broker-unreachable")
    misnamed = told(door.subscriber(host="localhost"), capfd, "broker-unreachable")

    assert "ERROR" in stranger and f"not from the authority in {other}; put that broker's ca.crt there" in stranger
    assert "ERROR" in misnamed and "the certificate is not for localhost" in misnamed


@pytest.mark.parametrize("door", [10], indirect=True)
def test_an_expired_certificate_is_told_with_the_fix(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    """Certificate or clock: the sentence gives both."""
    line = told(door.subscriber(), capfd, "broker-unreachable")

    assert "ERROR" in line and "has expired" in line and "tailwatch pki renew" in line


PLUGIN = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"))
"""Mosquitto's own; its access list refuses a subscription in the SUBACK, where an acl_file stays silent."""


def allow(site: Site, *topics: str) -> None:
    """Start the broker anew; it lets ingest subscribe to these topics alone."""
    salt = b"twelve bytes"
    hashed = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 101)
    acls = [{"acltype": "subscribePattern", "topic": topic, "priority": 0, "allow": True} for topic in topics]
    user = {
        "username": "_ingest",
        "password": base64.b64encode(hashed).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": 101,
        "roles": [{"rolename": "reader", "priority": 0}],
    }
    kinds = ("publishClientSend", "publishClientReceive", "subscribe", "unsubscribe")
    rules = {"defaultACLAccess": dict.fromkeys(kinds, False), "roles": [{"rolename": "reader", "acls": acls}]}
    site.broker.stop()
    (site.broker.folder / "rules.json").write_text(json.dumps(rules | {"clients": [user]}))
    give(site.broker.folder / "rules.json", user_when_root(USER))
    site.broker.configuration(1000)
    file = site.broker.folder / "mosquitto.conf"
    text = file.read_text().replace("password_file passwd\nacl_file acl\n", "")
    file.write_text(f"{text}plugin {PLUGIN}\nplugin_opt_config_file rules.json\n")
    site.broker.run()


def test_a_subscription_that_is_refused_is_told_with_the_fix(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    """It is no connection: said once, tried again, and over when the broker's access list is right."""
    Side(site).close()
    subscribed = threading.Semaphore(0)
    read = settings.read(site.folder / "unused.toml")
    allow(site, "tw/1/+/_edge/+/state")
    subscriber = Subscriber(read, Inbox(1_000_000), subscribed.release)
    capfd.readouterr()
    subscriber.start()
    refused = subscribed.acquire(timeout=5)  # some attempts more
    lines = capfd.readouterr().err.splitlines()
    was_connected = subscriber.is_connected
    allow(site, "#")
    assert subscribed.acquire(timeout=60)
    subscriber.stop()

    assert (refused, was_connected, len(lines)) == (False, False, 1)
    assert "ERROR ingest subscription-refused" in lines[0]
    assert "its access list must let that user read tw/1/+/_edge/+/batch" in lines[0]


def test_an_authority_that_is_none_stops_the_start(door: Door) -> None:
    """The file is named, before anything runs."""
    (door.folder / "none.crt").write_text("no certificate")

    with pytest.raises(BadSettings, match=r"none\.crt: ca_file cannot be used"):
        door.subscriber(ca_file=door.folder / "none.crt")
