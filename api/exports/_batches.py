"""Observations as Arrow record batches, with what is known of them in the schema: of the stream and of Parquet."""

import io
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from api.exports._head import FileHead
from api.exports._parts import Chunk
from tailings import file_metadata
from tailings.arrow_columns import NAME, QUALITY, RESULT, TIME

TESTS: Final = pa.field("tests", pa.string())
UNIT: Final = pa.field("unit", NAME.type, nullable=False)


class Batches:
    """Makes the record batches of one file. Of several datastreams, each row has its name and its unit."""

    def __init__(self, head: FileHead) -> None:
        datastreams = [part.datastream for part in head.parts]
        self._number = {one.id: number for number, one in enumerate(datastreams)}
        self._is_named = head.is_named
        self._names = pa.array([one.name for one in datastreams], pa.string())
        self._units = pa.array([one.unit for one in datastreams], pa.string())
        result = RESULT if head.is_named else RESULT.with_metadata({"unit": datastreams[0].unit})
        quality = QUALITY.with_metadata(
            {"scheme": file_metadata.SCHEME, "flags": msgspec.json.encode(file_metadata.FLAGS)}
        )
        columns = [TIME, result, quality, TESTS]
        self.schema = pa.schema([NAME, UNIT, *columns] if head.is_named else columns, _metadata(head))

    def of(self, chunk: Chunk) -> Any:
        """Return the observations of a chunk; a missing result is null."""
        found = chunk.content
        columns = [
            pa.array(found.time_us).view(TIME.type),
            pa.array(found.result, RESULT.type, from_pandas=True),
            pa.array(found.quality.astype(np.int8)),
            pa.array(found.tests, TESTS.type),
        ]
        if self._is_named:
            number = pa.array(np.full(len(found), self._number[chunk.part.datastream.id], np.int32))
            named = [pa.DictionaryArray.from_arrays(number, texts) for texts in (self._names, self._units)]
            columns = named + columns
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


class SentBytes(io.RawIOBase):
    """Takes what a writer of Arrow writes, until it is sent."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, some: Any) -> int:
        self._written.append(bytes(some))
        self._at += len(some)
        return len(some)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        found = b"".join(self._written)
        self._written.clear()
        return found


def _metadata(head: FileHead) -> dict[str, str | bytes]:
    """The document, and by themselves the words that a reader looks for first."""
    alone = (
        {} if head.is_named else {"datastream": head.parts[0].datastream.name, "unit": head.parts[0].datastream.unit}
    )
    return {
        file_metadata.KEY: msgspec.json.encode(head.document),
        "name": head.facility.name,
        "quality_scheme": file_metadata.SCHEME,
        "licence": head.licence,
        "citation": head.citation,
        **alone,
    }
