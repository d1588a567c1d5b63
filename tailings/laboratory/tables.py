"""The bytes of a laboratory's file as a table of cells: CSV (comma, semicolon or tab) or the first sheet of an XLSX."""

from __future__ import annotations

import io
from typing import Final

import msgspec

from tailings.table_file import ZIP_MAGIC, BadTable, sheet_rows, text_rows

MAX_BYTES: Final = 4_000_000


def read_table(content: bytes) -> list[list[str]]:
    """Read all cells as text; raises BadTable. What a stranger sent is read by `encoded`, in a process with limits."""
    if len(content) > MAX_BYTES:
        raise BadTable(f"the file has {len(content)} bytes; {MAX_BYTES} are the most, so send it in parts")
    if content.startswith(ZIP_MAGIC):
        return list(sheet_rows(io.BytesIO(content)))
    try:
        return text_rows(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadTable("the file is not UTF-8 text; save it as CSV UTF-8, or send the XLSX") from error


class ReadTable(msgspec.Struct, frozen=True):
    """What came of reading a file: its cells, or why it is refused."""

    cells: list[list[str]] = []
    refused: str = ""


def encoded(content: bytes) -> bytes:
    """Read all cells as `read_table` does, for a process that only gives them back (`decoded`)."""
    try:
        return msgspec.json.encode(ReadTable(read_table(content)))
    except BadTable as error:
        return msgspec.json.encode(ReadTable(refused=str(error)))


def decoded(given: bytes) -> list[list[str]]:
    """Return the cells; raise BadTable."""
    found = msgspec.json.decode(given, type=ReadTable)
    if found.refused:
        raise BadTable(found.refused)
    return found.cells
