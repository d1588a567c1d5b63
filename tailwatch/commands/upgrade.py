"""`tailwatch upgrade`: another release, after a backup."""

from pathlib import Path
from typing import Annotated, Final

import typer

from runtime.release import release
from tailwatch import owner, service
from tailwatch import upgrade as packages
from tailwatch.backups import BackupFailed
from tailwatch.chain import ChainBroken
from tailwatch.commands import _panels
from tailwatch.commands._refusals import DatabaseOption, StateOption, refusals
from tailwatch.commands.backup import backup
from tailwatch.service import UnitRefused
from tailwatch.tools import ToolMissing
from tailwatch.upgrade import NotUpgraded

PANEL: Final = _panels.SITE
START: Final = "it runs with the next start of `tailwatch up`, which brings the database to it"
BACK: Final = "and back: pip install tailwatch=={before} here, then `tailwatch restore` of that backup, with --replace"


def upgrade(
    package: Annotated[str, typer.Argument(help="A wheel, or a release of the index: tailwatch==0.3.0.")],
    to: Annotated[
        Path | None, typer.Option("--backup", help="Folder for the backup, as of `tailwatch backup`.")
    ] = None,
    state: StateOption = None,
    database: DatabaseOption = None,
) -> None:
    """Bring another release into this environment, with a backup before.

    Where there is a database it must run, and --backup says where to put the
    backup; without one nothing is changed. Services of `tailwatch service
    install` are started anew. The centre first, then the gateways, then nodes:
    each understands two releases back.
    """
    with refusals(NotUpgraded, BackupFailed, ChainBroken, UnitRefused, OSError, ToolMissing):
        packages.check()
        before = release()  # what is installed says so, and is another one afterwards
        if has_database := owner.has_database(state, database):
            if to is None:
                raise NotUpgraded("there is a database here: say with --backup where to put its backup")
            backup(to, state, database)
        packages.install(package)
        now = packages.release_now()
        names = service.installed(Path("/")) if service.runs() else []
        service.restart(names)
    typer.echo(f"{before} became {now}; {', '.join(names) + ' runs it' if names else START}")
    if has_database:
        typer.echo(BACK.format(before=before))
