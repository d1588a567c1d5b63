"""What the region page costs with thousands of rows: `python -m tests.dashboard.region.thousands [ROWS] [--serve]`.

Bytes, time of an answer with a search, first paint: medians of RUNS, with the load of the machine beside. With --serve
the site stays up, to be looked at, until SIGTERM or Ctrl-C.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from playwright.sync_api import sync_playwright

from tailwatch.servers import Database
from tests.api.conftest import API_ROLE
from tests.api.region import site
from tests.api.server import ApiServer
from tests.dashboard.conftest import FLAGS, launched
from tests.dashboard.test_budgets import PAINTED
from tests.servers import MIGRATED, fresh_database, server_folder

ROWS: Final = 2_000
MEASURED: Final = 20
RUNS: Final = 9
PAGE: Final = "/region"
ENDS: Final = (signal.SIGINT, signal.SIGTERM)
QUERIES: Final = ({"search": "pena vieja"}, {"search": "1999", "country": "PT"}, {"nuts": "PT1A"}, {"commodity": "w"})


@contextmanager
def served(rows: int) -> Iterator[ApiServer]:
    """The real program over a made-up region, with regions and a consumption."""
    with server_folder(is_durable=False) as folder, tempfile.TemporaryDirectory() as place:
        cluster = Database.start(folder / "database", is_durable=False)
        own = Path(place) / "region"
        own.mkdir()
        (own / "boundaries.json").write_bytes(site.boundaries())
        (own / "consumption.toml").write_text(site.CONSUMPTION)
        with fresh_database(cluster, MIGRATED) as database:
            site.put_region(database, MEASURED, rows)
            server = ApiServer(Path(place), database.conninfo(API_ROLE), state_folder=f'"{place}"')
            server.start(wait_for=PAGE)
            yield server
            server.stop()
        cluster.stop()


def measured(server: ApiServer) -> dict[str, Any]:
    """Times of the answer and the page, and what comes over the wire, without the map and with it."""
    found: dict[str, Any] = {"load_before": os.getloadavg()[0]}
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for query in QUERIES:
            found[f"answer_ms {query}"] = _median_ms(client, f"/api/v1{PAGE}", query)
        found["page_ms"] = _median_ms(client, PAGE, {})
    with sync_playwright() as player, launched(player.chromium, FLAGS) as browser:
        loads = [_load(browser, server.url) for _ in range(RUNS)]
    found |= loads[-1] | {"first_paint_ms": median(one["first_paint_ms"] for one in loads)}
    return found | {"load_after": os.getloadavg()[0]}


def _median_ms(client: httpx.Client, address: str, query: dict[str, str]) -> float:
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        client.get(address, params=query).raise_for_status()
        took.append(1000 * (time.perf_counter() - begun))
    return round(median(took), 1)


def _load(browser: Any, url: str) -> dict[str, Any]:
    """Load the page with an empty cache, without its map, which comes when it is seen."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=url)
    page, sizes = context.new_page(), dict[str, int]()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(PAGE)
    page.wait_for_selector("body[data-ready]")
    found = {
        "first_paint_ms": page.evaluate(PAINTED),
        "elements": page.evaluate("document.querySelectorAll('*').length"),
        "wire_bytes": round(sum(sizes.values())),
    }
    context.close()
    return found


def main(words: list[str]) -> None:
    """Measure, and print."""
    numbers = [int(word) for word in words if word.isdigit()]
    with served(numbers[0] if numbers else ROWS) as server:
        if "--serve" in words:
            print(server.url, flush=True)
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
            signal.sigwait(ENDS)
        else:
            print(json.dumps(measured(server), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
