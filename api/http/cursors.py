"""Opaque cursors: where the next page begins, and of which list.

A cursor is base64url of version, digest of the list's name, position (one int64 or more) and a check of all that. The
digest keeps a cursor of one list from being used on another; the check catches what was cut or typed by hand. It is no
secret and no permission: a position is all it holds.
"""

import base64
import binascii
import hashlib
import struct
from typing import Final

VERSION: Final = 1
HEAD: Final = struct.Struct(">B4s")
NUMBER_BYTES: Final = 8
CHECK_BYTES: Final = 4
MAX_POSITION: Final = 2**63 - 1


class BadCursor(ValueError):
    """A text that is no cursor of this list."""


def encode(scope: str, *position: int) -> str:
    """Return the cursor that continues the list `scope` after `position`: ids, or Unix microseconds."""
    body = HEAD.pack(VERSION, _digest(scope.encode())) + struct.pack(f">{len(position)}q", *position)
    return spell(body + _digest(body))


def decode(scope: str, cursor: str, count: int = 1) -> tuple[int, ...]:
    """Return the `count` numbers of a position that `encode` wrote for the same list; raise BadCursor."""
    size = HEAD.size + count * NUMBER_BYTES
    characters = -(-(size + CHECK_BYTES) * 4 // 3)
    if len(cursor) != characters:
        raise BadCursor("it is not a cursor; use the one in `next` as it is")
    data = read(cursor)
    body, check = data[:size], data[size:]
    if check != _digest(body) or spell(data) != cursor:
        raise BadCursor("it is damaged; use the one in `next` as it is")
    version, digest = HEAD.unpack_from(body)
    if version != VERSION:
        raise BadCursor("it is of another version of this api; begin again without a cursor")
    if digest != _digest(scope.encode()):
        raise BadCursor("it belongs to another list or other filters; begin again without a cursor")
    return struct.unpack(f">{count}q", body[HEAD.size :])


def spell(data: bytes) -> str:
    """Return base64url without padding: each value has one spelling."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read(text: str) -> bytes:
    """Return what `spell` wrote; raise BadCursor."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCursor("it is not a cursor; use the one in `next` as it is") from error


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=CHECK_BYTES).digest()
