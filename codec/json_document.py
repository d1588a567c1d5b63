"""Documents: JSON from outside that is no pack (states, births, approvals, messages of other makers)."""

from typing import TypeVar

import msgspec

from wire import BadPack

T = TypeVar("T")


def decode(data: bytes, shape: type[T], most_bytes: int) -> T:
    """The value that `data` writes; raises BadPack, and nothing else, for what is too long, no JSON or no `shape`.

    Bytes that are no UTF-8 and a thousand brackets are no JSON either, though msgspec has other exceptions for them.
    """
    if len(data) > most_bytes:
        raise BadPack("payload", "too-long", f"{len(data)} bytes")
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadPack("payload", "not-json", str(error)) from error
