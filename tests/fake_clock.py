"""A clock of one child process that a test may step (libfaketime); the machine's own is never touched.

Only the time of day steps: the monotonic clock goes on, as it does when NTP sets a machine right.
"""

from pathlib import Path
from typing import Final

LIBRARIES: Final = "*/faketime/libfaketimeMT.so.1"


class FakeClock:
    """`environment` is for the child; `step` moves its time of day, for example by "+1y" or "-1d" from the true one."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.step("+0")
        (library, *_) = sorted(map(str, Path("/usr/lib").glob(LIBRARIES)))
        self.environment = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, offset: str) -> None:
        """Let the child's time of day be this far from the true one from now on."""
        draft = self._file.with_suffix(".new")
        draft.write_text(offset + "\n")
        draft.replace(self._file)
