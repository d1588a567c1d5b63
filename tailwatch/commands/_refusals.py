"""What the commands that change something share: where the database is, and how a refusal is told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from psycopg.types.json import Jsonb

from tailwatch import owner
from tailwatch.exit_codes import ExitCode
from tailwatch.owner import CannotDo, Connection, NoDatabase

FILE_HELP: Final = "Facility file."
StateOption = Annotated[
    Path | None,
    typer.Option("--state", help=owner.STATE_HELP, resolve_path=True, show_default=owner.STATE_DEFAULT),
]
FileOption = Annotated[Path, typer.Option("--file", exists=True, dir_okay=False, help=FILE_HELP)]
OptionalFile = Annotated[Path | None, typer.Option("--file", exists=True, dir_okay=False, help=FILE_HELP)]
DatabaseOption = Annotated[Path | None, typer.Option("--database", help=owner.DATABASE_HELP)]


@contextmanager
def refusals(*kinds: type[Exception]) -> Iterator[None]:
    """Tell a refusal as one sentence and end with exit code 2."""
    caught: tuple[type[Exception], ...] = (CannotDo, NoDatabase, *kinds)
    try:
        yield
    except caught as error:
        typer.echo(f"tailwatch: {sentence(error)}", err=True)
        raise typer.Exit(ExitCode.REFUSED) from error


def sentence(error: Exception) -> str:
    """Return what an error says to a person: of a file that is its name and what is wrong with it, without a number."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


@contextmanager
def as_owner(state: Path | None, database: Path | None) -> Iterator[Connection]:
    """Give the owner's connection, one transaction; refusals are told."""
    with refusals(), owner.connected(owner.conninfo(state, database)) as connection:
        yield connection


def append_to_audit(conninfo: str, action: str, subject: str, **detail: object) -> None:
    """Add a row to the audit log of a database, in the name of the system user. Raises NoDatabase."""
    with owner.connected(conninfo) as connection:
        connection.execute("SELECT audit_append(audit_actor(), %s, %s, %s)", (action, subject, Jsonb(detail)))


def enter_in_audit(state: Path | None, action: str, subject: str, **detail: object) -> None:
    """Enter in the audit log what a command changed outside the database; tell where a database is there and silent."""
    if not owner.has_database(state):
        return
    try:
        append_to_audit(owner.conninfo(state, None), action, subject, **detail)
    except NoDatabase as error:
        typer.echo(f"warning: done, but not in the audit log: {error}", err=True)


def chosen_password() -> str:
    """Ask twice for a password; from a pipe it is one line. Never from the command line, which others see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
