"""$skiptoken: where a page ended, as the values by which it was ordered, so that the next one is found by an index.

A token is base64url of JSON with a digest of the question it belongs to: it holds nothing that the page did not show,
and its values get into a statement as parameters alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from api.http import cursors
from api.http.errors import BadSyntax
from api.sensorthings import model

DIGEST_BYTES: Final = 6
MAX_TOKEN: Final = 4_000
OPTION: Final = "$skiptoken"


class Type(NamedTuple):
    """How values of a kind are sent to the database, and what they are in JSON."""

    cast: str
    kind: str
    of: type | tuple[type, ...]


TYPES: Final = {
    "i": Type("bigint", model.NUMBER, int),
    "f": Type("float8", model.NUMBER, (float, int)),
    "n": Type("numeric", model.NUMBER, str),
    "t": Type("text", model.TEXT, str),
    "z": Type("timestamptz", model.TIME, str),
    "b": Type("boolean", model.BOOLEAN, bool),
    "j": Type("jsonb", model.JSON, str),
}
Typed = tuple[str, Any] | None
"""The letter of a type, and a value of it; None for a missing one."""


def encode(scope: str, kinds: Sequence[str], values: Sequence[Any]) -> str:
    """Return the token of a page of `scope` that ended with these values, one a kind."""
    typed = [_typed(kind, value) for kind, value in zip(kinds, values, strict=True)]
    body = msgspec.json.encode(typed)
    return cursors.spell(_digest(scope, body) + body)


def decode(scope: str, token: str, kinds: Sequence[str]) -> list[Typed]:
    """Return the values of a token of the same scope, one a kind; raise BadSyntax."""
    if len(token) > MAX_TOKEN:
        raise _refused()
    try:
        data = cursors.read(token)
        digest, body = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
        if digest != _digest(scope, body):
            raise _refused()
        values = msgspec.json.decode(body, type=list[tuple[str, Any] | None])
    except (cursors.BadCursor, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refused() from error
    if len(values) != len(kinds):
        raise _refused()
    return [_read(kind, value) for kind, value in zip(kinds, values, strict=True)]


def _typed(kind: str, value: Any) -> Typed:
    if value is None:
        return None
    if kind == model.JSON:
        return "j", msgspec.json.encode(value).decode()
    match value:
        case bool():
            return "b", value
        case int():
            return "i", value
        case float():
            return "f", value
        case Decimal():
            return "n", str(value)
        case datetime():
            return "z", value.isoformat()
    return "t", value


def _read(kind: str, value: Typed) -> Typed:
    if value is None:
        return None
    found = TYPES.get(value[0])
    is_truth = isinstance(value[1], bool)  # which is an int too
    if found is None or found.kind != kind or not isinstance(value[1], found.of) or is_truth != (kind == model.BOOLEAN):
        raise _refused()
    return value


def _digest(scope: str, body: bytes) -> bytes:
    return hashlib.blake2b(scope.encode() + b"\0" + body, digest_size=DIGEST_BYTES).digest()


def _refused() -> BadSyntax:
    return BadSyntax(f"{OPTION} cannot be used: follow @iot.nextLink as it is, or begin again without it.", OPTION)
