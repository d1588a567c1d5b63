"""The bytes of a laboratory's file as a table of cells: CSV (comma, semicolon or tab) or the first sheet of an XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Final

MAX_BYTES: Final = 4_000_000
MAX_UNPACKED_BYTES: Final = 100_000_000
ZIP_MAGIC: Final = b"PK\x03\x04"
DELIMITERS: Final = (",", ";", "\t")


class BadFile(ValueError):
    """A file that is no table; the sentence says what to send."""


def read_table(content: bytes) -> list[list[str]]:
    """Read all cells as text; raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile(f"the file has {len(content)} bytes; {MAX_BYTES} are the most, so send it in parts")
    return _sheet(content) if content.startswith(ZIP_MAGIC) else _csv(content)


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("the file is not UTF-8 text; save it as CSV UTF-8, or send the XLSX") from error
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise BadFile(f"the file is no CSV: {error}") from error


def _sheet(content: bytes) -> list[list[str]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise BadFile("the workbook unpacks to more than 100 MB; send the sheet alone")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError) as error:
        raise BadFile(f"the file is no XLSX workbook: {error}") from error
    rows = [[_cell(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    width = len(rows[0]) if rows else 0
    return [row + [""] * (width - len(row)) for row in rows]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
