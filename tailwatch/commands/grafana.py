"""`tailwatch grafana`: dashboards, data sources and the reading role, alert rules and examples beside them."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import grafana as provisioning
from tailwatch.commands import _panels
from tailwatch.commands._refusals import refusals

PANEL: Final = _panels.PROGRAMS
app = typer.Typer(help="Dashboards and alert rules for Grafana and Prometheus.", no_args_is_help=True)


@app.command()
def write(
    folder: Annotated[Path, typer.Argument(help="Where the files go; it is made.")],
    facility: Annotated[
        list[str] | None, typer.Option(help="Id of a facility that is not public and is shown too; repeat it.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over files that were edited.")] = False,
) -> None:
    """Write dashboards, data sources, the SQL of the role that reads for them, and alert rules.

    Files only; no program is asked, and none of the files holds a password. A file that was edited is kept, and named,
    unless --replace is given.
    """
    with refusals(provisioning.Differs, provisioning.NoFacility, OSError):
        changed = provisioning.write(folder, facility or [], is_replacing=replace)
    for path in changed:
        typer.echo(path)
    if not changed:
        typer.echo("all are there already")
