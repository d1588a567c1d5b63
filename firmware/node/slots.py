"""Slots: one small value on flash that survives a cut in the middle of its own writing.

Two files are written in turn, each `generation | length | payload | CRC-32`. The newest one that reads whole is the
value, so a torn write costs the last change and never the value before it.
"""

import binascii
import os
import struct

MAX_BYTES = 8192
_NO_SPACE = 28  # ENOSPC; a node has no module errno to spare


def _unpack(data: bytes) -> tuple[int, bytes] | None:
    if len(data) < 10:
        return None
    generation, length = struct.unpack(">IH", data[:6])
    if len(data) != 10 + length or struct.unpack(">I", data[-4:])[0] != binascii.crc32(data[:-4]):
        return None
    return generation, data[6:-4]


class Slots:
    """The files `{path}0` and `{path}1`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._generation = 0

    def load(self) -> bytes | None:
        """The newest whole payload, or None where there is none."""
        newest = None
        for index in (0, 1):
            found = self._read(index)
            if found is not None and found[0] > self._generation:
                self._generation, newest = found
        return newest

    def save(self, payload: bytes) -> None:
        """Writes `payload` (at most 8,192 bytes) over the older of the two files; OSError when flash is full."""
        if len(payload) > MAX_BYTES:
            raise ValueError("a slot holds at most 8192 bytes")
        data = struct.pack(">IH", self._generation + 1, len(payload)) + payload
        with open(self._path + str((self._generation + 1) & 1), "wb") as file:
            file.write(data + struct.pack(">I", binascii.crc32(data)))
            file.flush()  # an fsync on MicroPython's ports
        self._generation += 1

    def has_saved(self, payload: bytes) -> bool:
        """Writes `payload` as `save` does; False when flash is full."""
        try:
            self.save(payload)
        except OSError as error:
            if error.errno != _NO_SPACE:
                raise
            return False
        return True

    def _read(self, index: int) -> tuple[int, bytes] | None:
        path = self._path + str(index)
        try:
            size = os.stat(path)[6]
        except OSError:
            return None
        if size > MAX_BYTES + 10:
            return None
        with open(path, "rb") as file:
            return _unpack(file.read())
