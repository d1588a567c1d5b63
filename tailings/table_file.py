"""A file of rows and columns as cells of text: CSV in its usual forms, or the first sheet of an XLSX workbook.

The one reader of tables: for laboratories' files as a whole, for files of observations in blocks of lines.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

import msgspec

ZIP_MAGIC: Final = b"PK\x03\x04"
DELIMITERS: Final = (",", ";", "\t")
CELL_END: Final = "\x1f"
"""Between the cells of a sheet that is read as lines."""
HEAD_BYTES: Final = 65_536
HEAD_LINES: Final = 400
MAX_UNPACKED_BYTES: Final = 100_000_000
MAX_CELLS: Final = 2_000_000
MAX_SHEET_ROWS: Final = 1_048_576
"""Of Excel's grid."""
OFFICE_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What spreadsheet programs write; a package of Office Open XML has no others (ISO/IEC 29500-2, secondary)."""
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


class BadTable(ValueError):
    """A file that is no table; the sentence says what to send."""


def is_workbook(path: Path) -> bool:
    """Whether a file begins like an XLSX workbook; raises OSError."""
    with path.open("rb") as file:
        return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC


def delimiter_of(line: str) -> str:
    """The delimiter that stands most often in a line."""
    return max(DELIMITERS, key=line.count)


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line; none, as if it had no column, where its quotes cannot be read."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def text_rows(text: str) -> list[list[str]]:
    """All rows of a text, whose quoted cells may have line ends; raises BadTable."""
    delimiter = delimiter_of(text.partition("\n")[0])
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise BadTable(f"the file is no CSV: {error}") from error


def sheet_rows(file: IO[bytes]) -> Iterator[list[str]]:
    """The rows of the first sheet, those that are not blank as wide as the heading; raises BadTable.

    A sheet may say that it fills the whole grid of 17 thousand million cells, or have one in its last corner.
    """
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise BadTable("reading XLSX needs openpyxl: pip install 'tailwatch[laboratory]'; or save it as CSV") from error
    try:
        _check_size(file)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        yield from _rows(book.worksheets[0])
    except BadTable:
        raise
    except NO_WORKBOOK as error:
        raise BadTable(f"the file is no XLSX workbook: {error}") from error


def sheet_lines(file: IO[bytes]) -> Iterator[str]:
    """The same as lines, whose cells end with CELL_END; raises BadTable."""
    for row in sheet_rows(file):
        yield CELL_END.join(" ".join(cell.replace(CELL_END, " ").split("\n")) for cell in row)


def head(path: bytes) -> bytes:
    """In a process with limits: encoding and first lines of a file as JSON, or why it has none, in a sentence."""
    try:
        with Path(path.decode()).open("rb") as file:
            start = file.read(HEAD_BYTES)
            if start.startswith(ZIP_MAGIC):
                return msgspec.json.encode(("utf-8", list(islice(sheet_lines(file), HEAD_LINES))))
    except BadTable as error:
        return msgspec.json.encode(str(error))
    start = start[: start.rfind(b"\n") + 1]
    if b"\0" in start:
        return msgspec.json.encode("the file is binary; export it as CSV or XLSX")
    encoding = "utf-8"
    try:
        start.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
    lines = start.decode(encoding, "replace").removeprefix("\ufeff").split("\n")[:-1]
    return msgspec.json.encode((encoding, [line.rstrip("\r") for line in lines[:HEAD_LINES]]))


def _check_size(file: IO[bytes]) -> None:
    with zipfile.ZipFile(file) as packed:
        if any(one.compress_type not in OFFICE_COMPRESSIONS for one in packed.infolist()):
            raise BadTable("the workbook is packed as no spreadsheet program packs one; save it again as XLSX")
        if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED_BYTES:
            raise BadTable("the workbook unpacks to more than 100 MB; send the sheet alone")


def _rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()
    width = cells = 0
    for at, values in enumerate(sheet.iter_rows(values_only=True)):
        row = [] if all(value is None for value in values) else [_cell(value) for value in values]
        row += [""] * (width - len(row)) if row else []
        width = len(row) if at == 0 else width
        cells += len(row)
        if cells > MAX_CELLS or at >= MAX_SHEET_ROWS:
            raise BadTable(f"the sheet has more than {MAX_CELLS} cells or {MAX_SHEET_ROWS} rows; send it in parts")
        yield row


def _cell(value: object) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
