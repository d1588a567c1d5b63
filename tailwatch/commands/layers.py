"""`tailwatch layers`: layers of land use in, whole or not at all, and out again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from ingest import land
from tailings.land import exports
from tailings.land.layer_file import BadLayer
from tailings.land.values import KINDS, LayerSource
from tailings.table_file import BadTable
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import DatabaseOption, StateOption, as_ingest, author
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.owner import CannotDo

PANEL: Final = _panels.FACILITIES
READS: Final = ("name", "population", "facility")
REFUSED: Final = (BadLayer, BadTable, land.OlderLayer, land.UnknownLayer, OSError)
FORMS: Final = (".geojson", ".gpkg")
LayerArgument = Annotated[str, typer.Argument(help="Id of the layer.")]
app = typer.Typer(help="Layers of land use: protected areas, waters, settlements, plans.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GeoJSON or GeoPackage.")],
    layer: Annotated[str, typer.Option("--layer", help="Its id here, such as natura-2000.")],
    kind: Annotated[str, typer.Option("--kind", help=f"What it shows: {', '.join(KINDS)}.")],
    title: Annotated[
        str, typer.Option("--title", help="What it is and whose, such as NUTS 2024, (C) EuroGeographics.")
    ],
    source: Annotated[str, typer.Option("--source", help="Who publishes it, and where; pages show it.")],
    licence: Annotated[str, typer.Option("--licence", help="SPDX, or what the publisher says; the page shows it.")],
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Of what it shows.")],
    reads: Annotated[
        list[str] | None, typer.Option("--read", help="name=, population= or facility=PROPERTY of its shapes.")
    ] = None,
    table: Annotated[str, typer.Option("--table", help="Layer of a GeoPackage; by default the first.")] = "",
    covers: Annotated[
        str | None, typer.Option("--covers", help="West,south,east,north within which it is whole.")
    ] = None,
    is_directed: Annotated[bool, typer.Option("--directed", help="Lines of a river run downstream.")] = False,
    is_public: Annotated[bool, typer.Option("--open", help="Everybody may read it.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Tell what it would do; nothing is stored.")] = False,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Load a layer's file in place of what the layer had; a file with one fault is refused whole."""
    said = {"id": layer, "kind": kind, "title": title, "source": source, "licence": licence, "day": day.date()}
    flags = {"table": table, "is_directed": is_directed, "is_public": is_public}
    told: land.LayerPreview
    with as_ingest(state, database, *REFUSED) as connection:
        about = _source({**said, **flags, "covers": _box(covers), **_properties(reads or [])})
        if preview:
            told = land.preview(connection, file.read_bytes(), about)
        else:
            told = land.take(connection, file.name, file.read_bytes(), about, author())
    if is_json:
        print_json(msgspec.to_builtins(told))
    else:
        _tell(told, about, preview)


@app.command("list")
def list_(is_json: JsonOption = False, state: StateOption = None, database: DatabaseOption = None) -> None:
    """List the layers that are loaded, each with source, licence and day."""
    with as_ingest(state, database, *REFUSED) as connection:
        found = land.loaded(connection)
    if is_json:
        print_json({"layers": msgspec.to_builtins(found)})
        return
    for one in found:
        access = "public" if one.is_public else "not public"
        typer.echo(
            f"{one.layer} ({one.kind}): {one.title}; {one.source}, {one.licence}, as of {one.day}; "
            f"{one.features} shapes, {access}"
        )


@app.command()
def export(
    layer: LayerArgument,
    out: Annotated[Path, typer.Argument(dir_okay=False, help="File to write: OUT.geojson or OUT.gpkg.")],
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the shapes of a layer with its source, licence and day."""
    with as_ingest(state, database, *REFUSED) as connection:
        if out.suffix not in FORMS:
            raise CannotDo(f"{out.name} ends with none of {', '.join(FORMS)}")
        found = land.exported(connection, layer)
        made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        out.write_bytes(exports.geojson(found) if out.suffix == ".geojson" else exports.geopackage(found, made))
    typer.echo(f"{out}: {len(found.features)} shapes, licence {found.licence}")


@app.command()
def remove(layer: LayerArgument, state: StateOption = None, database: DatabaseOption = None) -> None:
    """Take a layer out; that it was loaded, when and by whom stays known."""
    with as_ingest(state, database, *REFUSED) as connection:
        count = land.remove(connection, layer, author())
    typer.echo(f"{layer}: {count} shapes removed")


def _properties(reads: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in reads]
    if wrong := [one for one, (name, _, of) in zip(reads, pairs, strict=True) if name not in READS or not of]:
        raise CannotDo(f"--read {wrong[0]!r}: write name=, population= or facility= and a property of the shapes")
    return {name: of for name, _, of in pairs}


def _box(text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        return [float(one) for one in text.split(",")]
    except ValueError as error:
        raise CannotDo(
            f"--covers {text!r} is no box; write west,south,east,north, such as -9.6,36.9,-6.1,42.2"
        ) from error


def _source(said: dict[str, object]) -> LayerSource:
    try:
        return msgspec.convert(said, LayerSource)
    except msgspec.ValidationError as error:
        raise CannotDo(str(error)) from error


def _tell(told: land.LayerPreview, about: LayerSource, is_preview: bool) -> None:
    box = ", ".join(f"{one:.4f}" for one in told.covers)
    if not told.is_stated:
        typer.echo(f"note: who publishes it states no box (--covers); it speaks for that of its shapes, {box}")
    if about.kind == "river" and not about.is_directed:
        typer.echo("note: without --directed nothing is said of what lies downstream")
    if told.unnamed:
        typer.echo(f"note: {told.unnamed} shapes have no name")
    ending = "; nothing is stored" if is_preview else "; it was loaded already" if told.is_known else ""
    typer.echo(f"{told.layer}: {told.features} shapes in place of {told.replaces}, licence {about.licence}{ending}")
