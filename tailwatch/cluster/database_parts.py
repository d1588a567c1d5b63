"""What the databases of this machine add to what a cluster runs here: etcd, and PostgreSQL under Patroni."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tailwatch.cluster.archive import ArchivedServer
from tailwatch.cluster.database import ClusterDatabase, Secrets, conninfo
from tailwatch.cluster.etcd import Etcd, Keys
from tailwatch.cluster.file import ClusterFile, Machine, NoSuchMachine
from tailwatch.servers.database import ADMIN
from tailwatch.state import StateFolder
from tailwatch.supervise import SitePart

NEEDS: Final = ("patroni", "etcd", "etcdctl", "postgres", "initdb")
"""System programs of the role `database`."""
PASSED: Final = 0o711


class DatabaseParts:
    """The databases of those machines of the file that are this one."""

    def __init__(self, state: StateFolder, file: ClusterFile, here: Sequence[Machine], shared: Path) -> None:
        """`shared` is the folder that all machines share; its passwords of the database are made by `Secrets.make`."""
        self._state, self._file = state, file
        self.secrets = Secrets(shared)
        machines = [one for one in here if "database" in one.roles]
        for one in machines:
            state.subfolder(f"database-{one.name}", PASSED)
        self.stores = [Etcd(_store_folder(state.folder, one), file, one) for one in machines]
        self.databases = [
            ClusterDatabase(state.folder / f"database-{one.name}" / "database", file, one, self.secrets)
            for one in machines
        ]
        archived = [] if file.backup is None else self.databases
        self.archived = [ArchivedServer(one, self.secrets) for one in archived]

    def conninfo(self, role: str, authority: Path, database: str | None = None) -> str:
        """Return the connection string of a role, with all databases; `authority` is a file its reader may read."""
        return conninfo(self._file, self.secrets, role, authority, *([] if database is None else [database]))

    def prepare(self, keys: Callable[[Machine], Keys]) -> None:
        """Write what the servers read; `keys` gives certificate and key of a machine."""
        for store, database in zip(self.stores, self.databases, strict=True):
            store.prepare(keys(store.machine))
            database.prepare(keys(store.machine), store)
        for archived in self.archived:
            archived.prepare()

    def servers(self, stage: int) -> Iterator[SitePart]:
        """Return the servers; none waits for another, for it takes the larger part of all machines until one works.

        The stores end last: a primary that ends in order says so there, and a standby follows at once.
        """
        for store in self.stores:
            yield SitePart(store.command(), stage - 1)
        for database in self.databases:
            yield SitePart(database.command(), stage)
        for archived in self.archived:
            yield SitePart(archived.door.command(), stage)

    def superuser_file(self, authority: Path) -> Path:
        """Write the connection string by which roles and database are made."""
        return self._state.write("postgres.conninfo", self.conninfo(ADMIN, authority, "postgres"))


def forget(state: Path, file: ClusterFile, here: Sequence[Machine], name: str) -> bool:
    """Have the stores take a dead machine out and let an empty one of its name in; say whether it had one.

    Raises NoSuchMachine where this machine has none to ask, StoreRefuses where the stores do not do it.
    """
    gone = file.machine(name)
    if "database" not in gone.roles or len(file.of_role("database")) == 1:
        return False
    own = next((one for one in here if "database" in one.roles and one != gone), None)
    if own is None:
        raise NoSuchMachine("this machine runs no database; ask on one that does")
    Etcd(_store_folder(state, own), file, own).replace(gone)
    return True


def _store_folder(state: Path, machine: Machine) -> Path:
    return state / f"database-{machine.name}" / "etcd"
