"""`tailwatch study`: what a facility's waste would bring, from the samples that were imported."""

from pathlib import Path
from typing import Annotated, Final

import typer

from ingest import studies
from ingest.studies import NoStudy
from tailings.estimate import volumes
from tailings.estimate.outcomes import Spread
from tailings.estimate.volumes import BadSurface, Surface
from tailings.study import BadStudy
from tailings.study.realisation_files import Form
from tailwatch.commands import _panels, _study_file
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    StateOption,
    announce,
    as_ingest,
    author,
    progress,
)
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals

PANEL: Final = _panels.VALUE
app = typer.Typer(help="Studies of what the waste would bring.", no_args_is_help=True)


@app.callback()
def study() -> None:
    """Studies of what the waste would bring."""


@app.command()
def run(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Study file: docs/operating/value.md.")],
    facility: FacilityOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Run a study and store it as the newest version; the same file and samples make no second one."""
    with as_ingest(state, database, BadStudy) as connection, progress("study") as tell, connection.transaction():
        version = studies.make(connection, facility, _study_file.whole(file), author(), tell)
        announce(connection, facility)
    typer.echo(f"study {version} of {facility}: see /f/{facility}/value")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder for the files; made where there is none.")],
    facility: FacilityOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the newest study as files: tables in CSV and Parquet, and the Article 27 record in JSON and GeoJSON."""
    with as_ingest(state, database, NoStudy) as connection:
        written = studies.write(connection, facility, folder)
    typer.echo(f"{len(written)} files in {folder}: {', '.join(written)}")


@app.command()
def realisations(
    file: Annotated[
        Path, typer.Argument(dir_okay=False, help="File to write: .parquet, or another ending for GSLIB's text form.")
    ],
    facility: FacilityOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the realisations of the newest study, grades of all panels, as Parquet or for geostatistics packages."""
    form: Form = "parquet" if file.suffix.lower() == ".parquet" else "gslib"
    with as_ingest(state, database, NoStudy, BadStudy) as connection:
        studies.write_realisations(connection, facility, form, file)
    typer.echo(f"realisations of {facility} in {file}, {file.stat().st_size} bytes")


@app.command()
def volume(
    top: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Surface now: XYZ lines or a GeoTIFF.")],
    base: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Surface before the first tailings.")],
    height_sd_m: Annotated[float, typer.Option(min=0, help="Standard deviation of one height.")] = 0.1,
    datum_sd_m: Annotated[float, typer.Option(min=0, help="Of what all heights of a survey share.")] = 0.05,
    is_json: JsonOption = False,
) -> None:
    """Tell the volume between two surveyed surfaces, as P90, P50 and P10 for a study file."""
    with refusals(BadSurface):
        found = volumes.between(_surface(top), _surface(base), height_sd_m, datum_sd_m)
    _tell(found, is_json=is_json)


@app.command("volume-below")
def volume_below(
    curve: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Lines of level and volume below it.")],
    level_m: Annotated[float, typer.Argument(help="Level of the tailings, in the datum of the curve.")],
    level_sd_m: Annotated[float, typer.Option(min=0, help="Standard deviation of that level.")] = 0.1,
    share_sd: Annotated[float, typer.Option(min=0, max=1, help="Of the curve, as a share of the volume.")] = 0.03,
    is_json: JsonOption = False,
) -> None:
    """Tell the volume below a level of a stage-storage curve, as P90, P50 and P10 for a study file."""
    with refusals(BadSurface):
        found = volumes.below(volumes.read_stage(curve.read_text()), level_m, level_sd_m, share_sd)
    _tell(found, is_json=is_json)


def _tell(found: Spread, *, is_json: bool) -> None:
    if is_json:
        print_json({"p90": found.low, "p50": found.mid, "p10": found.high})
        return
    typer.echo(f"p90 = {found.low:.0f}\np50 = {found.mid:.0f}\np10 = {found.high:.0f}")


def _surface(file: Path) -> Surface:
    if file.suffix.lower() in (".tif", ".tiff"):
        return volumes.read_geotiff(file.read_bytes())
    return volumes.read_xyz(file.read_text())
