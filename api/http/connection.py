"""A connection of the server: the head of a request has a limit on its size and on the time that it may take to come.

uvicorn leaves both to the parser, and httptools has neither: one client without a key could fill the memory.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 65_536
WITHIN_S: Final = 20.0
TOO_LARGE: Final = f"The head of a request may have {MAX_HEAD_BYTES} bytes."
TOO_SLOW: Final = "The head of the request did not come in time."


class Connection(HttpToolsProtocol):
    """Refuses with 400 what goes over a limit, and closes."""

    within_s = WITHIN_S
    _head_bytes = 0
    _late: asyncio.TimerHandle | None = None
    """Runs while a head is awaited."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn has it so
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self._late
        super().data_received(data)
        if self._late is not None and self._late is before:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        if self._late is None:
            self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._late = self.loop.call_later(self.within_s, self._refuse, TOO_SLOW)

    def _head_came(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, sentence: str) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.send_400_response(sentence)
        self.transport.close()
