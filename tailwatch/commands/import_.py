"""`tailwatch import`: the files of observations that were brought, what each did, and the way back."""

from typing import Annotated, Any, Final

import typer

from ingest import imports
from ingest.revisions import RevisionRefused
from tailings.facility import BadFacility
from tailwatch import survey
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import (
    CountOption,
    DatabaseOption,
    FacilityOption,
    ReasonOption,
    StateOption,
    as_ingest,
    author,
)
from tailwatch.commands._json import JsonOption, print_json, tables

PANEL: Final = _panels.READINGS
app = typer.Typer(help="Files of observations that were brought, and the way back.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Number of the import in the list.")]


@app.command("list")
def list_(
    facility: FacilityOption,
    count: CountOption = 20,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the newest imports."""
    with as_ingest(state, database, facility=facility) as connection:
        found = imports.listed(connection, facility, count)
    if is_json:
        print_json([_document(one) for one in found])
    else:
        for one in found:
            typer.echo(_line(one))


@app.command()
def show(
    number: Number,
    facility: FacilityOption,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show one import: its file and map, and what became of the cells of each column."""
    with as_ingest(state, database, RevisionRefused, facility=facility) as connection:
        one = imports.find(connection, facility, number)
        total = imports.counts(connection, one.id)
        expected = imports.expected_s(connection, facility)
    if is_json:
        print_json(_document(one) | {"map": one.map, "counts": total})
        return
    typer.echo(f"{_line(one)}\nsha256 {one.file_sha256}, revision {one.revision}")
    for key, value in sorted(one.map.items()):
        typer.echo(f"map {key}: {value}")
    for line in survey.report(total, expected):
        typer.echo(line)


@app.command()
def compare(
    number: Number,
    facility: FacilityOption,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many at the most.")] = 20,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Compare what an import brought with what stands now: rows by datastream, then each value that it replaced."""
    with as_ingest(state, database, RevisionRefused, facility=facility) as connection:
        one = imports.find(connection, facility, number)
        standing, replaced = imports.standing(connection, one), imports.replaced(connection, one, count)
    if is_json:
        rows = tables(("datastream", "brought", "stand", "undone"), standing)
        values = tables(("datastream", "at", "before", "now"), replaced)
        print_json({"id": one.id, "datastreams": rows, "replaced": values})
        return
    for name, brought, stands, undone in standing:
        typer.echo(f"{name}: {brought} brought, {stands} of them stand, {undone} were taken back")
    for name, at, before, now in replaced:
        typer.echo(f"{name} {at:%Y-%m-%dT%H:%M:%SZ}: {_value(before)} was stored, {_value(now)} stands now")


@app.command()
def undo(
    number: Number,
    facility: FacilityOption,
    reason: ReasonOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take an import back, as a revision: values that it replaced are given back, those that it let in fail.

    Nothing is deleted: a failed value is shown and counted nowhere as a
    reading. What was derived from it is derived anew. The same file can be
    brought again.
    """
    with (
        as_ingest(state, database, RevisionRefused, BadFacility, facility=facility) as connection,
        connection.transaction(),
    ):
        one = imports.find(connection, facility, number)
        typer.echo(f"revision {imports.undo(connection, one, author(), reason)}")


def _document(one: imports.Import) -> dict[str, Any]:
    return {name: value for name, value in one._asdict().items() if name not in ("facility", "map", "source")}


def _line(one: imports.Import) -> str:
    stands = "not at its end" if one.closed_at is None else "whole"
    if one.undone_by is not None:
        stands = f"undone by revision {one.undone_by}"
    return f"{one.id} {one.made_at:%Y-%m-%dT%H:%MZ} {one.author} {one.file_name}: {stands}"


def _value(value: float | None) -> str:
    return "a missing one" if value is None else f"{value:.15g}"
