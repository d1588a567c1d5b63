"""The libraries of the api without the api: what it weighs less its own code, as `python -m bench.libraries`.

One route, one connection to the database, the same server: what an idle api can hardly weigh less than.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import argon2
import jinja2
import msgspec
import psycopg_pool
import uvicorn
from fastapi import FastAPI

from tailwatch.ports import LOOPBACK

USED = (argon2, jinja2, msgspec)
"""Loaded, and nothing more. Without numpy: the api loads it with the first chart."""


def serve(port: int, conninfo: str) -> None:
    """Serve until SIGTERM."""
    pool = psycopg_pool.AsyncConnectionPool(conninfo, min_size=1, open=False)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    async def answer() -> dict[str, int]:
        async with pool.connection() as connection:
            return {"closed": int(connection.closed)}

    app = FastAPI(lifespan=lifespan)
    app.get("/")(answer)
    uvicorn.run(app, loop="asyncio", host=LOOPBACK, port=port, log_config=None, access_log=False, ws="none")


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]).read_text())
