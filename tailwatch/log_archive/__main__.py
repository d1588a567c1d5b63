"""Keeps the archive of the log of one database: `python -m tailwatch.log_archive SETTINGS.toml`.

It looks every half minute what is due.
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
LONGEST_S: Final = 3600.0
"""After failures it waits twice as long each time, up to that."""

tell = log_of("log-archive")


def keep(keeper: ArchiveKeeper, stop: threading.Event, look_s: float = LOOK_S) -> None:
    """Make and try what is due until the end."""
    has_begun, wait_s, again_s = False, FIRST_LOOK_S, look_s
    while not stop.wait(wait_s):
        wait_s = look_s
        try:
            if not has_begun:
                keeper.begin()
                has_begun = True
            once(keeper)
            again_s = look_s
        except ArchiveFailed as error:
            tell("ERROR", "archive-failed", error=error, next=f"trying again in {again_s:.0f} s")
            wait_s, again_s = again_s, min(LONGEST_S, 2 * again_s)
        except psycopg.Error as error:
            tell("WARNING", "database-away", error=error, next="trying again")


def once(keeper: ArchiveKeeper) -> None:
    """Do what is due. Raises ArchiveFailed, psycopg.Error."""
    due = keeper.due()
    if due.base:
        tell("INFO", "base-backup-made", at=keeper.base())
    if due.trial:
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
