"""`cluster.toml`: the machines of one installation and what each of them runs, checked as a whole before it starts."""

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from api.settings import StandbyLag
from runtime.settings import Port, read_file
from tailwatch.log_archive import BackupSettings
from toml_file.problems import Report
from wire.names import is_id

Role = Literal["broker", "database", "ingest", "api", "backup"]
LEAST_OF_A_MAJORITY: Final = 3
Positive = Annotated[int, msgspec.Meta(ge=1)]


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One machine: its name, the IPv4 address at which the others reach it, and what it runs."""

    name: str
    address: str
    roles: Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)]


class BrokerTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The brokers: ports, the same on each machine, and the queues from which the ingest workers take batches.

    The number of queues is decided once: another one moves agents between queues while batches of them wait.
    """

    mqtt_port: Port = 8883
    amqp_port: Port = 5671
    distribution_port: Port = 25672
    """Between the brokers, by TLS."""
    epmd_port: Port = 4369
    """Of Erlang's name server, at which the brokers find each other."""
    queues: Annotated[int, msgspec.Meta(ge=1, le=64)] = 8
    max_queue_mb: Positive = 256
    """What waits in one queue at most, on each machine; what is over that is refused, and stays with its agent."""


class IngestTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many ingest workers each machine with that role runs."""

    workers: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1


class DatabaseTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The databases: ports, the same on each machine."""

    port: Port = 5432
    patroni_port: Port = 8008
    """At which the databases tell each other how far they are."""
    etcd_port: Port = 2379
    etcd_peer_port: Port = 2380
    """Of the store in which it stands which database is the primary, for databases and between the stores."""
    max_standby_lag_s: StandbyLag | None = None
    """The api reads history at a standby that is known to be at most so far behind. None: all at the primary."""


class BackupTable(BackupSettings, frozen=True, forbid_unknown_fields=True):
    """The archive of the log of several databases, on the machine with the role `backup`."""

    port: Port = 8432
    """Of pgBackRest's own server, on that machine and those with a database."""


class ClusterFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole `cluster.toml`."""

    machines: Annotated[tuple[Machine, ...], msgspec.Meta(min_length=1)]
    broker: BrokerTable = BrokerTable()
    ingest: IngestTable = IngestTable()
    database: DatabaseTable = DatabaseTable()
    backup: BackupTable | None = None

    def of_role(self, role: Role) -> tuple[Machine, ...]:
        """Return the machines that run something, in the order of the file."""
        return tuple(one for one in self.machines if role in one.roles)

    def machine(self, name: str) -> Machine:
        """Return the machine of that name; raise NoSuchMachine."""
        for one in self.machines:
            if one.name == name:
                return one
        raise NoSuchMachine(f"no machine is called {name!r}; the file names {', '.join(m.name for m in self.machines)}")


class NoSuchMachine(Exception):
    """The file names no such machine; the sentence says which it names."""


class Single(NamedTuple):
    """A rule that one field of all machines keeps: what it must be, in a sentence, and that no two have the same."""

    field: str
    is_right: Callable[[str], bool]
    form: str


def read(file: Path) -> ClusterFile:
    """Read and check a cluster file; raise BadSettings with each fault, its line, field and fix."""
    opened = read_file(file)
    found = opened.convert(opened.table, ClusterFile)
    if found is not None:
        for rule in RULES:
            _check_each(opened.report, found.machines, rule)
        _check_roles(opened.report, found)
        _check_backup(opened.report, found)
        _check_standbys(opened.report, found)
        _check_folder(opened.report, opened.table.get("backup", {}))
        _check_ports(opened.report, found)
    opened.stop_if_bad()
    assert found is not None
    return found


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.IPv4Address(text).is_unspecified
    except ValueError:
        return False


RULES: Final = (
    Single("name", is_id, "is no name; write small letters, digits and hyphens, at most 32"),
    Single("address", _is_address, "is no IPv4 address of a machine; certificates and doors need one, as 10.0.0.11"),
)


def _check_each(report: Report, machines: tuple[Machine, ...], rule: Single) -> None:
    known: dict[str, int] = {}
    for index, machine in enumerate(machines):
        value = str(getattr(machine, rule.field))
        if not rule.is_right(value):
            report.add(("machines", index, rule.field), f"{value!r} {rule.form}")
        elif value in known:
            report.add(
                ("machines", index, rule.field),
                f"{value!r} is that of machine {known[value] + 1} already; give each machine one of its own",
            )
        known.setdefault(value, index)


def _check_roles(report: Report, found: ClusterFile) -> None:
    for index, machine in enumerate(found.machines):
        if len(set(machine.roles)) < len(machine.roles):
            report.add(("machines", index, "roles"), "a role stands there twice; name each once")
    for role in ("broker", "database"):
        count = len(found.of_role(role))
        if count and count != 1 and (count < LEAST_OF_A_MAJORITY or count % 2 == 0):
            report.add(
                ("machines",),
                f"{count} machines have the role {role!r}; the larger part of them must live for it to work: "
                f"give it to one machine, or to three or another odd number",
            )


def _check_backup(report: Report, found: ClusterFile) -> None:
    """The archive of the log has one machine, and is of several databases."""
    machines = found.of_role("backup")
    if len(machines) > 1:
        report.add(("machines",), f"{len(machines)} machines have the role 'backup'; give it to one")
    if found.backup is None:
        if machines:
            report.add(("machines",), "a machine has the role 'backup'; add the table [backup] with the folder there")
        return
    if not machines:
        report.add(("backup",), "no machine has the role 'backup'; give it to the one that keeps base backups and log")
    if len(found.of_role("database")) == 1:
        report.add(("backup",), "one database has this table in tailwatch.toml of its machine; move it there")
    if not found.of_role("database"):
        report.add(("backup",), "no machine has the role 'database'; give it to three, or take the table out")


def _check_standbys(report: Report, found: ClusterFile) -> None:
    if found.database.max_standby_lag_s is not None and len(found.of_role("database")) < LEAST_OF_A_MAJORITY:
        problem = "one database has no standby; give three machines the role 'database', or leave this out"
        report.add(("database", "max_standby_lag_s"), problem)


def _check_folder(report: Report, table: Mapping[str, Any]) -> None:
    """A path from the file's folder on is another place on each machine."""
    if not str(folder := table.get("folder", "/")).startswith("/"):
        report.add(("backup", "folder"), f"{folder!r} is not the same place on each machine; write it from / on")


def _check_ports(report: Report, found: ClusterFile) -> None:
    """No two doors of one machine have one port."""
    known: dict[int, str] = {}
    for table, values in (("broker", found.broker), ("database", found.database), ("backup", found.backup)):
        for field in () if values is None else values.__struct_fields__:
            if not field.endswith("port"):
                continue
            port, name = int(getattr(values, field)), f"{table}.{field}"
            if port in known:
                report.add((table, field), f"{port} is the port of {known[port]} already; give it another")
            known.setdefault(port, name)
