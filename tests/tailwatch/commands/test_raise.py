"""A dam is raised: what the freeboard was before stays, in history, at a re-derivation and after it; today's is new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from ingest import facility as files
from ingest import revisions
from ingest.database import connect
from ingest.store import Store
from tailings.facility import parse
from tailings.series import Series
from tests.api.server import ApiServer
from tests.ingest.conftest import VALE, schema  # noqa: F401 - a fixture
from tests.ingest.rederive.dam import stored_by
from tests.servers import TestDatabase
from tests.tailwatch.commands.test_history import Terminal

NOW = datetime.now(UTC).replace(microsecond=0, second=0)
BEFORE, RAISED = NOW - timedelta(days=60), (NOW - timedelta(days=30)).date()
POND, FREEBOARD = "n01:pond.level", "n01:pond.freeboard"
DERIVED = f"""
[datastreams."{FREEBOARD}"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = {{ level = "{POND}" }}
"""
RAISE = f"""
[[facility.geometry]]
valid_from = {RAISED}
crest_m = 345.0
source = "as-built survey of the raise"
"""
FIRST = VALE.read_text() + DERIVED
SECOND = FIRST.replace("version = 1\n", "version = 2\n", 1) + RAISE
MINUTES = 60


def pond(start: datetime, level_m: float) -> dict[str, Series]:
    """An hour of the pond that ends with `start`."""
    end_ms = round(start.timestamp() * 1000)
    return {POND: Series.of(end_ms - np.arange(MINUTES)[::-1] * 60_000, np.full(MINUTES, level_m))}


@pytest.fixture
def raised(schema: TestDatabase, tmp_path: Path) -> Iterator[tuple[Terminal, ApiServer]]:  # noqa: F811
    """An hour of sixty days ago by version 1, the raise applied as an operator does it, and an hour of now."""
    conninfo = schema.conninfo("tailwatch_ingest")
    terminal, file = Terminal(tmp_path, conninfo), tmp_path / "vale.toml"
    file.write_text(SECOND)
    store = Store(3600, revisions.take_verdicts)
    with connect(conninfo) as connection:
        with connection.transaction():
            files.register(connection, parse(FIRST), FIRST)
        store.greet(connection)
        stored_by(store, connection, pond(BEFORE, 340.0), FIRST)
        terminal.says("facility", "apply", str(file), "--yes")
        stored_by(store, connection, pond(NOW, 340.5), SECOND)
    server = ApiServer(tmp_path, schema.conninfo("tailwatch_api")).start()
    yield terminal, server
    server.stop()


def freeboards(server: ApiServer, start: datetime) -> set[float]:
    """The freeboards that the api tells of the hour that ends with `start`."""
    address = f"{server.url}/api/v1/datastreams/vale:{FREEBOARD}/observations"
    ends = (start - timedelta(hours=1), start + timedelta(minutes=1))
    span = dict(zip(("from", "to"), (f"{end:%Y-%m-%dT%H:%M:%SZ}" for end in ends), strict=True))
    found: list[float] = httpx.get(address, params=span, timeout=60).raise_for_status().json()["results"]
    return set(found)


@pytest.mark.case("14.12", "a raise of the dam leaves the freeboard of the days before it as it was")
def test_a_raise_leaves_the_freeboard_of_before(raised: tuple[Terminal, ApiServer]) -> None:
    """Crest 342 m, and 345 m since thirty days: a pond at 340 m had 2 m then, also after all was derived anew."""
    terminal, server = raised
    first, last = BEFORE.date() - timedelta(days=1), NOW.date() + timedelta(days=1)
    span = ("--facility", "vale", "--from", str(first), "--to", str(last))

    told = terminal.says("rederive", *span)
    terminal.says("rederive", *span, "--apply", "--reason", "the dam was raised")

    assert "240 values compared\n0 would change" in told
    assert (freeboards(server, BEFORE), freeboards(server, NOW)) == ({2.0}, {4.5})


@pytest.mark.case("14.12", "the page of today counts from the crest of today")
def test_the_page_of_today_counts_from_the_crest_of_today(raised: tuple[Terminal, ApiServer]) -> None:
    """The api tells a crest of 345 m now and 342 m as of then; the safety page says 4.50 m of freeboard."""
    _, server = raised
    page = httpx.get(f"{server.url}/f/vale/safety", timeout=60).raise_for_status().text
    now = httpx.get(f"{server.url}/api/v1/facilities/vale", timeout=60).json()

    assert now["crest_m"] == 345.0
    assert "4.50" in page and "1.50" in page
