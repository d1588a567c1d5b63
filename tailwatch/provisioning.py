"""Provisioning: a node or an agent gets its identity, and the broker learns it.

The password is made here and written once, to the folder that goes to the device (mode 600). The broker's folder holds
its digest; on the machine of `tailwatch up` the state folder holds it too, from which the broker's file is made at each
start. The rights of the whole facility are made anew from its file.
"""

import json
import secrets
import ssl
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from edge_agent import configuration_hash, node_configuration
from tailings.facility import Facility
from tailwatch import toml
from tailwatch.ports import is_listening
from tailwatch.secrets import write_private
from tailwatch.servers import dynamic_security
from tailwatch.servers.dynamic_security import USER, USERS_FILE, Users
from tailwatch.system_users import give, user_when_root
from wire import topics
from wire.names import is_id

RANDOM_BYTES: Final = 24
OTHERS: Final = "_others"
"""Stands for network servers and loggers of other makers, where a node or an agent is named."""
OTHER: Final = "_other/"
"""Before the name of one of several such senders: each has a user, for a user has one connection."""
NODE_AUTHORITY: Final = "ca.der"
AGENT_SETTINGS: Final = "edge_agent.toml"
PASSWORD_FILES: Final = {"uplink": "password", "site_broker": "password-site", "history": "password-history"}
"""Keys of an agent's settings in the order of its users, and the file of each one's password."""


class NotInFacility(Exception):
    """The facility file names no such node or agent; the sentence names those that it has."""


class Endpoint(NamedTuple):
    """How a device reaches its broker; `authority` is the certificate to check it by."""

    host: str
    port: int
    authority: Path | None


def users_of(facility: Facility, name: str) -> tuple[str, ...]:
    """Return the MQTT users of a node, an agent (towards the centre, its nodes, with history), a sender of another
    maker (`_others`, `_other/NAME`) or ingest.

    Raises NotInFacility.
    """
    if name in facility.nodes:
        return (topics.user_of_node(facility.id, name),)
    if name in facility.agents:
        return topics.users_of_agent(facility.id, name)
    others = others_of(facility)
    if name == OTHERS and others:
        return (others,)
    if others and name.startswith(OTHER) and is_id(name.removeprefix(OTHER)):
        return (f"{facility.id}/{name}",)
    if name == topics.CENTRE_USER:
        return (name,)
    known = ", ".join([*facility.nodes, *facility.agents])
    raise NotInFacility(f"{facility.id} has no node or agent {name!r}; its file names {known}")


def users_to_revoke(broker_folder: Path, facility: Facility, name: str) -> tuple[str, ...]:
    """Return the users of a name; those that the broker still has, where the facility file names it no more.

    Raises NotInFacility when neither knows it.
    """
    try:
        return users_of(facility, name)
    except NotInFacility:
        known = set(Users.read(broker_folder / USERS_FILE))
        possible = (topics.user_of_node(facility.id, name), *topics.users_of_agent(facility.id, name))
        if found := tuple(user for user in possible if user in known):
            return found
        raise


def dropped(before: Facility, after: Facility) -> list[str]:
    """Return what a version names no more, as `users_to_revoke` takes it: nodes, agents, senders of other makers."""
    gone = [name for name in before.nodes if name not in after.nodes]
    gone += [name for name in before.agents if name not in after.agents]
    return gone + ([OTHERS] if others_of(before) and not others_of(after) else [])


def rights_of(facility: Facility, users: Iterable[str] = ()) -> list[topics.Rights]:
    """Return the rights of all nodes and agents of a facility, and of its senders of other makers.

    Those of them that have a name are the ones among `users`.
    """
    found = [topics.node_rights(facility.id, node) for node in facility.nodes]
    for name, agent in facility.agents.items():
        uplink, site, history = topics.agent_rights(facility.id, name, list(agent.nodes))
        found += [uplink, site._replace(reads=(*site.reads, *agent.listens)), history]
    others = others_of(facility)
    if others:
        named = sorted(user for user in users if user.startswith(f"{facility.id}/{OTHER}"))
        found += [topics.Rights(user, user, tuple(listened(facility)), (), ()) for user in (others, *named)]
    return found


def others_of(facility: Facility) -> str | None:
    """Return the MQTT user of the senders of other makers; None while no agent listens to any."""
    return f"{facility.id}/{OTHERS}" if listened(facility) else None


def listened(facility: Facility) -> list[str]:
    """Return the topics of other makers' senders, each once."""
    return list(dict.fromkeys(topic for agent in facility.agents.values() for topic in agent.listens))


def admit(broker_folder: Path, facility: Facility, name: str) -> tuple[dict[str, str], bool]:
    """Give the users of a node, an agent, a sender of another maker or ingest new passwords at the broker.

    The other users of the facility get the rights of its file, or go where it names them no more.

    Returns the passwords by user, in the order of the connections of an agent, and whether a running broker has taken
    all that (else it does at its next start). Raises NotInFacility, UsersRefused or OSError.
    """
    passwords = {user: secrets.token_urlsafe(RANDOM_BYTES) for user in users_of(facility, name)}

    def change(users: Users) -> None:
        of_facility = users.of_facility(facility.id)
        rights = {one.user: one for one in (topics.centre_rights(), *rights_of(facility, [*of_facility, *passwords]))}
        for user in of_facility:
            if user in rights:
                users.allow(rights[user])
            else:
                users.drop(user)
        for user, password in passwords.items():
            users.admit(rights[user], password)

    return passwords, _change_users(broker_folder, change)


def revoke(broker_folder: Path, users: Iterable[str]) -> bool:
    """Take users from the broker; sessions that they have end at once. Returns whether a running broker has done so.

    Raises UsersRefused or OSError.
    """

    def change(known: Users) -> None:
        for user in users:
            known.drop(user)

    return _change_users(broker_folder, change)


def _change_users(folder: Path, change: Callable[[Users], None]) -> bool:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give(folder, user_when_root(USER))
    file = folder / USERS_FILE
    is_running = file.exists() and is_listening(dynamic_security.port_of(folder))
    before = Users.read(file)
    after = before.copy()
    if not is_running:
        after.admit(dynamic_security.ADMIN, dynamic_security.admin_password(folder), before)
    change(after)
    dynamic_security.change(folder, before, after, is_running)
    return is_running


def write_node(folder: Path, facility: Facility, node: str, password: str, broker: Endpoint) -> Path:
    """Write what a node must know of itself and what it is to do at first: `node.json` (mode 600)."""
    identity: dict[str, Any] = {
        "facility": facility.id,
        "node": node,
        "host": broker.host,
        "port": broker.port,
        "user": topics.user_of_node(facility.id, node),
        "password": password,
        "configuration": (configuration := node_configuration(facility, node)),
        "configuration_hash": configuration_hash(configuration),
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if broker.authority is not None:
        # As DER: a board's TLS library may have been built without the means to read PEM.
        (folder / NODE_AUTHORITY).write_bytes(ssl.PEM_cert_to_DER_cert(broker.authority.read_text()))
        identity["ca_file"] = NODE_AUTHORITY
    file = folder / "node.json"
    write_private(file, json.dumps(identity, indent=1) + "\n")
    return file


def write_agent(
    folder: Path,
    facility: Facility,
    text: str,
    agent: str,
    passwords: Mapping[str, str],
    *,
    broker: Endpoint,
    state_dir: str = "state",
) -> Path:
    """Write the settings of an agent with its password files, facility file and authority; return the settings file.

    `passwords` are those of `admit`. `state_dir` is where its buffer will be: a path on the gateway, or one beside the
    settings.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "facility.toml").write_text(text)
    settings: dict[str, toml.Value] = {"facility_file": "facility.toml", "agent": agent, "state_dir": state_dir}
    users = topics.users_of_agent(facility.id, agent)
    for (key, file_name), user in zip(PASSWORD_FILES.items(), users, strict=True):
        write_private(folder / file_name, passwords[user] + "\n")
        access: dict[str, toml.Value] = {
            "host": broker.host,
            "port": broker.port,
            "user": user,
            "password_file": file_name,
        }
        if broker.authority is not None:
            access["ca_file"] = "ca.crt"
        settings[key] = access
    file = folder / AGENT_SETTINGS
    file.write_text(toml.encode(settings))
    _write_authority(folder, broker)
    return file


def write_password(folder: Path, password: str) -> Path:
    """Write the password (mode 600) of whoever needs nothing else of us; return its file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "password"
    write_private(file, password + "\n")
    return file


def _write_authority(folder: Path, broker: Endpoint) -> None:
    if broker.authority is not None:
        (folder / "ca.crt").write_bytes(broker.authority.read_bytes())
