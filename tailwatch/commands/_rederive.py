"""`tailwatch observations rederive`: what corrected calibrations, formulas or filters make of history."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ingest import rederive as room
from ingest.rederive import Preview
from ingest.revisions import RevisionRefused
from tailings.facility import BadFacility, parse_bytes
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    FromOption,
    ReasonOption,
    StateOption,
    ToOption,
    as_ingest,
    author,
    progress,
)
from tailwatch.commands._json import JsonOption, print_json
from tailwatch.commands._refusals import OptionalFile
from texts import load, record


def rederive(
    facility: FacilityOption,
    start: FromOption,
    stop: ToOption,
    is_applied: Annotated[
        bool, typer.Option("--apply", help="Replace the values; without it nothing changes.")
    ] = False,
    reason: ReasonOption = "",
    file: OptionalFile = None,
    is_json: JsonOption = False,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Derive history anew from the raw values, by the stored facility file.

    Without --apply it says what would change: how many values, by how much,
    and which levels of the action plans would be crossed or not any more.
    With --file it is what that file would do, before it is applied; with --json
    the preview has the data of its plots. With --apply (and --reason) the old
    values are kept and can be asked for, and `tailwatch revision undo` gives
    them back. If it is interrupted, the same command goes on where it stopped.
    """
    _check(start, stop, is_applied, reason, file)
    with as_ingest(state, database, RevisionRefused, BadFacility, OSError) as connection:
        chosen = parse_bytes(file.read_bytes(), str(file)) if file else room.stored_facility(connection, facility)
        stretch = room.stretch(connection, chosen, start, stop)
        if is_applied:
            with progress("applying") as tell:
                number = room.apply(connection, stretch, author(), reason, tell)
            if is_json:
                print_json({"revision": number})
                return
            typer.echo(f"revision {number}; `tailwatch revision undo {number} --facility {facility}` gives it back")
            return
        with progress("deriving") as tell:
            found = room.preview(connection, stretch, tell)
    if is_json:
        print_json(found)
    else:
        _show(found)


def _check(start: datetime, stop: datetime, is_applied: bool, reason: str, file: Path | None) -> None:
    if stop <= start:
        raise typer.BadParameter("--to must come after --from")
    if is_applied and (file is not None or not reason):
        raise typer.BadParameter("--apply needs --reason, and works by the stored file: apply the file first")


def _show(found: Preview) -> None:
    typer.echo(f"{found.facility} version {found.version}: {found.compared} values compared")
    typer.echo(f"{found.values} would change, {found.flags} would get another flag, {found.added} are new")
    for change in found.changes:
        line = f"  {change.name}: {change.values} values, {change.flags} flags, {change.added} new"
        if change.largest_difference is not None and change.largest_at is not None:
            at = datetime.fromtimestamp(change.largest_at).astimezone().isoformat(timespec="seconds")
            both = f"{change.largest_before} -> {change.largest_after}"
            line += f"; most {change.largest_difference:.6g} {change.unit} at {at} ({both})"
        typer.echo(line)
    for one in found.crossings:
        at = datetime.fromtimestamp(one.time_s).astimezone().isoformat(timespec="seconds")
        verb = "would change" if one.is_new else "would no longer change"
        typer.echo(f"  plan {one.plan}: {verb} from {one.before} to {one.after} at {at}")
    if found.note:
        typer.echo(f"  {record.preview(found.note, load(rooms=(record.ROOM,)))}")
