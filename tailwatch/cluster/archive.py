"""The archive of the log of several databases: they hand it over by TLS to one machine, by pgBackRest's own server.

PostgreSQL counts what a primary has received or written itself; what one that died had not handed over yet a promoted
standby would leave out (PostgreSQL manual, "Continuous Archiving in Standby"). So each standby keeps a segment until
it can read it from the archive (`archive_mode = always`), and hands over after its promotion what is not there.

A primary that begins a new segment early (`archive_timeout`) fills the old one with zeros, which it sends as well.
Where it dies before all are sent, its timeline ends at the end of that segment, and the standby that is promoted counts
it as one that is still received: it is handed over only at some later checkpoint. So the script sees to that at the
promotion. Of the zeros it may have other bytes, so of earlier timelines nothing is handed over that is there already.
"""

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo

from tailwatch import log_archive, toml
from tailwatch.cluster.database import ClusterDatabase, Secrets, conninfo
from tailwatch.cluster.etcd import OF_AUTHORITY, USER, Keys
from tailwatch.cluster.file import BackupTable, ClusterFile, Machine
from tailwatch.log_archive import CONFIGURATION_FILE, STANZA, ArchiveKeeper, RemoteSettings
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.servers.database import ADMIN, NAME
from tailwatch.servers.server import require_reachable
from tailwatch.system_users import give, user_when_root

SERVER_FILE, SCRIPT = "server.conf", "pgbackrest-push.sh"
"""pgBackRest wants to find its own name in `archive_command`."""
ANSWERS_WITHIN_S: Final = 15
QUIET: Final = """\
lock-path={own}/locks
log-level-file=off
log-level-console=warn
"""
PUSHING: Final = """\
compress-type=lz4
io-timeout={answers_within_s}
"""
SERVER: Final = """\
[global]
tls-server-address={address}
tls-server-port={remote.port}
tls-server-cert-file={remote.certificate}
tls-server-key-file={remote.key}
tls-server-ca-file={remote.authority}
"""
SEGMENT_BYTES: Final = 16 << 20
WAITS: Final = 60
"""So many times, two seconds each, a standby looks whether the primary has handed a segment over."""
PUSH: Final = """\
#!/bin/sh
# Hands a segment of the log over: $1 is its file, $2 its name. Written by `tailwatch up`.
# A standby keeps it until the archive has it, and hands it over where nobody does.
tries=0
while [ -e {data}/standby.signal ] && [ $tries -lt {waits} ]; do
    {get} "$2" {own}/seen >{own}/get.log 2>&1 && exec rm -f {own}/seen
    grep -q stopping {data}/postmaster.pid && exit 1
    tries=$((tries + 1))
    sleep 2
done
newest=$(ls {data}/pg_wal | grep 'history$' | tail -n 1)
case $2 in
"${{newest%.history}}"*) ;;
*) {get} "$2" {own}/seen >{own}/get.log 2>&1 && exec rm -f {own}/seen ;;
esac
{push} "$1" || exit
[ "$2" = "$newest" ] && [ ! -e {data}/standby.signal ] || exit 0
# It was promoted: $3 is the timeline before, $4 where that ended, as 0/5000000.
set -- "$1" "$2" $(tail -n 1 "$1")
[ $((0x${{4#*/}} % {segment})) -eq 0 ] || exit 0
last=$((0x${{4%/*}} * {segments} + 0x${{4#*/}} / {segment} - 1))
last=$(printf %08X%08X%08X "$3" $((last / {segments})) $((last % {segments})))
said={data}/pg_wal/archive_status/$last
[ ! -e {data}/pg_wal/$last ] || [ -e $said.done ] || : >$said.ready
"""


class ArchiveDoor:
    """pgBackRest's server of one machine, at which the others are let in by certificate; its files are in `own`.

    `line` are variables of libpq, by which it finds the database of its machine where there is one.
    """

    def __init__(self, own: Path, file: ClusterFile, machine: Machine, remote: RemoteSettings) -> None:
        self.own, self.remote = own, remote
        self._file, self._machine = file, machine
        self.user = user_when_root(USER)
        self.line: Mapping[str, str] = {}

    def prepare(self) -> None:
        """Make the folder and write what the server reads."""
        self.own.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(self.own, self.user)
        text = SERVER.format(address=self._machine.address, remote=self.remote) + QUIET.format(own=self.own)
        self.write(self.own / SERVER_FILE, text + "".join(_let_in(self._file)))

    def write(self, file: Path, text: str) -> None:
        """Write a file that the server's user reads, and nobody else."""
        write_private(file, text)
        give(file, self.user)

    def command(self) -> Command:
        """Return the server."""
        argv = [word for word in log_archive.argv(self.own / SERVER_FILE, "server") if "--stanza" not in word]
        env = {"HOME": str(self.own), **self.line}  # libpq looks there for a certificate of ours
        return Command(f"archive-{self._machine.name}", tuple(argv), cwd=Path("/"), env=env, user=self.user)


class ArchivedServer:
    """What a database of this machine needs, so that its log goes into the archive."""

    def __init__(self, database: ClusterDatabase, secrets: Secrets) -> None:
        """Raises OSError where the shared folder was not copied here."""
        self._database, self._secrets = database, secrets
        keys = Keys(*(database.folder / name for name in ("machine.crt", "machine.key", "ca.crt")))
        own = log_archive.own_folder(database.data)
        self.door = ArchiveDoor(own, database.file, database.machine, _remote(_table(database.file), keys))
        database.further = log_archive.archiving_parameters("always", f"sh {shlex.quote(str(own / SCRIPT))} %p %f")

    def prepare(self) -> None:
        """Write configuration and script, when the database is prepared."""
        door, database = self.door, self._database
        line = conninfo(database.file, self._secrets, ADMIN, door.remote.authority)
        door.line = log_archive.variables(make_conninfo(line, host=database.machine.address, port=database.port))
        door.prepare()
        (keeper,) = database.file.of_role("backup")
        folder = _table(database.file).folder
        options = door.remote.options(keeper.address, folder / CONFIGURATION_FILE)
        lines = "".join(f"repo1-{name}={value}\n" for name, value in options.items())
        configuration = door.own / CONFIGURATION_FILE
        pushing = PUSHING.format(answers_within_s=ANSWERS_WITHIN_S)
        door.write(configuration, f"[global]\n{lines}{pushing}{QUIET.format(own=door.own)}")
        door.write(door.own / SCRIPT, script(database.data, door.own, configuration))


def script(data: Path, own: Path, configuration: Path) -> str:
    """Return the script that hands segments of the database on `data` over by a configuration of pgBackRest."""
    place = f"--pg1-path={data}"
    get, push = (shlex.join(log_archive.argv(configuration, word, place)) for word in ("archive-get", "archive-push"))
    return PUSH.format(
        data=shlex.quote(str(data)),
        own=shlex.quote(str(own)),
        get=get,
        push=push,
        waits=WAITS,
        segment=SEGMENT_BYTES,
        segments=(1 << 32) // SEGMENT_BYTES,
    )


class ArchiveMachine:
    """The machine that keeps the archive of several databases; what is written for it is in `own`."""

    def __init__(self, own: Path, file: ClusterFile, machine: Machine, secrets: Secrets) -> None:
        self._own, self._file, self._secrets = own, file, secrets
        self.machine = machine
        self.table = _table(file)
        copied = Keys(*(own / name for name in ("machine.crt", "machine.key", "ca.crt")))
        self.door = ArchiveDoor(own, file, machine, _remote(self.table, copied))

    def prepare(self, keys: Keys, state: Path, url_file: Path) -> dict[str, toml.Value]:
        """Write what the server reads; return the settings of who keeps the archive, for `open`.

        Raises NotReady where its user cannot reach the folder.
        """
        door = self.door
        require_reachable(self._own, door.user)
        door.prepare()
        keys.copied(self._own, door.user)
        return log_archive.shared_settings(self.table, state, url_file, self._file.database.port) | {
            "own": str(self._own),
            "passwords": str(self._secrets.folder),
            "remote": {
                "port": door.remote.port,
                "certificate": str(door.remote.certificate),
                "key": str(door.remote.key),
                "authority": str(door.remote.authority),
            },
        }

    def open(self, settings: Path) -> ArchiveKeeper:
        """Make the folder of the archive, with what pgBackRest reads there for the other machines."""
        keeper = ArchiveKeeper(log_archive.read(settings))
        keeper.repository.prepare()
        # Who hands over holds a lock, which must not keep the archive from being begun or a base from being made.
        text = f"[global]\nrepo1-path={self.table.folder}\n{QUIET.format(own=self._own / 'handing-over')}"
        self.door.write(self.table.folder / CONFIGURATION_FILE, text)
        return keeper

    def conninfo(self, authority: Path) -> str:
        """Return the superuser's connection string to all databases."""
        return conninfo(self._file, self._secrets, ADMIN, authority, NAME)


def _table(file: ClusterFile) -> BackupTable:
    assert file.backup is not None
    return file.backup


def _remote(table: BackupTable, keys: Keys) -> RemoteSettings:
    return RemoteSettings(table.port, *keys)


def _let_in(file: ClusterFile) -> Iterable[str]:
    """Yield who may come: the machines that hand the log over, and the one that keeps it."""
    for machine in file.machines:
        if {"database", "backup"} & set(machine.roles):
            yield f"tls-server-auth={OF_AUTHORITY.format(machine.name)}={STANZA}\n"
