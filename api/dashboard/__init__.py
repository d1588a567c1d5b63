"""The pages: server-rendered HTML, small scripts, and the api's first client.

The door: `router` has the addresses of the pages that everybody opens; the others are rooms that open later (`alarms`,
`analysis`, `value`). `mount(app, settings)` gives the app what all need (templates, style, scripts).
"""

from fastapi import FastAPI

from api.settings import Settings

from . import assets, login, rendering
from .routes import router

__all__ = ["mount", "router"]


def mount(app: FastAPI, settings: Settings) -> None:
    """Read templates and files once, and serve the files."""
    found = assets.read()
    app.state.pages, app.state.problem_page = rendering.environment(found.prefix), rendering.problem
    assets.mount(app, found)
    app.include_router(login.router)
