"""Passwords made once and kept in files that only their owner can read."""

import os
import secrets
from pathlib import Path
from typing import Final

RANDOM_BYTES: Final = 24


def write_private(file: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that was never readable by others, not even for a moment.

    It replaces in one step: after a power cut there is the old file or the new one, never an empty key. What root
    writes again stays with its owner: a program goes on reading its password when a command has changed it.
    """
    holder = file.lstat() if os.geteuid() == 0 and file.exists() else None
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as out:
        out.write(text)
        if holder is not None:
            os.fchown(out.fileno(), holder.st_uid, holder.st_gid)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def made_once(file: Path) -> str:
    """Return the secret kept in `file`; make it (192 random bits) at the first call."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, secrets.token_urlsafe(RANDOM_BYTES))
    return file.read_text().strip()
