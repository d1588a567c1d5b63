"""Bodies of requests: a limit on their size and on the time that they may take to come."""

import asyncio
import re
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.evidence import files
from api.http import errors
from tailings.mapped_tables.tables import MAX_BYTES

MAX_BODY_BYTES: Final = 65_536
FILES: Final = ("/api/v1/commands/file", "/api/v1/registers/file")
"""The addresses that take the bytes of a laboratory's or a register's file, and so a larger body."""
EVIDENCE: Final = re.compile(r"(/api/v1/facilities|/f)/[^/]+/evidence")
"""Those that take a photo or sheet: the api's, and that of the pages' forms, whose other fields come with it."""
QUESTIONS: Final = re.compile(r"/public/f/[^/]+/questions")
MAX_QUESTION_BYTES: Final = 32_768
"""Of a citizen's form: 2,000 signs of four bytes, each written as %XX, and its other fields."""
WITHIN_S: Final = 20.0
TOO_LARGE: Final = "A body may have {} bytes."
TOO_LARGE_FILE: Final = "A file may have {} bytes; send it in parts, or bring it in with a command on the server."
TOO_LARGE_EVIDENCE: Final = "file: a photo or sheet may have {} bytes; make it smaller, or take it with fewer pixels."
TOO_SLOW: Final = "The body did not come within {:.0f} s."


class BodyLimit:
    """Refuses a body that says it is too large before it comes, and one that turns out so, or never ends."""

    def __init__(self, app: ASGIApp, within_s: float = WITHIN_S) -> None:
        self.app = app
        self.within_s = within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, sentence = _most(scope)
        if _said_bytes(scope) > most:
            title = "The body is too large"
            answer = errors.answer(Request(scope), 413, "refused", title, sentence, headers={"connection": "close"})
            await answer(scope, receive, send)
        else:
            await self.app(scope, _limited(receive, self.within_s, most, sentence), send)


def _most(scope: Scope) -> tuple[int, str]:
    """How many bytes the body of an address may have, and what is said of more."""
    if scope["path"] in FILES:
        return MAX_BYTES, TOO_LARGE_FILE.format(MAX_BYTES)
    if EVIDENCE.fullmatch(scope["path"]):
        return files.MAX_BYTES + MAX_BODY_BYTES, TOO_LARGE_EVIDENCE.format(files.MAX_BYTES)
    if QUESTIONS.fullmatch(scope["path"]):
        return MAX_QUESTION_BYTES, TOO_LARGE.format(MAX_QUESTION_BYTES)
    return MAX_BODY_BYTES, TOO_LARGE.format(MAX_BODY_BYTES)


def _said_bytes(scope: Scope) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


def _limited(receive: Receive, within_s: float, most: int, sentence: str) -> Receive:
    came_bytes, has_all = 0, False

    async def limited() -> Message:
        nonlocal came_bytes, has_all
        if has_all:  # what follows is the caller's leaving, which may take as long as it likes
            return await receive()
        try:
            async with asyncio.timeout(within_s):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, TOO_SLOW.format(within_s)) from error
        came_bytes += len(message.get("body", b""))
        has_all = not message.get("more_body", False)
        if came_bytes > most:
            raise HTTPException(413, sentence)
        return message

    return limited
