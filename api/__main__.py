"""`python -m api SETTINGS.toml`: serves the api and its pages until SIGTERM or Ctrl-C."""

import logging
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

import uvicorn

from api import memory
from api.application import create_app
from api.connection import Connection
from api.live import LiveFeed
from api.settings import BadSettings, load

SHUTDOWN_S = 3
LOG_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s api %(message)s"

log = logging.getLogger("api")


class Server(uvicorn.Server):
    """Lets the live clients go first when it ends: they would hold it open for ever."""

    def __init__(self, config: uvicorn.Config, feed: LiveFeed) -> None:
        super().__init__(config)
        self.feed = feed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.feed.let_go_all("The server ends; come back with your Last-Event-ID.")
        await super().shutdown(sockets)


def main(words: list[str]) -> int:
    """Serve; return 2 for wrong settings."""
    _log_to_stderr()
    memory.give_back()
    if len(words) != 1:
        print("use: python -m api SETTINGS.toml", file=sys.stderr)
        return 2
    try:
        settings = load(Path(words[0]))
        app = create_app(settings)
    except BadSettings as error:
        log.error("settings refused error=%s", error)  # noqa: TRY400 - the sentence says all
        return 2
    # loop: Python's own; what uvloop saved of a request was not to be measured, the 2.4 MB that it takes were.
    config = uvicorn.Config(
        app, loop="asyncio", host=settings.host, port=settings.port,
        log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S, timeout_keep_alive=65, ws="none", http=Connection,
        ssl_certfile=settings.certificate_file, ssl_keyfile=settings.key_file,
    )  # fmt: skip
    # uvicorn raises the signal again after it has ended in order; the process then ends with 0, not by the signal.
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGINT, _ended)
    scheme = "http" if settings.certificate_file is None else "https"
    log.info("started address=%s://%s:%d", scheme, settings.host, settings.port)
    Server(config, app.state.feed).run()
    log.info("ended")
    return 0


def _ended(number: int, frame: FrameType | None) -> None:
    return None


def _log_to_stderr() -> None:
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(logging.Formatter(LOG_FORMAT, "%Y-%m-%dT%H:%M:%S"))
    lines.formatter.converter = time.gmtime  # type: ignore[union-attr]
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    for name in ("uvicorn", "uvicorn.error", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
