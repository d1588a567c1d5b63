"""Why the buffer takes nothing in: which bound is reached, by how much, and what a person can do."""

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

MS_PER_S: Final = 1000
Reason = Literal["disk-full", "disk-fails", "buffer-full", "buffer-too-old"]


class Refusal(msgspec.Struct, frozen=True):
    """A full buffer: reason, since when [gateway's time, Unix ms], and the facts of that moment.

    disk-full: the disk has no room; disk-fails: it refuses for another reason (`error`); buffer-full: `bytes` of
    batches, or the file that has them, reach `limit_bytes`; buffer-too-old: the oldest batch waits for longer than
    `limit_days`. oldest_ms: when the oldest batch was written that the centre has not acknowledged; None: none waits.
    """

    reason: Reason
    since_ms: int
    bytes: int
    limit_bytes: int
    limit_days: int
    oldest_ms: int | None
    disk_free_bytes: int
    error: str = ""

    @property
    def detail(self) -> str:
        """The facts in one line."""
        if self.reason == "disk-full":
            return f"the disk is full: {self.disk_free_bytes} bytes are free; {self._waiting}"
        if self.reason == "disk-fails":
            return f"the disk refuses: {self.error}"
        if self.reason == "buffer-full":
            return f"{self.bytes} of the {self.limit_bytes} bytes of max_buffer_mb are used; {self._waiting}"
        return f"a batch waits for longer than the {self.limit_days} days of max_buffer_days; {self._waiting}"

    @property
    def fix(self) -> str:
        """What a person does about it. Until then nodes and broker keep what comes."""
        if self.reason == "disk-full":
            return "make room on the disk of state_dir"
        if self.reason == "disk-fails":
            return "look at the disk of state_dir: is it read-only, worn out, or gone?"
        return (
            "see why the centre does not acknowledge (link and centre in `tailwatch gateway status`), "
            "or raise the limit"
        )

    @property
    def _waiting(self) -> str:
        if self.oldest_ms is None:
            return "the centre has acknowledged all"
        oldest = datetime.fromtimestamp(self.oldest_ms / MS_PER_S, UTC)
        return f"the centre has acknowledged nothing that was written since {oldest:%Y-%m-%dT%H:%M:%SZ}"
