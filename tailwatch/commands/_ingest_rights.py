"""What the commands that work on observations share: a connection with the rights of ingest, instants, and progress."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import psycopg
import typer
from rich.console import Console
from rich.progress import Progress

from ingest import database
from ingest.samples import laboratory
from ingest.store import commit
from ingest.values import Connection
from tailwatch.commands._refusals import StateOption as StateOption
from tailwatch.commands._refusals import refusals
from tailwatch.exit_codes import ExitCode
from tailwatch.owner import CannotDo, NoDatabase
from tailwatch.state import default_folder

CONNINFO: Final = "settings/tailwatch_ingest.conninfo"
CountOption = Annotated[int, typer.Option("--count", min=1, max=10_000, help="How many at the most.")]
DatabaseOption = Annotated[
    Path | None,
    typer.Option("--database", help="File with the connection string of ingest; by default that of the state folder."),
]
FacilityOption = Annotated[str, typer.Option("--facility", help="Id of the facility.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it stays in the record.")]


@contextmanager
def as_ingest(
    state: Path | None, given: Path | None, *kinds: type[Exception], facility: str | None = None
) -> Iterator[Connection]:
    """Give a connection in autocommit mode with the rights of ingest; refusals of these kinds are told, and a facility
    that the database does not know."""
    with refusals(*kinds), _connect(given or (state or default_folder()) / CONNINFO) as connection:
        connection.execute("SELECT set_config('tailwatch.actor', %s, false)", (author(),))
        if facility is not None:
            _must_be_known(connection, facility)
        yield connection


def announce(connection: Connection, facility: str) -> None:
    """Let open pages know that something of a facility has changed, without a reading: the last of its transaction."""
    with connection.transaction():
        commit.write(connection, {facility}, [])


def author() -> str:
    """Return who sits at the terminal, as the book of revisions knows commands."""
    return f"system:{os.getuid()}"


def instant(text: str) -> datetime:
    """Read a day or an instant (ISO 8601), in UTC unless it says otherwise; for typer's `parser`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time; write 2026-05-03 or 2026-05-03T14:10:00Z") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_FROM: Final = typer.Option("--from", parser=instant, help="From this day or instant on (UTC).")
_TO: Final = typer.Option("--to", parser=instant, help="Until before this one.")
FromOption = Annotated[datetime, _FROM]
ToOption = Annotated[datetime, _TO]
OptionalFrom = Annotated[datetime | None, _FROM]
OptionalTo = Annotated[datetime | None, _TO]


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error; the given function takes the share that is done."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def tell_taken(taken: laboratory.Taken, file: str) -> None:
    """Tell what became of a laboratory's file, each fault by file, row and column; exit code 1 when there was one."""
    for line in laboratory.lines(taken.faults, file):
        typer.echo(line, err=True)
    typer.echo(f"{taken.added} new, {taken.revised} revised, {taken.unchanged} unchanged; {len(taken.faults)} faults")
    if taken.faults:
        raise typer.Exit(ExitCode.FOUND)


def _must_be_known(connection: Connection, facility: str) -> None:
    known = [row[0] for row in connection.execute("SELECT id FROM facility ORDER BY id").fetchall()]
    if facility not in known:
        raise CannotDo(f"there is no facility {facility!r}; there are {', '.join(known) or 'none yet'}")


def _connect(file: Path) -> Connection:
    try:
        return database.connect(file.read_text().strip())
    except OSError as error:
        raise NoDatabase(
            f"{file} cannot be read ({error.strerror}): run `tailwatch up` once, or name the file with --database"
        ) from error
    except psycopg.OperationalError as error:
        raise NoDatabase("the database does not answer: is `tailwatch up` (or its systemd unit) running?") from error
