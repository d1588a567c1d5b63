"""Mosquitto with a user and topics of its own for each node, agent and program."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self

import msgspec

from tailwatch import ports, tools
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.servers import dynamic_security
from tailwatch.servers.dynamic_security import USER, USERS_FILE, Users
from tailwatch.servers.server import Server
from tailwatch.system_users import give, user_when_root
from wire.topics import Rights

MAX_QUEUED_MB: Final = 256
MAX_QUEUED_MESSAGES: Final = 100_000_000
"""No limit but the bytes: Mosquitto's own 1,000 drops silently. Not 0, which it takes for "no limit" in the queue
but for "limit reached" after a denied publish, when it cuts the client off (2.0.21, handle_publish.c)."""
AUTOSAVE_S: Final = 60
FORGOTTEN_AFTER: Final = "3m"
"""Months that the session of a client is kept which does not come back. It loses nothing: what it had not acknowledged
comes again from whoever sent it."""
CONFIGURATION: Final = """\
listener {port} 127.0.0.1
allow_anonymous false
plugin {plugin}
plugin_opt_config_file {users_file}
set_tcp_nodelay true
max_queued_messages {max_queued_messages}
max_queued_bytes {max_queued_bytes}
max_inflight_messages {max_inflight_messages}
max_packet_size {max_packet_size}
persistence true
persistence_location data/
autosave_interval {autosave_s}
persistent_client_expiration {forgotten_after}
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
"""
MAX_PACKET_BYTES: Final = 2 * 1024 * 1024
MAX_INFLIGHT_MESSAGES: Final = 5000
"""As many as ingest asks for: it acknowledges after the commit, and gathers the next group meanwhile."""


TLS_LISTENER: Final = """\
listener {port} {address}
certfile tls.crt
keyfile tls.key
cafile ca.crt
tls_version tlsv1.2
"""
"""The first version that is taken; Mosquitto itself chooses the newest that both speak."""


class TlsListener(msgspec.Struct, frozen=True):
    """A second door of the broker, for the network: its certificate, key and authority."""

    port: int
    certificate: Path
    key: Path
    authority: Path
    address: str = "0.0.0.0"


class Broker(Server):
    """A Mosquitto in `folder`. Its working folder is that one and all its paths are relative, so that the system
    user it runs as needs no right to the folders above."""

    users: Mapping[str, str]
    tls: TlsListener | None = None

    @classmethod
    def start(
        cls,
        folder: Path,
        users: Mapping[str, str],
        rights: Iterable[Rights],
        port: int | None = None,
        max_queued_messages: int = MAX_QUEUED_MESSAGES,
        tls: TlsListener | None = None,
    ) -> Self:
        """Start a broker for `users` (name -> password) with these rights, on a free port unless one is given."""
        broker = cls(folder, port or ports.free_port())
        broker.tls = tls
        broker.prepare(users, rights, max_queued_messages)
        return broker.run()

    def prepare(
        self, users: Mapping[str, str], rights: Iterable[Rights], max_queued_messages: int = MAX_QUEUED_MESSAGES
    ) -> None:
        """Write configuration, users and rights; what the broker saved before stays."""
        user = user_when_root(USER)
        data = self.folder / "data"
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(self.folder, user)
        give(data, user)
        for former in ("passwd", "acl"):
            (self.folder / former).unlink(missing_ok=True)
        self.configuration(max_queued_messages)
        self.set_users(users, rights)

    def configuration(self, max_queued_messages: int) -> None:
        """Write mosquitto.conf."""
        text = CONFIGURATION.format(
            port=self.port,
            plugin=tools.find(tools.DYNAMIC_SECURITY),
            users_file=USERS_FILE,
            max_queued_messages=max_queued_messages,
            max_queued_bytes=MAX_QUEUED_MB * 1024 * 1024,
            max_inflight_messages=MAX_INFLIGHT_MESSAGES,
            max_packet_size=MAX_PACKET_BYTES,
            autosave_s=AUTOSAVE_S,
            forgotten_after=FORGOTTEN_AFTER,
        )
        (self.folder / "mosquitto.conf").write_text(text + self._tls_listener())

    def _tls_listener(self) -> str:
        """Copy certificate and key to where the broker's user reads them, and return the lines of that door."""
        if self.tls is None:
            return ""
        files = {"tls.crt": self.tls.certificate, "tls.key": self.tls.key, "ca.crt": self.tls.authority}
        for name, source in files.items():
            write_private(self.folder / name, source.read_text())
            give(self.folder / name, user_when_root(USER))
        return TLS_LISTENER.format(port=self.tls.port, address=self.tls.address)

    def set_users(self, users: Mapping[str, str], rights: Iterable[Rights]) -> None:
        """Let in who has both a password and rights, and nobody else; a running broker takes the change at once.

        Sessions of users that are gone or have another password end. Raises UsersRefused.
        """
        self.users = dict(users)
        before, after = Users.read(self.folder / USERS_FILE), Users()
        after.admit(dynamic_security.ADMIN, dynamic_security.admin_password(self.folder), before)
        for one in rights:
            if one.user in users:
                after.admit(one, users[one.user], before)
        dynamic_security.change(self.folder, before, after, self.process is not None)

    def command(self) -> Command:
        # Started as its user: when Mosquitto itself changes user, the kernel forgets the parent-death signal.
        words = (tools.find("mosquitto"), "-c", "mosquitto.conf")
        return Command("broker", words, cwd=self.folder, user=user_when_root(USER))

    def is_ready(self) -> bool:
        """Both doors are open: Mosquitto opens that of the network last."""
        return ports.is_listening(self.port) and (
            self.tls is None or ports.is_listening(self.tls.port, self.tls.address)
        )
