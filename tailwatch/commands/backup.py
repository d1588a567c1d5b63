"""`tailwatch backup`: the whole database into one folder, or what keeps and tries the archive of the log."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import psycopg
import typer

from runtime.settings import BadSettings
from tailwatch import backups, log_archive, owner
from tailwatch.backups import BackupFailed
from tailwatch.chain import ChainBroken
from tailwatch.commands import _panels
from tailwatch.commands._refusals import DatabaseOption, StateOption, refusals
from tailwatch.exit_codes import ExitCode
from tailwatch.log_archive import ArchiveFailed, ArchiveKeeper
from tailwatch.owner import CannotDo
from tailwatch.state import default_folder
from tailwatch.tools import ToolMissing

PANEL: Final = _panels.SITE
BaseOption = Annotated[bool, typer.Option("--base", help="A base backup into the archive of the log, now.")]
TryOption = Annotated[
    bool, typer.Option("--try", help="Restore the archive of the log to this moment elsewhere, and compare.")
]


def backup(
    to: Annotated[
        Path | None, typer.Argument(help="Folder to put the backup into; a folder of its own is made there.")
    ] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
    is_base: BaseOption = False,
    is_trial: TryOption = False,
) -> None:
    """Back up database, passwords and certificates while everything runs.

    The folder holds secrets: keep it where only you can read it. Readings
    that come later stay with the edge agents as long as their buffers hold.

    With --base or --try it works on the archive of the log, which
    `tailwatch up` keeps where [backup] of tailwatch.toml names a folder (of a
    cluster that of cluster.toml, on its machine with the role "backup"):
    --try ends with 1 when the restored database is not equal.
    """
    folder = state or default_folder()
    with refusals(ArchiveFailed, BackupFailed, BadSettings, ChainBroken, OSError, ToolMissing, psycopg.Error):
        if (to is None) is not (is_base or is_trial):
            raise CannotDo("give a folder, or --base or --try for the archive of the log")
        if to is None:
            _on_archive(folder, is_base=is_base, is_trial=is_trial)
            return
        target = to / f"tailwatch-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        made = backups.back_up(owner.conninfo(state, database), folder, target)
    for line in made.lines():
        typer.echo(line)
    typer.echo(target)


def _on_archive(state: Path, *, is_base: bool, is_trial: bool) -> None:
    file = log_archive.file_below(state)
    if not file.exists():
        raise CannotDo(
            f"{state} keeps no archive of the log: name a folder as [backup] of tailwatch.toml, then run up; "
            "of a cluster ask on the machine with the role 'backup'"
        )
    keeper = ArchiveKeeper(log_archive.read(file))
    if is_base:
        typer.echo(f"base backup of {keeper.base():%Y-%m-%d %H:%M:%S}Z")
    if is_trial:
        found = keeper.try_restore()
        typer.echo(found.says)
        if found.verdict != "equal":
            raise typer.Exit(ExitCode.FOUND)
