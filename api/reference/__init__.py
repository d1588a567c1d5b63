"""The reference at /docs: the api's own description, shown by Swagger UI from this machine, and the list of problems.

Nothing comes from another host; where npm's assets are not installed, a plain page says so.
"""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles

from api import npm
from api.access import anyone
from api.http.errors import MEDIA_TYPE, Problem
from api.standby import history

OPENAPI: Final = "/api/v1/openapi.json"
STATIC: Final = Path(__file__).parent / "static"
SWAGGER: Final = npm.FOLDER / npm.SWAGGER


def mount(app: FastAPI, swagger: Path = SWAGGER) -> None:
    """Add /docs, /docs/problems and their files to the app; `swagger` is the folder of npm's swagger-ui-dist."""
    page = STATIC / ("index.html" if swagger.is_dir() else "plain.html")

    async def docs() -> FileResponse:
        return FileResponse(page, media_type="text/html; charset=utf-8", headers={"cache-control": "no-cache"})

    async def problems() -> HTMLResponse:
        return HTMLResponse(problem_page(), headers={"cache-control": "no-cache"})

    describe(app)
    app.add_api_route("/docs", docs, include_in_schema=False, dependencies=[anyone])
    app.add_api_route("/docs/problems", problems, include_in_schema=False, dependencies=[anyone])
    app.mount("/docs/static", StaticFiles(directory=STATIC), name="reference")
    if swagger.is_dir():
        app.mount("/docs/swagger", StaticFiles(directory=swagger), name="swagger")


def describe(app: FastAPI) -> None:
    """Make the description give problem documents their own media type (the framework knows one media type a route).

    Answers that read history get their headers.
    """
    make: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path, address in make()["paths"].items():
                for operation in address.values():
                    history.describe(path, operation)
                    content = operation["responses"]["default"]["content"]
                    content[MEDIA_TYPE] = content.pop("application/json")
        return make()

    app.openapi = openapi  # type: ignore[method-assign]


def problem_page() -> str:
    """Return the page that the `type` of a problem document points to."""
    found: list[type[Problem]] = [Problem, *Problem.__subclasses__()]
    items = "".join(
        f'<dt id="{kind.slug}">{html.escape(kind.title)} <code>{kind.slug}</code> ({kind.status})</dt>'
        f"<dd>{html.escape(kind.__doc__ or '')}</dd>"
        for kind in found
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems</title></head><body>'
        f"<h1>Problems</h1><dl>{items}</dl></body></html>"
    )
