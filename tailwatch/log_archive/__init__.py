"""The archive of the log: base backups and log by pgBackRest, and a restore to a moment that is tried on a schedule.

`python -m tailwatch.log_archive SETTINGS.toml` keeps it (`tailwatch up` runs that where `[backup]` is chosen);
`tailwatch backup --base` and `--try` do the same by hand, `tailwatch restore FOLDER --at TIME` brings a moment back.
"""

from tailwatch.log_archive.bringing_back import bring_back, figures, is_archive
from tailwatch.log_archive.keeping import ArchiveKeeper, KeeperSettings, files_below, own_folder, read, settings_of
from tailwatch.log_archive.repository import ArchiveFailed, Repository
from tailwatch.log_archive.settings import BackupSettings
from tailwatch.log_archive.trial import Trial

__all__ = [
    "ArchiveFailed",
    "ArchiveKeeper",
    "BackupSettings",
    "KeeperSettings",
    "Repository",
    "Trial",
    "bring_back",
    "figures",
    "files_below",
    "is_archive",
    "own_folder",
    "read",
    "settings_of",
]
