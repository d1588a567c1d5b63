"""What an operator chooses of the archive of the log: the table `[backup]` of `tailwatch.toml`."""

from pathlib import Path
from typing import Annotated

import msgspec

Hours = Annotated[float, msgspec.Meta(ge=0.01, le=24 * 366)]


class BackupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where base backups and log go, and how often which is made and tried."""

    folder: Path
    """On another disk or machine, mounted here."""
    keep: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 2
    """So many base backups are kept, each with the log since then."""
    base_every_h: Hours = 24
    try_every_h: Hours = 24
    """How often a restore is tried; after twice that time without a good one an alarm is raised."""

    def __post_init__(self) -> None:
        if not self.folder.is_absolute():
            raise ValueError(f"folder: {self.folder} must be a whole path, as /mnt/backup/log")
