"""Arrow columns as a stream, the fastest to read: times in UTC, null for missing, all that is known in the schema.

Source: Apache Arrow, "Arrow Columnar Format", IPC streaming format; a whole stream ends with the eight bytes of its
end-of-stream marker (FF FF FF FF 00 00 00 00).
"""

from collections.abc import AsyncIterator
from typing import Final

from api.exports import Chunk, FileHead

MEDIA_TYPE: Final = "application/vnd.apache.arrow.stream"
MODULES: Final = ("pyarrow",)
EXTRA: Final = "research"
ENDING: Final = "arrows"
CHUNK_ROWS: Final = 100_000


async def write(chunks: AsyncIterator[Chunk], head: FileHead) -> AsyncIterator[bytes]:
    """Give the schema, a record batch for each chunk, and the marker of the end."""
    import pyarrow as pa  # 50 MB that a centre without such readers does not need

    from api.exports._batches import Batches, SentBytes

    batches, outbox = Batches(head), SentBytes()
    stream = pa.ipc.new_stream(outbox, batches.schema)
    yield outbox.take()
    async for chunk in chunks:
        stream.write_batch(batches.of(chunk))
        yield outbox.take()
    stream.close()
    yield outbox.take()
