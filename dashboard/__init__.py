"""The pages: server-rendered HTML, small scripts, and the api's first client.

The door: `mount(app)` gives the app what all pages need (templates, style, scripts) and the addresses that everybody
opens; `LATER` are the modules whose pages are loaded with their first request, by `api.http.lazy_routers`.
"""

from typing import Final

from fastapi import FastAPI

from . import assets, login, rendering, routes

__all__ = ["LATER", "mount"]

LATER: Final = ("dashboard.alarms", "dashboard.analysis", "dashboard.value.routes")
"""Modules with numpy; first what most visitors ask for, last what weighs most."""


def mount(app: FastAPI) -> None:
    """Read templates and files once, and serve the files."""
    found = assets.read()
    app.state.pages, app.state.problem_page = rendering.environment(found.prefix), rendering.problem
    assets.mount(app, found)
    app.include_router(login.router)
    app.include_router(routes.router)
