"""`tailwatch import FILE`: history from a CSV file, by the same path as everything else, while `tailwatch up` runs."""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

import edge_agent
from tailwatch import survey
from tailwatch.commands._import_progress import drawn, log, told_as_json
from tailwatch.state import default_folder
from tailwatch.terminal_run import STATE_DEFAULT, refusing


def import_(
    file: Annotated[Path, typer.Argument(help="CSV file; its first line names the columns.", metavar="FILE")],
    facility: Annotated[str, typer.Option(help="Id of the facility, as in its file.")],
    map_: Annotated[
        Path | None,
        typer.Option("--map", help="How columns become datastreams. Without it they are named n01:pond.level."),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Without --map: zone of the file's times: Europe/Lisbon, UTC, UTC-06:00.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="State folder of the running tailwatch.", show_default=STATE_DEFAULT)
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Print the progress as one JSON object a line.")] = False,
) -> None:
    """Bring the history of a file to the centre.

    Needs `tailwatch up` running. Ended at any moment, the same command goes on
    where it was; a file that is stored already changes nothing. At the end you
    read how many rows were taken, which were refused and why, and the gaps.

    A map is a TOML file: time_column = "Time", time_zone = "UTC-06:00", and
    a table of columns with lines such as "Pond level" = "n01:pond.level".
    """
    with refusing():
        mapping = survey.read_mapping(file, map_, time_zone)
        settings = survey.settings_of(state.resolve() if state else default_folder(), facility, mapping)
        steps = edge_agent.import_history(settings, file, mapping, edge_agent.GatewayClock(), log)
        begun = next(steps)
        steps = chain((begun,), steps)
        last = told_as_json(steps) if is_json else drawn(steps, file.name)
        if not is_json:
            for line in survey.report(file, mapping, settings, begun, last):
                typer.echo(line)
