"""Bodies that never end: in size, in time, or in both. ASGI as its specification has it, the server left out."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from starlette.types import Message

from api.http import errors
from api.http.bodies import MAX_BODY_BYTES, BodyLimit

WITHIN_S = 0.2
JSON = [(b"content-type", b"application/json")]


def an_app() -> FastAPI:
    """An app that reads a body, behind the limit and with the errors of the api."""
    app = FastAPI()

    @app.post("/")
    async def read(wish: dict[str, str]) -> dict[str, str]:
        return wish

    app.add_middleware(BodyLimit, within_s=WITHIN_S)
    errors.install(app)
    return app


async def post(parts: AsyncIterator[bytes]) -> tuple[int, dict[str, object]]:
    """Send a body part by part; return the status and the answer."""
    sent: list[Message] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": JSON,
        "http_version": "1.1",
        "scheme": "http",
        "server": ("x", 80),
        "client": ("127.0.0.1", 9),
        "root_path": "",
    }

    async def receive() -> Message:
        part = await anext(parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    async def send(message: Message) -> None:
        sent.append(message)

    await an_app()(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body)


async def whole() -> AsyncIterator[bytes]:
    yield b'{"a":'
    yield b'"b"}'


async def hanging() -> AsyncIterator[bytes]:
    yield b'{"a":'
    await asyncio.sleep(60)


async def endless() -> AsyncIterator[bytes]:
    for _ in range(MAX_BODY_BYTES):
        yield b" " * 100


async def torn() -> AsyncIterator[bytes]:
    yield b'{"a":'


@pytest.mark.parametrize(
    ("parts", "status", "says"),
    [(hanging, 408, "did not come within"), (endless, 413, "may have 65536 bytes"), (torn, 422, "JSON")],
)
def test_a_body_that_is_none_is_told(parts: type[AsyncIterator[bytes]], status: int, says: str) -> None:
    """Slow, too large without having said so, and cut: the right status and a sentence."""
    found, problem = asyncio.run(post(parts()))

    assert (found, problem["status"]) == (status, status)
    assert says in str(problem["detail"])


def test_a_whole_body_comes_through() -> None:
    """In as many parts as it likes."""
    assert asyncio.run(post(whole())) == (200, {"a": "b"})
