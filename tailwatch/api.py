"""`python -m tailwatch.api SETTINGS.toml`: serves the api and, at the same address, the pages made of its answers."""

import sys
from pathlib import Path

from fastapi import FastAPI

import dashboard
from api.application import LATER, create_app
from api.http.server import serve
from api.settings import Settings, load
from runtime import memory
from runtime.log import log_of, take_libraries
from runtime.settings import BadSettings
from tailwatch.exit_codes import ExitCode
from texts import FOLDER

tell = log_of("api")


def build(settings: Settings, folder: Path = FOLDER) -> FastAPI:
    """Return the application with the pages in it; raise BadSettings for no connection string, or no such language.

    folder: where the sentences lie, a folder a language.
    """
    app = create_app(settings, later=(*LATER, *dashboard.LATER))
    try:
        dashboard.mount(app, settings.language, folder)
    except dashboard.UnknownLanguage as error:
        raise BadSettings("settings of the api", str(error)) from error
    return app


def main(words: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C; return 2 for wrong settings."""
    take_libraries("api")
    if len(words) != 1:
        print("use: python -m tailwatch.api SETTINGS.toml", file=sys.stderr)
        return ExitCode.REFUSED
    memory.give_back()
    try:
        settings = load(Path(words[0]))
        serve(settings, build(settings))
    except BadSettings as error:
        tell("ERROR", "settings-refused", error=error)
        return ExitCode.REFUSED
    return ExitCode.DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
