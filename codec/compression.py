"""Compression of batches with zlib (RFC 1950): where it pays, and never more out of it than a batch may have.

The first byte tells: 0x78 begins a zlib stream, `[` a batch as it is.
"""

import zlib
from typing import Final

from wire import BadPack, limits

FIRST: Final = b"x"  # 0x78: deflate with a window of 32 kB (RFC 1950, section 2.2)
LEVEL: Final = 1  # decision 9: level 6 makes the usual batch a tenth smaller for up to four times the work
WORTH_BYTES: Final = 256  # half of a smaller one is less than what TCP and TLS put around it


def squeezed(batch: bytes) -> bytes:
    """The batch as it should travel: compressed if it is large enough and becomes smaller by it."""
    if len(batch) < WORTH_BYTES:
        return batch
    return min(zlib.compress(batch, LEVEL), batch, key=len)


def expanded(data: bytes) -> bytes:
    """The batch that travels as `data`. Raises BadPack for a stream that is broken, cut short, or longer than a batch.

    Memory: at most a byte more than `limits.MAX_BATCH_BYTES` is ever expanded, whatever the stream says.
    """
    if data[:1] != FIRST:
        return data
    if len(data) > limits.MAX_BATCH_BYTES:
        raise BadPack("payload", "too-long", f"{len(data)} bytes")
    stream = zlib.decompressobj()
    try:
        batch = stream.decompress(data, limits.MAX_BATCH_BYTES + 1)
    except zlib.error as error:
        raise BadPack("payload", "not-zlib", str(error)) from error
    if len(batch) > limits.MAX_BATCH_BYTES:
        raise BadPack("payload", "too-long", f"more than {limits.MAX_BATCH_BYTES} bytes expanded")
    if not stream.eof:
        raise BadPack("payload", "truncated", f"{len(data)} bytes")
    if stream.unused_data:
        raise BadPack("payload", "trailing", f"{len(stream.unused_data)} bytes")
    if batch[:1] == FIRST:
        raise BadPack("payload", "not-zlib", "compressed twice")
    return batch


def beginning(data: bytes, most: int) -> bytes:
    """The first bytes of a batch, at most `most`, even if what follows cannot be read."""
    if data[:1] != FIRST:
        return data[:most]
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""
