"""The systemd units of a centre or gateway, from the wheel to the places where systemd looks for them.

Only files are written: systemd is asked nothing, so the same command fills a folder that becomes an image.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "units"
PLACES: Final = {
    "tailwatch-sysusers.conf": "etc/sysusers.d/tailwatch.conf",
    "tailwatch-tmpfiles.conf": "etc/tmpfiles.d/tailwatch.conf",
    "tailwatch-broker.conf": "etc/systemd/system/mosquitto.service.d/tailwatch.conf",
}
"""Of the files that are no units; what stands for PostgreSQL and Prometheus goes where their own settings are."""
UNITS: Final = "etc/systemd/system"
SHIPPED_PROGRAMS: Final = "/opt/tailwatch/.venv/bin/"
"""Where the units as they are shipped look for the programs."""
UNIT_KINDS: Final = (".service", ".timer")


class Differs(Exception):
    """A file is there with other content; the sentence says which and what to do."""


def files(programs: Path | None = None) -> Iterator[tuple[str, str]]:
    """Give each file's place below the root and its text.

    programs: the folder with `python` and `tailwatch`; None: that of the Python that runs this.
    """
    own = str(programs or Path(sys.executable).parent) + "/"
    for file in sorted(FOLDER.iterdir()):
        place = f"{UNITS}/{file.name}" if file.suffix in UNIT_KINDS else PLACES.get(file.name)
        if place is not None:
            yield place, file.read_text("utf-8").replace(SHIPPED_PROGRAMS, own)


def write(root: Path, programs: Path | None = None, *, is_replacing: bool = False) -> list[Path]:
    """Write all files below a root; return those that are new or changed. Raises Differs before anything is written."""
    return put({root / place: text for place, text in files(programs)}, is_replacing=is_replacing)


def put(wanted: Mapping[Path, str], *, is_replacing: bool) -> list[Path]:
    """Write files for everybody to read; return those that are new or changed. Raises Differs before anything is."""
    changed = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    if not is_replacing and (edited := [path for path in changed if path.exists()]):
        raise Differs(f"{edited[0]} is there and differs; keep your changes in a drop-in, or give --replace")
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
        path.chmod(0o644)
    return changed
