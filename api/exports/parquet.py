"""Parquet, the smallest: the columns of Arrow, compressed, in row groups of at most 100,000 rows.

Source: Apache Parquet, file format 2.6; a whole file ends with its footer and the four bytes PAR1.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from api.exports import Chunk, FileHead

MEDIA_TYPE: Final = "application/vnd.apache.parquet"
MODULES: Final = ("pyarrow",)
EXTRA: Final = "research"
CHUNK_ROWS: Final = 100_000
TIME: Final = "phenomenon_time"
REPEATED: Final = ("datastream", "unit", "quality", "tests")


async def write(chunks: AsyncIterator[Chunk], head: FileHead) -> AsyncIterator[bytes]:
    """Give a row group for each chunk, then the footer."""
    import pyarrow.parquet

    from api.exports._batches import Batches, SentBytes

    batches, outbox = Batches(head), SentBytes()
    file = pyarrow.parquet.ParquetWriter(
        outbox,
        batches.schema,
        version="2.6",
        compression="zstd",
        use_dictionary=[name for name in REPEATED if name in batches.schema.names],
        column_encoding={TIME: "DELTA_BINARY_PACKED"},
    )
    async for chunk in chunks:
        batch = batches.of(chunk)
        await asyncio.to_thread(file.write_batch, batch)  # compresses, while others are answered
        yield outbox.take()
    file.close()
    yield outbox.take()
