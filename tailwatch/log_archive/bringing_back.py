"""A moment brought back for good: the archive of the log into the empty state folder of one machine."""

from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from tailwatch import backups
from tailwatch.backups import BackupManifest
from tailwatch.log_archive.keeping import SECRETS, own_folder
from tailwatch.log_archive.repository import STANZA, Repository
from tailwatch.ports import LOOPBACK
from tailwatch.servers import Database
from tailwatch.servers.database import ADMIN, CONFIGURATION_FILE, USER
from tailwatch.system_users import give, user_when_root

READS_WITHIN_S: Final = 24 * 3600.0
OF_A_CLUSTER: Final = "postgresql.base.conf"
"""Patroni's name for the configuration that initdb wrote."""
NOBODY_MEANWHILE: Final = {"hot_standby": "off"}
"""Who connects before it was promoted could not write; `tailwatch up` writes the file anew."""
DOORS: Final = f"host all all {LOOPBACK}/32 scram-sha-256\n"


def is_archive(source: Path) -> bool:
    """Say whether a folder is an archive of the log, and no single backup."""
    return (source / "archive" / STANZA).is_dir()


def bring_back(database: Database, source: Path, state: Path, at: datetime | None) -> None:
    """Fill the folder of a database from an archive and start it as it was `at` (None: at the end of the log).

    Its secrets come from the archive too. Raises ArchiveFailed, NotReady, OSError; the caller stops the database.
    """
    if (source / SECRETS).exists():
        backups.unpack_secrets(source, state, "database/")
    user = user_when_root(USER)
    repository = Repository(source, own_folder(database.data), user=user)
    repository.prepare()
    database.data.mkdir(mode=0o700)
    give(database.data, user)
    repository.restore(database.data, at, "promote")
    if (database.data / OF_A_CLUSTER).exists():
        _as_one_machine(database.data, user)
    database.further = NOBODY_MEANWHILE
    database.prepare()
    database.ready_within_s = READS_WITHIN_S
    database.run()
    database.make_roles()


def figures(database: Database) -> BackupManifest:
    """Count what came back; raises ChainBroken where its audit log is not whole."""
    with psycopg.connect(database.conninfo(ADMIN)) as connection:
        return backups.figures(connection)


def _as_one_machine(data: Path, user: str | None) -> None:
    """Leave out what Patroni wrote of certificates, addresses and doors of a cluster."""
    for name, text in ((CONFIGURATION_FILE, "include 'tailwatch.conf'\n"), ("pg_hba.conf", DOORS)):
        (data / name).write_text(text)
        give(data / name, user)
