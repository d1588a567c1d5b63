"""The system programs Tailwatch starts, and the apt command that brings a missing one."""

import shutil
from pathlib import Path
from typing import Final

POSTGRES_FOLDER: Final = Path("/usr/lib/postgresql/17/bin")
"""Debian keeps each major version apart; a wrapper on the PATH may belong to another version."""

PACKAGE_OF: Final = {
    "postgres": "postgresql-17",
    "initdb": "postgresql-17",
    "pg_dump": "postgresql-client-17",
    "pg_restore": "postgresql-client-17",
    "mosquitto": "mosquitto",
    "mosquitto_dynamic_security.so": "mosquitto",
    "pgbackrest": "pgbackrest",
    "patroni": "patroni",
    "etcd": "etcd-server",
    "etcdctl": "etcd-client",
    "rabbitmq-server": "rabbitmq-server",
    "rabbitmqctl": "rabbitmq-server",
    "epmd": "erlang-base",
    "micropython": "micropython",
    "setpriv": "util-linux",
    "useradd": "passwd",
    "systemctl": "systemd",
}
RABBITMQ_FOLDER: Final = Path("/usr/lib/rabbitmq/bin")
"""What Debian puts on the PATH runs in the folders of the system's own broker."""
DYNAMIC_SECURITY: Final = "mosquitto_dynamic_security.so"
LIBRARIES: Final = (Path("/usr/lib"), Path("/usr/local/lib"))
"""Mosquitto's plug-ins lie there, or in the folder of the machine's architecture below."""
SBIN: Final = "/usr/local/sbin:/usr/sbin:/sbin"
"""Mosquitto is installed there, and the PATH of an ordinary user leaves it out."""


class ToolMissing(Exception):
    """A system program is not installed; the operator must install it."""

    def __init__(self, tool: str, package: str) -> None:
        super().__init__(f"{tool} is not installed. Bring it with: sudo apt install {package}")
        self.tool = tool
        self.package = package


def find(tool: str) -> str:
    """Return the full path of a system program; raise ToolMissing with the apt command if it is absent."""
    package = PACKAGE_OF[tool]
    if package.startswith("postgresql"):
        found = shutil.which(tool, path=str(POSTGRES_FOLDER))
    elif package == "rabbitmq-server":
        found = shutil.which(tool, path=str(RABBITMQ_FOLDER))
    elif tool.endswith(".so"):
        found = next((str(file) for top in LIBRARIES for file in (*top.glob(tool), *top.glob(f"*/{tool}"))), None)
    else:
        found = shutil.which(tool) or shutil.which(tool, path=SBIN)
    if found is None:
        raise ToolMissing(tool, package)
    return found


def missing(tools: tuple[str, ...]) -> list[ToolMissing]:
    """Return one ToolMissing for each tool that is absent, so that all can be told at once."""
    absent = []
    for tool in tools:
        try:
            find(tool)
        except ToolMissing as error:
            absent.append(error)
    return absent
