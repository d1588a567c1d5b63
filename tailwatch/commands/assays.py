"""`tailwatch assays`: a laboratory's file of assays into the record of a facility."""

from pathlib import Path
from typing import Annotated, Final

import typer

from ingest.samples import assays, laboratory
from tailings import csv_text
from tailings.laboratory import BadTable, read_table
from tailings.laboratory.ranges import ResultRange
from tailings.mapped_tables import joined
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import (
    CountOption,
    DatabaseOption,
    FacilityOption,
    ReasonOption,
    StateOption,
    announce,
    as_ingest,
    author,
    tell_taken,
)
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.exit_codes import ExitCode
from toml_file.text import NotToml, decoded

PANEL: Final = _panels.VALUE
REFUSED: Final = (BadTable, assays.BadMap, assays.WithdrawalRefused, laboratory.UnknownFacility)
app = typer.Typer(help="Samples and assays of tailings.", no_args_is_help=True)


FileArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX: docs/operating/assays.md.")
]
MapOption = Annotated[
    Path | None,
    typer.Option("--map", exists=True, dir_okay=False, help="How its columns are read (TOML)."),
]


@app.command("import")
def import_(
    file: FileArgument,
    facility: FacilityOption,
    map: MapOption = None,
    synthetic: Annotated[str, typer.Option(help="Why no laboratory measured these; it shows beside each figure.")] = "",
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take the good rows of a file and name every fault; the same file again changes nothing.

    Exit code 1 says that some rows were not taken.
    """
    with as_ingest(state, database, *REFUSED) as connection:
        taken = assays.take(
            connection,
            facility,
            file.name,
            file.read_bytes(),
            author(),
            synthetic=synthetic,
            mapping=_text(map),
        )
        announce(connection, facility)
    _tell_changes(taken, file.name)
    tell_taken(taken, file.name)


@app.command("list")
def list_(
    facility: FacilityOption,
    count: CountOption = 20,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the newest imports: number, file, how many samples it brought, and how many were withdrawn."""
    with as_ingest(state, database, facility=facility) as connection:
        found = assays.imported(connection, facility, count)
    if is_json:
        print_json([one._asdict() for one in found])
    else:
        for one in found:
            typer.echo(_import_line(one))


@app.command()
def withdraw(
    number: Annotated[int, typer.Argument(help="Number of the import in the list.")],
    facility: FacilityOption,
    reason: ReasonOption,
    sample: Annotated[
        list[str] | None, typer.Option(help="Only this sample of it; several as often as needed.")
    ] = None,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take back samples that were imported by mistake: all of an import, or those that are named.

    Nothing is deleted: file and samples stay, with who withdrew them, when
    and why. What an earlier file said of a sample counts again. A study made
    with them says so until it is run again. The file can be imported again.
    """
    with as_ingest(state, database, *REFUSED, facility=facility) as connection:
        told = assays.withdraw(connection, facility, number, author(), reason, names=sample or ())
        announce(connection, facility)
    if is_json:
        print_json(laboratory.outcome(told))
        return
    for one in told.remaining_samples:
        typer.echo(f"{one.name} counts as in {one.file} row {one.row}")
    gone = len(told.samples) - len(told.remaining_samples)
    typer.echo(
        f"withdrawal {told.withdrawal} of {told.file}: {len(told.samples)} samples, of which {gone} count no more"
    )


@app.command()
def preview(
    file: FileArgument,
    facility: FacilityOption,
    map: MapOption = None,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Tell what an import would take, change and refuse, and the range of each result; nothing is stored.

    Exit code 1 says that some rows would not be taken.
    """
    with as_ingest(state, database, *REFUSED) as connection:
        found = assays.preview(connection, facility, file.read_bytes(), _text(map))
    if is_json:
        print_json(laboratory.outcome(found))
    else:
        for one in found.ranges:
            typer.echo(_range(one))
        _tell_changes(found, file.name)
        for line in laboratory.lines(found.faults, file.name):
            typer.echo(line, err=True)
        typer.echo(
            f"{found.added} new, {found.revised} revised, {found.unchanged} unchanged in {found.holes} holes; "
            f"{len(found.faults)} faults; nothing is stored"
        )
    if found.faults:
        raise typer.Exit(ExitCode.FOUND)


@app.command()
def join(
    file: FileArgument,
    collars: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The table of the holes' places.")],
    on: Annotated[str, typer.Option(help="The heading of the hole, in both.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where the one table goes, as CSV.")],
) -> None:
    """Put the places of holes beside their intervals, as one table for preview and import; holes count as vertical.

    Exit code 1 says that some holes have no place, or are inclined.
    """
    try:
        found = joined.join(read_table(file.read_bytes()), read_table(collars.read_bytes()), on)
    except BadTable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.REFUSED) from error
    out.write_text(csv_text.text(found.rows), encoding="utf-8", newline="")
    typer.echo(f"{len(found.rows) - 1} intervals of {found.holes} holes in {out}")
    for hole in found.without:
        typer.echo(f"{hole} has no place in {collars.name}", err=True)
    for hole in found.inclined:
        typer.echo(f"{hole} is inclined by {collars.name} and would count as vertical: leave its rows out", err=True)
    if found.without or found.inclined:
        raise typer.Exit(ExitCode.FOUND)


def _tell_changes(told: assays.AssayPreview | laboratory.Taken, file: str) -> None:
    for one in told.revisions:
        typer.echo(f"{file} row {one.row} {one.name}, before in {one.before}: {', '.join(one.differences)}")
    for line in laboratory.lines(told.notes, file):
        typer.echo(f"note: {line}")


def _import_line(one: assays.ImportedFile) -> str:
    withdrawn = f", {one.withdrawn} of them withdrawn" if one.withdrawn else ""
    return f"{one.id} {one.imported_at:%Y-%m-%dT%H:%MZ} {one.author} {one.name}: {one.samples} samples{withdrawn}"


def _range(one: ResultRange) -> str:
    span = "" if one.least is None else f", {one.least:g} to {one.most:g} {one.unit}"
    limits = f", {one.below} below and {one.above} above a limit, {one.without} without a result"
    return f"{one.substance} {one.unit}{f' [{one.method}]' if one.method else ''}: {one.results} results{span}{limits}"


def _text(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return decoded(file.read_bytes())
    except NotToml as error:
        raise assays.BadMap(f"map: {error}") from error
