"""`tailwatch archive`: observations as files that anybody can read, checked and brought back.

The room is imported where it is used: pyarrow is large, and the other commands do without it.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import DatabaseOption, FacilityOption, StateOption, as_ingest, progress
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import refusals

PANEL: Final = _panels.READINGS
app = typer.Typer(help="Parquet files by facility and month, with a manifest of their SHA-256.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="Folder of the archive.")]


def month(text: str) -> str:
    """Check a month such as 2026-05; for typer's `parser`."""
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) is None:
        raise typer.BadParameter(f"{text!r} is no month; write 2026-05")
    return text


MonthOption = Annotated[
    str | None, typer.Option("--month", parser=month, help="This month alone, such as 2026-05; even a running one.")
]


@app.command()
def write(
    folder: Folder,
    facility: FacilityOption,
    only: MonthOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write all months that are over and not in the archive yet.

    A month is written once; what came late or was revised since then goes
    into an addendum beside it.
    """
    from ingest import archive as room

    with as_ingest(state, database, room.ArchiveDamaged, OSError, facility=facility) as connection:
        chosen = [room.Month(only)] if only else list(room.months(connection, facility, datetime.now(UTC)))
        if not chosen:
            typer.echo("no month with readings is over yet; --month takes a running one")
        for one in chosen:
            part = room.write(connection, folder, facility, one)
            typer.echo(f"{one.name}: nothing new" if part is None else f"{part.file}: {part.rows} rows, {part.sha256}")


@app.command()
def verify(folder: Folder, facility: FacilityOption, is_json: JsonOption = False) -> None:
    """Check that every file is there, unchanged and complete."""
    from ingest import archive as room

    with refusals(room.ArchiveDamaged, OSError):
        _must_be_archived(folder, facility)
        parts = room.verify(folder, facility).parts
    rows = sum(part.rows for part in parts)
    if is_json:
        print_json({"facility": facility, "files": len(parts), "rows": rows})
    else:
        typer.echo(f"{len(parts)} files, {rows} rows: as the manifest says")


@app.command()
def restore(
    folder: Folder,
    facility: FacilityOption,
    only: MonthOption = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Bring back what the database does not have; what it has is not touched."""
    from ingest import archive as room

    with as_ingest(state, database, room.ArchiveDamaged, OSError, facility=facility) as connection:
        _must_be_archived(folder, facility)
        found = sorted({part.span for part in room.read_manifest(folder, facility).parts})
        for one in [room.Month(only)] if only else found:
            with progress(one.name) as tell:
                rows = room.restore(connection, folder, facility, one, tell)
            typer.echo(f"{one.name}: {rows} rows restored")


def _must_be_archived(folder: Path, facility: str) -> None:
    """An archive without a file is the wrong folder, or the wrong name: not one that is whole."""
    from ingest import archive as room

    if not room.read_manifest(folder, facility).parts:
        known = sorted(one.parent.name for one in folder.glob("*/manifest.json"))
        raise room.ArchiveDamaged(
            f"{folder} holds no archive of {facility!r}; it has {', '.join(known) or 'none: is it the folder?'}"
        )
