"""`tailwatch units`: the units that a facility file may use."""

from typing import Annotated, Final

import typer

from tailings.units import UNITS
from tailwatch.commands import _panels

PANEL: Final = _panels.FACILITIES
app = typer.Typer(help="The units (UCUM) of facility files.", no_args_is_help=True)


@app.command("list")
def list_(
    dimension: Annotated[str, typer.Option(help="Only those of one dimension, for example pressure.")] = "",
) -> None:
    """List the units (UCUM) that a facility file may use, with their dimension."""
    for unit in UNITS:
        if dimension in ("", unit.dimension):
            typer.echo(f"{unit.symbol} {unit.dimension}")
