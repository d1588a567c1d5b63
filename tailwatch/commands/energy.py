"""`tailwatch energy`: what the nodes of a facility take of their batteries, and how long these last."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from runtime.settings import BadSettings
from tailings.facility import BadFacility, Facility
from tailwatch import facility_file
from tailwatch.commands import _energy_lines, _panels
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals

PANEL: Final = _panels.FACILITIES


def energy(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Facility file.")],
    figures: Annotated[
        Path | None,
        typer.Option("--figures", exists=True, dir_okay=False, help="Figures of your own instead of the project's."),
    ] = None,
    panel_w: Annotated[float | None, typer.Option(min=0, help="Power of the panel, instead of the figures'.")] = None,
    battery_ah: Annotated[float | None, typer.Option(min=0.01, help="Capacity, instead of the figures'.")] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", dir_okay=False, help="SVG of the year of the node that takes most.")
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Tell what each node takes of its battery a day, and how long it lasts without sun.

    Currents of data sheets times the firmware's times, typical and worst, at the
    intervals and the latitude of the file. Nothing was measured on a board: what
    rests on an assumption is named. No database is needed.
    """
    from tailwatch import energy as nodes

    with refusals(OSError, BadFacility, BadSettings):
        facility, _ = facility_file.read(file)
        chosen = nodes.sized(nodes.read(figures), panel_w, battery_ah)
        found = nodes.of_facility(facility, chosen, nodes.wake_times())
        if picture is not None:
            picture.write_text(_energy_lines.picture(facility, found, chosen))
    if is_json:
        print_json(_document(facility, found, chosen))
        return
    for line in _energy_lines.lines(facility, found, chosen):
        typer.echo(line)


def _document(facility: Facility, found: Any, figures: Any) -> dict[str, Any]:
    return {
        "facility": facility.id,
        "latitude_deg": facility.location.lat,
        "measured_on_a_board": False,
        "battery_ah": figures.battery.ampere_hours,
        "panel_w": figures.panel.watts,
        "nodes": [_energy_lines.node(one) for one in found],
        "days_without_sun": _energy_lines.by_latitude(facility, found, figures),
        "assumed": [{"figure": name, "source": source} for name, source in _energy_lines.assumed(figures)],
    }
