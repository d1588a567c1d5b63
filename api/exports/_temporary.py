"""Files that are made whole before they are sent: in a temporary file without a name, which ends with its last reader.

No crash leaves one behind: the operating system frees a file without a name with the process that has it open.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import BinaryIO, Final, NamedTuple

AT_ONCE: Final = asyncio.Semaphore(2)
"""So many are made at a time; who comes next waits."""
PIECE_BYTES: Final = 1 << 18


class MadeFile(NamedTuple):
    """A file that is whole."""

    file: BinaryIO
    size: int

    async def pieces(self) -> AsyncIterator[bytes]:
        """Give its bytes, and let it go."""
        with self.file:
            while piece := await asyncio.to_thread(self.file.read, PIECE_BYTES):
                yield piece


async def made(save: Callable[[BinaryIO], Awaitable[None]]) -> MadeFile:
    """Make a file by `save`; where that fails, nothing is left of it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # is closed when it has been sent
    try:
        async with AT_ONCE:
            await save(file)
        size = file.seek(0, 2)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return MadeFile(file, size)
