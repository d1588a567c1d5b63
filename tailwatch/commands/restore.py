"""`tailwatch restore`: put a backup back, and compare every figure; or a moment of the archive of the log."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from tailwatch import backups, log_archive
from tailwatch.backups import BackupFailed, BackupManifest
from tailwatch.chain import ChainBroken
from tailwatch.commands import _panels
from tailwatch.commands._ingest_rights import instant
from tailwatch.commands._refusals import StateOption, append_to_audit, refusals
from tailwatch.log_archive import ArchiveFailed
from tailwatch.owner import CannotDo
from tailwatch.servers import Database, NotReady, database_in
from tailwatch.servers.database import ADMIN, NAME
from tailwatch.state import StateFolder, StateInUse, StateUnreachable, default_folder
from tailwatch.tools import ToolMissing

PANEL: Final = _panels.SITE
AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=instant,
        help="Of an archive of the log: the moment (UTC unless it says otherwise); without it its end.",
    ),
]


def restore(
    source: Annotated[
        Path, typer.Argument(help="Folder of one backup, or of an archive of the log.", metavar="BACKUP")
    ],
    state: StateOption = None,
    is_sure: Annotated[bool, typer.Option("--replace", help="Throw away the database that is there.")] = False,
    at: AtOption = None,
) -> None:
    """Put a backup back, while `tailwatch up` is not running, and compare every figure.

    A database that is there is thrown away at the end only: when anything
    fails before, it is back as it was. The audit log gets one row more. Of an
    archive of the log there are no figures to compare with: the audit log has
    to be whole, and `tailwatch backup --try` is what compares.
    """
    folder = state or default_folder()
    is_archive = log_archive.is_archive(source)
    refused = (ArchiveFailed, BackupFailed, ChainBroken, NotReady, OSError, StateInUse, StateUnreachable, ToolMissing)
    with refusals(*refused):
        if at is not None and not is_archive:
            raise CannotDo(f"{source} is no archive of the log: only that one has moments")
        if not is_archive:
            backups.manifest_of(source)
        if (folder / "database" / "data").exists() and not is_sure:
            raise BackupFailed(f"{folder} has a database; give --replace to throw it away")
        with StateFolder(folder) as opened, backups.replacing(folder / "database"):
            cluster = database_in(opened.subfolder("database", 0o711), opened.ports.port_of("database"))
            try:
                restored = _moment(cluster, source, folder, at) if is_archive else _backup(cluster, source, folder)
                told = {"backup": source.name, "audit_head": restored.audit_head}
                append_to_audit(cluster.conninfo(), "backup.restore", "database", **told)
            finally:
                cluster.stop()
            if (source / backups.SECRETS).exists():
                backups.unpack_secrets(source, folder)
            backups.forget_acks(folder)
    for line in restored.lines():
        typer.echo(line)
    end = "restored; its audit log is whole" if is_archive else "restored and equal"
    typer.echo(f"{end}; start it with: tailwatch up")


def _backup(cluster: Database, source: Path, state: Path) -> BackupManifest:
    backups.unpack_secrets(source, state, "database/")
    cluster.prepare()
    cluster.run()
    cluster.make_roles()
    cluster.make_database(NAME)
    return backups.restore(cluster.conninfo(ADMIN), source)


def _moment(cluster: Database, source: Path, state: Path, at: datetime | None) -> BackupManifest:
    log_archive.bring_back(cluster, source, state, at)
    return log_archive.figures(cluster)
