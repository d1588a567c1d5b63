"""What an operator chooses of the programs that `tailwatch up` runs: `tailwatch.toml` in its state folder.

A table has the name of a program as the terminal has it (`ingest`, `api`, `vale-gw1`), and keys of that program's own
settings. They stand over what `up` would write; what it must decide itself (ports, passwords, folders) is refused.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, get_type_hints

import msgspec

import api.settings
import edge_agent
import ingest.settings
from runtime.settings import SettingsFile, read_file
from tailwatch.log_archive import BackupSettings
from toml_file.nearest import hint

NAME: Final = "tailwatch.toml"
INGEST, API, BACKUP = "ingest", "api", "backup"
DECIDED: Final[Mapping[type, frozenset[str]]] = {
    ingest.settings.Settings: frozenset(
        ("client_id", "database_url_file", "owner_url_file", "facility_files", "broker", "link_key_file", "folder")
    ),
    api.settings.Settings: frozenset(("database_url_file", "host", "port", "state_folder", "link_key_file")),
    BackupSettings: frozenset(),
    edge_agent.Settings: frozenset(("facility_file", "agent", "state_dir", "site_broker", "uplink", "history")),
}
"""Keys that `tailwatch up` writes itself, by the settings of a program."""
Chosen = Mapping[str, Mapping[str, Any]]


def read(folder: Path, agents: Collection[str]) -> Chosen:
    """Return what is chosen, by program; nothing where there is no such file.

    agents: names of the edge agents that run here. Raises BadSettings with each fault, its line and key. What a key
    means beside the others, the program itself checks at its start.
    """
    file = folder / NAME
    if not file.exists():
        return {}
    opened = read_file(file)
    shapes: dict[str, type] = {INGEST: ingest.settings.Settings, API: api.settings.Settings, BACKUP: BackupSettings}
    shapes |= dict.fromkeys(agents, edge_agent.Settings)
    for program, table in opened.table.items():
        if program not in shapes:
            opened.report.add((program,), f"no program {program!r} runs here{hint(program, shapes)}")
        elif not isinstance(table, dict):
            opened.report.add((program,), f"write its settings as a table [{program}]")
        else:
            _check(opened, program, table, shapes[program])
    if "folder" not in opened.table.get(BACKUP, {"folder": ""}):
        opened.report.add((BACKUP,), "folder is missing: name the one that base backups and log go into")
    opened.stop_if_bad()
    return opened.table


def backup_of(chosen: Chosen) -> BackupSettings | None:
    """Return what is chosen of the archive of the log, None where there is to be none."""
    table = chosen.get(BACKUP)
    return None if table is None else BackupSettings(**{**table, "folder": Path(table["folder"])})


def _check(opened: SettingsFile, program: str, table: dict[str, Any], shape: type) -> None:
    types = get_type_hints(shape, include_extras=True)
    free = types.keys() - DECIDED[shape]
    for key, value in table.items():
        if key in DECIDED[shape]:
            opened.report.add((program, key), "`tailwatch up` decides this itself; leave it out")
        elif key not in free:
            opened.report.add((program, key), f"key {key!r} is not known here{hint(key, free)}")
        else:
            opened.convert({key: value}, msgspec.defstruct("Chosen", [(key, types[key])]), (program,))
