"""`tailwatch register`: registers of facilities in, with what is refused by row, and out again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from ingest import register
from ingest.samples import laboratory
from tailings.mapped_tables.faults import BadMap
from tailings.register import exports
from tailings.register.compared import FieldChange
from tailings.table_file import BadTable
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import DatabaseOption, StateOption, as_ingest, author
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.exit_codes import ExitCode
from tailwatch.owner import CannotDo
from toml_file.text import NotToml, decoded

PANEL: Final = _panels.FACILITIES
REFUSED: Final = (BadTable, BadMap, register.RegisterRefused, register.OlderRegister, OSError)
FORMS: Final = (".csv", ".geojson", ".gpkg")
app = typer.Typer(help="Registers of facilities: thousands, most without any sensor.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, GeoJSON or GeoPackage.")],
    map: Annotated[Path, typer.Option("--map", exists=True, dir_okay=False, help="How its columns are read (TOML).")],
    preview: Annotated[bool, typer.Option("--preview", help="Tell what it would do; nothing is stored.")] = False,
    refused: Annotated[
        Path | None, typer.Option("--refused", dir_okay=False, help="CSV to write: what was refused, by row.")
    ] = None,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take the good rows of a register's file and name every fault; the same file again changes nothing.

    Exit code 1 says that some rows are refused.
    """
    told: register.RegisterPreview
    with as_ingest(state, database, *REFUSED) as connection:
        if preview:
            told = register.preview(connection, file.read_bytes(), _text(map))
        else:
            told = register.take(connection, file.name, file.read_bytes(), _text(map), author())
        if refused is not None:
            refused.write_bytes(exports.refused(told.faults))
    if is_json:
        print_json(laboratory.outcome(told))
    else:
        _tell(told, preview)
    if told.refused:
        raise typer.Exit(ExitCode.FOUND)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(dir_okay=False, help="File to write: its end says in which form.")],
    of: Annotated[str | None, typer.Option("--register", help="Only of this register.")] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the facilities of all registers, or of one: OUT.csv, OUT.geojson or OUT.gpkg."""
    with as_ingest(state, database, OSError) as connection:
        if out.suffix not in FORMS:
            raise CannotDo(f"{out.name} ends with none of {', '.join(FORMS)}")
        rows = register.exported(connection, of)
        if out.suffix == ".gpkg":
            out.write_bytes(exports.geopackage(rows, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
        else:
            out.write_bytes((exports.csv if out.suffix == ".csv" else exports.geojson)(rows))
    typer.echo(f"{out}: {len(rows)} facilities")


def _tell(told: register.RegisterPreview, is_preview: bool) -> None:
    for one in told.changes:
        typer.echo(f"row {one.row} {one.id} {one.name}: {', '.join(map(_change, one.changes))}")
    for id in told.gone:
        typer.echo(f"gone: {id}")
    for line in laboratory.lines(told.notes):
        typer.echo(f"note: {line}")
    for line in laboratory.lines(told.faults):
        typer.echo(line, err=True)
    typer.echo(
        f"{told.rows_in} rows in: {told.added} new, {told.changed} changed, {told.unchanged} already there, "
        f"{told.refused} refused; {len(told.gone)} gone{'; nothing is stored' if is_preview else ''}"
    )


def _change(one: FieldChange) -> str:
    before, after = ("nothing" if value is None else value for value in (one.before, one.after))
    return f"{one.column} {before} -> {after}"


def _text(file: Path) -> str:
    try:
        return decoded(file.read_bytes())
    except NotToml as error:
        raise BadMap(f"map: {error}") from error
