"""The commands' way to the database: as its owner, with the audit log told who sits at the terminal.

The audit log gets the number of the system user, never the name.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from runtime.database_line import reach
from tailwatch.state import ROOT_FOLDER, default_folder

Connection = psycopg.Connection[tuple[Any, ...]]
CONNINFO: Final = "settings/tailwatch_owner.conninfo"
PROGRAM: Final = "tailwatch command"
DATABASE_HELP: Final = "File with the owner's connection string; that of the state folder when not given."
STATE_HELP: Final = "State folder: data, passwords and logs of this installation."
STATE_DEFAULT: Final = f"$TAILWATCH_STATE, else {ROOT_FOLDER} as root, else ~/.local/state/tailwatch"


class CannotDo(Exception):
    """What was asked does not fit what is there; the sentence says what does."""


class NoDatabase(Exception):
    """The database cannot be reached; the sentence says what to start or to give."""


def has_database(state: Path | None, database: Path | None = None) -> bool:
    """Whether this machine has a database of ours: it is named, or of the state folder."""
    return database is not None or ((state or default_folder()) / CONNINFO).exists()


def conninfo(state: Path | None, database: Path | None) -> str:
    """Return the owner's connection string; raise NoDatabase when there is none."""
    file = database or (state or default_folder()) / CONNINFO
    try:
        return file.read_text().strip()
    except OSError as error:
        raise NoDatabase(
            f"{file} cannot be read ({error.strerror}): run `tailwatch up` once, or name the file with --database"
        ) from error


@contextmanager
def connected(text: str) -> Iterator[Connection]:
    """Give a connection; all of its work is one transaction, in the name of the system user. Raises NoDatabase."""
    try:
        connection = psycopg.connect(reach(text, PROGRAM, "primary"))
    except psycopg.OperationalError as error:
        raise NoDatabase("the database does not answer: is `tailwatch up` (or its systemd unit) running?") from error
    with connection:
        connection.execute("SELECT set_config('tailwatch.actor', %s, false)", (f"system:{os.getuid()}",))
        yield connection
