"""TLS to a real Mosquitto with an authority made here: the right one connects, every wrong one says what to do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from runtime.mqtt import Link
from runtime.settings import BadSettings, Endpoint
from tailwatch import ports
from tailwatch.pki import Authority
from tailwatch.servers.broker import TlsListener
from tests.edge_agent.place import Log
from tests.edge_agent.world import PASSWORD, wait_until
from tests.servers import Broker
from wire.topics import Rights

NOW = datetime.now(UTC)
USER = "vale/_edge/gw1"


class Door:
    """A broker with a TLS door, and the settings of an agent that knocks."""

    def __init__(self, folder: Path, issued: datetime, days: int) -> None:
        self.authority = Authority(folder / "pki")
        self.authority.make("test", NOW - timedelta(days=100))
        certificate = self.authority.issue("broker", ("127.0.0.1",), issued, days)
        listener = TlsListener(
            ports.free_port(),
            certificate,
            certificate.with_suffix(".key"),
            self.authority.certificate_file,
            "127.0.0.1",
        )
        self.broker = Broker.start(
            folder / "broker", {USER: PASSWORD}, [Rights(USER, None, (), ("a",), ())], tls=listener
        )
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        self.end = Endpoint("127.0.0.1", listener.port, USER, password, self.authority.certificate_file)
        self.log = Log()

    def knock(self, end: Endpoint, until: str) -> str:
        """Connect until a line with this in it is logged, and return the line."""
        link = Link("uplink", end, "vale-gw1-uplink", self.log)
        link.subscribe("a", 1, lambda message: message.acknowledge())
        link.start()
        wait_until(lambda: any(until in line for line in self.log.lines), until)
        link.close()
        return next(line for line in self.log.lines if until in line)


@pytest.fixture
def door(reachable_folder: Path) -> Iterator[Door]:
    made = Door(reachable_folder, NOW, 30)
    yield made
    made.broker.stop()


def test_the_right_authority_connects(door: Door) -> None:
    """Encrypted, and the broker's name is checked."""
    assert door.knock(door.end, "connected").startswith("INFO connected link=uplink")


def test_another_authority_is_named_with_its_file(door: Door, tmp_path: Path) -> None:
    """The technician reads which file to replace; a person must act."""
    other = Authority(tmp_path / "other")
    other.make("another", NOW)

    line = door.knock(msgspec.structs.replace(door.end, ca_file=other.certificate_file), "cannot-connect")

    assert line.startswith("ERROR")
    assert f"not from the authority in {other.certificate_file}" in line


def test_another_name_is_named(door: Door) -> None:
    """The certificate is for 127.0.0.1, the settings say localhost."""
    line = door.knock(msgspec.structs.replace(door.end, host="localhost"), "cannot-connect")

    assert "the certificate is not for localhost" in line


def test_an_expired_certificate_is_told_with_the_clock(reachable_folder: Path) -> None:
    """Either the certificate or the gateway's clock is at fault; the sentence gives both."""
    door = Door(reachable_folder, NOW - timedelta(days=50), 10)

    line = door.knock(door.end, "cannot-connect")

    assert f"has expired (here it is {datetime.now(UTC):%Y-%m-%d}" in line
    door.broker.stop()


def test_a_port_without_tls_is_told(door: Door) -> None:
    """The usual mistake: 1883 for 8883."""
    line = door.knock(msgspec.structs.replace(door.end, port=door.broker.port), "cannot-connect")

    assert "is it the TLS port?" in line


def test_nobody_there_is_told_once(door: Door) -> None:
    """A link that is down passes by itself: a warning, and one line however often it is tried."""
    end = msgspec.structs.replace(door.end, port=ports.free_port())
    assert door.knock(end, "cannot-connect").startswith("WARNING")

    assert door.log.said("WARNING cannot-connect") == 1


def test_an_authority_that_is_none_stops_the_start(door: Door, tmp_path: Path) -> None:
    """Named with its file, before anything runs."""
    (tmp_path / "ca.crt").write_text("no certificate")

    with pytest.raises(BadSettings, match=r"ca\.crt: ca_file cannot be used"):
        Link("uplink", msgspec.structs.replace(door.end, ca_file=tmp_path / "ca.crt"), "x", door.log)
