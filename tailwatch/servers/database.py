"""PostgreSQL with TimescaleDB where it is installed, with the three roles of the programs."""

import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tailwatch import ports, tools
from tailwatch.process import Command
from tailwatch.secrets import made_once, write_private
from tailwatch.servers.server import NotReady, Server, require_reachable
from tailwatch.system_users import give, user_when_root

USER: Final = "postgres"
ADMIN: Final = "postgres"
OWNER: Final = "tailwatch_owner"
INGEST: Final = "tailwatch_ingest"
API: Final = "tailwatch_api"
ROLES: Final = (OWNER, INGEST, API)
NAME: Final = "tailwatch"
CONFIGURATION_FILE: Final = "postgresql.conf"
CONFIGURATION: Final = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%p %u@%d '
log_checkpoints = off
max_connections = 60
shared_buffers = '256MB'
max_wal_size = '2GB'
checkpoint_timeout = '15min'
wal_writer_delay = '10ms'
jit = off
fsync = {fsync}
"""
"""The log is written out while a large transaction goes on: its commit then waits for the last 10 ms of it alone."""
COMPRESSION: Final = "wal_compression = 'lz4'\n"
TIMESCALE: Final = """\
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = 'off'
"""
NO_JOBS: Final = """\
timescaledb.max_background_workers = 0
"""
"""The Apache build has jobs, and refuses to run them with an error in the log again and again."""
LIBRARIES: Final = tools.POSTGRES_FOLDER.parent / "lib"
STATUS_LINE: Final = 7
"""Of postmaster.pid, counted from 0 (PostgreSQL source, src/include/utils/pidfile.h)."""
INITDB_OPTIONS: Final = {
    "data-checksums": "",
    "encoding": "UTF8",
    "locale": "C",
    "locale-provider": "builtin",
    "builtin-locale": "C.UTF-8",
}
CONNECT_TIMEOUT_S: Final = 5
INITDB_WITHIN_S: Final = 120
QUICK: Final = "scram_iterations = 1\n"
"""A connection takes half the time: for tests, which make thousands, with passwords that nobody has to guess."""


class Database(Server):
    """A PostgreSQL cluster in `folder`; as root it runs as the system user `postgres`, who must reach the folder.

    It listens on loopback TCP only (no socket file: its path has a limit of 107 bytes), each role with its own
    password. `is_durable` False is for tests of other rooms: commits then survive a kill, but not a power cut.
    """

    MAJOR_VERSION = "17"

    def __init__(self, folder: Path, port: int, is_durable: bool = True) -> None:
        super().__init__(folder, port)
        self.data = folder / "data"
        self.is_durable = is_durable
        self.further: Mapping[str, str] = {}
        """Parameters beside those that every database has."""

    @classmethod
    def start(cls, folder: Path, port: int | None = None, is_durable: bool = True) -> Self:
        """Start a cluster (made at the first time, with roles and the database) on a free port unless one is given."""
        database = cls(folder, port or ports.free_port(), is_durable)
        database.prepare()
        database.run()
        database.make_roles()
        database.make_database(NAME)
        return database

    def prepare(self) -> None:
        """Make the cluster if there is none, and write its configuration; raise NotReady naming what to do."""
        user = user_when_root(USER)
        self.folder.mkdir(parents=True, exist_ok=True)
        require_reachable(self.data, user)
        self.data.mkdir(mode=0o700, exist_ok=True)
        give(self.data, user)
        version = self.data / "PG_VERSION"
        if not version.exists():
            self._initdb(user)
        elif (found := version.read_text().strip()) != self.MAJOR_VERSION:
            wanted = self.MAJOR_VERSION
            raise NotReady(f"{self.data} was made by PostgreSQL {found}; move it with pg_upgrade to {wanted}")
        text = CONFIGURATION.format(port=self.port, fsync="on" if self.is_durable else "off")
        text += "" if self.is_durable else QUICK
        text += "".join(f"{name} = {quoted(value)}\n" for name, value in self.further.items())
        write_private(self.data / "tailwatch.conf", text + self.library_configuration())
        give(self.data / "tailwatch.conf", user)

    def program(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs; raise ToolMissing."""
        return tools.find(name)

    def library_configuration(self) -> str:
        """Return the part of the configuration that depends on how PostgreSQL was built."""
        return COMPRESSION + timescaledb_configuration()

    def _initdb(self, user: str | None) -> None:
        password_file = self.data.with_name("initdb.password")
        write_private(password_file, self.password(ADMIN))
        give(password_file, user)
        words = ["--username", ADMIN, "--pwfile", str(password_file), "--auth", "scram-sha-256"]
        words += [f"--{name}={value}" if value else f"--{name}" for name, value in INITDB_OPTIONS.items()]
        words += ["--no-instructions"] if self.is_durable else ["--no-instructions", "--no-sync"]
        try:
            subprocess.run(
                [self.program("initdb"), *words, str(self.data)],
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                cwd="/",
                check=True,
                capture_output=True,
                timeout=INITDB_WITHIN_S,
            )
        except subprocess.CalledProcessError as error:
            raise NotReady(f"initdb failed: {error.stderr.decode(errors='replace').strip()}") from error
        finally:
            password_file.unlink()
        with (self.data / CONFIGURATION_FILE).open("a") as out:
            out.write("include 'tailwatch.conf'\n")

    def password(self, role: str) -> str:
        """Return the role's password, made at the first call."""
        return made_once(self.folder / "secrets" / role)

    def conninfo(self, role: str = OWNER, database: str = NAME) -> str:
        """Return the connection string (with password) of a role; `postgres` is the superuser."""
        return make_conninfo(
            "",
            host=ports.LOOPBACK,
            port=self.port,
            sslmode="disable",
            user=role,
            password=self.password(role),
            dbname=database,
        )

    def make_roles(self) -> None:
        """Make the three roles, or set their passwords again."""
        with self._admin("postgres") as connection:
            make_roles(connection, self.password)

    def make_database(self, name: str, template: str | None = None) -> None:
        """Make a database of the owner role, unless it exists; no other role may make objects in it.

        It is empty, or a copy of the database `template`, to which nobody may be connected meanwhile.
        """
        with self._admin("postgres") as connection:
            make_database(connection, name, template)

    def drop_database(self, name: str) -> None:
        """Drop a database and cut whoever is connected to it."""
        with self._admin("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _admin(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.conninfo(ADMIN, database), autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)

    def command(self) -> Command:
        # SIGINT is PostgreSQL's fast shutdown: cut the clients, write everything, end.
        return Command(
            "database",
            (self.program("postgres"), "-D", str(self.data)),
            cwd=Path("/"),
            user=user_when_root(USER),
            stop_signal=signal.SIGINT,
            stop_within_s=10.0,
        )

    def is_ready(self) -> bool:
        if not self._says_ready():
            return False
        try:
            self._admin("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _says_ready(self) -> bool:
        """Look into PostgreSQL's own status file first: to connect too early leaves an error in its log."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def make_roles(admin: psycopg.Connection[Any], password: Callable[[str], str]) -> None:
    """Make the three roles, or set their passwords again, as a superuser."""
    for role in ROLES:
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        admin.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(password(role)))
        )


def make_database(admin: psycopg.Connection[Any], name: str, template: str | None = None) -> None:
    """Make a database of the owner role, as a superuser, unless it exists."""
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        return
    copied = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY")  # half the work of a log
    names = (name, OWNER, template or "template1")
    admin.execute(copied.format(*map(sql.Identifier, names)))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    for role in (INGEST, API):
        admin.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
        )


def quoted(value: str) -> str:
    """Return a value as it stands in a configuration file of PostgreSQL."""
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def configuration() -> dict[str, str]:
    """Return the configuration of the system's PostgreSQL as names and values, for who writes the file himself."""
    text = CONFIGURATION.format(port="", fsync="on") + COMPRESSION + timescaledb_configuration()
    pairs = (line.split(" = ", 1) for line in text.splitlines())
    return {name: value.strip("'") for name, value in pairs}


def has_timescaledb() -> bool:
    """Say whether the TimescaleDB library is installed for this PostgreSQL."""
    return (LIBRARIES / "timescaledb.so").exists()


def timescaledb_configuration() -> str:
    """Return what TimescaleDB needs in the configuration, by the build that is installed; empty when there is none."""
    if not has_timescaledb():
        return ""
    has_community_build = any(LIBRARIES.glob("timescaledb-tsl-*.so"))
    return TIMESCALE if has_community_build else TIMESCALE + NO_JOBS
