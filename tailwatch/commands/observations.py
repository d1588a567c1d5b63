"""`tailwatch observations`: readings that people bring, as a file or by hand, and what is derived of history."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

import edge_agent
from edge_agent import Mapping
from ingest import imports
from ingest.imports import Import
from ingest.revisions import RevisionDraft, RevisionRefused
from ingest.values import Connection
from tailings.facility import BadFacility
from tailwatch import map_guess, survey
from tailwatch.commands import _panels, _rederive
from tailwatch.commands import _walk as walk
from tailwatch.commands._import_progress import drawn, log, told_as_json
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    ReasonOption,
    StateOption,
    as_ingest,
    author,
    instant,
)
from tailwatch.commands._json import JsonOption
from tailwatch.exit_codes import ExitCode
from tailwatch.state import default_folder
from tailwatch.terminal_run import refusing

PANEL: Final = _panels.READINGS
app = typer.Typer(help="Readings: brought as a file or by hand, and derived anew.", no_args_is_help=True)
app.command()(_rederive.rederive)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TOA5, RDB or XLSX; a line names the columns.", metavar="FILE")],
    facility: FacilityOption,
    map_: Annotated[
        Path | None,
        typer.Option("--map", help="How its columns are read (TOML)."),
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="Time zone (such as Europe/Lisbon).")] = None,
    is_guessing: Annotated[
        bool, typer.Option("--guess", help="Write a map to FILE.toml as it looks like, to be checked; import nothing.")
    ] = False,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each cell.")] = False,
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Put values that differ in the place of the stored ones; needs --reason.")
    ] = False,
    reason: ReasonOption = "",
    state: StateOption = None,
    is_json: JsonOption = False,
) -> None:
    """Bring a file of observations to the centre.

    Needs `tailwatch up` running. Without --map the columns are named
    n01:pond.level, and --time-zone is that of the file's times. Ended at any
    moment, the same command goes on where it was. Each cell stands alone: at
    the end you read, by column, how many were stored, were there already,
    differ from what is stored (and stay as they were), are missing, and were
    refused and why. `tailwatch import` lists what was brought, and takes it
    back.

    --json prints the progress, an object a line. Exit code 1 says that some
    cells were refused or differ, 2 that nothing was done. The map is a TOML
    file; docs/operating/import.md has its keys.
    """
    if is_replacing and not reason.strip():
        raise typer.BadParameter("--replace needs --reason: say why stored values are wrong")
    folder = state or default_folder()
    if is_guessing:
        with refusing():
            made = map_guess.write_beside(file, survey.facility_of(folder, facility))
        typer.echo(f"{made}: check what it says, then import with --map {made} --dry-run")
        return
    with refusing():
        mapping = survey.read_mapping(file, map_, time_zone)
        settings = survey.settings_of(folder, facility, mapping)
    with refusing(), as_ingest(state, None, RevisionRefused, BadFacility, facility=facility) as connection:
        expected, read = survey.expected_s(settings), survey.chunks(file, mapping, settings)
        if is_dry:
            sieve = imports.Sieve(connection, facility, expected, is_replacing=is_replacing)
            for chunk in read:
                sieve.take(chunk)
            total, title = sieve.count, "a dry run, nothing was stored"
        else:
            next(read)  # what does not fit the file is refused before anything is written
            read.close()
            one = _begun(connection, file, facility, mapping, reason=reason.strip() if is_replacing else None)
            title = f"import {one.id}"
            if one.closed_at is None:
                _bring(connection, one, file, mapping, settings, is_json=is_json)
                imports.close(connection, one, reason.strip() or file.name)
            else:
                title += "; an earlier run had taken all of it"
            total = imports.counts(connection, one.id)
    if not is_json:
        typer.echo(f"{file.name}: {survey.counted(total.rows, 'row')}, {title}")
        for line in survey.report(total, expected):
            typer.echo(line)
    if not total.is_whole:
        raise typer.Exit(ExitCode.FOUND)


@app.command()
def add(
    facility: FacilityOption,
    datastream: Annotated[
        str | None,
        typer.Option(help="What was read, like n05:dip.distance; without it you are asked for each in turn."),
    ] = None,
    value: Annotated[float | None, typer.Option(help="What was read, in the unit of the datastream.")] = None,
    is_missing: Annotated[bool, typer.Option("--missing", help="It was tried and could not be read.")] = False,
    at: Annotated[
        datetime | None, typer.Option(parser=instant, help="When it was measured (UTC unless it says otherwise).")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Of the value, to be sure: another one is refused.")] = None,
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Correct a stored value that differs; needs --reason.")
    ] = False,
    reason: ReasonOption = "",
    state: StateOption = None,
    database: DatabaseOption = None,
    is_json: JsonOption = False,
) -> None:
    """Enter readings that were taken by hand: dips, surveys, gauges.

    Without --datastream you are asked for each in the order of the facility
    file: beside it stand the last reading, the likely range, and since when it
    is due. Enter alone leaves one out, - says that it could not be read.
    Without --at it was read now.

    What is unlikely is told and stored all the same. A reading that is stored
    already is not stored twice; one that differs from the stored one stays out
    unless --replace is given with a --reason. Exit code 1 says that some stayed
    out, 2 that nothing was done.
    """
    options = walk.WalkOptions(at, unit, is_replacing=is_replacing, reason=reason)
    with walk.walk_of(state, database, facility) as access:
        if datastream is None:
            if is_json or value is not None or is_missing:
                raise typer.BadParameter("--value, --missing and --json need --datastream")
            entered = walk.along(access, options)
        else:
            if (value is None) != is_missing:
                raise typer.BadParameter("give --value, or --missing where it could not be read")
            entered = walk.one(access, options, datastream, value, is_json=is_json)
    if entered is not None and entered.conflicts:
        raise typer.Exit(ExitCode.FOUND)


@app.command()
def withdraw(
    number: Annotated[int, typer.Argument(help="Number of the revision that the entry was told as.")],
    facility: FacilityOption,
    reason: ReasonOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Take back readings that were entered by hand, all of one entry.

    It is a revision: its readings fail, a value that it corrected is given
    back, and what hangs on them is derived anew. They can be entered again.
    """
    with (
        as_ingest(state, database, RevisionRefused, BadFacility, facility=facility) as connection,
        connection.transaction(),
    ):
        typer.echo(f"revision {imports.withdraw(connection, facility, number, author(), reason)}")


def _begun(connection: Connection, file: Path, facility: str, mapping: Mapping, *, reason: str | None) -> Import:
    """The import of this content with this map: a new one, or the one to go on with. reason: why it replaces values."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    now = datetime.now(UTC)
    draft = RevisionDraft(facility, "import", author(), reason or file.name, now, stop=now + timedelta(milliseconds=1))
    return imports.begin(connection, draft, (file.name, sha256), msgspec.to_builtins(mapping), reason is not None)


def _bring(
    connection: Connection, one: Import, file: Path, mapping: Mapping, settings: edge_agent.Settings, *, is_json: bool
) -> None:
    """Send what the sieve lets through, until the centre has acknowledged all of it."""
    sieve = imports.Sieve(
        connection,
        one.facility,
        survey.expected_s(settings),
        is_replacing=one.is_replacing,
        import_id=one.id,
        revision=one.revision,
    )

    def take(chunk: edge_agent.FileChunk) -> edge_agent.FileChunk:
        return msgspec.structs.replace(chunk, columns=sieve.take(survey.chunk_of(chunk)))

    gateway = edge_agent.GatewayClock()
    source = f"import:{one.source}"
    steps = edge_agent.import_history(settings, file, mapping, gateway, log, source=source, sieve=take)
    if is_json:
        told_as_json(steps)
    else:
        drawn(steps, file.name)
