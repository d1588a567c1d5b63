"""The chain of batches: numbers that tell two batches of one epoch and seq apart, and the histories that led to them.

The number of a batch is the CRC-32 of its body, begun with the number of the batch before it, so it stands for the
content of the batch and of all before it. A batch states both numbers in its head. Two buffers that were one (a card
and its backup) have the same numbers up to the copy and others from the first batch in which they differ.
"""

import zlib
from typing import Final, NamedTuple

from wire import BadPack
from wire.names import is_epoch

LABEL: Final = "chain"
HEAD_RECORDS: Final = 3


class Link(NamedTuple):
    """`own` is the number of a batch, `before` that of the batch before it; None: an agent that states no chain."""

    before: str | None
    own: str


def grow(before: str, body: bytes) -> str:
    """The number of a batch with this body that follows the one with the number `before`: eight hex digits."""
    return f"{zlib.crc32(body, int(before, 16)):08x}"


def text(link: Link) -> str:
    """A link as its label has it."""
    return f"{link.before} {link.own}"


def read(stated: object) -> Link:
    """The link that a head states; raises BadPack."""
    before, _, own = stated.partition(" ") if isinstance(stated, str) else ("", "", "")
    if not is_epoch(before) or not is_epoch(own):
        raise BadPack(LABEL, "chain", str(stated))
    return Link(before, own)


def of_content(whole: bytes) -> Link:
    """A link for a batch that states none, expanded or the beginning of one: by what stands behind its head."""
    end = -1
    for _ in range(HEAD_RECORDS):
        end = whole.find(b"}", end + 1)
    return Link(None, f"{zlib.crc32(memoryview(whole)[end + 1 :]):08x}")
