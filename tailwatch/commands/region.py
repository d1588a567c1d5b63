"""`tailwatch region`: what an operator states of a region, checked and put where the api reads it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from api.region import operator_files
from api.region.operator_files import BadConsumption
from runtime.atomic_write import write_whole
from tailings.regions import boundaries as region_boundaries
from tailings.regions.boundaries import BadBoundaries
from tailwatch.commands import _panels
from tailwatch.commands._refusals import StateOption, refusals
from tailwatch.owner import CannotDo
from tailwatch.state import default_folder

PANEL: Final = _panels.FACILITIES
MAX_BYTES: Final = 200_000_000
READABLE: Final = 0o755
app = typer.Typer(help="What the region page needs of its operator.", no_args_is_help=True)


@app.command()
def boundaries(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GeoJSON of polygons, WGS 84.")],
    licence: Annotated[str, typer.Option("--licence", help="SPDX, or what the publisher says; the page shows it.")],
    day: Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="Of the file.")],
    title: Annotated[
        str, typer.Option("--title", help="What it is and whose, such as NUTS 2024, (C) EuroGeographics.")
    ],
    code: Annotated[str, typer.Option("--code", help="Property that holds the code.")] = "NUTS_ID",
    name: Annotated[str, typer.Option("--name", help="Property that holds the name.")] = "NAME_LATN",
    state: StateOption = None,
) -> None:
    """Load the polygons of regions (NUTS, say): facilities and rows of registers get the code of where they lie."""
    with refusals(BadBoundaries, OSError):
        said = {"code": code, "name": name, "title": title, "licence": licence}
        found = region_boundaries.read(_content(file), **said, day=day.date())
        written = _write(state, operator_files.BOUNDARIES, region_boundaries.encoded(found), region_boundaries.decoded)
    typer.echo(f"{written}: {len(found.regions)} regions, licence {licence}")


@app.command()
def consumption(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="TOML: docs/operating/region.md.")],
    state: StateOption = None,
) -> None:
    """State the EU's yearly consumption of materials, each with its source; without it shares are not computed."""
    with refusals(BadConsumption, OSError):
        content = _content(file)
        written = _write(state, operator_files.CONSUMPTION, content, operator_files.read_consumption)
    typer.echo(f"{written}: {len(operator_files.read_consumption(content))} stated")


def _content(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise CannotDo(f"{file.name} has more than {MAX_BYTES // 1_000_000} MB; take a coarser scale")
    return file.read_bytes()


def _write(state: Path | None, name: str, content: bytes, check: Callable[[bytes], object]) -> Path:
    """Whole, and readable for the api's own system user: it holds nothing secret."""
    check(content)
    folder = (state or default_folder()) / operator_files.FOLDER
    folder.mkdir(mode=READABLE, parents=True, exist_ok=True)
    write_whole(folder / name, content)
    (folder / name).chmod(READABLE & 0o644)
    return folder / name
