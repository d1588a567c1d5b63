"""The seal of an installation, which `tailwatch up` makes once: what is signed with it can be checked for ever."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tailwatch import pki
from tailwatch.secrets import write_private

SEAL: Final = "secrets/seal.pem"
"""In the state folder."""


def made_once(file: Path) -> str:
    """Return key and certificate that are kept in `file` as PEM; make them at the first call."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, pki.make_seal(datetime.now(UTC)))
    return file.read_text("ascii")
