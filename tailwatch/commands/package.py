"""`tailwatch package`: a facility's readings as one file that can be cited, published and checked by anybody."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from ingest import packages
from ingest.packages import DraftFolder, PackageDraft, PackageRefused, WrittenPackage
from ingest.values import Connection
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import (
    DatabaseOption,
    FacilityOption,
    FromOption,
    StateOption,
    ToOption,
    as_ingest,
    progress,
)

PANEL: Final = _panels.READINGS
GATHERED: Final = 0.9
"""Which share of the work is done when all readings are in the draft."""
app = typer.Typer(help="Packages of readings that can be cited and checked by anybody.", no_args_is_help=True)


@app.callback()
def package() -> None:
    """Packages of readings that can be cited and checked by anybody."""


@app.command()
def make(
    out: Annotated[Path, typer.Argument(dir_okay=False, help="ZIP to write; OUT.draft beside it while it is made.")],
    facility: FacilityOption,
    start: FromOption,
    stop: ToOption,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write all readings of a span, raw and derived, with what they were made by.

    Flags, calibrations, formulas, plans, the facility file and the newest study
    are in it, and `tailwatch verify` checks it without a server. What it says is
    what is known at the beginning: the same command goes on where it was cut, and
    changes nothing of that. Equal content has an equal hash.
    """
    with as_ingest(state, database, PackageRefused, OSError, facility=facility) as connection:
        folder = out.with_name(f"{out.name}.draft")
        draft = _begun(connection, folder, facility, (start, stop))
        pieces = DraftFolder(folder, draft)
        with progress(out.name) as tell:
            while (share := packages.gather(connection, draft, pieces)) < 1.0:
                tell(GATHERED * share)
            written = _bound(connection, draft, pieces, out)
            tell(1.0)
        pieces.remove()
    typer.echo(f"{out}: {written.rows} readings in {written.files} files, as known at {draft.known_at.isoformat()}")
    typer.echo(f"version {written.version}, content hash {written.content_sha256}")


def _begun(connection: Connection, folder: Path, facility: str, span: tuple[datetime, datetime]) -> PackageDraft:
    """Return the draft that was cut, where it is of this package, else a fresh one."""
    before = packages.interrupted(folder)
    start, stop = (at.astimezone(UTC) for at in span)
    if before is not None and (before.facility, before.start, before.stop) == (facility, start, stop):
        return before
    return packages.begin(connection, facility, start, stop)


def _bound(connection: Connection, draft: PackageDraft, pieces: DraftFolder, out: Path) -> WrittenPackage:
    fresh = out.with_name(f"{out.name}.new")
    with connection.transaction(), fresh.open("wb") as file:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        written = packages.bind(connection, draft, pieces, file)
    fresh.replace(out)
    return written
