"""The instants that an import let in, as few bytes: neighbours of a logger's file are equally far apart."""

import zlib

import numpy as np
import numpy.typing as npt

Instants = npt.NDArray[np.int64]


def packed(time_ms: Instants) -> bytes:
    """Return ascending Unix ms as their differences, compressed."""
    return zlib.compress(np.diff(time_ms, prepend=np.int64(0)).astype("<i8").tobytes())


def unpacked(data: bytes) -> Instants:
    """Return what `packed` was given."""
    return np.cumsum(np.frombuffer(zlib.decompress(data), "<i8"), dtype=np.int64)
