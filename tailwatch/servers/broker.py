"""Mosquitto with a user and topics of its own for each node, agent and program."""

import signal
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self

import msgspec

from tailwatch import ports, tools
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.servers.server import Server, give, user_when_root

USER: Final = "mosquitto"
MAX_QUEUED_MB: Final = 256
MAX_QUEUED_MESSAGES: Final = 100_000_000
"""No limit but the bytes: Mosquitto's own 1,000 drops silently. Not 0, which it takes for "no limit" in the queue
but for "limit reached" after a denied publish, when it cuts the client off (2.0.21, handle_publish.c)."""
AUTOSAVE_S: Final = 60
CONFIGURATION: Final = """\
listener {port} 127.0.0.1
allow_anonymous false
password_file passwd
acl_file acl
set_tcp_nodelay true
max_queued_messages {max_queued_messages}
max_queued_bytes {max_queued_bytes}
max_inflight_messages {max_inflight_messages}
max_packet_size {max_packet_size}
persistence true
persistence_location data/
autosave_interval {autosave_s}
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
        acl: Iterable[str],
        port: int | None = None,
        max_queued_messages: int = MAX_QUEUED_MESSAGES,
        tls: TlsListener | None = None,
    ) -> Self:
        """Start a broker for `users` (name -> password) and the ACL lines, on a free port unless one is given."""
        broker = cls(folder, port or ports.free_port())
        broker.tls = tls
        broker.prepare(users, acl, max_queued_messages)
        return broker.run()

    def prepare(
        self, users: Mapping[str, str], acl: Iterable[str], max_queued_messages: int = MAX_QUEUED_MESSAGES
    ) -> None:
        """Write configuration, passwords and access list; what the broker saved before stays."""
        user = user_when_root(USER)
        data = self.folder / "data"
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(self.folder, user)
        give(data, user)
        self.configuration(max_queued_messages)
        self.set_users(users, acl)

    def configuration(self, max_queued_messages: int) -> None:
        """Write mosquitto.conf."""
        text = CONFIGURATION.format(
            port=self.port,
            max_queued_messages=max_queued_messages,
            max_queued_bytes=MAX_QUEUED_MB * 1024 * 1024,
            max_inflight_messages=MAX_INFLIGHT_MESSAGES,
            max_packet_size=MAX_PACKET_BYTES,
            autosave_s=AUTOSAVE_S,
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

    def set_users(self, users: Mapping[str, str], acl: Iterable[str]) -> None:
        """Write users and access list; a running broker takes them at once (`reload`)."""
        self.users = dict(users)
        passwd = self.folder / "passwd.new"
        write_private(passwd, "".join(f"{name}:{password}\n" for name, password in users.items()))
        subprocess.run([tools.find("mosquitto_passwd"), "-U", str(passwd)], check=True, capture_output=True, timeout=30)
        passwd.replace(self.folder / "passwd")
        write_private(self.folder / "acl", "\n".join(acl) + "\n")
        for name in ("passwd", "acl"):
            give(self.folder / name, user_when_root(USER))

    def reload(self) -> None:
        """Tell the running broker to read users and access list again."""
        if self.process is not None:
            self.process.popen.send_signal(signal.SIGHUP)

    def command(self) -> Command:
        # Started as its user: when Mosquitto itself changes user, the kernel forgets the parent-death signal.
        words = (tools.find("mosquitto"), "-c", "mosquitto.conf")
        return Command("broker", words, cwd=self.folder, user=user_when_root(USER))

    def is_ready(self) -> bool:
        return ports.is_listening(self.port)
