"""Which answers only read history, so that a standby may give them, and what they say of it.

One rule, by the address: readings, files and packages of the past. Whatever decides is read at the primary: who may see
it (permissions), states, assessments, alarms and what became of them, commands, the ledger, and `changes`, which says
up to which commit a copy is whole.
"""

import math
import re
import time
from typing import Any, Final, cast

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import Caller
from api.access.limits import line_of
from api.http.database import DatabasePool
from api.standby.reading import HistoryReader, LastAnswer, Standbys

HISTORY: Final = frozenset(
    (
        "/api/v1/series",
        "/api/v1/facilities/{facility}/series",
        "/api/v1/datastreams/{datastream}/observations",
        "/api/v1/facilities/{facility}/packages",
        "/api/v1/facilities/{facility}/packages/{version}",
        "/api/v1/facilities/{facility}/packages/{version}/file",
        "/api/v1/registers/export",
        "/api/v1/land/layers/{layer}/export",
        "/sta/v1.1/{path}",
    )
)
READ_FROM: Final = "tailwatch-read-from"
LAG: Final = "tailwatch-lag-s"
HEADERS: Final[dict[str, Any]] = {
    READ_FROM: {
        "description": "`standby` or `primary`, of the database; only where history may be read at a standby",
        "schema": {"type": "string", "enum": ["standby", "primary"]},
    },
    LAG: {
        "description": "What was read at a standby shows all that was committed so many seconds before it was read",
        "schema": {"type": "number", "minimum": 0},
    },
}
WHAT_IT_SAYS: Final = f"""\
Where the database has standbys, its operator may let history be read there: readings, files, packages and
SensorThings. Such an answer has the header `{READ_FROM}`, and from a standby `{LAG}`, how old it is at the most. Who
was answered is not answered of an earlier moment afterwards; who wants a newer answer says `Cache-Control: max-age=2`,
or `no-cache` for all that was committed before the question.
"""
MAX_AGE: Final = re.compile(r"max-age=(\d{1,9})")
READER: Final = "history_reader"
CALLER: Final = "caller"


def database_of(request: Request) -> DatabasePool:
    """Return what an answer reads: the primary, or for history a reader that may go to a standby."""
    state = request.app.state
    if state.standbys is None or request.scope["route"].path_format not in HISTORY:
        return cast(DatabasePool, state.database)
    reader = HistoryReader(state.standbys, lambda: name_of(request.scope["state"][CALLER]), _max_age_s(request))
    request.scope["state"][READER] = reader
    return reader


def name_of(caller: Caller) -> str:
    """Return whom an answer is for: a key, a user, or strangers of one line."""
    return caller.who if caller.is_known else line_of(caller.address)


def describe(path: str, operation: dict[str, Any]) -> None:
    """Add the headers to the description of an answer that reads history."""
    if path in HISTORY:
        answer = operation["responses"]["200"]
        answer["headers"] = {**answer.get("headers", {}), **HEADERS}


class ReadFrom:
    """Says of each answer from where it was read, and keeps what its caller was answered."""

    def __init__(self, app: ASGIApp, standbys: Standbys) -> None:
        self.app, self._standbys = app, standbys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        held: list[Message] = []

        async def send_and_keep(message: Message) -> None:
            reader: HistoryReader | None = state.get(READER)
            if message["type"] == "http.response.start" and reader is not None:
                held.append(message)  # a stream reads first after it has begun
                return
            if reader is not None and held:
                _say(MutableHeaders(scope=held[0]), reader)
                await send(held.pop())
            # Before it is sent: the next question may come before this call returns.
            if (caller := state.get(CALLER)) is not None:
                answer = None if reader is None else reader.answer
                self._standbys.answers.keep(name_of(caller), answer or LastAnswer(time.monotonic(), None))
            await send(message)

        await self.app(scope, receive, send_and_keep)


def _say(headers: MutableHeaders, reader: HistoryReader) -> None:
    if reader.lag_s is None:
        headers[READ_FROM] = "primary"
    else:
        headers[READ_FROM] = "standby"
        headers[LAG] = f"{math.ceil(reader.lag_s * 1000) / 1000:.3f}"


def _max_age_s(request: Request) -> float:
    """Return how old an answer the caller takes (RFC 9111 section 5.2.1; secondary, not opened)."""
    asked = request.headers.get("cache-control", "").lower()
    if "no-cache" in asked or "no-store" in asked:
        return 0.0
    found = MAX_AGE.search(asked)
    return float(found[1]) if found else math.inf
