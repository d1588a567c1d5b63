"""One logger's file read in chunks from any byte on, so that an import goes on where the last group commit left it."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from edge_agent.receive.csv_rows import BOM, MAX_COLUMNS, BadCsvFile, CsvColumns, refused_end
from edge_agent.values import FilePosition, Mapping, Numbers, RefusedRow, Times
from tailings import units

BLOCK_BYTES: Final = 128 * 1024
MAX_HEADER_BYTES: Final = 64 * MAX_COLUMNS
HEADER_LINES: Final = {"names": 1, "toa5": 4, "none": 0}
TOA5: Final = "TOA5"
MAX_NAMED_REFUSALS: Final = 1000  # a file; those beyond are counted only


class TimeBounds(msgspec.Struct, frozen=True):
    """The earliest and latest time [Unix ms] that a row can rightly have."""

    earliest_ms: int
    latest_ms: Callable[[], int]


class FileChunk(msgspec.Struct, frozen=True):
    """Some lines of a file: what was taken, what was refused, and how far the file is read after them."""

    columns: dict[str, tuple[Times, Numbers]]
    refused: tuple[RefusedRow, ...]
    position: FilePosition


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
        header = [file.readline(MAX_HEADER_BYTES) for _ in range(max(HEADER_LINES[mapping.header], 1))]
        columns = CsvColumns(_names(header, mapping), mapping)
        if position.offset == 0 and mapping.header != "none":
            position = msgspec.structs.replace(position, offset=sum(map(len, header)), lines=len(header))
        while not position.is_done:
            file.seek(position.offset)
            chunk = _read_chunk(file.read(block_bytes + 1), columns, bounds, position, block_bytes)
            position = chunk.position
            yield chunk


def in_units(chunk: FileChunk, mapping: Mapping, wanted: dict[str, str]) -> FileChunk:
    """The same rows in the units of their datastreams; `wanted`: the unit of each datastream (UCUM)."""
    if not mapping.units:
        return chunk
    given = {mapping.columns[column]: unit for column, unit in mapping.units.items()}
    columns = {
        name: (times, units.convert(numbers, given.get(name, wanted[name]), wanted[name]))
        for name, (times, numbers) in chunk.columns.items()
    }
    return msgspec.structs.replace(chunk, columns=columns)


def _read_chunk(
    block: bytes, columns: CsvColumns, bounds: TimeBounds, position: FilePosition, block_bytes: int
) -> FileChunk:
    """The whole lines of a block that is one byte longer than a chunk may be, unless the file ends in it."""
    if b"\0" in block:
        raise BadCsvFile(f"binary data after line {position.lines}; is this a CSV file?")
    is_last = len(block) <= block_bytes
    cut = block.rfind(b"\n") + 1
    if cut == 0 and not is_last:
        raise BadCsvFile(f"line {position.lines + 1} is longer than {block_bytes} bytes; lines end with LF or CR LF")
    lines = block[:cut].decode("utf-8", "replace").split("\n")[:-1]
    taken, refused = columns.read(lines, position.lines + 1, bounds.earliest_ms, bounds.latest_ms())
    end = position.lines + len(lines)
    if is_last and block[cut:].strip():
        refused.append(refused_end(block[cut:].decode("utf-8", "replace"), end + 1))
    rows = max((len(times) for times, _ in taken.values()), default=0)
    after = FilePosition(
        source=position.source,
        offset=position.offset + (len(block) if is_last else cut),
        lines=end,
        rows=position.rows + rows,
        refused=position.refused + len(refused),
        is_done=is_last,
    )
    return FileChunk(taken, tuple(refused[: max(MAX_NAMED_REFUSALS - position.refused, 0)]), after)


def _names(header: list[bytes], mapping: Mapping) -> str:
    """The line that names the columns, or the first row of a file without one."""
    if mapping.header == "toa5":
        if _text(header[0]).lstrip(BOM + '"').startswith(TOA5):
            return _text(header[1])
        raise BadCsvFile("the file does not begin with TOA5; let the logger's software write this format")
    return _text(header[0])


def _text(header: bytes) -> str:
    if not header.strip():
        raise BadCsvFile("the file is empty, or has a line of its header only")
    if not header.endswith(b"\n"):
        raise BadCsvFile("the header has no end; each line ends with LF or CR LF")
    try:
        return header.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadCsvFile(f"the header is not UTF-8 ({error}); convert the file") from error
