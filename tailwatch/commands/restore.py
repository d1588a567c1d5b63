"""`tailwatch restore`: put a backup back, and compare every figure."""

from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import backups
from tailwatch.backups import BackupFailed
from tailwatch.chain import ChainBroken
from tailwatch.commands import _panels
from tailwatch.commands._refusals import StateOption, append_to_audit, refusals
from tailwatch.servers import NotReady, database_in
from tailwatch.servers.database import ADMIN, NAME
from tailwatch.state import StateFolder, StateInUse, StateUnreachable, default_folder
from tailwatch.tools import ToolMissing

PANEL: Final = _panels.SITE


def restore(
    source: Annotated[Path, typer.Argument(help="Folder of one backup.", metavar="BACKUP")],
    state: StateOption = None,
    is_sure: Annotated[bool, typer.Option("--replace", help="Throw away the database that is there.")] = False,
) -> None:
    """Put a backup back, while `tailwatch up` is not running, and compare every figure.

    A database that is there is thrown away at the end only: when anything
    fails before, it is back as it was. The audit log gets one row more.
    """
    folder = state or default_folder()
    with refusals(BackupFailed, ChainBroken, NotReady, OSError, StateInUse, StateUnreachable, ToolMissing):
        backups.manifest_of(source)
        if (folder / "database" / "data").exists() and not is_sure:
            raise BackupFailed(f"{folder} has a database; give --replace to throw it away")
        with StateFolder(folder) as opened, backups.replacing(folder / "database"):
            backups.unpack_secrets(source, folder, "database/")
            cluster = database_in(opened.subfolder("database", 0o711), opened.ports.port_of("database"))
            cluster.prepare()
            cluster.run()
            try:
                cluster.make_roles()
                cluster.make_database(NAME)
                restored = backups.restore(cluster.conninfo(ADMIN), source)
                told = {"backup": source.name, "audit_head": restored.audit_head}
                append_to_audit(cluster.conninfo(), "backup.restore", "database", **told)
            finally:
                cluster.stop()
            backups.unpack_secrets(source, folder)
            backups.forget_acks(folder)
    for line in restored.lines():
        typer.echo(line)
    typer.echo("restored and equal; start it with: tailwatch up")
