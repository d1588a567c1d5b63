"""Rooms that are loaded when somebody first asks for one of their addresses.

Whoever only watches has no use for numpy and for what stands on it, which is a fifth of the api's memory.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send


class LazyRouters:
    """Opens one room after the other until one has the address that was asked for, or none is left.

    A room is the name of a module that offers its `router`; no address of one may be an address of another room too.
    """

    def __init__(self, app: FastAPI, rooms: Sequence[str]) -> None:
        self._app, self._waiting = app, list(rooms)
        self._not_found, app.router.default = app.router.default, self
        self._describe, app.openapi = app.openapi, self.openapi  # type: ignore[method-assign]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what no open room has an address for."""
        if not self._waiting:
            await self._not_found(scope, receive, send)
            return
        self._open_next()
        await self._app.router(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Describe the addresses of all rooms, which opens them."""
        while self._waiting:
            self._open_next()
        return self._describe()

    def _open_next(self) -> None:
        self._app.include_router(import_module(self._waiting[0]).router)
        del self._waiting[0]
