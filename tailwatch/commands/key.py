"""`tailwatch key`: keys for programs that read or ask something of the api."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import people
from tailwatch.commands import _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import DatabaseOption, StateOption, as_owner
from tailwatch.secrets import write_private

DAYS: Final = 365
MAX_DAYS: Final = 3650

PANEL: Final = _panels.ACCESS
app = typer.Typer(help="Keys for programs that use the API.", no_args_is_help=True)


@app.command()
def make(
    label: Annotated[str, typer.Argument(help="What it is for, to know it again in the list.")],
    scope: Annotated[
        str, typer.Option(help="read, annotate, approve or admin; each includes those before it.")
    ] = "read",
    facility: Annotated[list[str] | None, typer.Option(help="Id of a facility, * for every one; repeat it.")] = None,
    days: Annotated[int, typer.Option(min=1, max=MAX_DAYS, help="How long it counts.")] = DAYS,
    out: Annotated[Path | None, typer.Option(help="Write it to this file (mode 600) instead of showing it.")] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make a key. It is shown once and kept nowhere; send it as Authorization: Bearer KEY."""
    with as_owner(state, database) as connection:
        number, key = people.make_key(connection, label, scope, facility or ["*"], days)
    if out is not None:
        write_private(out, key + "\n")
        typer.echo(f"key:{number} is in {out}")
    else:
        typer.echo(f"key:{number}", err=True)
        typer.echo(key)


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="Number in the list.")],
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """End a key, from the next request on."""
    with as_owner(state, database) as connection:
        people.revoke_key(connection, number)


@app.command("list")
def list_(is_json: JsonOption = False, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Show all keys: label, scopes, facilities, end, last use."""
    with as_owner(state, database) as connection:
        found = people.keys(connection)
    if is_json:
        print_json([key._asdict() for key in found])
        return
    for key in found:
        end = f"revoked {_day(key.revoked_at)}" if key.revoked_at else f"until {_day(key.expires_at)}"
        used = f"last used {_day(key.last_used_at)}" if key.last_used_at else "never used"
        typer.echo(f"key:{key.id} {key.label!r} {key.scopes} in {key.facilities}, {end}, {used}")


def _day(time: datetime | None) -> str:
    return "for ever" if time is None else f"{time:%Y-%m-%d}"
