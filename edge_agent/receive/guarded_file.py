"""A file that somebody brings, read in a child process with limits: a crafted one ends that process and nothing else.

The child reads while its parent stores, and waits when it is ahead.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from edge_agent.receive.csv_file import FileChunk, TimeBounds, read_chunks
from edge_agent.receive.csv_rows import BadCsvFile
from edge_agent.values import CellCount, FilePosition, Mapping, RefusedRow
from runtime import limited_child

CHILD: Final = f"{__name__}:encoded"
SECONDS: Final = 60
SECONDS_A_MB: Final = 4
BYTES_PER_MB: Final = 1_000_000


class _Order(msgspec.Struct, frozen=True):
    path: str
    mapping: Mapping
    earliest_ms: int
    latest_ms: int
    position: FilePosition


class _Told(msgspec.Struct, frozen=True):
    """A chunk, its columns as bytes; or why the file is refused, in a sentence."""

    columns: dict[str, tuple[bytes, bytes]] = {}
    refused: tuple[RefusedRow, ...] = ()
    position: FilePosition | None = None
    counts: dict[str, CellCount] = {}
    problem: str = ""
    errno: int = 0


def read_guarded(path: Path, mapping: Mapping, bounds: TimeBounds, position: FilePosition) -> Iterator[FileChunk]:
    """Yield what `read_chunks` does, from a child process. Raises BadFile or OSError."""
    seconds = SECONDS + SECONDS_A_MB * (path.stat().st_size // BYTES_PER_MB)
    order = _Order(str(path.resolve()), mapping, bounds.earliest_ms, bounds.latest_ms(), position)
    decoder = msgspec.msgpack.Decoder(_Told)
    try:
        for data in limited_child.stream(CHILD, msgspec.msgpack.encode(order), seconds=seconds):
            told = decoder.decode(data)
            if told.errno:
                raise OSError(told.errno, told.problem, str(path))
            if told.position is None:
                raise BadCsvFile(told.problem)
            columns = {
                name: (np.frombuffer(times, np.int64), np.frombuffer(values, np.float64))
                for name, (times, values) in told.columns.items()
            }
            yield FileChunk(columns, told.refused, told.position, told.counts)
    except limited_child.TooCostly as error:
        raise BadCsvFile(str(error)) from error


def encoded(content: bytes) -> Iterator[bytes]:
    """In the child: the chunks of a file, as messages."""
    order = msgspec.msgpack.decode(content, type=_Order)
    encoder = msgspec.msgpack.Encoder()
    bounds = TimeBounds(order.earliest_ms, lambda: order.latest_ms)
    try:
        for chunk in read_chunks(Path(order.path), order.mapping, bounds, order.position):
            columns = {name: (times.tobytes(), values.tobytes()) for name, (times, values) in chunk.columns.items()}
            yield encoder.encode(_Told(columns, chunk.refused, chunk.position, chunk.counts))
    except BadCsvFile as error:
        yield encoder.encode(_Told(problem=str(error)))
    except OSError as error:
        yield encoder.encode(_Told(problem=error.strerror or "", errno=error.errno or 0))
