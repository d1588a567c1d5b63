"""One database of a cluster: PostgreSQL under Patroni, which makes one the primary and the others its standbys.

Strictly synchronous: a commit is answered when a standby has it too, or not at all (Patroni manual, "Replication
modes"). All listen on the machine's own address, by TLS with the machine's certificate.
"""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from psycopg.conninfo import make_conninfo

from tailwatch import tools
from tailwatch.cluster.etcd import USER, Etcd, Keys
from tailwatch.cluster.file import ClusterFile, Machine
from tailwatch.process import Command
from tailwatch.secrets import made_once, write_private
from tailwatch.servers.database import ADMIN, INITDB_OPTIONS, NAME, ROLES, configuration
from tailwatch.servers.server import Server, require_reachable
from tailwatch.system_users import give, user_when_root

REPLICATION: Final = "tailwatch_replication"
REST: Final = "patroni"
SECRETS: Final = (ADMIN, *ROLES, REPLICATION, REST)
TTL_S, LOOP_S, RETRY_S = 20, 5, 5
"""A primary that is not heard of for TTL_S is replaced: the least that Patroni takes. LOOP_S + 2 RETRY_S fit in it."""
STOPS_WITHIN_S: Final = 10
"""A primary that has lost the others is killed where it does not end in order: it may wait for who does not answer."""
STOP_WITHIN_S: Final = 60.0
ANSWERS_WITHIN_S: Final = 2.0
MANAGED: Final = ("listen_addresses", "port", "unix_socket_directories", "fsync")
"""What Patroni is told elsewhere, or what no cluster chooses."""


class Secrets:
    """The passwords that all machines share, in the folder that they share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "database"

    def make(self) -> None:
        """Make those that are not there."""
        for name in SECRETS:
            made_once(self.folder / name)

    def of(self, name: str) -> str:
        """Return the password of a role; raises OSError where the folder was not copied here."""
        return (self.folder / name).read_text().strip()


def conninfo(file: ClusterFile, secrets: Secrets, role: str, authority: Path, database: str = NAME) -> str:
    """Return the connection string of a role, with all databases; `authority` is a file that its reader may read."""
    machines = file.of_role("database")
    return make_conninfo(
        "",
        host=",".join(one.address for one in machines),
        port=",".join(str(file.database.port) for _ in machines),
        sslmode="verify-full",
        sslrootcert=str(authority),
        user=role,
        password=secrets.of(role),
        dbname=database,
    )


class ClusterDatabase(Server):
    """The database of one machine, in `folder`."""

    def __init__(self, folder: Path, file: ClusterFile, machine: Machine, secrets: Secrets) -> None:
        super().__init__(folder, file.database.port)
        self.file, self.machine, self._secrets = file, machine, secrets
        self.user = user_when_root(USER)
        self.data = folder / "data"
        self.further: Mapping[str, str] = {}
        """Parameters beside those that every database of a cluster has."""

    def prepare(self, keys: Keys, store: Etcd) -> None:
        """Write what Patroni reads; what is stored stays."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_reachable(self.folder, self.user)
        give(self.folder, self.user)
        own = keys.copied(self.folder, self.user)
        file = self.folder / "patroni.json"
        write_private(file, json.dumps(self.configuration(own, store), indent=1))
        give(file, self.user)

    def configuration(self, keys: Keys, store: Etcd) -> dict[str, Any]:
        """Return Patroni's configuration (a YAML file may be JSON)."""
        address, table = self.machine.address, self.file.database
        tls = {"certfile": str(keys.certificate), "keyfile": str(keys.key), "cafile": str(keys.authority)}
        return {
            "scope": "tailwatch",
            "name": self.machine.name,
            "restapi": {
                "listen": f"{address}:{table.patroni_port}",
                "connect_address": f"{address}:{table.patroni_port}",
                "authentication": {"username": REST, "password": self._secrets.of(REST)},
                **tls,
            },
            "ctl": {
                "cacert": str(keys.authority),
                "authentication": {"username": REST, "password": self._secrets.of(REST)},
            },
            "etcd3": {
                "hosts": store.endpoints,
                "protocol": "https",
                "cacert": str(keys.authority),
                "cert": str(keys.certificate),
                "key": str(keys.key),
            },
            "bootstrap": {"dcs": self._shared(), "initdb": [*_initdb()]},
            "postgresql": self._postgresql(keys),
        }

    def _shared(self) -> dict[str, Any]:
        """What the first machine writes into the store for all."""
        return {
            "ttl": TTL_S,
            "loop_wait": LOOP_S,
            "retry_timeout": RETRY_S,
            "primary_start_timeout": TTL_S,
            "primary_stop_timeout": STOPS_WITHIN_S,
            "synchronous_mode": True,
            "synchronous_mode_strict": True,
            "postgresql": {
                "use_pg_rewind": True,
                "use_slots": True,
                "parameters": {"max_connections": 100, "wal_log_hints": "on", "max_wal_senders": 10},
            },
        }

    def _postgresql(self, keys: Keys) -> dict[str, Any]:
        address, authority = self.machine.address, str(keys.authority)
        own = {
            "ssl": "on",
            "ssl_cert_file": str(keys.certificate),
            "ssl_key_file": str(keys.key),
            "unix_socket_directories": "",
            "tcp_keepalives_idle": 5,
            "tcp_keepalives_interval": 2,
            "tcp_keepalives_count": 3,
            "tcp_user_timeout": 5000,
            "wal_sender_timeout": "10s",
            "wal_receiver_timeout": "10s",
        }

        def user(role: str, name: str) -> dict[str, str]:
            password = self._secrets.of(name)
            return {"username": role, "password": password, "sslmode": "verify-full", "sslrootcert": authority}

        return {
            "listen": f"{address}:{self.port}",
            "connect_address": f"{address}:{self.port}",
            "data_dir": str(self.data),
            "bin_dir": str(tools.POSTGRES_FOLDER),
            "pgpass": str(self.folder / "pgpass"),
            "authentication": {
                "superuser": user(ADMIN, ADMIN),
                "replication": user(REPLICATION, REPLICATION),
            },
            "parameters": {
                **{name: value for name, value in configuration().items() if name not in MANAGED},
                **own,
                **self.further,
            },
            "pg_hba": self._doors(),
            "create_replica_methods": ["basebackup"],
            "basebackup": [{"checkpoint": "fast"}],
        }

    def _doors(self) -> list[str]:
        """Who may come: the machines of the file, by TLS and password."""
        addresses = [f"{one.address}/32" for one in self.file.machines] + ["127.0.0.1/32"]
        return [
            f"hostssl {what} {who} {address} scram-sha-256"
            for what, who in (("all", "all"), ("replication", REPLICATION))
            for address in addresses
        ]

    def command(self) -> Command:
        return Command(
            f"database-{self.machine.name}",
            (tools.find("patroni"), str(self.folder / "patroni.json")),
            cwd=self.folder,
            env={"HOME": str(self.folder), "PYTHONPATH": "", "LANG": "C.UTF-8"},
            user=self.user,
            stop_within_s=STOP_WITHIN_S,
        )

    def is_ready(self) -> bool:
        """Say whether PostgreSQL answers here, as primary or standby."""
        return self.said().get("state") in ("running", "streaming")

    def said(self) -> Mapping[str, Any]:
        """Return what Patroni says of this database; empty when it does not answer."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        url = f"https://{self.machine.address}:{self.file.database.patroni_port}/patroni"
        try:
            with urllib.request.urlopen(url, timeout=ANSWERS_WITHIN_S, context=context) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            found = json.load(error)
        except (OSError, ValueError):
            return {}
        return found

    @property
    def is_primary(self) -> bool:
        """Say whether this is the primary, by its own word."""
        return self.said().get("role") in ("primary", "master")


def _initdb() -> list[str | dict[str, str]]:
    """Return the options of initdb in Patroni's form."""
    return [{name: value} if value else name for name, value in INITDB_OPTIONS.items()]
