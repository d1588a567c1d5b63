"""A file of rows and columns as cells of text: CSV in its usual forms, or a sheet of an XLSX workbook.

The one reader of tables: for laboratories' files as a whole, for files of observations in blocks of lines.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from toml_file.nearest import hint

ZIP_MAGIC: Final = b"PK\x03\x04"
DELIMITERS: Final = (",", ";", "\t")
SAID: Final = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
CELL_END: Final = "\x1f"
"""Between the cells of a sheet that is read as lines."""
ENCODINGS: Final = ("utf-8-sig", "cp1252")
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
HEAD_BYTES: Final = 65_536
HEAD_LINES: Final = 400
MAX_UNPACKED_BYTES: Final = 100_000_000
MAX_CELLS: Final = 2_000_000
MAX_SHEET_ROWS: Final = 1_048_576
"""Of Excel's grid."""
BLOCK_BYTES: Final = 1 << 20
LONGEST_CELL_BYTES: Final = 1 << 16
"""A cell with a formula is shorter: Excel takes 8,192 characters."""
FORMULA: Final = re.compile(
    rb'<(?:\w+:)?c (?P<is_text>(?=[^<>]*\bt="str"))?(?:[^<>]* )?r="(?P<cell>\w+)"[^<>]*>\s*'
    rb"<(?:\w+:)?f(?:\s[^<>]*/|/|(?:\s[^<>]*)?>[^<]*</(?:\w+:)?f)>\s*"
    rb"(?P<has_none>(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>)?"
)
"""A cell with a formula; has_none: and no value. A formula that gave "" has an empty text (t="str")."""
TO_CALCULATE: Final = re.compile(rb'<(?:\w+:)?calcPr [^<>]*\bfullCalcOnLoad="(?:1|true)"')
"""The mark of a workbook whose formulas a spreadsheet program is to work out when it opens it: XlsxWriter stores 0 with
each formula, and this mark; spreadsheet programs save none."""
OFFICE_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What spreadsheet programs write; a package of Office Open XML has no others (ISO/IEC 29500-2, secondary)."""
NO_WORKBOOK: Final = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # of either XML parser
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


class SheetNumber(str):
    """A cell that a sheet holds as a number: its mark is the point, whatever the texts of the file have."""

    __slots__ = ()


def is_workbook(path: Path) -> bool:
    """Whether a file begins like an XLSX workbook; raises OSError."""
    with path.open("rb") as file:
        return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC


def delimiter_of(line: str) -> str:
    """The delimiter that stands most often in a line."""
    return max(DELIMITERS, key=line.count)


def said_delimiter(line: str) -> str:
    """The delimiter that the first line of a file says to a spreadsheet program (sep=;); "" where it says none."""
    found = SAID.fullmatch(line)
    return found[1] if found else ""


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line; none, as if it had no column, where its quotes cannot be read."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def decoded(content: bytes, encoding: str = "") -> str:
    """The text of a file in an encoding, else in UTF-8, else in that of Windows (cp1252); raises BadTable."""
    if b"\0" in content or content.startswith(UTF_16):
        raise BadTable("the file is binary or UTF-16; save it as CSV UTF-8, or send the XLSX")
    for one in (encoding,) if encoding else ENCODINGS:
        try:
            return content.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadTable(f"the file is not {encoding or 'UTF-8'} text; save it as CSV UTF-8, or send the XLSX")


def text_rows(text: str, delimiter: str = "", headings: Sequence[str] = ()) -> list[list[str]]:
    """All rows of a text, whose quoted cells may have line ends; raises BadTable.

    Without a delimiter it is the one that a first line says, which is no row; or the one that stands most often in the
    line that has most of the headings.
    """
    first, _, rest = text.partition("\n")
    if said := said_delimiter(first):
        text, delimiter = rest, delimiter or said
    if not delimiter:
        lines = text.split("\n", HEAD_LINES)[:HEAD_LINES]
        delimiter = delimiter_of(max(lines, key=lambda line: sum(one in line for one in headings)))
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        if found := _with_stray_quotes(text, delimiter):
            return found
        raise BadTable(f"the file is no CSV: {error}") from error


def _with_stray_quotes(text: str, delimiter: str) -> list[list[str]]:
    """The rows of a text whose cells hold quotes that are not doubled; none where lines then differ in their cells.

    A quoted cell ends at the quote before a delimiter or the end of its line, and no cell holds the end of a line.
    """
    end = re.escape(delimiter)
    cell = re.compile(rf'(?:"((?:[^"]|"(?!{end}))*)"|((?!")[^{end}]*)){end}')
    found = []
    for line in (one + delimiter for one in text.splitlines()):
        cells, at = [], 0
        while at < len(line):
            one = cell.match(line, at)
            if one is None:
                return []
            cells.append(one[2] if one[1] is None else one[1].replace('""', '"'))
            at = one.end()
        found.append(cells)
    return found if len({len(row) for row in found}) == 1 else []


def sheet_rows(file: IO[bytes], sheet: str = "") -> Iterator[list[str]]:
    """The rows of a sheet (the first one), those that are not blank as wide as the heading; raises BadTable.

    A sheet may say that it fills the whole grid of 17 thousand million cells, or have one in its last corner.
    """
    try:
        # One parser on every machine, that of Python: lxml, which other libraries bring, reads other damage.
        os.environ["OPENPYXL_LXML"] = "False"
        import openpyxl
    except ModuleNotFoundError as error:
        raise BadTable("reading XLSX needs openpyxl: pip install 'tailwatch[laboratory]'; or save it as CSV") from error
    try:
        with zipfile.ZipFile(file) as packed:
            _check_size(packed)
            is_to_calculate = _is_to_calculate(packed)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        table = _sheet(book, sheet)
        _check_values(table, is_to_calculate=is_to_calculate)
        yield from _rows(table)
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


def _check_size(packed: zipfile.ZipFile) -> None:
    if any(one.compress_type not in OFFICE_COMPRESSIONS for one in packed.infolist()):
        raise BadTable("the workbook is packed as no spreadsheet program packs one; save it again as XLSX")
    if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED_BYTES:
        raise BadTable("the workbook unpacks to more than 100 MB; send the sheet alone")


def _sheet(book: Any, name: str) -> Any:
    names = [one.title for one in book.worksheets]
    if name and name not in names:
        raise BadTable(f"the workbook has no sheet {name!r}{hint(name, names)}")
    return book.worksheets[names.index(name) if name else 0]


def _is_to_calculate(packed: zipfile.ZipFile) -> bool:
    return any(TO_CALCULATE.search(packed.read(one)) for one in packed.namelist() if one.endswith("workbook.xml"))


def _check_values(sheet: Any, *, is_to_calculate: bool) -> None:
    """Refuse a sheet with formulas that nobody has worked out: a program wrote them, their cells look empty, or 0."""
    rest = b""
    with sheet._get_source() as source:
        while block := source.read(BLOCK_BYTES):
            rest += block
            for found in FORMULA.finditer(rest):
                if is_to_calculate or (found["has_none"] is not None and found["is_text"] is None):
                    raise BadTable(
                        f"cell {found['cell'].decode()} is a formula that nobody has worked out; open the workbook in a"
                        " spreadsheet program and save it, or send the values"
                    )
            rest = rest[-LONGEST_CELL_BYTES:]


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
    if isinstance(value, int | float) and not isinstance(value, bool):
        return SheetNumber(repr(value))
    return str(value)
