"""`tailwatch retention`: for how long observations stay in the database; off, everything stays for ever."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import owner
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import DatabaseOption, StateOption, as_owner, refusals

PANEL: Final = _panels.READINGS
app = typer.Typer(
    help="How long observations stay in the database. Off by default: everything stays.", no_args_is_help=True
)
LEAST_DAYS: Final = 60
SHOW: Final = """
SELECT days, (SELECT count(*) FROM released_span), (SELECT coalesce(sum(rows), 0) FROM released_span) FROM retention"""


@app.command()
def show(is_json: JsonOption = False, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Say how many days are kept, and what has left the database."""
    with as_owner(state, database) as connection:
        days, spans, rows = connection.execute(SHOW).fetchone() or (None, 0, 0)
    if is_json:
        print_json({"days": days, "released_spans": spans, "released_rows": int(rows)})
        return
    typer.echo("off: everything is kept" if days is None else f"{days} days are kept")
    if spans:
        typer.echo(f"{spans} spans with {rows} observations have left; tailwatch archive restore brings them back")


@app.command("set")
def set_(
    days: Annotated[int, typer.Argument(min=LEAST_DAYS, help="Days to keep.")],
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Say how many days are kept; nothing leaves before `tailwatch retention run`."""
    with as_owner(state, database) as connection:
        connection.execute("UPDATE retention SET days = %s", (days,))


@app.command()
def off(state: StateOption = None, database: DatabaseOption = None) -> None:
    """Keep everything."""
    with as_owner(state, database) as connection:
        connection.execute("UPDATE retention SET days = NULL")


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="Folder of the archive.")],
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Let whole chunks leave that are older than the days kept.

    Every row is compared with the archive first; a chunk with a row that is
    not there stays, and you are told which. Hourly and daily means stay.
    """
    from ingest.archive import ArchiveDamaged, space_release

    with (
        refusals(space_release.NotReleased, ArchiveDamaged, OSError),
        owner.connected(owner.conninfo(state, database)) as connection,
    ):
        row = connection.execute("SELECT days FROM retention").fetchone()
        days = row[0] if row else None
        connection.commit()
        connection.autocommit = True
        if days is None:
            typer.echo("off: everything is kept; tailwatch retention set DAYS")
            return
        for chunk in space_release.chunks(connection, datetime.now(UTC) - timedelta(days=days)):
            typer.echo(f"{chunk}: {space_release.release(connection, folder, chunk)} observations left")
