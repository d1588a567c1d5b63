"""`tailwatch backup`: database, passwords and certificates into one folder, while everything runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import backups, owner
from tailwatch.backups import BackupFailed
from tailwatch.chain import ChainBroken
from tailwatch.commands import _panels
from tailwatch.commands._refusals import DatabaseOption, StateOption, refusals
from tailwatch.state import default_folder
from tailwatch.tools import ToolMissing

PANEL: Final = _panels.SITE


def backup(
    to: Annotated[Path, typer.Argument(help="Folder to put the backup into; a folder of its own is made there.")],
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Back up database, passwords and certificates while everything runs.

    The folder holds secrets: keep it where only you can read it. Readings
    that come later stay with the edge agents as long as their buffers hold.
    """
    folder = state or default_folder()
    target = to / f"tailwatch-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    with refusals(BackupFailed, ChainBroken, OSError, ToolMissing):
        made = backups.back_up(owner.conninfo(state, database), folder, target)
    for line in made.lines():
        typer.echo(line)
    typer.echo(target)
