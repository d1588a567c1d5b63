"""What a command was called in an earlier release: typed today, the old name is answered with the new one."""

from collections.abc import Sequence
from typing import Final

RENAMED: Final = {
    "api": "api run",
    "assay import": "assays import",
    "edge clock-is-right": "gateway trust-clock",
    "edge": "gateway",
    "import": "observations import",
    "lab import": "samples import",
    "ledger": "ledger show",
    "provision": "device provision",
    "rederive": "observations rederive",
    "revoke": "device revoke",
    "sight": "sight prove",
    "systemd": "systemd write",
}
"""By the words that were typed; the longer of two comes first. A verb of a noun that is still one is no old name."""


def renamed(words: Sequence[str]) -> tuple[str, str] | None:
    """Return the old name with which the words begin, and the new one; None where they begin with neither."""
    for old, new in RENAMED.items():
        if list(words[: len(old.split())]) == old.split():
            return old, new
    return None
