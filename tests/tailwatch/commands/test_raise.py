"""A dam is raised: what was before stays, in history and when all is derived anew; today counts by the new crest.

Its pond rises past the minimum freeboard all the same, and the gauge of its weir falls off its zero.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from ingest import revisions
from ingest.database import connect
from ingest.store import Store
from ingest.versions import facility as files
from tailings.facility import parse
from tailings.series import Series
from tests.api.server import ApiServer
from tests.ingest.conftest import VALE
from tests.ingest.rederive.dam import stored_by
from tests.servers import TestDatabase
from tests.tailwatch.commands.test_history import Terminal

NOW = datetime.now(UTC).replace(microsecond=0, second=0)
BEFORE, RAISED = NOW - timedelta(days=60), (NOW - timedelta(days=30)).date()
POND, FREEBOARD, DAYS = "n01:pond.level", "n01:pond.freeboard", "n01:pond.days"
HEAD, FLOW = "n02:weir.height", "n02:weir.flow"
DERIVED = f"""
[datastreams."{FREEBOARD}"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = {{ level = "{POND}" }}
[instruments."n02:weir"]
driver = "weir_gauge"
pressure = "vented"
[datastreams."{HEAD}"]
quantity = "gauge-height"
unit = "m"
[datastreams."{FLOW}"]
quantity = "seepage-flow"
unit = "L/s"
formula = "v_notch_flow"
inputs = {{ height = "{HEAD}" }}
geometry = [{{ valid_from = 2024-06-12, angle_deg = 90.0 }}]
[datastreams."{DAYS}"]
quantity = "days-to-minimum-freeboard"
unit = "d"
formula = "days_to_minimum_freeboard"
inputs = {{ level = "{POND}", inflow = "{FLOW}" }}
"""
RAISE = f"""
[[facility.geometry]]
valid_from = {RAISED}
crest_m = 345.0
source = "as-built survey of the raise"
[[facility.stage_storage]]
valid_from = {RAISED}
level_m = [334.0, 345.0]
volume_m3 = [0.0, 1500000.0]
"""
FIRST = VALE.read_text() + DERIVED
# With the crest goes what the filter of the pond doubts: else no reading could be past the minimum freeboard.
SECOND = FIRST.replace("version = 1\n", "version = 2\n", 1).replace("[334.0, 341.0]", "[334.0, 344.9]", 1) + RAISE
MINUTES = 60


def pond(start: datetime, level_m: float) -> dict[str, Series]:
    """An hour of the pond that ends with `start`, and of a weir whose gauge then falls 2 cm below its notch."""
    times = round(start.timestamp() * 1000) - np.arange(MINUTES)[::-1] * 60_000
    head = np.where(np.arange(MINUTES) < MINUTES - 1, 0.1, -0.02)
    return {POND: Series.of(times, np.full(MINUTES, level_m)), HEAD: Series.of(times, head)}


@pytest.fixture
def raised(database: TestDatabase, tmp_path: Path) -> Iterator[tuple[Terminal, ApiServer]]:
    """An hour of sixty days ago by version 1, the raise applied as an operator does it, and an hour of now."""
    conninfo = database.conninfo("tailwatch_ingest")
    terminal, file = Terminal(tmp_path, conninfo), tmp_path / "vale.toml"
    file.write_text(SECOND)
    store = Store(3600, revisions.take_verdicts)
    with connect(conninfo) as connection:
        with connection.transaction():
            files.register(connection, parse(FIRST), FIRST)
        store.greet(connection)
        stored_by(store, connection, pond(BEFORE, 340.0), FIRST)
        terminal.says("facility", "apply", str(file), "--yes")
        stored_by(store, connection, pond(NOW, 344.0), SECOND)
    server = ApiServer(tmp_path, database.conninfo("tailwatch_api")).start()
    yield terminal, server
    server.stop()


def told(server: ApiServer, name: str, start: datetime) -> set[float]:
    """What the api tells of a datastream in the hour that ends with `start`."""
    address = f"{server.url}/api/v1/datastreams/vale:{name}/observations"
    ends = (start - timedelta(hours=1), start + timedelta(minutes=1))
    span = dict(zip(("from", "to"), (f"{end:%Y-%m-%dT%H:%M:%SZ}" for end in ends), strict=True))
    found: list[float] = httpx.get(address, params=span, timeout=60).raise_for_status().json()["results"]
    return set(found)


@pytest.mark.case("12", "a raise of the dam leaves the freeboard of the days before it as it was")
def test_a_raise_leaves_the_freeboard_of_before(raised: tuple[Terminal, ApiServer]) -> None:
    """Crest 342 m, and 345 m since thirty days: a pond at 340 m had 2 m then, also after all was derived anew."""
    terminal, server = raised
    first, last = BEFORE.date() - timedelta(days=1), NOW.date() + timedelta(days=1)
    span = ("--facility", "vale", "--from", str(first), "--to", str(last))

    changes = terminal.says("observations", "rederive", *span)
    terminal.says("observations", "rederive", *span, "--apply", "--reason", "the dam was raised")

    assert "600 values compared\n0 would change" in changes
    assert (told(server, FREEBOARD, BEFORE), told(server, FREEBOARD, NOW)) == ({2.0}, {1.0})


@pytest.mark.case("12", "the page of today counts from the crest of today")
def test_the_page_of_today_counts_from_the_crest_of_today(raised: tuple[Terminal, ApiServer]) -> None:
    """The api tells a crest of 345 m; the safety page says 1.00 m of freeboard below 345 m, not -2.00 m below 342 m."""
    _, server = raised
    page = httpx.get(f"{server.url}/f/vale/safety", timeout=60).raise_for_status().text
    water = httpx.get(f"{server.url}/f/vale/water", timeout=60).raise_for_status().text
    now = httpx.get(f"{server.url}/api/v1/facilities/vale", timeout=60).json()

    assert now["crest_m"] == 345.0
    assert ">1.00<" in page and "-2.00" not in page and "−2.00" not in page
    since = f"{RAISED.day} {RAISED:%b}"
    assert f"1.00 m now: crest 345.00 m a.s.l. minus pond 344.00 m a.s.l. Crest at that height since {since}" in water


@pytest.mark.case("9", "a pond past the minimum freeboard has 0 days left in history, API and pages: violated")
def test_past_the_minimum_freeboard_no_days_are_left(raised: tuple[Terminal, ApiServer]) -> None:
    """344 m is past 345 m minus 1.5 m: 0 days, though the inflow is of an hour ago; before the raise there were 229.5.

    By hand: 87,500 m3 from 340.0 m to 340.5 m by the survey of then, at 4.41 L/s (381.3 m3/d by the weir).
    """
    _, server = raised
    pages = [
        httpx.get(f"{server.url}/f/vale/{name}", timeout=60).raise_for_status().text for name in ("safety", "water")
    ]

    assert told(server, DAYS, NOW) == {0.0}
    assert max(told(server, DAYS, BEFORE)) == pytest.approx(229.5, abs=0.5)
    assert ", violated" in pages[0] and "0 d: violated" in pages[1] and "None in sight" not in pages[1]


@pytest.mark.case("15", "a weir whose gauge reads below its notch has no flow: missing with its reason, never zero")
def test_a_negative_head_is_missing(raised: tuple[Terminal, ApiServer]) -> None:
    """The last reading of the hour: the api gives no result, quality 9 and the reason; the one before is a flow."""
    _, server = raised
    address = f"{server.url}/api/v1/datastreams/vale:{FLOW}/observations"
    found = httpx.get(address, timeout=60).raise_for_status().json()

    assert found["results"][-1] is None and found["results"][-2] == pytest.approx(4.41, abs=0.01)
    assert (found["qualities"][-1], found["tests"][-1]) == (9, "formula.negative-head")
