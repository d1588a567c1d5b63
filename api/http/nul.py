"""NUL: no text of ours has one, and the database takes none. An address that holds one is refused before it is read."""

from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import errors

REFUSED: Final = "The address holds a NUL (%00), which no name, time or number does; leave it out."


class NoNul:
    """Refuses an address with a NUL in its path or in a parameter."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            problem = errors.BadParameter
            answer = errors.answer(Request(scope), problem.status, problem.slug, problem.title, REFUSED)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)
