"""A batch that the centre holds back: what is refused of it finds no room in the quarantine of its facility.

It stays here, as all that is not acknowledged; who stands at the gateway is told why nothing is freed.
"""

from typing import Final

import msgspec


class HeldBatch(msgspec.Struct, frozen=True):
    """The lowest batch that is held back, and since when that is known here [gateway's time, Unix ms]."""

    seq: int
    since_ms: int


FIX: Final = "retry or settle at the centre what waits in quarantine, or raise its quarantine_bytes"
"""What a person does about it."""
