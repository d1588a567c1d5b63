"""The machine of this installation: room on its disk, and when the certificates of its authority end.

Read at each call and never kept: a renewed certificate and a freed disk count at once.
"""

import shutil
from pathlib import Path
from typing import Final, NamedTuple

AUTHORITY: Final = "pki"
"""Folder of `tailwatch pki` in the state folder; certificates there are for everybody, keys for their owner alone."""


class Disk(NamedTuple):
    """Bytes of the file system that holds the state folder; `free` is what is left for us."""

    total: int
    free: int


class Certificates(NamedTuple):
    """When each certificate ends [Unix s], by name (`broker`, `api`, `ca`, an agent's); files that are unreadable."""

    ends_s: dict[str, float]
    unreadable: int


def disk(folder: Path) -> Disk | None:
    """Return the room there; None when the folder cannot be looked at."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(usage.total, usage.free)


def certificates(folder: Path) -> Certificates:
    """Return the certificates of a state folder; one that cannot be read is counted, not left out in silence."""
    ends_s: dict[str, float] = {}
    unreadable = 0
    try:
        files = sorted(file for file in (folder / AUTHORITY).iterdir() if file.suffix == ".crt")
    except FileNotFoundError:
        return Certificates({}, 0)
    except OSError:
        return Certificates({}, 1)
    for file in files:
        try:
            ends_s[file.stem] = ends_at_s(file)
        except (OSError, ValueError):
            unreadable += 1
    return Certificates(ends_s, unreadable)


def ends_at_s(file: Path) -> float:
    """Return when a certificate (PEM) ends, Unix time; raise OSError or ValueError."""
    # Imported late: it costs 7 MB, and an installation without an authority of its own has no certificates.
    from cryptography import x509

    return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc.timestamp()
