"""Keeping the archive of one database: what is due, what became of it, and the rows that tell it to everybody."""

from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict

from runtime import settings
from runtime.database_line import reach
from runtime.secrets import read_secret
from tailwatch import backups, toml
from tailwatch.log_archive import trial
from tailwatch.log_archive.repository import NO_LINE, ArchivedDatabase, ArchiveFailed, Repository
from tailwatch.log_archive.settings import BackupSettings
from tailwatch.log_archive.trial import Trial
from tailwatch.servers.database import USER
from tailwatch.system_users import user_when_root

FILE: Final = "backup.toml"
"""In the settings of the state folder."""
CONFIGURATION_FILE: Final = "pgbackrest.conf"
SECRETS: Final = "secrets.tar"
SERVICE: Final = "tailwatch backup"
AGAIN_H: Final = 1.0
"""What failed is tried again so soon."""
VARIABLES: Final = {
    "host": "PGHOST",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
CHECKED_BY_SCRIPT: Final = "archive-mode-check=n\n"
"""pgBackRest refuses archive_mode = always unless somebody sees to it that one machine hands a segment over."""
BEGIN: Final = """
INSERT INTO log_archive AS known (base_every_h, try_every_h) VALUES (%s, %s)
ON CONFLICT (is_only) DO UPDATE SET base_every_h = excluded.base_every_h, try_every_h = excluded.try_every_h,
    reported_at = clock_timestamp()"""
TOLD: Final = "UPDATE log_archive SET base_at = coalesce(%s, base_at), fault = %s, reported_at = clock_timestamp()"
EMPTY: Final = "UPDATE log_archive SET base_at = NULL"
"""A folder that lost its base backups, or another one."""
TRIED: Final = """
INSERT INTO restore_trial (began_at, moment, ended_at, verdict, month_count, row_count, differences)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""
DUE: Final = """
SELECT coalesce(base_at < now() - base_every_h * interval '1 h', true),
       coalesce((SELECT ended_at < now() - CASE verdict WHEN 'equal' THEN try_every_h ELSE least(try_every_h, %s) END
                                           * interval '1 h'
                 FROM restore_trial ORDER BY ended_at DESC LIMIT 1), true)
FROM log_archive"""
PLACE: Final = "SELECT host(inet_server_addr()), current_setting('data_directory')"


class RemoteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How pgBackRest reaches the machine of the primary: the port of its own server there, certificate and key."""

    port: settings.Port
    certificate: Path
    key: Path
    authority: Path

    def options(self, host: str, configuration: Path) -> dict[str, str]:
        """Return pgBackRest's options of a machine, without their beginning; it reads that configuration there."""
        return {
            "host": host,
            "host-type": "tls",
            "host-port": str(self.port),
            "host-cert-file": str(self.certificate),
            "host-key-file": str(self.key),
            "host-ca-file": str(self.authority),
            "host-config": str(configuration),
        }


class KeeperSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one keeper, written by `tailwatch up`. The connection string is a superuser's."""

    database_url_file: Path
    port: settings.Port
    own: Path
    """pgBackRest's configuration, and the databases that are tried."""
    state: Path
    passwords: Path
    """Of the database, a file for each role."""
    folder: Path
    keep: int
    base_every_h: float
    try_every_h: float
    data: Path | None = None
    """Of the one database; of several the primary says where its own lie."""
    remote: RemoteSettings | None = None
    """Where there are several."""


class DueWork(NamedTuple):
    """What is to be done."""

    base: bool
    trial: bool


class ArchiveKeeper:
    """Makes base backups, tries restores, and writes what became of it into the database."""

    def __init__(self, chosen: KeeperSettings) -> None:
        """Raises BadSettings where the connection string cannot be read."""
        self._chosen = chosen
        text = read_secret(chosen.database_url_file)
        self._conninfo = reach(text, SERVICE, "primary")
        self.repository = Repository(
            chosen.folder,
            chosen.own,
            database=self._database,
            keep=chosen.keep,
            user=user_when_root(USER),
            line=variables(text) if chosen.remote is None else NO_LINE,
            further="" if chosen.remote is None else CHECKED_BY_SCRIPT,
        )

    def begin(self) -> None:
        """Say that there is an archive, and begin it where there is none. Raises psycopg.Error, ArchiveFailed."""
        self._tell(BEGIN, self._chosen.base_every_h, self._chosen.try_every_h)
        self.repository.make()
        if not self.repository.bases():
            self._tell(EMPTY)

    def due(self) -> DueWork:
        """Ask the database what is to be done; raises psycopg.Error."""
        with psycopg.connect(self._conninfo) as connection:
            row = connection.execute(DUE, (AGAIN_H,)).fetchone()
        return DueWork(False, False) if row is None else DueWork(*row)

    def base(self) -> datetime:
        """Make a base backup, with passwords and certificates beside it; return its time. Raises ArchiveFailed."""
        try:
            self.repository.make()
            self.repository.base()
            backups.pack_secrets(self._chosen.state, self._chosen.folder / SECRETS, self._chosen.passwords)
            made = self.repository.bases()[-1].ended_at
        except ArchiveFailed as error:
            self._tell(TOLD, None, str(error))
            raise
        self._tell(TOLD, made, "")
        return made

    def try_restore(self) -> Trial:
        """Try a restore to this moment, and keep what it came to."""
        found = trial.run(self._conninfo, self.repository, self._chosen.own / "trial")
        told = (found.began_at, found.moment, found.ended_at, found.verdict, found.months, found.rows)
        self._tell(TRIED, *told, found.differences)
        return found

    def _database(self) -> ArchivedDatabase:
        """Return where the database lies, of several the primary of the moment. Raises psycopg.Error."""
        chosen = self._chosen
        if chosen.remote is None:
            assert chosen.data is not None
            return ArchivedDatabase(chosen.data, chosen.port)
        with psycopg.connect(self._conninfo) as connection:
            host, data = connection.execute(PLACE).fetchone() or ("", "")
        there = own_folder(Path(data)) / CONFIGURATION_FILE
        return ArchivedDatabase(Path(data), chosen.port, chosen.remote.options(host, there))

    def _tell(self, statement: str, *values: object) -> None:
        with psycopg.connect(self._conninfo) as connection:
            connection.execute(statement.encode(), values)


def give_up(conninfo: str) -> None:
    """Have no alarm of an archive that the operator took out of the file; `conninfo` is the owner's."""
    with psycopg.connect(reach(conninfo, SERVICE)) as connection:
        connection.execute("DELETE FROM log_archive")


def read(file: Path) -> KeeperSettings:
    """Read the settings of a keeper; raises BadSettings."""
    return settings.read(file, KeeperSettings)


def file_below(state: Path) -> Path:
    """Return the settings of the keeper of a state folder, which are there where one is kept."""
    return state / "settings" / FILE


def variables(conninfo: str) -> dict[str, str]:
    """Return a connection string to one server as variables of libpq, without role and database."""
    parts = conninfo_to_dict(conninfo)
    return {name: str(parts[key]) for key, name in VARIABLES.items() if key in parts}


def settings_of(chosen: BackupSettings, state: Path, url_file: Path, data: Path, port: int) -> dict[str, toml.Value]:
    """Return the settings of the keeper of one database."""
    own = {"data": str(data), "own": str(own_folder(data)), "passwords": str(data.with_name("secrets"))}
    return own | shared_settings(chosen, state, url_file, port)


def shared_settings(chosen: BackupSettings, state: Path, url_file: Path, port: int) -> dict[str, toml.Value]:
    """Return those settings of a keeper that are of one database as of several."""
    return {
        "database_url_file": str(url_file),
        "port": port,
        "state": str(state),
        "folder": str(chosen.folder),
        "keep": chosen.keep,
        "base_every_h": chosen.base_every_h,
        "try_every_h": chosen.try_every_h,
    }


def own_folder(data: Path) -> Path:
    """Return the folder of a keeper, beside the data of its database."""
    return data.with_name("log-archive")
