"""Keeps the archive of the log of one database: `python -m tailwatch.log_archive SETTINGS.toml`.

It looks every half minute what is due, and does nothing where its database is a standby.
"""

import argparse
import sys
import threading
from pathlib import Path
from typing import Final

import psycopg

from runtime import shutdown
from runtime.log import log_of
from runtime.settings import BadSettings
from tailwatch.log_archive.keeping import ArchiveKeeper, read
from tailwatch.log_archive.repository import ArchiveFailed

FIRST_LOOK_S: Final = 1.0
LOOK_S: Final = 30.0
AGAIN_S: Final = 3600.0

tell = log_of("log-archive")


def keep(keeper: ArchiveKeeper, stop: threading.Event, look_s: float = LOOK_S) -> None:
    """Make and try what is due until the end."""
    has_begun, wait_s = False, FIRST_LOOK_S
    while not stop.wait(wait_s):
        wait_s = look_s
        try:
            if not keeper.is_primary():
                has_begun = False
                continue
            if not has_begun:
                keeper.begin()
                has_begun = True
            once(keeper)
        except ArchiveFailed as error:
            tell("ERROR", "archive-failed", error=error, next="trying again in an hour")
            stop.wait(AGAIN_S)
        except psycopg.Error as error:
            tell("WARNING", "database-away", error=error, next="trying again")


def once(keeper: ArchiveKeeper) -> None:
    """Do what is due. Raises ArchiveFailed, psycopg.Error."""
    due = keeper.due()
    if due.is_primary and due.base:
        tell("INFO", "base-backup-made", at=keeper.base())
    if due.is_primary and due.trial:
        found = keeper.try_restore()
        tell("INFO" if found.verdict == "equal" else "ERROR", "restore-tried", verdict=found.verdict, says=found.says)


def main(words: list[str]) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser("log-archive", description=__doc__)
    parser.add_argument("settings", type=Path)
    try:
        keeper = ArchiveKeeper(read(parser.parse_args(words).settings))
    except BadSettings as error:
        tell("ERROR", "settings-refused", error=error)
        return 2
    stop = threading.Event()
    shutdown.on_signal(stop.set)
    keep(keeper, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
