"""Fixtures of the pages: a real site, a real api, and Debian's Chromium."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserType, Page, Request, TimeoutError, expect, sync_playwright

from dashboard.rendering import PASSING
from tests.api import people
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard import site
from tests.servers import Database, TestDatabase, fresh_database

API_ROLE = "tailwatch_api"
CHROMIUM = "chromium-headless-shell"
# From interfaces: flags with which Debian's Chromium works without a screen and asks nobody on the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY_WITHIN_MS = 60_000
MOST_TRIES, TRIED_AGAIN_MS, MOST_SHOWN = 3, 1000, 2000
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def seeded(cluster: Database) -> Iterator[tuple[TestDatabase, datetime]]:
    """The site of `tests.dashboard.site` and the time of its newest seeded readings."""
    with fresh_database(cluster) as database:
        yield database, site.build(database.conninfo())


@pytest.fixture(scope="session")
def pages_database(seeded: tuple[TestDatabase, datetime]) -> TestDatabase:
    """The database of that site; a test that leaves values behind has one of its own (`test_live`)."""
    return seeded[0]


@pytest.fixture
def at_work(pages_database: TestDatabase) -> Iterator[None]:
    """Ingest's side, which carries commands out."""
    with command_runner_of(pages_database):
        yield


@pytest.fixture(scope="session")
def newest(seeded: tuple[TestDatabase, datetime]) -> datetime:
    """When the last seeded minute was."""
    return seeded[1]


@pytest.fixture
def fresh(pages_database: TestDatabase) -> None:
    """Readings of now, so that nothing is stale because the suite is slow."""
    site.renew(pages_database.conninfo())


@pytest.fixture(scope="session")
def server(pages_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api with its pages over that site."""
    yield from served(pages_database, tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def open_client(server: ApiServer) -> Iterator[httpx.Client]:
    """A plain client, for all tests that need no browser."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


@pytest.fixture
def client(open_client: httpx.Client, fresh: None) -> httpx.Client:
    """That client, at a site whose readings are of now: a page of stale ones says other things."""
    return open_client


@contextmanager
def launched(chromium: BrowserType, flags: list[str]) -> Iterator[Browser]:
    """The headless shell: the same engine without windows, for half the processor time of `chromium`."""
    path = shutil.which(CHROMIUM)
    assert path, f"{CHROMIUM} is missing: apt-get install --no-install-recommends {CHROMIUM}"
    browser = chromium.launch(executable_path=path, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a screen; not for the whole run, since Playwright keeps an event loop of its own meanwhile.

    What needs a loop in this folder begins it in a thread of its own.
    """
    with sync_playwright() as playwright, launched(playwright.chromium, FLAGS) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: ApiServer, fresh: None) -> Iterator[Page]:
    """A desktop page of its own."""
    with screen_of(browser, server.url, 1440, 1000) as page:
        yield page


@contextmanager
def screen_of(browser: Browser, url: str, width: int = 1280, height: int = 720) -> Iterator[Page]:
    """A screen in British English; whatever a script complains of fails the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=url, locale="en-GB")
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def built(cluster: Database) -> Iterator[TestDatabase]:
    """A site for the tests of one file, whose readings stay in it."""
    with fresh_database(cluster, site.DAM) as database:
        site.build(database.conninfo())
        yield database


def served(database: TestDatabase, folder: Path) -> Iterator[ApiServer]:
    """The api over a database, until its tests are over."""
    running = ApiServer(folder, database.conninfo(API_ROLE)).start()
    yield running
    running.stop()


def open_page(page: Page, address: str) -> Page:
    """Go to an address and wait until its scripts have drawn it; else fail with what the answer and the browser say.

    An answer that asks to be tried again is a warning and is, as readers do: a machine may halt for longer than a
    question may take.
    """
    failed: list[str] = []

    def hear(event: object) -> None:
        failed.append(f"{event.url}: {event.failure}" if isinstance(event, Request) else str(event))

    page.on("requestfailed", hear)
    page.on("pageerror", hear)
    try:
        answer = page.goto(address)
        for _ in range(MOST_TRIES - 1):
            if answer is None or answer.status not in PASSING:
                break
            warnings.warn(f"{address} answered {answer.status} and is tried again", stacklevel=2)
            page.wait_for_timeout(TRIED_AGAIN_MS)
            answer = page.goto(address)
        if answer is not None and not answer.ok:
            pytest.fail(f"{address} answered {answer.status}: {page.inner_text('body')[:MOST_SHOWN]}")
        page.wait_for_selector("body[data-ready]", timeout=READY_WITHIN_MS)
    except TimeoutError:
        pytest.fail(f"{address} was not drawn; failed: {failed}\n{page.inner_text('body')[:MOST_SHOWN]}")
    finally:
        page.remove_listener("requestfailed", hear)
        page.remove_listener("pageerror", hear)
    return page


def log_in(page: Page, login: str, following: str = "/") -> Page:
    """Log in by the form, and wait until the page behind it stands."""
    page.goto(f"/login?next={following}")
    page.locator("input[name=name]").fill(login)
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(f"**{following}")
    return page


def save_picture(page: Page, name: str) -> None:
    """Keep a picture of what is seen where TAILWATCH_PICTURES says (the README's pictures come from there)."""
    folder = os.environ.get("TAILWATCH_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
