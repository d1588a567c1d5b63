"""On call, in a browser over a real site: the rota, links without a login, escalation, tests, the night, hand-over.

Ingest's command runner and notifier are at work, and mail goes to a real mail server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.commands import CommandRunner, Task, kinds
from ingest.database import connect
from ingest.notifications import Notifier, by_apprise
from tests import alarm_story
from tests.alarm_story import Told
from tests.api.server import ApiServer
from tests.ingest.notifications.desk import Sink
from tests.servers import Database, TestDatabase, fresh_database

from .conftest import API_ROLE, open_page
from .looking import look_at_sizes
from .test_alarms import DESK, log_in

PEOPLE = ("Ana", "Rui")


@dataclass
class Centre:
    """A site with an alarm, its pages, and who is on call."""

    database: TestDatabase
    told: Told
    server: ApiServer
    sink: Sink

    def ask(self, kind: str, author: str = "user:1", **body: Any) -> dict[str, Any]:
        """Carry out a command as the command runner does."""
        with connect(self.database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
            return kinds()[kind].do(connection, Task(1, kind, "vale", author, body, attempts=1), lambda share: None)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""
        with psycopg.connect(self.database.conninfo()) as owner:
            return owner.execute(statement.encode()).fetchall()


@pytest.fixture(scope="module")
def centre(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Ana and Rui are told at once, the manager after a quarter of an hour."""
    sink = Sink()
    sink.start()
    with fresh_database(cluster) as database:
        told = alarm_story.tell(database.conninfo())
        folder = tmp_path_factory.mktemp("on-call")
        server = ApiServer(folder, database.conninfo(API_ROLE)).start()
        made = Centre(database, told, server, sink)
        for name, after_min in (*((name, 0) for name in PEOPLE), ("manager", 15)):
            people = f"from=tw@example.org&to={name}@example.org&mode=insecure"
            address = f"mailto://127.0.0.1:{sink.port}?{people}"
            made.ask("set-recipient", name=name, address=address, after_min=after_min)
        runner = CommandRunner(database.conninfo("tailwatch_ingest"), kinds())
        notifier = Notifier(database.conninfo("tailwatch_ingest"), by_apprise(["127.0.0.1"]), pages_url=server.url)
        runner.start()
        notifier.start()
        yield made
        notifier.close()
        runner.close()
        server.stop()
    sink.stop()


@pytest.fixture(scope="module")
def desk(browser: Browser, centre: Centre) -> Iterator[Page]:
    """The screen of an administrator; whatever a script complains of fails the tests."""
    context = browser.new_context(viewport=DESK, base_url=centre.server.url, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    log_in(page, "chief")
    yield page
    context.close()
    assert complaints == []


def test_a_rota_is_made_on_the_page_and_says_who_is_on_duty(desk: Page, centre: Centre) -> None:
    """A shift by its form, then an absence without a stand-in: on duty now, until, then, and the gap with its hours."""
    today = datetime.now(ZoneInfo("Europe/Lisbon")).date()
    open_page(desk, "/alarms/recipients")
    form = desk.locator("form[data-kind=set-shift]")
    form.locator("[name=name]").fill("Duty")
    form.locator("[name=first_day]").fill(str(today - timedelta(days=1)))
    for place, name in enumerate(PEOPLE):
        form.locator("[name='members.+']").nth(place).select_option(name)
    form.get_by_role("button", name="Save the shift").click()
    rota = desk.locator("#rota-vale")
    expect(rota).to_contain_text("Ana is on duty until")
    expect(rota).to_contain_text("Then Rui, from")
    expect(rota).to_contain_text("No gap in the next four weeks.")

    away = desk.locator("form[data-kind=set-absence]")
    away.locator("[name=from]").fill(f"{today + timedelta(days=2)}T02:00")
    away.locator("[name=until]").fill(f"{today + timedelta(days=2)}T06:00")
    away.get_by_role("button", name="Save the absence").click()
    expect(rota.locator(".gaps")).to_contain_text("02:00 to 06:00")
    assert look_at_sizes(desk, "/alarms/recipients", "recipients-rota") == ({}, {})
