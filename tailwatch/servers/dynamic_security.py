"""Users and rights as Mosquitto's dynamic security plug-in takes them: its file, and what changes a broker that runs.

The plug-in reads the file once, when the broker starts, and writes it anew after each change. A broker that runs is
therefore changed by commands alone, which end the sessions of a user whose password, rights or existence changed.
"""

import base64
import hashlib
import json
import queue
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from codec import json_document
from tailwatch.ports import LOOPBACK
from tailwatch.secrets import made_once, write_private
from tailwatch.system_users import give, user_when_root
from wire import BadPack
from wire.topics import Rights

ADMIN: Final = Rights("_admin", None, ("$CONTROL/dynamic-security/v1",), ("$CONTROL/dynamic-security/v1/response",), ())
"""Changes users while the broker runs; its password never leaves the machine."""
ITERATIONS: Final = 101
"""As Mosquitto's own programs take. The passwords are 192 random bits, which no number of iterations makes harder to
guess; the broker computes them again, in its one thread, for each device that connects."""
SALT_BYTES: Final = 12
"""The plug-in takes no other length (dynamic-security/clients.c)."""
USER: Final = "mosquitto"
"""The system user that the broker is."""
USERS_FILE: Final = "users.json"
USUAL_PORT: Final = 1883
WITHIN_S: Final = 30.0
MAX_COMMAND_BYTES: Final = 2_000_000
"""Of one message of commands, below the broker's limit of a packet."""

Json = dict[str, Any]


class UsersRefused(Exception):
    """The broker cannot have these users, or does not take them while it runs; the sentence says why."""


class Users:
    """Users with the digests of their passwords, and their rights: what the plug-in's file holds."""

    def __init__(self, clients: Mapping[str, Json] | None = None, roles: Mapping[str, Json] | None = None) -> None:
        self._clients, self._roles = dict(clients or {}), dict(roles or {})
        self._user_of = {one["clientid"]: user for user, one in self._clients.items() if "clientid" in one}
        self._passwords: dict[str, str] = {}

    @classmethod
    def read(cls, file: Path) -> "Users":
        """Read what the plug-in or we wrote; nobody where there is no such file."""
        if not file.exists():
            return cls()
        found = json.loads(file.read_text())
        clients = {one["username"]: one for one in found.get("clients", [])}
        return cls(clients, {one["rolename"]: one for one in found.get("roles", [])})

    def __iter__(self) -> Iterator[str]:
        return iter(self._clients)

    def copy(self) -> "Users":
        """Return others that can be changed apart from these."""
        return Users(self._clients, self._roles)

    def admit(self, rights: Rights, password: str, before: "Users | None" = None) -> None:
        """Let a user in with this password; the digest is that of `before` where the password was the same there.

        Raises UsersRefused when another user has its client id.
        """
        other = self._user_of.setdefault(rights.client_id, rights.user) if rights.client_id else rights.user
        if other != rights.user:
            raise UsersRefused(
                f"{other} and {rights.user} would have one client id, {rights.client_id!r}; give one agent another id"
            )
        known = before._clients.get(rights.user) if before else None
        digest = _digest_of(known) if known and _is_password(known, password) else _digest(password)
        bound = {} if rights.client_id is None else {"clientid": rights.client_id}
        self._clients[rights.user] = {
            "username": rights.user,
            **bound,
            "roles": [{"rolename": rights.user}],
            **digest,
        }
        self._passwords[rights.user] = password
        self.allow(rights)

    def allow(self, rights: Rights) -> None:
        """Give a user exactly these rights."""
        self._roles[rights.user] = {"rolename": rights.user, "acls": list(_rules(rights))}

    def of_facility(self, facility: str) -> list[str]:
        """Return the users of a facility's nodes, agents and others."""
        return [user for user in self._clients if user.startswith(facility + "/")]

    def drop(self, user: str) -> None:
        """Take a user and its rights away."""
        gone = self._clients.pop(user, {})
        self._user_of.pop(gone.get("clientid"), None)
        self._roles.pop(user, None)

    def text(self) -> str:
        """Return the plug-in's file. What no rule allows is denied; to unsubscribe is free."""
        kinds = ("publishClientSend", "publishClientReceive", "subscribe")
        found = {
            "defaultACLAccess": dict.fromkeys(kinds, False) | {"unsubscribe": True},
            "clients": list(self._clients.values()),
            "roles": list(self._roles.values()),
        }
        return json.dumps(found, separators=(",", ":"))

    def changes_to(self, after: "Users") -> Iterator[Json]:
        """Yield the commands that make these users `after`, whose new passwords were told to `admit`."""
        for user in self._clients.keys() - after._clients.keys():
            yield {"command": "deleteClient", "username": user}
        for user in self._roles.keys() - after._roles.keys():
            yield {"command": "deleteRole", "rolename": user}
        for user, role in after._roles.items():
            before = self._roles.get(user)
            if before is None or _allowed(before) != _allowed(role):
                yield {"command": "modifyRole" if before else "createRole", **role}
                if before and user in self._clients and _is_same(self._clients[user], after._clients.get(user)):
                    # This alone ends the session, whose subscriptions were looked at under the former rights.
                    yield {"command": "modifyClient", "username": user}
        for user, client in after._clients.items():
            known = self._clients.get(user)
            if not _is_same(known, client):
                password = {"password": after._passwords[user]}
                yield _client("modifyClient" if known else "createClient", client) | password


def change(folder: Path, before: Users, after: Users, is_running: bool) -> None:
    """Make the users of the broker in `folder` others: by commands while it runs, else in its file.

    Raises UsersRefused, or OSError.
    """
    if is_running:
        send(port_of(folder), admin_password(folder), before.changes_to(after))
        return
    write_private(folder / USERS_FILE, after.text())
    give(folder / USERS_FILE, user_when_root(USER))


def admin_password(folder: Path) -> str:
    """Return the password of ADMIN at the broker in `folder`, made at the first call."""
    return made_once(folder / "admin")


def port_of(folder: Path) -> int:
    """Return where the broker of a folder listens on this machine: as its mosquitto.conf says, else the usual port."""
    file = folder / "mosquitto.conf"
    found = re.search(r"^listener (\d+) 127\.0\.0\.1$", file.read_text(), re.MULTILINE) if file.exists() else None
    return int(found[1]) if found else USUAL_PORT


def send(port: int, password: str, commands: Iterable[Json], within_s: float = WITHIN_S) -> None:
    """Have the broker that listens on this port of the machine carry out commands, as ADMIN.

    Raises OSError where nobody listens, and UsersRefused with the plug-in's own word.
    """
    answers: queue.Queue[str] = queue.Queue()
    own = secrets.token_hex(SALT_BYTES)
    groups = list(_grouped({**one, "correlationData": own} for one in commands))

    def hear(_client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if (refusals := read_answer(bytes(message.payload), own)) is not None:
            answers.put(refusals[0] if refusals else "")

    def subscribe(client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _properties: object) -> None:
        if reason.is_failure:
            answers.put(f"it refuses {ADMIN.user}: {reason}")
        else:
            client.subscribe(ADMIN.reads[0], 1)

    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(ADMIN.user, password)
    client.on_connect = subscribe
    client.on_subscribe = lambda *_: answers.put("")
    client.on_message = hear
    client.connect(LOOPBACK, port)
    client.loop_start()
    try:
        _require(_next(answers, within_s))
        for group in groups:
            client.publish(ADMIN.writes[0], f'{{"commands":[{",".join(group)}]}}', 1)
            _require(_next(answers, within_s))
    finally:
        client.disconnect()
        client.loop_stop()


def read_answer(payload: bytes, own: str) -> list[str] | None:
    """Return what the plug-in refuses of the commands with this correlation data; None: the answer is not to them.

    It answers all administrators at once, and another provisioning may go on.
    """
    try:
        answer = json_document.decode(payload, _Answer, MAX_COMMAND_BYTES)
    except BadPack:  # no answer of the plug-in's; without one the wait ends with a sentence
        return None
    if all(one.correlation != own for one in answer.responses):
        return None
    return [one.error for one in answer.responses if one.error]


class _Response(msgspec.Struct, frozen=True):
    correlation: str = msgspec.field(default="", name="correlationData")
    error: str = ""


class _Answer(msgspec.Struct, frozen=True):
    responses: tuple[_Response, ...]


def _next(answers: "queue.Queue[str]", within_s: float) -> str:
    try:
        return answers.get(timeout=within_s)
    except queue.Empty:
        raise UsersRefused(
            f"the broker does not answer its administrator within {within_s:.0f} s; stop it, and call this again"
        ) from None


def _require(refusal: str) -> None:
    if refusal:
        raise UsersRefused(f"the broker does not take the change: {refusal}; stop it, and call this again")


def _grouped(commands: Iterable[Json]) -> Iterator[list[str]]:
    """Commands in messages that the broker takes, which it answers once each. Raises UsersRefused for one too long."""
    group: list[str] = []
    size = 0
    for command in commands:
        text = json.dumps(command, separators=(",", ":"))
        if len(text) > MAX_COMMAND_BYTES:
            user = command.get("rolename", command.get("username"))
            raise UsersRefused(
                f"the rights of {user} are too many for a broker that runs; stop it, and call this again"
            )
        if group and size + len(text) > MAX_COMMAND_BYTES:
            yield group
            group, size = [], 0
        group.append(text)
        size += len(text) + 1
    if group:
        yield group


def _rules(rights: Rights) -> Iterator[Json]:
    """Yield rules with growing priorities.

    The plug-in puts each before those of a lower priority, and walks through all that it has for an equal one: it reads
    an agent of 10,000 nodes in 0.6 s instead of 13 s.
    """
    kinds = (
        ("publishClientSend", rights.writes),
        ("publishClientReceive", rights.reads),
        ("subscribePattern", rights.reads),
        ("subscribeLiteral", rights.shares),
    )
    for kind, topics in kinds:
        for priority, topic in enumerate(topics):
            yield {"acltype": kind, "topic": topic, "priority": priority, "allow": True}


def _allowed(role: Json) -> set[tuple[str, str]]:
    return {(one["acltype"], one["topic"]) for one in role["acls"] if one["allow"]}


def _client(command: str, client: Json) -> Json:
    return {
        "command": command,
        "username": client["username"],
        "clientid": client.get("clientid", ""),
        "roles": client["roles"],
    }


def _is_same(before: Json | None, after: Json | None) -> bool:
    if before is None or after is None:
        return False
    same = ("clientid", "password", "salt")
    return all(before.get(key) == after.get(key) for key in same) and _roles(before) == _roles(after)


def _roles(client: Json) -> list[str]:
    return [one["rolename"] for one in client.get("roles", [])]


def _digest(password: str) -> Json:
    salt = secrets.token_bytes(SALT_BYTES)
    return {
        "password": base64.b64encode(_derived(password, salt, ITERATIONS)).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
    }


def _digest_of(client: Json) -> Json:
    return {key: client[key] for key in ("password", "salt", "iterations")}


def _is_password(client: Json, password: str) -> bool:
    derived = _derived(password, base64.b64decode(client["salt"]), client["iterations"])
    return secrets.compare_digest(base64.b64encode(derived).decode(), client["password"])


def _derived(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
