"""`python -m api SETTINGS.toml`: serves the api and its pages until SIGTERM or Ctrl-C."""

import sys
from pathlib import Path

from api import memory
from api.serving import serve
from api.settings import load
from runtime.log import log_of, take_libraries
from runtime.settings import BadSettings

tell = log_of("api")


def main(words: list[str]) -> int:
    """Serve; return 2 for wrong settings."""
    take_libraries("api")
    if len(words) != 1:
        print("use: python -m api SETTINGS.toml", file=sys.stderr)
        return 2
    memory.give_back()
    try:
        serve(load(Path(words[0])))
    except BadSettings as error:
        tell("ERROR", "settings-refused", error=error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
