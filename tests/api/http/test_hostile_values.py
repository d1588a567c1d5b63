"""Whatever a stranger puts into an address, the answer is never a fault of the server."""

import itertools
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from tests.api.people import add_key, bearer
from tests.api.server import ApiServer
from tests.servers import TestDatabase

HOSTILE: Final = (
    "\0",
    "a\0b",
    "0001-01-01",
    "9999-12-31T23:59:59.999999Z",
    "-1",
    "9" * 30,
    "1e400",
    "ü" * 300,
    "'\"--;",
)
PLACES: Final = {"facility": "vale", "datastream": "vale:n07:vw1.level", "plan": "overtopping", "instrument": "n07:vw1"}
"""Parts of addresses that are there; a number elsewhere."""
ENDLESS: Final = "/api/v1/live"
PAGES: Final = {
    "/f/vale": ("from", "to", "ds", "node", "levels", "marks", "quality"),
    "/f/vale/data": ("from", "to", "ds"),
    "/f/vale/ledger": ("from", "to", "sender"),
    "/f/vale/safety": ("from", "near", "section"),
    "/f/vale/provenance": ("ds", "from", "to", "at"),
    "/f/vale/value": ("commodity", "version"),
    "/login": ("next",),
}
"""Pages, with what they read of their address."""
PARTS: Final = (
    "/f/{}",
    "/f/{}/safety",
    "/f/vale/instruments/{}",
    "/f/vale/plans/{}",
    "/f/vale/plans/{}/backtest",
    "/alarms/{}",
)
Address = tuple[str, dict[str, str]]


def of_the_api(document: dict[str, Any]) -> list[Address]:
    """Each GET address with one hostile value in each of its places, the others as they may be."""
    found: list[Address] = []
    for path, methods in document["paths"].items():
        if "get" not in methods or path == ENDLESS:
            continue
        parameters = methods["get"].get("parameters", [])
        inside = [one["name"] for one in parameters if one["in"] == "path"]
        good = {name: PLACES.get(name, "1") for name in inside}
        for name, value in itertools.product(inside, HOSTILE):
            filled = {key: quote(part, safe="") for key, part in (good | {name: value}).items()}
            found.append((path.format(**filled), {}))
        queries = [one["name"] for one in parameters if one["in"] == "query"]
        found += [(path.format(**good), {name: value}) for name, value in itertools.product(queries, HOSTILE)]
    return found


def of_pages() -> list[Address]:
    """The same for pages."""
    queries = [(path, {name: value}) for path, names in PAGES.items() for name in names for value in HOSTILE]
    return queries + [(path.format(quote(value, safe="")), {}) for path in PARTS for value in HOSTILE]


def status(client: httpx.Client, path: str, query: dict[str, str]) -> int | str:
    """What the answer is; a body that breaks off says so."""
    try:
        return client.get(path, params=query).status_code
    except httpx.TransportError as error:
        return repr(error)


def test_no_address_is_answered_with_a_fault(own_database: TestDatabase, tmp_path: Path) -> None:
    """Every place of every address: a NUL, the first and the last day, numbers past every bound, quotes."""
    conninfo = own_database.conninfo("tailwatch_api")
    server = ApiServer(tmp_path, conninfo, anonymous_per_minute=100_000, caller_per_minute=100_000).start()
    key = bearer(add_key(own_database.conninfo(), "read", "annotate", "approve", "admin", facilities=("*",)))
    with httpx.Client(base_url=server.url, timeout=60, headers=key) as client:
        asked = of_the_api(client.get("/api/v1/openapi.json").json())
        asked += of_pages()
        answers = [(path, query, status(client, path, query)) for path, query in asked]
    server.stop()

    assert len(asked) > 900
    assert [one for one in answers if not isinstance(one[2], int) or one[2] >= 500] == []
    nul = [code for path, query, code in answers if "%00" in path or any("\0" in value for value in query.values())]
    assert len(nul) > 200
    assert set(nul) <= {200, 400, 404, 422}  # 400: of SensorThings
