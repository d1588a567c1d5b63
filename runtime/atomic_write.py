"""Files that are there whole, or as they were before: what was kept must survive a power cut."""

import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """After a power cut there is the old file or the new one, never a part. Raises OSError."""
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    settle(fresh, file)


def settle(fresh: Path, file: Path) -> None:
    """Give a file that is complete on the disk its name, for good."""
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
