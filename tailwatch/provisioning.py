"""Provisioning: a node or an agent gets its identity, and the broker learns it.

The password is made here and written once, to the folder that goes to the device (mode 600). The broker's folder holds
its hash; on the machine of `tailwatch up` the state folder holds it too, from which the broker's file is made at each
start. Access rules are written anew for the whole facility, from its file.
"""

import json
import os
import secrets
import signal
import ssl
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

from tailings.facility import Facility
from tailwatch import toml, tools
from tailwatch.secrets import write_private
from tailwatch.servers.broker import USER
from tailwatch.servers.server import give, user_when_root
from wire import topics

RANDOM_BYTES: Final = 24
HASHED_WITHIN_S: Final = 30
OTHERS: Final = "_others"
"""Stands for network servers and loggers of other makers, where a node or an agent is named."""
NODE_AUTHORITY: Final = "ca.der"


class NotInFacility(Exception):
    """The facility file names no such node or agent; the sentence names those that it has."""


class Endpoint(NamedTuple):
    """How a device reaches its broker; `authority` is the certificate to check it by."""

    host: str
    port: int
    authority: Path | None


def user_of(facility: Facility, name: str) -> str:
    """Return the MQTT user of a node or agent; raise NotInFacility."""
    if name in facility.nodes:
        return topics.user_of_node(facility.id, name)
    if name in facility.agents:
        return topics.user_of_agent(facility.id, name)
    others = others_of(facility)
    if name == OTHERS and others:
        return others
    known = ", ".join([*facility.nodes, *facility.agents])
    raise NotInFacility(f"{facility.id} has no node or agent {name!r}; its file names {known}")


def acl_of(facility: Facility) -> list[str]:
    """Return the access rules of all nodes and agents of a facility."""
    lines = [line for node in facility.nodes for line in topics.node_acl(facility.id, node)]
    for name, agent in facility.agents.items():
        lines += topics.agent_acl(facility.id, name, list(agent.nodes))
        lines += [f"topic read {topic}" for topic in agent.listens]
    others = others_of(facility)
    if others:
        lines += [f"user {others}", *(f"topic write {topic}" for topic in listened(facility))]
    return lines


def others_of(facility: Facility) -> str | None:
    """Return the MQTT user of the senders of other makers; None while no agent listens to any."""
    return f"{facility.id}/{OTHERS}" if listened(facility) else None


def listened(facility: Facility) -> list[str]:
    """Return the topics of other makers' senders, each once."""
    return list(dict.fromkeys(topic for agent in facility.agents.values() for topic in agent.listens))


def merged_acl(present: list[str], facility: Facility) -> list[str]:
    """Return access rules in which those of this facility are replaced; rules of others stay."""
    kept, is_kept = [], True
    for line in present:
        if line.startswith("user "):
            is_kept = not line.removeprefix("user ").startswith(f"{facility.id}/")
        if is_kept and line.strip():
            kept.append(line)
    return kept + acl_of(facility)


def admit(broker_folder: Path, facility: Facility, user: str) -> str:
    """Give a user a new password at the broker, with the rules of its facility; return the password."""
    password = secrets.token_urlsafe(RANDOM_BYTES)
    broker_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwd, acl = broker_folder / "passwd", broker_folder / "acl"
    known = [line for line in _lines(passwd) if not line.startswith(f"{user}:")]
    _replace(passwd, [*known, _hashed(broker_folder, user, password)])
    _replace(acl, merged_acl(_lines(acl), facility))
    return password


def reload(broker_folder: Path) -> bool:
    """Tell the Mosquitto that works in this folder to read users and rules again; False when none does."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = (process / "comm").read_text().strip() == "mosquitto"
            if is_ours and (process / "cwd").resolve() == broker_folder.resolve():
                os.kill(int(process.name), signal.SIGHUP)
                return True
        except OSError:
            continue
    return False


def write_node(folder: Path, facility: Facility, node: str, password: str, broker: Endpoint) -> Path:
    """Write what a node must know of itself: `identity.json` (mode 600), to be merged into its node.json."""
    identity: dict[str, str | int] = {
        "facility": facility.id,
        "node": node,
        "host": broker.host,
        "port": broker.port,
        "user": topics.user_of_node(facility.id, node),
        "password": password,
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if broker.authority is not None:
        # As DER: a board's TLS library may have been built without the means to read PEM.
        (folder / NODE_AUTHORITY).write_bytes(ssl.PEM_cert_to_DER_cert(broker.authority.read_text()))
        identity["ca_file"] = NODE_AUTHORITY
    file = folder / "identity.json"
    write_private(file, json.dumps(identity, indent=1) + "\n")
    return file


def write_agent(
    folder: Path, facility: Facility, text: str, agent: str, password: str, broker: Endpoint, state_dir: str = "state"
) -> Path:
    """Write the settings of an agent with its password file, facility file and authority; return the settings file.

    `state_dir` is where its buffer will be: a path on the gateway, or one beside the settings.
    """
    write_password(folder, password)
    (folder / "facility.toml").write_text(text)
    access: dict[str, toml.Value] = {
        "host": broker.host,
        "port": broker.port,
        "user": topics.user_of_agent(facility.id, agent),
        "password_file": "password",
    }
    if broker.authority is not None:
        access["ca_file"] = "ca.crt"
    settings: dict[str, toml.Value] = {
        "facility_file": "facility.toml",
        "agent": agent,
        "state_dir": state_dir,
        "site_broker": access,
        "uplink": access,
    }
    file = folder / "edge_agent.toml"
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


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _replace(file: Path, lines: list[str]) -> None:
    write_private(file, "\n".join(lines) + "\n")
    give(file, user_when_root(USER))


def _hashed(folder: Path, user: str, password: str) -> str:
    """Return the line of a password file as Mosquitto's own program makes it."""
    draft = folder / "passwd.draft"
    write_private(draft, f"{user}:{password}\n")
    try:
        words = [tools.find("mosquitto_passwd"), "-U", str(draft)]
        subprocess.run(words, check=True, capture_output=True, timeout=HASHED_WITHIN_S)
        return draft.read_text().strip()
    finally:
        draft.unlink(missing_ok=True)
