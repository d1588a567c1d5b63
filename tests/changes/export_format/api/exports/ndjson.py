"""JSON lines: an object each observation, for programs that read line by line.

Source: our own choice of names; each line is RFC 8259.
"""

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from api.exports import Chunk, FileHead
from api.observations import columns, time_columns

MEDIA_TYPE: Final = "application/x-ndjson"
EXAMPLE: Final = (
    '{"datastream":"vale:n07:vw1.level","time":"2026-05-03T14:10:00Z","result":318.42,"unit":"m","quality":1}\n'
)
ENCODER: Final = msgspec.json.Encoder()


async def write(chunks: AsyncIterator[Chunk], head: FileHead) -> AsyncIterator[bytes]:
    """Give the lines of each chunk; each names its datastream, alone or not."""
    async for chunk in chunks:
        datastream, found = chunk.part.datastream, chunk.content
        times, results = time_columns.rfc3339_column(found.time_us), columns.or_null(found.result)
        head = {"datastream": datastream.name, "unit": datastream.unit}
        yield ENCODER.encode_lines(
            [
                {**head, "time": time, "result": result, "quality": quality}
                for time, result, quality in zip(times, results, found.quality.tolist(), strict=True)
            ]
        )
