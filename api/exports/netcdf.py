"""NetCDF by CF-1.11 and ACDD-1.3: flags and tests beside the results, units of UDUNITS; at most 20,000,000 rows.

Source: CF Conventions 1.11; NetCDF-4 over HDF5. Such a file cannot be streamed: it is made in a temporary file without
a name, which is gone with its last reader, and sent with its length, by which a whole one is known. One observation
over the limit is an error before the first byte, never a shorter file.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO, Final

from api.exports import Chunk, FileHead
from api.http.errors import BadParameter

MEDIA_TYPE: Final = "application/x-netcdf"
MODULES: Final = ("h5netcdf", "h5py")
EXTRA: Final = "research"
ENDING: Final = "nc"
CHUNK_ROWS: Final = 100_000
MAX_ROWS: Final = 20_000_000
TOO_MANY: Final = f"netcdf has at most {MAX_ROWS:,} observations a file; ask for a shorter interval, or for parquet."


async def save(chunks: AsyncIterator[Chunk], head: FileHead, file: BinaryIO) -> None:
    """Write the file; raise BadParameter when it would have too many observations."""
    from api.exports._cf import CfFile  # HDF5 is loaded where somebody asks for it

    made, rows = await asyncio.to_thread(CfFile, file, head), 0
    try:
        async for chunk in chunks:
            rows += chunk.rows
            if rows > MAX_ROWS:
                raise BadParameter(TOO_MANY, "from")
            await asyncio.to_thread(made.append, chunk)
        await asyncio.to_thread(made.finish)
    finally:
        await asyncio.to_thread(made.close)
