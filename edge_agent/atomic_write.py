"""Writing a file that is there whole, or as it was before: what the centre sent must survive a power cut."""

import os
from pathlib import Path


def write_whole(file: Path, payload: bytes) -> None:
    """After a power cut there is the old file or the new one, never a part. Raises OSError."""
    draft = file.with_suffix(".new")
    with draft.open("wb") as out:
        out.write(payload)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
