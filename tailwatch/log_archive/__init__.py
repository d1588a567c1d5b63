"""The archive of the log: base backups and log by pgBackRest, and a restore to a moment that is tried on a schedule.

`python -m tailwatch.log_archive SETTINGS.toml` keeps it (`tailwatch up` runs that where `[backup]` is chosen);
`tailwatch backup --base` and `--try` do the same by hand, `tailwatch restore FOLDER --at TIME` brings a moment back.
"""

from tailwatch.log_archive.bringing_back import bring_back, figures, is_archive
from tailwatch.log_archive.keeping import (
    CONFIGURATION_FILE,
    FILE,
    ArchiveKeeper,
    KeeperSettings,
    RemoteSettings,
    file_below,
    give_up,
    own_folder,
    read,
    settings_of,
    shared_settings,
    variables,
)
from tailwatch.log_archive.repository import STANZA, ArchiveFailed, Repository, archiving_parameters, argv
from tailwatch.log_archive.settings import BackupSettings
from tailwatch.log_archive.trial import Trial

__all__ = [
    "CONFIGURATION_FILE",
    "FILE",
    "STANZA",
    "ArchiveFailed",
    "ArchiveKeeper",
    "BackupSettings",
    "KeeperSettings",
    "RemoteSettings",
    "Repository",
    "Trial",
    "archiving_parameters",
    "argv",
    "bring_back",
    "figures",
    "file_below",
    "give_up",
    "is_archive",
    "own_folder",
    "read",
    "settings_of",
    "shared_settings",
    "variables",
]
