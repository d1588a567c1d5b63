"""Roles, database and tables of a cluster, made at its primary: `python -m tailwatch.cluster.database_tables`.

Each machine with a database runs it at its start; what is there already costs nothing. It ends when the tables are as
this release wants them, and fails while there is no primary: the supervisor then starts it again.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

import psycopg

from ingest import __main__ as ingest
from ingest import settings
from ingest.database import exit_code_of
from ingest.migrate import MigrationFailed, SchemaMismatch
from runtime.database_line import reach
from runtime.log import log_of
from runtime.secrets import read_secret
from runtime.settings import BadSettings
from tailwatch import log_archive
from tailwatch.cluster.database import Secrets
from tailwatch.servers.database import NAME, make_database, make_roles

LOCK: Final = 7_411_090
"""Held while one makes them, in the database `postgres`, where nothing else of ours is."""

tell = log_of("database-tables")


def make_all(conninfo: str, secrets: Secrets) -> None:
    """Make the roles with their passwords, and the database; `conninfo` is the superuser's, to `postgres`.

    Raises psycopg.OperationalError while there is no primary.
    """
    with psycopg.connect(reach(conninfo, "tailwatch command"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        make_roles(admin, secrets.of)
        make_database(admin, NAME)


def main(words: list[str]) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser("database-tables", description=__doc__)
    parser.add_argument("superuser", type=Path, help="file with the superuser's connection string")
    parser.add_argument("shared", type=Path, help="folder that all machines share")
    parser.add_argument("settings", type=Path, help="settings of ingest, with owner_url_file")
    parser.add_argument("--archived", action="store_true", help="the log is archived")
    asked = parser.parse_args(words)

    def work() -> None:
        make_all(read_secret(asked.superuser), Secrets(asked.shared))
        chosen = settings.read(asked.settings)
        ingest.bring_up_to_date(chosen)
        if not asked.archived:
            assert chosen.owner_url_file is not None
            log_archive.give_up(read_secret(chosen.owner_url_file))
        tell("INFO", "tables-are-there")

    return exit_code_of(tell, work, (BadSettings, SchemaMismatch, MigrationFailed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
