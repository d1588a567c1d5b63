"""Rooms that are loaded when somebody first asks for one of their addresses.

Whoever only watches has no use for numpy and for what stands on it, which is a fifth of the api's memory, nor for the
models of what others ask: 5 MB.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send


class LazyRouters:
    """Opens one room after the other until one has the address that was asked for, or none is left.

    A room is the name of a module that offers its `router`; no address of one may be an address of another room too.
    Rooms that are called as a part of the address come first: most have their own name in each of their addresses.
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
        self._open(self._likely(scope["path"]))
        await self._app.router(scope, receive, send)

    def _likely(self, path: str) -> str:
        parts = path.replace("-", "_").split("/")
        return next((room for room in self._waiting if room.split(".")[-2] in parts), self._waiting[0])

    def openapi(self) -> dict[str, Any]:
        """Describe the addresses of all rooms, which opens them."""
        while self._waiting:
            self._open(self._waiting[0])
        return self._describe()

    def _open(self, room: str) -> None:
        self._app.include_router(import_module(room).router)
        self._waiting.remove(room)
