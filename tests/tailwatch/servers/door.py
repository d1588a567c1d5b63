"""A real Mosquitto behind TLS, with certificates, users and rules as Tailwatch writes them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tailings.facility import parse
from tailwatch import ports, provisioning
from tailwatch.pki import Authority
from tailwatch.servers.broker import TlsListener
from tests.servers import Broker
from wire import topics

LISTENS = '[agents.gw1]\nlistens = ["application/7/device/+/event/up"]'
VALE = parse((Path(__file__).parents[2] / "data" / "vale.toml").read_text().replace("[agents.gw1]", LISTENS, 1))
ROSA = [*topics.node_acl("rosa", "n01"), *topics.agent_acl("rosa", "gw1", ["n01"])]
WATCHER = ["user watcher", "topic read tw/#"]
USERS = ("vale/n04", "vale/n07", "vale/_edge/gw1", "rosa/n01", "rosa/_edge/gw1", "vale/_others", "_ingest", "watcher")


class Door(NamedTuple):
    """A broker with TLS, and its authority."""

    broker: Broker
    authority: Authority
    port: int


def open_door(folder: Path, issued_at: datetime, hosts: tuple[str, ...] = ("localhost", "127.0.0.1")) -> Door:
    """Start a broker whose certificate was issued then."""
    authority = Authority(folder / "pki")
    authority.make("test", datetime.now(UTC) - timedelta(days=1000))
    certificate = authority.issue("broker", hosts, issued_at)
    tls = TlsListener(
        ports.free_port(), certificate, certificate.with_suffix(".key"), authority.certificate_file, "127.0.0.1"
    )
    acl = [*topics.centre_acl(), *provisioning.acl_of(VALE), *ROSA, *WATCHER]
    broker = Broker.start(folder / "broker", {user: f"password of {user}" for user in USERS}, acl, tls=tls)
    return Door(broker, authority, tls.port)
