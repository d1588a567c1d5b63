"""The content hash of a series, by the rule of docs/researching.md: the same rows give the same digits everywhere."""

import hashlib
import math
import struct
from collections.abc import Iterable
from typing import Final

ROW: Final = struct.Struct("<qdB")
MISSING: Final = struct.unpack("<d", bytes.fromhex("000000000000f87f"))[0]


class SeriesDigest:
    """Rows are added in order of time, in pieces of any length; `rows` counts them."""

    def __init__(self) -> None:
        self._numbers, self._texts = hashlib.sha256(), hashlib.sha256()
        self.rows = 0

    def add(self, rows: Iterable[tuple[int, float | None, int, str | None]]) -> None:
        """Add rows: Unix microseconds, result (None: missing), flag, names of tests (None: none)."""
        numbers, texts = bytearray(), []
        for time_us, result, quality, tests in rows:
            is_missing = result is None or math.isnan(result)
            numbers += ROW.pack(time_us, MISSING if is_missing else result, quality)
            texts.append(tests or "")
        if texts:
            self._numbers.update(numbers)
            self._texts.update((b"\n" if self.rows else b"") + "\n".join(texts).encode())
            self.rows += len(texts)

    def hexdigest(self) -> str:
        """Return the content hash of what was added."""
        return hashlib.sha256(self._numbers.digest() + self._texts.digest()).hexdigest()
