"""What Grafana, Prometheus and Alertmanager need to show and watch an installation, from the wheel into one folder.

Only files are written: none of the three is asked, and the role of the database is made by its administrator, with the
file that is written here. No file holds a password.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tailwatch import systemd
from tailwatch.systemd import Differs
from wire.names import is_id

__all__ = ["Differs", "NoFacility", "files", "write"]
FOLDER: Final = Path(__file__).parent / "files"
RULES: Final = systemd.FOLDER / "alerts.yml"
DASHBOARDS: Final = FOLDER / "dashboards"
READER: Final = "reader.sql"
PRIVATE: Final = "'{}'::text[]"
"""In `reader.sql`: the facilities that are shown though they are not public."""


class NoFacility(Exception):
    """What was given cannot be the id of a facility; the sentence says so."""


def files(private: Sequence[str] = ()) -> dict[str, str]:
    """Return each file's place below the folder and its text; `private` facilities are shown too.

    Raises NoFacility.
    """
    for one in private:
        if not is_id(one):
            raise NoFacility(f"{one!r} is no id of a facility")
    texts = {str(file.relative_to(FOLDER)): file.read_text("utf-8") for file in sorted(FOLDER.rglob("*.*"))}
    texts[READER] = texts[READER].replace(PRIVATE, f"'{{{','.join(sorted(private))}}}'::text[]")
    return {**texts, RULES.name: RULES.read_text("utf-8")}


def write(folder: Path, private: Sequence[str] = (), *, is_replacing: bool) -> list[Path]:
    """Write all files; return those that are new or changed. Raises Differs before anything is written."""
    wanted = {folder / place: text for place, text in files(private).items()}
    return systemd.put(wanted, is_replacing=is_replacing)
