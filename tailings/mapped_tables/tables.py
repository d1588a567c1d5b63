"""The bytes of a laboratory's file as a table of cells: CSV (comma, semicolon or tab) or a sheet of an XLSX."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from tailings import table_file
from tailings.table_file import ZIP_MAGIC, BadTable, SheetNumber, sheet_rows, text_rows

MAX_BYTES: Final = 4_000_000


class TableForm(msgspec.Struct, frozen=True):
    """What is known of a file before it is read; "" and (): it is found. headings: some that stand in it."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    headings: tuple[str, ...] = ()


FOUND: Final = TableForm()


def read_table(content: bytes, form: TableForm = FOUND) -> list[list[str]]:
    """Read all cells as text; raises BadTable. What a stranger sent is read by `encoded`, in a process with limits."""
    if len(content) > MAX_BYTES:
        raise BadTable(f"the file has {len(content)} bytes; {MAX_BYTES} are the most, so send it in parts")
    if content.startswith(ZIP_MAGIC):
        return list(sheet_rows(io.BytesIO(content), form.sheet))
    return text_rows(table_file.decoded(content, form.encoding), form.delimiter, form.headings)


Reader = Callable[[bytes, TableForm], list[list[str]]]


class Asked(msgspec.Struct, frozen=True):
    """A file and its form, for a process that reads it."""

    content: bytes
    form: TableForm


class ReadTable(msgspec.Struct, frozen=True):
    """What came of reading a file: its cells, or why it is refused. A number of a sheet is a list of one text."""

    cells: list[list[str | list[str]]] = []
    refused: str = ""


def asked(content: bytes, form: TableForm = FOUND) -> bytes:
    """What `encoded` is asked."""
    return msgspec.msgpack.encode(Asked(content, form))


def encoded(question: bytes, read: Reader = read_table) -> bytes:
    """Read all cells as `read_table` does, for a process that only gives them back (`decoded`)."""
    one = msgspec.msgpack.decode(question, type=Asked)
    try:
        return msgspec.json.encode(ReadTable([_marked(row) for row in read(one.content, one.form)]))
    except BadTable as error:
        return msgspec.json.encode(ReadTable(refused=str(error)))


def decoded(given: bytes) -> list[list[str]]:
    """Return the cells; raise BadTable."""
    found = msgspec.json.decode(given, type=ReadTable)
    if found.refused:
        raise BadTable(found.refused)
    return [[SheetNumber(cell[0]) if isinstance(cell, list) else cell for cell in row] for row in found.cells]


def _marked(row: Sequence[str]) -> list[str | list[str]]:
    return [[str(cell)] if isinstance(cell, SheetNumber) else cell for cell in row]
