"""Which certificates count: real Mosquitto over TLS, with good, old, foreign and misnamed ones."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tailwatch import tls_greeting
from tailwatch.pki import Authority
from tailwatch.tls_greeting import NotTrusted
from tests.tailwatch.servers.door import Door, open_door

WAIT_S = 60.0


def test_plain_text_and_old_tls_are_refused(door: Door) -> None:
    """The door of the network speaks TLS 1.2 or newer, and nothing else."""
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(str(door.authority.certificate_file))
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
    plain = mqtt.Client(CallbackAPIVersion.VERSION2)
    plain.connect("localhost", door.port)

    with socket.create_connection(("localhost", door.port), WAIT_S) as line, pytest.raises(ssl.SSLError):
        old.wrap_socket(line, server_hostname="localhost")
    assert [plain.loop(0.1) for _ in range(50)][-1] != mqtt.MQTT_ERR_SUCCESS


def test_a_good_greeting_is_silent(door: Door) -> None:
    """The right authority and name: nothing to say, and a client with that authority connects."""
    tls_greeting.look("localhost", door.port, door.authority.certificate_file)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.tls_set(ca_certs=str(door.authority.certificate_file))

    assert client.connect("localhost", door.port) == mqtt.MQTT_ERR_SUCCESS


def test_another_authority_is_told(door: Door, tmp_path: Path) -> None:
    """A client with another ca.crt does not connect, and hears which file to copy."""
    other = Authority(tmp_path)
    other.make("other", datetime.now(UTC))

    with pytest.raises(NotTrusted, match=r"not from the authority in .*ca\.crt; put that broker's ca\.crt there"):
        tls_greeting.look("localhost", door.port, other.certificate_file)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.tls_set(ca_certs=str(other.certificate_file))
    with pytest.raises(ssl.SSLCertVerificationError):
        client.connect("localhost", door.port)


@pytest.mark.parametrize(
    ("days_ago", "hosts", "sentence"),
    [
        (400, ("localhost",), "has expired .*: tailwatch pki renew"),
        (-2, ("localhost",), "not valid yet .* is this clock right"),
        (0, ("broker.example",), "not for localhost; use a name that is in it, or tailwatch pki issue"),
    ],
)
def test_a_certificate_that_does_not_count_is_told(
    reachable_folder: Path, days_ago: int, hosts: tuple[str, ...], sentence: str
) -> None:
    """Expired, not yet valid, or of another host: refused, with what to do; after a renewal it counts."""
    door = open_door(reachable_folder, datetime.now(UTC) - timedelta(days=days_ago), hosts)
    with pytest.raises(NotTrusted, match=sentence):
        tls_greeting.look("localhost", door.port, door.authority.certificate_file)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.tls_set(ca_certs=str(door.authority.certificate_file))
    with pytest.raises(ssl.SSLCertVerificationError):
        client.connect("localhost", door.port)
    door.authority.issue("broker", ("localhost",), datetime.now(UTC))
    door.broker.configuration(1000)
    door.broker.restart()

    tls_greeting.look("localhost", door.port, door.authority.certificate_file)
    door.broker.stop()
