"""A file of observations read in chunks from any place on, so that an import goes on where the last commit left it.

A place is a byte of a text, or a row of a workbook.
"""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final

import msgspec

from edge_agent.receive.csv_rows import MAX_COLUMNS, BadCsvFile, CsvColumns, refused_end
from edge_agent.values import CellCount, FilePosition, Mapping, Numbers, RefusedRow, Times
from tailings import units
from tailings.table_file import CELL_END, BadTable, is_workbook, sheet_lines

BLOCK_BYTES: Final = 128 * 1024
MAX_HEADER_BYTES: Final = 64 * MAX_COLUMNS
SHEET_ROWS: Final = 2000  # a chunk
HEADER_LINES: Final = {"names": 1, "toa5": 4, "none": 0}
MAX_COMMENTS: Final = 10_000  # before the header
TOA5: Final = "TOA5"
MAX_NAMED_REFUSALS: Final = 1000  # a file; those beyond are counted only


class TimeBounds(msgspec.Struct, frozen=True):
    """The earliest and latest time [Unix ms] that a row can rightly have."""

    earliest_ms: int
    latest_ms: Callable[[], int]


class FileChunk(msgspec.Struct, frozen=True):
    """Some lines of a file: what was taken, what was refused, and how far the file is read after them.

    counts: what became of the cells of each datastream.
    """

    columns: dict[str, tuple[Times, Numbers]]
    refused: tuple[RefusedRow, ...]
    position: FilePosition
    counts: dict[str, CellCount] = {}


def source_of(path: Path, mapping: Mapping) -> str:
    """A name for this content read with this mapping, whatever the file is called: the same file is stored once.

    All of it counts: a corrected copy may differ in one digit of its middle.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(msgspec.json.encode(mapping))
    return f"csv:{digest.hexdigest()[:32]}"


def read_chunks(
    path: Path, mapping: Mapping, bounds: TimeBounds, position: FilePosition, block_bytes: int = BLOCK_BYTES
) -> Iterator[FileChunk]:
    """Yield chunks from `position` to the end, the last with `is_done`. Raises BadFile or OSError."""
    with path.open("rb") as file:
        if is_workbook(path):
            yield from _sheet_chunks(file, mapping, bounds, position)
            return
        columns, begin = _header(file, mapping)
        if position.offset == 0:
            position = msgspec.structs.replace(position, offset=begin.offset, lines=begin.lines)
        elif mapping.doubled_hour == "by-order":
            _look_back(file, columns, begin.offset, position, bounds)
        while not position.is_done:
            file.seek(position.offset)
            chunk = _read_chunk(
                file.read(block_bytes + 1), columns, bounds, position, block_bytes, encoding=mapping.encoding
            )
            position = chunk.position
            yield chunk


def _header(file: IO[bytes], mapping: Mapping) -> tuple[CsvColumns, FilePosition]:
    """The columns of a file by its header, and where its rows begin; a file without one begins with its first row.

    A byte-order mark stands before all of it, comments too, and says nothing.
    """
    file.seek(len(BOM_UTF8) if file.read(len(BOM_UTF8)) == BOM_UTF8 else 0)
    begin = file.tell()
    before = [file.readline(MAX_HEADER_BYTES) for _ in range(mapping.skip_rows)]
    header = [file.readline(MAX_HEADER_BYTES)]
    while _is_comment(_text(header[0], mapping), mapping) and len(before) < MAX_COMMENTS:
        before.append(header.pop())
        header = [file.readline(MAX_HEADER_BYTES)]
    wanted = max(HEADER_LINES[mapping.header], 1) + mapping.units_row
    header += [file.readline(MAX_HEADER_BYTES) for _ in range(wanted - 1)]
    columns = CsvColumns(_names(header, mapping), mapping)
    passed = before if mapping.header == "none" else before + header
    return columns, FilePosition("", offset=begin + sum(map(len, passed)), lines=len(passed))


def _look_back(file: IO[bytes], columns: CsvColumns, begin: int, position: FilePosition, bounds: TimeBounds) -> None:
    """Read the lines before a position once more, so that the clock knows how late it is."""
    file.seek(max(begin, position.offset - BLOCK_BYTES))
    block = file.read(position.offset - file.tell()).decode("latin-1")
    columns.read(block.split("\n")[1:], 1, bounds.earliest_ms, bounds.latest_ms())


def _sheet_chunks(file: IO[bytes], mapping: Mapping, bounds: TimeBounds, position: FilePosition) -> Iterator[FileChunk]:
    """The same of a workbook: its cells are texts already, with a decimal point, and its places are rows."""
    mapping = msgspec.structs.replace(mapping, delimiter=CELL_END, decimal=".")
    lines = enumerate(sheet_lines(file), 1)
    try:
        at, header = next(
            (row for row in lines if row[0] > mapping.skip_rows and not _is_comment(row[1], mapping)), (1, "")
        )
        columns, first = CsvColumns(header, mapping), [(at, header)] if mapping.header == "none" else []
        behind = max(position.lines, at - len(first) + mapping.units_row)
        rows = (row for row in chain(first, lines) if row[0] > behind)
        position = msgspec.structs.replace(position, lines=behind)
        while not position.is_done:
            block = [line for _, line in islice(rows, SHEET_ROWS)]
            chunk = _chunk(columns, block, bounds, position)
            is_done = len(block) < SHEET_ROWS
            position = msgspec.structs.replace(chunk.position, offset=chunk.position.lines, is_done=is_done)
            yield msgspec.structs.replace(chunk, position=position)
    except BadTable as error:
        raise BadCsvFile(str(error)) from error


def in_units(chunk: FileChunk, mapping: Mapping, wanted: dict[str, str]) -> FileChunk:
    """The same rows in the units of their datastreams; `wanted`: the unit of each datastream (UCUM)."""
    if not mapping.units:
        return chunk
    given = mapping.said_units()
    columns = {
        name: (times, units.convert(numbers, given.get(name, wanted[name]), wanted[name]))
        for name, (times, numbers) in chunk.columns.items()
    }
    return msgspec.structs.replace(chunk, columns=columns)


def _read_chunk(
    block: bytes, columns: CsvColumns, bounds: TimeBounds, position: FilePosition, block_bytes: int, encoding: str
) -> FileChunk:
    """The whole lines of a block that is one byte longer than a chunk may be, unless the file ends in it."""
    if b"\0" in block:
        raise BadCsvFile(f"binary data after line {position.lines}; is this a CSV file?")
    is_last = len(block) <= block_bytes
    cut = block.rfind(b"\n") + 1
    if cut == 0 and not is_last:
        raise BadCsvFile(f"line {position.lines + 1} is longer than {block_bytes} bytes; lines end with LF or CR LF")
    lines = block[:cut].decode(encoding, "replace").split("\n")[:-1]
    end = None
    if is_last and block[cut:].strip():
        end = refused_end(block[cut:].decode(encoding, "replace"), position.lines + len(lines) + 1)
    chunk = _chunk(columns, lines, bounds, position, end)
    offset = position.offset + (len(block) if is_last else cut)
    return msgspec.structs.replace(
        chunk, position=msgspec.structs.replace(chunk.position, offset=offset, is_done=is_last)
    )


def _chunk(
    columns: CsvColumns, lines: list[str], bounds: TimeBounds, position: FilePosition, end: RefusedRow | None = None
) -> FileChunk:
    """Lines of a file behind a position. end: the refusal of a last line that is cut."""
    taken, refused, counts = columns.read(lines, position.lines + 1, bounds.earliest_ms, bounds.latest_ms())
    if end is not None:
        refused.append(end)
        for count in counts.values():
            count.cells += 1
            count.refuse(end.reason, 1, end.line)
    rows = max((len(times) for times, _ in taken.values()), default=0)
    after = msgspec.structs.replace(
        position, lines=position.lines + len(lines), rows=position.rows + rows, refused=position.refused + len(refused)
    )
    return FileChunk(taken, tuple(refused[: max(MAX_NAMED_REFUSALS - position.refused, 0)]), after, counts)


def _is_comment(line: str, mapping: Mapping) -> bool:
    return bool(mapping.comment) and line.startswith(mapping.comment)


def _names(header: list[bytes], mapping: Mapping) -> str:
    """The line that names the columns, or the first row of a file without one."""
    if mapping.header == "toa5":
        if _text(header[0], mapping).lstrip('"').startswith(TOA5):
            return _text(header[1], mapping)
        raise BadCsvFile("the file does not begin with TOA5; let the logger's software write this format")
    return _text(header[0], mapping)


def _text(header: bytes, mapping: Mapping) -> str:
    if not header.strip():
        raise BadCsvFile("the file is empty, or has a line of its header only")
    if not header.endswith(b"\n"):
        raise BadCsvFile("the header has no end; each line ends with LF or CR LF")
    try:
        return header.decode(mapping.encoding)
    except UnicodeDecodeError as error:
        fix = 'say encoding = "cp1252" in the mapping, or convert it'
        raise BadCsvFile(f"the header is not {mapping.encoding} ({error}); {fix}") from error
