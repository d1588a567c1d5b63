"""`python -m api SETTINGS.toml`: serves the api and its pages until SIGTERM or Ctrl-C."""

import logging
import sys
import time
from pathlib import Path

from api import memory
from api.serving import serve
from api.settings import BadSettings, load

LOG_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s api %(message)s"

log = logging.getLogger("api")


def main(words: list[str]) -> int:
    """Serve; return 2 for wrong settings."""
    _log_to_stderr()
    if len(words) != 1:
        print("use: python -m api SETTINGS.toml", file=sys.stderr)
        return 2
    memory.give_back()
    try:
        serve(load(Path(words[0])))
    except BadSettings as error:
        log.error("settings refused error=%s", error)  # noqa: TRY400 - the sentence says all
        return 2
    return 0


def _log_to_stderr() -> None:
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(logging.Formatter(LOG_FORMAT, "%Y-%m-%dT%H:%M:%S"))
    lines.formatter.converter = time.gmtime  # type: ignore[union-attr]
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    for name in ("uvicorn", "uvicorn.error", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
