"""Answers of unknown length, to readers who may be slow: no part of an answer waits longer than a minute to be taken.

A reader that is cut sees no valid end of the body (chunked coding), so half a file is never taken for a whole one.
"""

import asyncio
from typing import Final

from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from runtime.log import log_of

TAKEN_WITHIN_S: Final = 60.0

tell = log_of(__name__)


class PatientStream(StreamingResponse):
    """A streamed answer that is cut when its reader does not read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(TAKEN_WITHIN_S):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            tell("WARNING", "reader-cut", path=scope["path"], reason=f"did not read for {TAKEN_WITHIN_S:.0f} s")
