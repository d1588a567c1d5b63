"""`tailwatch samples`: a laboratory's table of water samples into the record of a facility."""

from pathlib import Path
from typing import Annotated, Final

import typer

from ingest.samples import laboratory, water
from tailings.laboratory import BadTable
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    StateOption,
    announce,
    as_ingest,
    author,
    tell_taken,
)

PANEL: Final = _panels.VALUE
app = typer.Typer(help="Water samples of laboratories.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="CSV or XLSX: sample, point, medium, time, laboratory, then `Cd ug/L dissolved`, `pH`, ...",
        ),
    ],
    facility: FacilityOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take the good rows of a table and name every fault; the same table again changes nothing.

    Exit code 1 says that some rows were not taken.
    """
    with as_ingest(state, database, BadTable, laboratory.UnknownFacility) as connection:
        taken = water.take(connection, facility, file.name, file.read_bytes(), author())
        announce(connection, facility)
    tell_taken(taken, file.name)
