"""Serves the application until a signal."""

import gc
import signal
import socket
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from api.http.connection import Connection
from api.live.feed import LiveFeed
from api.settings import Settings
from runtime.log import log_of

SHUTDOWN_S: Final = 3

tell = log_of(__name__)


class LiveServer(uvicorn.Server):
    """Lets the live clients go first when it ends: they would hold it open for ever."""

    def __init__(self, config: uvicorn.Config, feed: LiveFeed) -> None:
        super().__init__(config)
        self.feed = feed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.feed.let_go_all("The server ends; come back with your Last-Event-ID.")
        await super().shutdown(sockets)


def serve(settings: Settings, app: FastAPI) -> None:
    """Serve the application until SIGTERM or Ctrl-C."""
    # loop: Python's own; what uvloop saved of a request was not to be measured, the 2.4 MB that it takes were.
    config = uvicorn.Config(
        app,
        loop="asyncio",
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
        timeout_keep_alive=65,
        ws="none",
        http=Connection,
        ssl_certfile=settings.certificate_file,
        ssl_keyfile=settings.key_file,
    )
    # uvicorn raises the signal again after it has ended in order; the process then ends with 0, not by the signal.
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGINT, _ended)
    scheme = "http" if settings.certificate_file is None else "https"
    tell("INFO", "started", address=f"{scheme}://{settings.host}:{settings.port}")
    LiveServer(config, app.state.feed).run()
    tell("INFO", "ended")
    gc.freeze()  # what goes with the process need not be looked through first: that was a third of a second


def _ended(number: int, frame: FrameType | None) -> None:
    return None
