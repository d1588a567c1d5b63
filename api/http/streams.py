"""Answers of unknown length, to readers who may be slow: no part of an answer waits longer than a minute to be taken.

A reader that is cut sees no valid end of the body (chunked coding), so half a file is never taken for a whole one.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.http import answers
from api.http.headers import IS_HEAD
from runtime.log import log_of

TAKEN_WITHIN_S: Final = 60.0
CSV_TYPE: Final = "text/csv; charset=utf-8; header=present"

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


def csv_file(request: Request, name: str, chunks: AsyncIterator[bytes], as_of: datetime | None) -> Response:
    """Answer a CSV file that a browser keeps under a name, for HEAD without its content."""
    known = "" if as_of is None else f"_as_of_{as_of:%Y%m%dT%H%M%S.%fZ}"
    disposition = f'attachment; filename="{name.replace(":", "_")}{known}.csv"'
    headers = {"content-disposition": disposition, "cache-control": answers.REVALIDATE}
    if request.scope.get(IS_HEAD):
        return Response(headers=headers, media_type=CSV_TYPE)
    return PatientStream(chunks, headers=headers, media_type=CSV_TYPE)
