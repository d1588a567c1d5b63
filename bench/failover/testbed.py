"""A database on three machines, as `cluster.toml` names them, with etcd and Patroni as `tailwatch up` starts them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.cluster.network import Network, network
from bench.failover.load import FILE
from bench.failover.machines import Machines
from ingest.database import connect
from ingest.migrate import migrate, migrations
from ingest.versions import facility
from runtime.database_line import reach
from tailings.facility import parse
from tailwatch.cluster.archive import ArchivedServer
from tailwatch.cluster.database import ClusterDatabase, Secrets, conninfo
from tailwatch.cluster.database_tables import make_all
from tailwatch.cluster.etcd import OF_AUTHORITY, Etcd, Keys
from tailwatch.cluster.file import BackupTable, ClusterFile, Machine, Role
from tailwatch.pki import Authority
from tailwatch.process import Process
from tailwatch.servers.database import ADMIN, INGEST, NAME

NAMES: Final = ("a", "b", "c")
UP_WITHIN_S: Final = 240.0
WHOLE_WITHIN_S: Final = 300.0
LOG_CHARACTERS: Final = 20_000


class FailoverTestbed:
    """Three machines with databases; `conninfo(role)` names all of them.

    With `backup` they hand their log over to this machine, whose own parts are `archive`.
    """

    def __init__(self, folder: Path, made: Network, backup: BackupTable | None) -> None:
        self.folder = folder
        self.machines = Machines(made)
        keeps: tuple[Role, ...] = () if backup is None else ("backup",)
        here = Machine("here", made.address, ("ingest", "api", *keeps))
        there = [Machine(name, address, ("database",)) for name, address in made.machines.items()]
        self.file = ClusterFile((*there, here), backup=backup)
        self.secrets = Secrets(folder / "shared")
        self.stores: dict[str, Etcd] = {}
        self.databases: dict[str, ClusterDatabase] = {}
        self.archived: dict[str, ArchivedServer] = {}
        self._doors: dict[str, Process] = {}
        self.keys: dict[str, Keys] = {}

    def begin(self) -> None:
        """Make what the machines need, and start them."""
        self._make_keys()
        self.secrets.make()
        for name in NAMES:
            self._make(name)
            self.start(name)

    def _make(self, name: str) -> None:
        machine = self.file.machine(name)
        folder = self.folder / name
        folder.mkdir(mode=0o711)
        self.stores[name] = Etcd(folder / "etcd", self.file, machine)
        self.databases[name] = ClusterDatabase(folder / "database", self.file, machine, self.secrets)
        if self.file.backup is not None:
            self.archived[name] = ArchivedServer(self.databases[name], self.secrets)

    def start(self, name: str) -> None:
        """Start what a machine runs and what has ended, as after it was switched on, and as `tailwatch up` does."""
        store, database = self.stores[name], self.databases[name]
        store.prepare(self.keys[name])
        database.prepare(self.keys[name], store)
        for server in (store, database):
            if _runs(server.process):
                continue
            with server.log_file.open("ab") as log, self.machines.inside(name):
                server.process = Process(server.command(), log)
        archived = self.archived.get(name)
        if archived is not None and not _runs(self._doors.get(name)):
            archived.prepare()
            with (database.folder / "archive.log").open("ab") as log, self.machines.inside(name):
                self._doors[name] = Process(archived.door.command(), log)

    def thaw(self, name: str) -> None:
        """Let a machine go on where it stood; what its watchdog timer has ended meanwhile is started."""
        self.machines.thaw(name)
        self.start(name)

    def lead(self, name: str) -> None:
        """Have the store of a machine lead all; only the one that leads gives that away."""
        store = self.stores[name]
        place = f"{store.machine.address}:{store.file.database.etcd_peer_port}"

        def is_given() -> bool:
            own = store.members().get(place)
            each = ([store.endpoints_of(machine)] for machine in self.file.of_role("database"))
            return own is not None and any(store.control(one, "move-leader", own).returncode == 0 for one in each)

        until(is_given, UP_WITHIN_S)

    def conninfo(self, role: str = INGEST, database: str = NAME) -> str:
        return conninfo(self.file, self.secrets, role, self.folder / "pki" / "ca.crt", database)

    def one_conninfo(self, name: str, role: str, database: str = NAME) -> str:
        """Return a connection string for one machine alone."""
        return make_conninfo(
            self.conninfo(role, database), host=self.file.machine(name).address, port=self.file.database.port
        )

    def fill(self) -> None:
        """Make roles, tables and the facility of the load."""
        until(lambda: self.primary() != "", UP_WITHIN_S)
        make_all(self.conninfo(ADMIN, "postgres"), self.secrets)
        with connect(self.conninfo("tailwatch_owner")) as owner:
            migrate(owner, migrations())
        with connect(self.conninfo()) as connection, connection.transaction():
            facility.register(connection, parse(FILE), FILE)

    def primary(self) -> str:
        """Return the machine that takes writes now, empty while there is none."""
        try:
            with psycopg.connect(reach(self.conninfo(ADMIN, "postgres"), "test")) as connection:
                row = connection.execute("SELECT host(inet_server_addr())").fetchone()
        except psycopg.Error:
            return ""
        return next(name for name in NAMES if row == (self.file.machine(name).address,))

    def is_whole(self) -> bool:
        """Say whether all three are there, and one of them is named the synchronous standby: nobody else is promoted.

        Right after the start PostgreSQL takes any follower for one (`*`) until Patroni has named it, up to ten seconds
        later; a primary that is killed before is waited for. A machine that was cut off is there when it follows: the
        primary lists another one twice while the connection from before is not given up.
        """
        said = [database.said() for database in self.databases.values()]
        primaries = [one for one in said if one.get("role") in ("primary", "master")]
        if len(primaries) != 1 or not all(one.get("state") in ("running", "streaming") for one in said):
            return False
        return len(following(primaries[0])) == len(NAMES) - 1 and any(one.get("sync_standby") for one in said)

    def mend(self) -> None:
        """End each fault that a broken-off round has left, and wait until all are there."""
        for name in NAMES:
            self.machines.connect(name)
            self.thaw(name)
        until(self.is_whole, WHOLE_WITHIN_S)

    def logs(self, most: int = LOG_CHARACTERS) -> str:
        """Return the end of each log."""
        servers = [*self.stores.values(), *self.databases.values()]
        return "\n".join(f"--- {one.log_file}\n{one.log_file.read_text()[-most:]}" for one in servers)

    def _make_keys(self) -> None:
        authority, now = Authority(self.folder / "pki"), datetime.now(UTC)
        authority.make("test", now)
        for machine in self.file.machines:
            name = machine.name
            certificate = authority.issue(OF_AUTHORITY.format(name), [machine.address], now)
            self.keys[name] = Keys(certificate, certificate.with_suffix(".key"), authority.certificate_file)


@contextmanager
def failover_testbed(folder: Path, backup: BackupTable | None = None) -> Iterator[FailoverTestbed]:
    """Three machines that have been started, for the block; only root may have them."""
    with network(NAMES) as made:
        testbed = FailoverTestbed(folder, made, backup)
        try:
            testbed.begin()
            yield testbed
        finally:
            testbed.machines.end()


def _runs(process: Process | None) -> bool:
    return process is not None and process.is_alive


def following(primary: Mapping[str, Any]) -> set[str]:
    """Return the machines that take what a primary writes, by what it says of itself at /patroni."""
    told = primary.get("replication", [])
    return {one["application_name"] for one in told if one.get("state") == "streaming"} & set(NAMES)


def until(is_true: Callable[[], bool], within_s: float, every_s: float = 0.25) -> float:
    """Ask again and again; return how long it took, raise AssertionError when the time is up."""
    began_s = time.monotonic()
    while not is_true():
        assert time.monotonic() - began_s < within_s, f"not within {within_s:.0f} s"
        time.sleep(every_s)
    return time.monotonic() - began_s
