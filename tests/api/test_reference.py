"""The api's own description: complete, and shown without another host."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api import reference
from api.http import errors
from api.http.problem import ProblemDocument


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(reference.OPENAPI).json()
    return found


def test_every_address_is_described(description: dict[str, Any]) -> None:
    """Each operation has one tag that is explained, a summary, a description and the problem document."""
    tags = {tag["name"] for tag in description["tags"]}
    faults = [
        path
        for path, operations in description["paths"].items()
        for operation in operations.values()
        if not (set(operation["tags"]) <= tags and operation["summary"] and operation["description"])
        or list(operation["responses"]["default"]["content"]) != [errors.MEDIA_TYPE]
    ]

    assert faults == []
    assert len(description["paths"]) == 122


def test_every_parameter_is_described(description: dict[str, Any]) -> None:
    """Each parameter says what it means."""
    silent = [
        (path, parameter["name"])
        for path, operations in description["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]

    assert silent == []


@pytest.mark.parametrize("page", ["index.html", "plain.html", "start.js"])
def test_the_page_asks_no_other_host(page: str) -> None:
    """Neither page nor script names an address with a host."""
    text = (reference.STATIC / page).read_text()

    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+", re.sub(r"^//.*$", "", text, flags=re.MULTILINE)) == []


def test_every_file_of_the_page_is_served(client: httpx.Client) -> None:
    """What the page links to is there."""
    text = client.get("/docs").text
    links = re.findall(r'(?:src|href)="([^"]+)"', text)

    assert [client.get(link).status_code for link in links] == [200] * len(links)
    assert links != []


def test_without_assets_there_is_a_plain_page(tmp_path: Path) -> None:
    """Where npm's assets are missing /docs says so and links the description."""
    app = FastAPI(docs_url=None, responses={"default": {"model": ProblemDocument}})
    reference.mount(app, tmp_path / "absent")

    async def page() -> str:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return (await client.get("/docs")).text

    assert "make setup" in asyncio.run(page())


def test_every_kind_of_problem_is_explained(client: httpx.Client) -> None:
    """The `type` of a problem document leads to its explanation."""
    page = client.get("/docs/problems").text
    kind = client.get("/api/v1/nowhere").json()["type"]

    assert kind == "/docs/problems#not-found"
    assert all(f'id="{slug}"' in page for slug in ("internal", "bad-parameter", "database-away", "too-slow"))
