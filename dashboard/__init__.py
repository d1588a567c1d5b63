"""The pages: server-rendered HTML, small scripts, and the api's first client.

The door: `mount(app)` gives the app what all pages need (templates, style, scripts) and the addresses that everybody
opens; `LATER` are the modules whose pages are loaded with their first request, by `api.http.lazy_routers`.
"""

from importlib import import_module
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from texts import languages

from . import assets, language, login, rendering, tabs

__all__ = ["LATER", "UnknownLanguage", "mount"]

LATER: Final = tuple(tabs.views(is_at_once=False))
"""The views of the pages that not everybody opens, most of which take numpy; last what weighs most."""


class UnknownLanguage(Exception):
    """There are no sentences in the language that pages should have by default."""


def mount(app: FastAPI, default: str = languages.REFERENCE, folder: Path = languages.FOLDER) -> None:
    """Serve templates and files in the languages of a folder; raise UnknownLanguage.

    default: the tag of the language for who chose none and whose browser likes none of them.
    """
    known = languages.known(folder)
    spoken = languages.named(default, known)
    if spoken is None:
        raise UnknownLanguage(f"language must be one of {', '.join(one.tag for one in known)}, not {default!r}")
    found = assets.read()
    app.state.pages, app.state.problem_page = rendering.Environments(found.prefix), rendering.problem
    assets.mount(app, found)
    language.mount(app, known, spoken)
    app.include_router(login.router)
    for view in tabs.views(is_at_once=True):
        app.include_router(import_module(view).router)
