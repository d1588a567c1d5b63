"""`tailwatch assays`: a laboratory's file of assays into the record of a facility."""

from pathlib import Path
from typing import Annotated, Final

import typer

from ingest.samples import assays, laboratory
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
app = typer.Typer(help="Samples and assays of tailings.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX: docs/operating/value.md.")],
    facility: FacilityOption,
    synthetic: Annotated[str, typer.Option(help="Why no laboratory measured these; it shows beside each figure.")] = "",
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take the good rows of a file and name every fault; the same file again changes nothing.

    Exit code 1 says that some rows were not taken.
    """
    with as_ingest(state, database, BadTable, laboratory.UnknownFacility) as connection:
        taken = assays.take(connection, facility, file.name, file.read_bytes(), author(), synthetic=synthetic)
        announce(connection, facility)
    tell_taken(taken)
