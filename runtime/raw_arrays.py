"""Arrays that PostgreSQL sends in binary, handed over as they came: numpy reads them without an object a value.

`codec.postgres_arrays` reads the bytes; this module needs no numpy, so that a program without charts loads none.
"""

from collections.abc import Iterable
from typing import Any

from psycopg import AsyncCursor, Cursor, postgres
from psycopg.adapt import Loader
from psycopg.pq import Format


class RawArray(Loader):
    """Hands a binary array over as it came."""

    format = Format.BINARY

    def load(self, data: bytes | bytearray | memoryview) -> bytes:
        return bytes(data)


def keep_raw(cursor: Cursor[Any] | AsyncCursor[Any], kinds: Iterable[str]) -> None:
    """Let a binary cursor hand over arrays of these types ('float8', 'timestamptz') as bytes."""
    for name in kinds:
        cursor.adapters.register_loader(postgres.types[name].array_oid, RawArray)
