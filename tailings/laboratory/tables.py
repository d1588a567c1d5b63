"""The bytes of a laboratory's file as a table of cells: CSV (comma, semicolon or tab) or the first sheet of an XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import msgspec

MAX_BYTES: Final = 4_000_000
MAX_UNPACKED_BYTES: Final = 100_000_000
ZIP_MAGIC: Final = b"PK\x03\x04"
MAX_CELLS: Final = 2_000_000
MAX_SHEET_ROWS: Final = 1_048_576
"""Of Excel's grid."""
NO_WORKBOOK: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    RuntimeError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What openpyxl and what it stands on raise for bytes that are no workbook, or a broken one."""
DELIMITERS: Final = (",", ";", "\t")


class BadTable(ValueError):
    """A file that is no table; the sentence says what to send."""


def read_table(content: bytes) -> list[list[str]]:
    """Read all cells as text; raises BadTable. What a stranger sent is read by `encoded`, in a process with limits."""
    if len(content) > MAX_BYTES:
        raise BadTable(f"the file has {len(content)} bytes; {MAX_BYTES} are the most, so send it in parts")
    return _sheet(content) if content.startswith(ZIP_MAGIC) else _csv(content)


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


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable("the file is not UTF-8 text; save it as CSV UTF-8, or send the XLSX") from error
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise BadTable(f"the file is no CSV: {error}") from error


def _sheet(content: bytes) -> list[list[str]]:
    import openpyxl

    try:
        _check_size(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return _rows(book.worksheets[0])
    except BadTable:
        raise
    except NO_WORKBOOK as error:
        raise BadTable(f"the file is no XLSX workbook: {error}") from error


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED_BYTES:
            raise BadTable("the workbook unpacks to more than 100 MB; send the sheet alone")


def _rows(sheet: Any) -> list[list[str]]:
    """The cells of each row, those that are not blank as wide as the heading.

    A sheet may say that it fills the whole grid of 17 thousand million cells, or have one in its last corner.
    """
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    cells = 0
    for values in sheet.iter_rows(values_only=True):
        row = [] if all(value is None for value in values) else [_cell(value) for value in values]
        row += [""] * (len(rows[0]) - len(row)) if row and rows else []
        rows.append(row)
        cells += len(row)
        if cells > MAX_CELLS or len(rows) > MAX_SHEET_ROWS:
            raise BadTable(f"the sheet has more than {MAX_CELLS} cells or {MAX_SHEET_ROWS} rows; send it in parts")
    return rows


def _cell(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
