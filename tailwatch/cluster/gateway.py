"""An edge agent of a cluster: its lines to the centre go to any of the brokers, that to its nodes stays where it is."""

import tomllib
from pathlib import Path
from typing import Final

from tailwatch import facility_file, toml
from tailwatch.cluster.file import ClusterFile
from tailwatch.cluster.shared import Shared
from tailwatch.provisioning import AGENT_SETTINGS, NotInFacility
from tailwatch.secrets import made_once, write_private
from wire import topics

AUTHORITY: Final = "cluster-ca.crt"
LINES: Final = {"uplink": "password-uplink", "history": "password-history"}
"""Keys of an agent's settings that lead to the centre, and the files of their passwords."""


def point(state: Path, file: ClusterFile, facility: Path, agent: str, folder: Path) -> Path:
    """Rewrite the settings of an agent in its folder; return their file. Raises NotInFacility, NotPrepared, OSError."""
    known, _ = facility_file.read(facility)
    if agent not in known.agents:
        raise NotInFacility(f"{known.id} has no agent {agent!r}; its file names {', '.join(known.agents)}")
    written = folder / AGENT_SETTINGS
    settings = tomllib.loads(written.read_text("utf-8"))
    first, *others = [one.address for one in file.of_role("broker")]
    uplink, _, history = topics.users_of_agent(known.id, agent)
    for (key, password), user in zip(LINES.items(), (uplink, history), strict=True):
        write_private(folder / password, made_once(state / "secrets" / "mqtt" / user) + "\n")
        settings[key] = {
            "host": first,
            "further_hosts": others,
            "port": file.broker.mqtt_port,
            "user": user,
            "password_file": password,
            "ca_file": AUTHORITY,
        }
    (folder / AUTHORITY).write_bytes(Shared(state).authority.read_bytes())
    written.write_text(toml.encode(settings), "utf-8")
    return written
