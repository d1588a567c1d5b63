"""Of the brokers: that of `tailwatch up`, by its file and as it answers, and a Mosquitto of the machine."""

import json
import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from runtime.settings import LOOPBACK
from tailwatch import tools
from tailwatch.doctor.checkup import Checkup, Code
from tailwatch.ports import LOOPBACK as HERE
from tailwatch.ports import is_listening
from tailwatch.servers import dynamic_security
from tailwatch.servers.dynamic_security import USERS_FILE, UsersRefused

MOSQUITTO_SETTINGS: Final = Path("/etc/mosquitto")
LEAST_QUEUED: Final = 100_000
ANSWER_WITHIN_S: Final = 5.0
NOBODY: Final = bytes.fromhex("100c 0004 4d515454 04 02 003c 0000")
"""A CONNECT of MQTT 3.1.1 without a user, with a clean session and no client id (its sections 3.1 and 3.1.3.1)."""
LET_IN: Final = bytes.fromhex("2002 00 00")
"""CONNACK with return code 0 (section 3.2.2.3)."""
RESTART: Final = "end tailwatch up and start it again: it writes the file anew"
DENIED: Final = ("publishClientSend", "publishClientReceive", "subscribe")


class Listener(NamedTuple):
    """A door of a Mosquitto, as its file says."""

    port: str
    address: str
    has_tls: bool

    @property
    def is_open(self) -> bool:
        """Whether the network reads what passes."""
        return not self.has_tls and self.address not in LOOPBACK


def look(state: Path) -> Iterator[Checkup]:
    """Look at the broker of a state folder and at that of the machine; no word of one that is not there."""
    folder = state / "broker"
    if (folder / "mosquitto.conf").exists():
        text = (folder / "mosquitto.conf").read_text()
        yield queue(text)
        yield anonymous(text, dynamic_security.port_of(folder))
        yield users(folder, text)
        yield from tls("broker-tls", "broker", listeners(text))
    yield from system_broker(MOSQUITTO_SETTINGS)


def queue(text: str) -> Checkup:
    """Find a broker that would drop messages silently: Mosquitto queues 1,000 for a slow reader unless told."""
    queued = re.search(r"^max_queued_messages (\d+)", text, re.MULTILINE)
    if queued is None or 0 < int(queued[1]) < LEAST_QUEUED:
        says = f"drops what is above {queued[1] if queued else '1000'} messages"
        return Checkup("broker-queue", "broker", "fault", says, "max_queued_messages 100000000")
    return Checkup("broker-queue", "broker", "good", "queues by bytes")


def anonymous(text: str, port: int) -> Checkup:
    """Find a broker that lets in who has no password: by its file, and by trying where it answers."""
    if re.search(r"^allow_anonymous\s+true", text, re.MULTILINE) or lets_in_nobody(port) is False:
        return Checkup("broker-anonymous", "broker", "fault", "lets everybody in", f"allow_anonymous false; {RESTART}")
    return Checkup("broker-anonymous", "broker", "good", "lets in nobody without a password")


def lets_in_nobody(port: int) -> bool | None:
    """Say whether a connection without user and password is refused; None where nobody answers."""
    try:
        with socket.create_connection((HERE, port), ANSWER_WITHIN_S) as line:
            line.sendall(NOBODY)
            return line.recv(len(LET_IN)) != LET_IN
    except OSError:
        return None


def users(folder: Path, text: str) -> Checkup:
    """Find a broker without the plug-in that binds users to client ids and topics, or one that allows the rest."""
    file = folder / USERS_FILE
    why = ""
    if not re.search(rf"^plugin\s+\S*{tools.DYNAMIC_SECURITY}", text, re.MULTILINE):
        why = "has no dynamic security plug-in: it grants every subscription and client id"
    elif not file.exists():
        why = f"has no {USERS_FILE}"
    elif allowed := _allowed(json.loads(file.read_text())):
        why = f"allows what no rule allows: {', '.join(allowed)}"
    elif is_listening(port := dynamic_security.port_of(folder)) and (folder / "admin").exists():
        why = _refusal(port, dynamic_security.admin_password(folder))
    if why:
        return Checkup("broker-users", "broker", "fault", why, RESTART)
    return Checkup(
        "broker-users", "broker", "good", "each user has one client id and its own topics (dynamic security)"
    )


def tls(code: Code, what: str, found: Iterable[Listener]) -> Iterator[Checkup]:
    """Say at which doors there is TLS; find one of the network without."""
    doors = list(found)
    for one in doors:
        if one.is_open:
            fix = "certfile and keyfile (tailwatch pki init --host NAME), or 127.0.0.1 behind the port"
            yield Checkup(code, what, "fault", f"listens without TLS on {one.address}, port {one.port}", fix)
    if not any(one.is_open for one in doors):
        secured = [one.port for one in doors if one.has_tls]
        says = f"TLS on port {' and '.join(secured)}" if secured else "no TLS, and no door beyond this machine"
        yield Checkup(code, what, "good", says)


def system_broker(folder: Path) -> Iterator[Checkup]:
    """Find a Mosquitto of the machine that is open: without TLS, password or plug-in. No word where there is none."""
    files = [folder / "mosquitto.conf", *sorted((folder / "conf.d").glob("*.conf"))]
    text = "\n".join(file.read_text("utf-8", "replace") for file in files if file.is_file())
    if not text:
        return
    what, doors = "broker of the machine", listeners(text)
    yield from tls("system-broker", what, doors)
    if re.search(r"^allow_anonymous\s+true", text, re.MULTILINE):
        yield Checkup("system-broker", what, "fault", "lets everybody in", "allow_anonymous false")
    if doors and not re.search(rf"^plugin\s+\S*{tools.DYNAMIC_SECURITY}", text, re.MULTILINE):
        says = "has no dynamic security plug-in: it grants every subscription and client id"
        fix = 'plugin and plugin_opt_config_file, as in docs/operating/centre.md, "A broker of your own"'
        yield Checkup("system-broker", what, "warning", says, fix)


def listeners(text: str) -> list[Listener]:
    """Return the doors that a mosquitto.conf opens.

    Source: mosquitto.conf(5): a listener without an address listens on all of them.
    """
    found = []
    for part in re.split(r"^(?=listener\s)", text, flags=re.MULTILINE)[1:]:
        words = part.partition("\n")[0].split()
        address = words[2] if len(words) > 2 else "every address"
        found.append(Listener(words[1], address, re.search(r"^certfile\s", part, re.MULTILINE) is not None))
    return found


def _allowed(document: dict[str, object]) -> list[str]:
    access = document.get("defaultACLAccess")
    return [kind for kind in DENIED if not isinstance(access, dict) or access.get(kind, True)]


def _refusal(port: int, password: str) -> str:
    """What a running broker says against its administrator, "" when it takes its commands."""
    try:
        dynamic_security.send(port, password, [{"command": "getDefaultACLAccess"}], ANSWER_WITHIN_S)
    except UsersRefused as error:
        return str(error)
    except OSError as error:
        return f"does not answer its administrator: {error.strerror or error}"
    return ""
