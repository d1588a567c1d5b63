"""The content hash of a series: the same rows give the same digits, whoever keeps them and in whatever format.

The rule, for all who keep rows (docs/researching.md has it with an example): of each row, in order of time, Unix
microseconds as int64, the result as float64 (missing: the quiet NaN 0x7ff8000000000000) and the flag as uint8, all
little-endian and without padding; an archive adds the version of the facility file as int32 (raw: -1). A is the SHA-256
of these bytes, B that of the names of tests as UTF-8, one line a row (none: empty), with a line feed between rows; the
content hash is the SHA-256 of A and B, 32 bytes each, in hex.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

VALUES: Final = [("time", "<i8"), ("result", "<f8"), ("quality", "u1")]
VERSIONED: Final = [*VALUES, ("version", "<i4")]


class SeriesDigest:
    """Rows are added in order of time, in pieces of any length; `rows` counts them."""

    def __init__(self) -> None:
        self._numbers, self._texts = hashlib.sha256(), hashlib.sha256()
        self.rows = 0

    def add(
        self,
        time_us: npt.NDArray[Any],
        result: npt.NDArray[Any],
        quality: npt.NDArray[Any],
        tests: Sequence[str | None],
        version: npt.NDArray[Any] | None = None,
    ) -> None:
        """Add rows (n,): Unix microseconds, NaN for missing, None or "" for no test; `version` in an archive alone."""
        if not len(time_us):
            return
        rows = np.zeros(len(time_us), VALUES if version is None else VERSIONED)
        rows["time"], rows["quality"] = time_us, quality
        rows["result"] = np.where(np.isnan(result), np.nan, result)
        if version is not None:
            rows["version"] = version
        self._numbers.update(rows.tobytes())
        self._texts.update(b"\n" if self.rows else b"")
        self._texts.update("\n".join(one or "" for one in tests).encode())
        self.rows += len(rows)

    def hexdigest(self) -> str:
        """Return the content hash of what was added."""
        return hashlib.sha256(self._numbers.digest() + self._texts.digest()).hexdigest()
