"""The pages: server-rendered HTML, small scripts, and the api's first client.

The door: `mount(app)` gives the app what all pages need (templates, style, scripts) and the addresses that everybody
opens; `LATER` are the modules whose pages are loaded with their first request, by `api.http.lazy_routers`.
"""

from importlib import import_module
from typing import Final

from fastapi import FastAPI

from . import assets, login, rendering, tabs

__all__ = ["LATER", "mount"]

LATER: Final = tuple(tabs.views(is_at_once=False))
"""The views of the pages that not everybody opens, most of which take numpy; last what weighs most."""


def mount(app: FastAPI) -> None:
    """Read templates and files once, and serve the files."""
    found = assets.read()
    app.state.pages, app.state.problem_page = rendering.environment(found.prefix), rendering.problem
    assets.mount(app, found)
    app.include_router(login.router)
    for view in tabs.views(is_at_once=True):
        app.include_router(import_module(view).router)
