"""The pages: server-rendered HTML, small scripts, and the api's first client.

The door: `router` has the addresses; `mount(app, settings)` gives the app what they need (templates, style, scripts).
"""

from fastapi import APIRouter, Depends, FastAPI

from api.settings import Settings

from . import alarms, assets, login, rendering, routes
from .counting import count_alarms
from .value import routes as value

router = APIRouter(dependencies=[Depends(count_alarms)])
router.include_router(routes.router)
router.include_router(alarms.router)
router.include_router(value.router)

__all__ = ["mount", "router"]


def mount(app: FastAPI, settings: Settings) -> None:
    """Read templates and files once, and serve the files."""
    found = assets.read()
    app.state.pages, app.state.trials = rendering.environment(found.prefix), alarms.Trials()
    app.state.problem_page = rendering.problem
    assets.mount(app, found)
    app.include_router(login.router)
    app.include_router(value.described)
