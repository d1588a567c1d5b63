"""Rooms that open later: who only watches opens none, and a caller does not notice that there are any."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.http.lazy_routers import LazyRouters
from api.settings import Settings
from tailwatch.api import build
from tests.api.access.test_permissions import routes
from tests.api.server import ApiServer
from tests.servers import TestDatabase

WATCHING = (
    "/",
    "/nodes",
    "/f/vale/nodes",
    "/f/vale/data",
    "/f/vale/ledger",
    "/login",
    "/metrics",
    "/api/v1/overview",
    "/api/v1/facilities",
    "/api/v1/facilities/vale/datastreams",
    "/api/v1/facilities/vale/nodes",
)
CHART = "/api/v1/facilities/vale/series?datastream=vale:n07:vw1.level"
NUMPY = "_multiarray_umath"
"""The library that is numpy's heart, as the kernel lists it among a process's files."""


def has_numpy(server: ApiServer) -> bool:
    return NUMPY in Path(f"/proc/{server.process.pid}/maps").read_text()


@pytest.fixture
def bare_server(own_database: TestDatabase, tmp_path: Path) -> Iterator[ApiServer]:
    """An api that has loaded what it loads by itself."""
    server = ApiServer(tmp_path, own_database.conninfo("tailwatch_api"))
    server.python = sys.executable
    yield server.start()
    server.stop()


def test_who_only_watches_loads_no_numpy(bare_server: ApiServer) -> None:
    """After the live pages the process has not loaded numpy; after a chart it has."""
    with httpx.Client(base_url=bare_server.url, timeout=60) as client:
        watched = [client.get(path).status_code for path in WATCHING]
        had_numpy = has_numpy(bare_server)
        drawn = client.get(CHART).status_code

    assert [*watched, drawn] == [200] * (len(WATCHING) + 1)
    assert (had_numpy, has_numpy(bare_server)) == (False, True)


def test_what_no_request_asked_for_is_not_loaded(tmp_path: Path) -> None:
    """Templates wait for the first page, the library of figures for who watches them, alarms for who asks for one.

    The models of pydantic 1 wait for nobody: there are none here.
    """
    later = {"jinja2", "numpy", "prometheus_client", "pydantic.v1.main"} | {"api.alarms.models", "api.safety.models"}
    later |= {"api.quarantine.routes", "api.commands.routes", "dashboard.nodes.view", "codec.batch"}
    secret = tmp_path / "database_url"
    secret.write_text("host=/nowhere dbname=x")
    secret.chmod(0o600)
    code = f"""if True:
        import pathlib, sys, api.settings, tailwatch.api
        tailwatch.api.build(api.settings.Settings(database_url_file=pathlib.Path({str(secret)!r})))
        print(*{later} & set(sys.modules))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == ""


def test_a_room_that_is_not_open_yet_answers_as_one_that_is(bare_server: ApiServer) -> None:
    """The first caller of the last room is answered, its wrong method is 405, and what no room has is 404."""
    with httpx.Client(base_url=bare_server.url, timeout=60) as client:
        answers = [client.post("/value"), client.get("/value"), client.get("/nowhere")]

    assert [answer.status_code for answer in answers] == [405, 200, 404]


def test_no_address_is_of_two_modules(tmp_path: Path) -> None:
    """An open room never keeps a caller from one that opens later, be it by another method of the same address."""
    secret = tmp_path / "url"
    secret.write_text("host=127.0.0.1")
    secret.chmod(0o600)
    app = build(Settings(database_url_file=secret))
    app.openapi()  # opens every room
    found = [(one.endpoint.__module__, one) for one in routes(app.routes) if isinstance(one, APIRoute)]
    hidden = [
        (one.path, other.path)
        for room, one in found
        for other_room, other in found
        if room != other_room and one.path_regex.match(re.sub(r"\{[^}]*\}", "1", other.path))
    ]

    assert hidden == []
    assert {"api.live.routes", "api.series.routes", "dashboard.value.view"} <= {room for room, _ in found}


def test_who_asks_for_one_room_loads_no_other(tmp_path: Path) -> None:
    """The drills of a facility load the room of that name, not the twenty that stand before it."""
    secret = tmp_path / "url"
    secret.write_text("host=/nowhere dbname=x")
    secret.chmod(0o600)
    code = f"""if True:
        import asyncio, httpx, pathlib, sys, api.settings, tailwatch.api
        app = tailwatch.api.build(api.settings.Settings(database_url_file=pathlib.Path({str(secret)!r})))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async def ask():
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                await client.get("/api/v1/facilities/vale/drills")
        asyncio.run(ask())
        rooms = [*api.application.LATER, *tailwatch.api.dashboard.LATER]
        print(*[room for room in rooms if room in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.split() == ["api.drills.routes"]


def test_a_room_that_cannot_be_loaded_is_not_forgotten() -> None:
    """Each caller is told of the failure: the second one does not hear that there is no such address."""
    app = FastAPI()
    LazyRouters(app, ["api.no_such_room"])

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            await client.get("/")

    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="no_such_room"):
            asyncio.run(ask())
