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
from tailwatch import backups
from tailwatch.log_archive import trial
from tailwatch.log_archive.repository import ArchiveFailed, Repository
from tailwatch.log_archive.settings import BackupSettings
from tailwatch.log_archive.trial import Trial
from tailwatch.servers.database import USER
from tailwatch.system_users import user_when_root

FILES: Final = "settings/backup*.toml"
"""Below the state folder; of a cluster there is one for each database of the machine, with its name."""
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
BEGIN: Final = """
INSERT INTO log_archive AS known (base_every_h, try_every_h) VALUES (%s, %s)
ON CONFLICT (is_only) DO UPDATE SET base_every_h = excluded.base_every_h, try_every_h = excluded.try_every_h,
    reported_at = clock_timestamp()"""
TOLD: Final = "UPDATE log_archive SET base_at = coalesce(%s, base_at), fault = %s, reported_at = clock_timestamp()"
TRIED: Final = """
INSERT INTO restore_trial (began_at, moment, ended_at, verdict, month_count, row_count, differences)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""
DUE: Final = """
SELECT NOT pg_is_in_recovery(),
       coalesce(base_at < now() - base_every_h * interval '1 h', true),
       coalesce((SELECT ended_at < now() - CASE verdict WHEN 'equal' THEN try_every_h ELSE least(try_every_h, %s) END
                                           * interval '1 h'
                 FROM restore_trial ORDER BY ended_at DESC LIMIT 1), true)
FROM log_archive"""


class KeeperSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one keeper, written by `tailwatch up`. The connection string is a superuser's, to the one server."""

    database_url_file: Path
    data: Path
    port: settings.Port
    own: Path
    """A folder beside the data: pgBackRest's configuration, and the databases that are tried."""
    state: Path
    folder: Path
    keep: int
    base_every_h: float
    try_every_h: float


class DueWork(NamedTuple):
    """What is to be done; nothing at a standby."""

    is_primary: bool
    base: bool
    trial: bool


class ArchiveKeeper:
    """Makes base backups, tries restores, and writes what became of it into the database."""

    def __init__(self, chosen: KeeperSettings) -> None:
        """Raises BadSettings where the connection string cannot be read."""
        self._chosen = chosen
        text = read_secret(chosen.database_url_file)
        parts = conninfo_to_dict(text)
        self._conninfo = reach(text, SERVICE, "any")
        self.repository = Repository(
            chosen.folder,
            chosen.own,
            chosen.data,
            port=chosen.port,
            keep=chosen.keep,
            user=user_when_root(USER),
            line={name: str(parts[key]) for key, name in VARIABLES.items() if key in parts},
        )

    def is_primary(self) -> bool:
        """Say whether the database of this machine is the one that takes writes; raises psycopg.Error."""
        with psycopg.connect(self._conninfo) as connection:
            return connection.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)

    def begin(self) -> None:
        """Say that there is an archive, and begin it where there is none. Raises psycopg.Error, ArchiveFailed."""
        with psycopg.connect(self._conninfo) as connection:
            connection.execute(BEGIN, (self._chosen.base_every_h, self._chosen.try_every_h))
        self.repository.make()

    def due(self) -> DueWork:
        """Ask the database what is to be done; raises psycopg.Error."""
        with psycopg.connect(self._conninfo) as connection:
            row = connection.execute(DUE, (AGAIN_H,)).fetchone()
        return DueWork(False, False, False) if row is None else DueWork(*row)

    def base(self) -> datetime:
        """Make a base backup, with passwords and certificates beside it; return its time. Raises ArchiveFailed."""
        try:
            self.repository.make()
            self.repository.base()
            backups.pack_secrets(self._chosen.state, self._chosen.folder / SECRETS)
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

    def _tell(self, statement: str, *values: object) -> None:
        with psycopg.connect(self._conninfo) as connection:
            connection.execute(statement.encode(), values)


def read(file: Path) -> KeeperSettings:
    """Read the settings of a keeper; raises BadSettings."""
    return settings.read(file, KeeperSettings)


def files_below(state: Path) -> list[Path]:
    """Return the settings of the keepers of a state folder."""
    return sorted(state.glob(FILES))


def settings_of(
    chosen: BackupSettings, state: Path, url_file: Path, data: Path, port: int
) -> dict[str, str | int | float]:
    """Return the settings of the keeper of one database."""
    return {
        "database_url_file": str(url_file),
        "data": str(data),
        "port": port,
        "own": str(own_folder(data)),
        "state": str(state),
        "folder": str(chosen.folder),
        "keep": chosen.keep,
        "base_every_h": chosen.base_every_h,
        "try_every_h": chosen.try_every_h,
    }


def own_folder(data: Path) -> Path:
    """Return the folder of a keeper, beside the data of its database."""
    return data.with_name("log-archive")
