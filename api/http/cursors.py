"""Opaque cursors: where the next page begins, and of which list.

A cursor is base64url of version, digest of the list's name, position (int64) and a check of all that. The digest keeps
a cursor of one list from being used on another; the check catches what was cut or typed by hand. It is no secret and
no permission: a position is all it holds.
"""

import base64
import binascii
import hashlib
import struct
from typing import Final

VERSION: Final = 1
BODY: Final = struct.Struct(">B4sq")
CHECK_BYTES: Final = 4
CHARACTERS: Final = 23
MAX_POSITION: Final = 2**63 - 1


class BadCursor(ValueError):
    """A text that is no cursor of this list."""


def encode(scope: str, position: int) -> str:
    """Return the cursor that continues the list `scope` after `position` (an id, or Unix microseconds)."""
    body = BODY.pack(VERSION, _digest(scope.encode()), position)
    return _spell(body + _digest(body))


def decode(scope: str, cursor: str) -> int:
    """Return the position of a cursor that `encode` made for the same list; raise BadCursor."""
    if len(cursor) != CHARACTERS or not cursor.isascii():
        raise BadCursor("it is not a cursor; use the one in `next` as it is")
    try:
        data = base64.b64decode(cursor + "=", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise BadCursor("it is not a cursor; use the one in `next` as it is") from error
    body, check = data[: BODY.size], data[BODY.size :]
    if check != _digest(body) or _spell(data) != cursor:
        raise BadCursor("it is damaged; use the one in `next` as it is")
    version, digest, position = BODY.unpack(body)
    if version != VERSION:
        raise BadCursor("it is of another version of this api; begin again without a cursor")
    if digest != _digest(scope.encode()):
        raise BadCursor("it belongs to another list or other filters; begin again without a cursor")
    return int(position)


def _spell(data: bytes) -> str:
    """Return base64url without padding: each value has one spelling."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=CHECK_BYTES).digest()
