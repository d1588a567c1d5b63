"""`tailwatch backup` and `tailwatch restore`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tailwatch import backups, owner
from tailwatch.backups import BackupFailed, Manifest
from tailwatch.chain import ChainBroken
from tailwatch.commands.asking import DatabaseOption, StateOption, append_to_audit, refusals
from tailwatch.servers import NotReady, database_in
from tailwatch.servers.database import ADMIN, NAME
from tailwatch.state import State, StateInUse, StateUnreachable, default_folder
from tailwatch.tools import ToolMissing


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
        _show(backups.back_up(owner.conninfo(state, database), folder, target))
    typer.echo(target)


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
        with State(folder) as opened, backups.replacing(folder / "database"):
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
    _show(restored)
    typer.echo("restored and equal; start it with: tailwatch up")


def _show(manifest: Manifest) -> None:
    rows = manifest.rows
    typer.echo(f"{rows.get('observation', 0)} observations, {sum(rows.values())} rows in {len(rows)} tables")
    typer.echo(f"ledger: {', '.join(f'{key} {count}' for key, count in manifest.ledger.items())}")
    typer.echo(f"audit head: {manifest.audit_head}")
