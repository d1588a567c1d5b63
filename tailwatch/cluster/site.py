"""What of a cluster runs on this machine: the parts of every machine of the file whose address is one of ours."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ingest.database import ENDED
from runtime.settings import BadSettings
from tailings.facility import Facility
from tailwatch import log_archive, own_settings, toml
from tailwatch.cluster import database_parts
from tailwatch.cluster.archive import ArchiveMachine
from tailwatch.cluster.database import Secrets
from tailwatch.cluster.database_parts import DatabaseParts
from tailwatch.cluster.etcd import Keys
from tailwatch.cluster.file import ClusterFile, Machine, NoSuchMachine
from tailwatch.cluster.rabbitmq import Peer, RabbitMQ, name_server
from tailwatch.cluster.shared import Shared
from tailwatch.ports import is_listening
from tailwatch.site import BROKER_STAGE, CENTRE_STAGE, DATABASE_STAGE, Access, Site, program_command
from tailwatch.state import StateFolder
from tailwatch.supervise import SitePart

ELSEWHERE: Final = "backup: several databases have this table in the file of the cluster; move it there"
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "broker": ("rabbitmq-server", "epmd"),
    "database": database_parts.NEEDS,
    "backup": ("pgbackrest", "postgres"),
}
"""System programs that a role needs beside `setpriv`."""


class ClusterSite(Site):
    """The machines of a cluster that are this one: one, or in a trial with addresses of loopback all of them."""

    def __init__(
        self, state: StateFolder, facilities: Mapping[Path, Facility], file: ClusterFile, api_port: int | None = None
    ) -> None:
        super().__init__(state, facilities, api_port)
        several = len(file.of_role("database")) > 1
        if several and self.backup is not None:
            raise BadSettings(state.folder / own_settings.NAME, ELSEWHERE)
        self.file, self.here = file, here(file)
        self.shared = Shared(state.folder)
        self.brokers = [self._broker(one) for one in self.here if "broker" in one.roles]
        self.databases = DatabaseParts(state, file, self.here, self.shared.folder) if several else None
        self.archives = [self._archive(one) for one in self.here if file.backup is not None and "backup" in one.roles]

    def _broker(self, machine: Machine) -> RabbitMQ:
        peers = [Peer(one.address) for one in self.file.of_role("broker")]
        return RabbitMQ(self.state.subfolder(f"rabbitmq-{machine.name}"), machine, peers, self.file.broker)

    def _archive(self, machine: Machine) -> ArchiveMachine:
        own = self.state.subfolder(f"log-archive-{machine.name}")
        return ArchiveMachine(own, self.file, machine, Secrets(self.shared.folder))

    def runs(self, role: str) -> bool:
        """Say whether a role is one of this machine."""
        return any(role in one.roles for one in self.here)

    @property
    def summary(self) -> str:
        roles = dict.fromkeys(role for one in self.here for role in one.roles)
        pages = f", {self.api_url}" if self.runs("api") else ""
        return f"{', '.join(one.name for one in self.here)} ({', '.join(roles)}){pages}"

    def access(self, user: str, program: str | None = None) -> Access:
        """How ingest reaches the brokers: those of other machines serve it as well."""
        first, *others = [one.address for one in self.file.of_role("broker")]
        return Access(
            host=first,
            port=self.file.broker.mqtt_port,
            user=user,
            password_file=self.state.write(f"{user.strip('_')}.password", self.shared.password, program),
            ca_file=self.state.write("cluster-ca.crt", self.shared.authority.read_text(), program),
            further_hosts=tuple(others),
        )

    def prepare(self) -> None:
        """Write what the servers of this machine read. Raises NotPrepared."""
        for broker in self.brokers:
            broker.prepare(self.shared.credentials(broker.machine))
        if self.databases is not None:
            self.databases.prepare(self._keys)
        elif self.runs("database"):
            self.prepare_database()
        for archive in self.archives:
            url_file = self.state.write("backup.conninfo", archive.conninfo(self._authority_file(None)))
            values = archive.prepare(self._keys(archive.machine), self.state.folder, url_file)
            archive.open(self.state.write(log_archive.FILE, toml.encode(values)))

    def parts(self) -> list[SitePart]:
        """Return the parts of this machine in the order of their start."""
        return [*self._databases(), *self._archive_parts(), *self._broker_parts(), *self._workers(), *self._pages()]

    def _archive_parts(self) -> Iterator[SitePart]:
        """Where the log of several databases goes: a server, but for that of a database here, and who keeps it."""
        for archive in self.archives:
            if "database" not in archive.machine.roles:
                yield SitePart(archive.door.command(), DATABASE_STAGE)
            settings = str(log_archive.file_below(self.state.folder))
            yield SitePart(program_command("backup", "tailwatch.log_archive", settings), CENTRE_STAGE)

    def _databases(self) -> Iterator[SitePart]:
        if not self.runs("database"):
            return
        if self.databases is not None:
            yield from self.databases.servers(DATABASE_STAGE)
            superuser = self.databases.superuser_file(self._authority_file(None))
            words = [str(one) for one in (superuser, self.shared.folder, self._migration_settings())]
            words += [] if self.file.backup is None else ["--archived"]
            tables = program_command("database-tables", "tailwatch.cluster.database_tables", *words)
            yield SitePart(tables, CENTRE_STAGE, ends_for_good=(ENDED,))
        else:
            yield SitePart(
                self.database.command(),
                DATABASE_STAGE,
                self.database.is_ready,
                is_needed=True,
                prepare=self._fill_database,
            )
            yield from self.backups()

    def _keys(self, machine: Machine) -> Keys:
        shared = self.shared.credentials(machine)
        return Keys(shared.certificate, shared.key, shared.authority)

    def _authority_file(self, user: str | None) -> Path:
        return self.state.write(f"database-ca-{user or 'own'}.crt", self.shared.authority.read_text(), user)

    def _database_url_file(self, role: str, user: str | None) -> str:
        """With several databases all of them, of which one takes writes: those of other machines serve as well."""
        if self.databases is None:
            return super()._database_url_file(role, user)
        text = self.databases.conninfo(role, self._authority_file(user))
        return str(self.state.write(f"{role}.conninfo", text, user))

    def _broker_parts(self) -> Iterator[SitePart]:
        if not self.brokers:
            return
        port, addresses = self.file.broker.epmd_port, [one.machine.address for one in self.brokers]
        yield SitePart(
            name_server(addresses, port), DATABASE_STAGE, lambda: is_listening(port, addresses[0]), is_needed=True
        )
        # None waits for another: the first of a cluster that was away as a whole needs a second one to begin with.
        for broker in self.brokers:
            yield SitePart(broker.command(), BROKER_STAGE)

    def _workers(self) -> Iterator[SitePart]:
        for machine in self.here:
            if "ingest" in machine.roles:
                for number in range(self.file.ingest.workers):
                    yield self.ingest(f"ingest-{machine.name}-{number + 1}")

    def _pages(self) -> Iterator[SitePart]:
        if self.runs("api"):
            yield self.api()
            yield self.sight()

    def _api_settings(self, user: str | None) -> dict[str, toml.Value]:
        lag_s = self.file.database.max_standby_lag_s
        return ({} if lag_s is None else {"max_standby_lag_s": lag_s}) | super()._api_settings(user)

    def _ingest_settings(self, client_id: str) -> dict[str, toml.Value]:
        names = [
            f"ingest-{machine.name}-{number + 1}"
            for machine in self.file.of_role("ingest")
            for number in range(self.file.ingest.workers)
        ]
        queues: dict[str, toml.Value] = {"port": self.file.broker.amqp_port, "count": self.file.broker.queues}
        if client_id in names:
            queues |= {"worker": names.index(client_id), "workers": len(names)}
        return super()._ingest_settings(client_id) | {"queues": queues}


def here(file: ClusterFile) -> tuple[Machine, ...]:
    """Return the machines of the file that are this one; raise NoSuchMachine."""
    found = tuple(one for one in file.machines if _is_own(one.address))
    if not found:
        known = ", ".join(f"{one.name} at {one.address}" for one in file.machines)
        raise NoSuchMachine(f"none of the machines of the file is this one: it has no address of {known}")
    return found


def needed(file: ClusterFile) -> tuple[str, ...]:
    """Return the system programs that the roles of this machine need."""
    roles = dict.fromkeys(role for one in here(file) for role in one.roles)
    archived = ("pgbackrest",) if file.backup is not None and "database" in roles else ()
    return ("setpriv", *dict.fromkeys((*archived, *(program for role in roles for program in NEEDS.get(role, ())))))


def _is_own(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
