"""The page of the walk in Chromium, as a phone without scripts shows it, with ingest's side at work."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from api.commands.models import Command
from dashboard.walk import page
from ingest import imports
from ingest.database import connect
from ingest.imports import HandReading
from tests import standpipe
from tests.api import people
from tests.api.commands.test_routes import command_runner_of
from tests.api.server import ApiServer
from tests.dashboard import looking
from tests.dashboard.conftest import log_in, save_picture, served
from tests.dashboard.judging import judge
from tests.dashboard.test_alarms import PHONE
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database
from tests.standpipe import CASING_M, DISTANCE, LEVEL
from texts import load

WALK = "/f/vale/walk"
WEEKS = (12.3, 12.4, 12.1, 12.2, 12.25)
NEWEST = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=1)
VALUE = f'input[name="value:{DISTANCE}"]'
STORED = """
SELECT o.result FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.name = %s ORDER BY o.phenomenon_time"""


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """Vale with five dips of its standpipe, one who may annotate, one who may read, and ingest's side at work."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        with connect(fresh.conninfo("tailwatch_ingest")) as connection:
            standpipe.register(connection)
            dips = [
                HandReading(f"vale:{DISTANCE}", NEWEST - timedelta(days=7 * back), value)
                for back, value in enumerate(reversed(WEEKS))
            ]
            with connection.transaction():
                imports.enter(connection, "vale", dips, "user:1", "", is_replacing=False)
        people.add_user(fresh.conninfo(), "shift", vale="annotate")
        people.add_user(fresh.conninfo(), "guest", vale="read")
        judge(fresh.conninfo())
        with command_runner_of(fresh):
            yield fresh


@pytest.fixture(scope="module")
def walk_server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    yield from served(database, tmp_path_factory.mktemp("walk"))


@pytest.fixture(scope="module")
def phone(browser: Browser, walk_server: ApiServer) -> Iterator[Page]:
    """The shift's phone, without scripts."""
    context = browser.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        base_url=walk_server.url,
        java_script_enabled=False,
        locale="en-GB",
    )
    page = context.new_page()
    log_in(page, "shift")
    yield page
    context.close()


def stored(database: TestDatabase, name: str = DISTANCE) -> list[float | None]:
    with psycopg.connect(database.conninfo()) as owner:
        return [row[0] for row in owner.execute(STORED, (f"vale:{name}",)).fetchall()]


def local(at: datetime) -> str:
    """An instant as the field has it, in the zone of vale."""
    return at.astimezone(ZoneInfo("Europe/Lisbon")).strftime("%Y-%m-%dT%H:%M")


def send(page: Page, value: str, **more: str) -> None:
    """Fill in the field of the standpipe, and others by name, and press the button."""
    page.locator(VALUE).fill(value)
    for name, text in more.items():
        page.locator(f'form.enter input[name="{name}"]').fill(text)
    page.locator("form.enter button").click()


def test_a_dip_is_entered_warned_of_and_confirmed(phone: Page, database: TestDatabase) -> None:
    """From Data to the field, with the last reading and the range beside it; 9,5 is no number here, 9.5 is unusual.

    Confirmed it is stored once and the level above 331 m is red on the page: 342.6 - 9.5 = 333.1 m.
    """
    phone.goto("/f/vale/data")
    phone.get_by_role("link", name="Enter readings by hand").click()
    before = phone.locator("li[id^=stop]").inner_text()
    send(phone, "9,5", at=local(NEWEST + timedelta(hours=2)))
    wrong = phone.locator("form.enter [role=alert]").inner_text()
    send(phone, "9.5")
    warned = phone.locator("form.enter li [role=alert]").inner_text()
    held = len(stored(database))
    save_picture(phone, "walk-warned")
    phone.get_by_role("button", name="Store them as they are").click()
    expect(phone.locator("#outcome")).to_contain_text("1 reading stored.")
    judge(database.conninfo())
    phone.goto(WALK)

    for said in ("Standpipe S-07, berm, section B", "Last 12.250 m", "Usually 11.800 to 12.700 m", "Due on"):
        assert said in before
    assert "Enter a number" in wrong
    assert "at least 11.800 m" in warned and "last reading, 12.250 m" in warned
    assert (held, stored(database)[-1]) == (5, 9.5)
    assert stored(database, LEVEL)[-1] == pytest.approx(CASING_M - 9.5)
    expect(phone.locator("#verdict")).to_have_class("verdict red")
    expect(phone.locator("li[id^=stop]")).to_contain_text("Last 9.500 m")


def test_what_is_entered_twice_is_stored_once(phone: Page, database: TestDatabase) -> None:
    """The same value at the same time, by a second press; another one stays out, and with a reason it is corrected."""
    at = local(NEWEST + timedelta(hours=1))
    said = []
    for value in ("12.2", "12.2", "12.3"):
        phone.goto(WALK)
        send(phone, value, at=at)
        if value == "12.3":
            said.append(phone.locator("form.enter li [role=alert]").inner_text())
            send(phone, value, reason="misread")
        said.append(phone.locator("#outcome [role=status]").text_content() or "")
        expect(phone.locator("#outcome [role=status]")).to_contain_text("stored")

    assert "Another value is stored for this time: 12.200 m" in said[2]
    expect(phone.locator("#outcome")).to_contain_text("1 stored value corrected.")
    assert stored(database).count(12.3) == WEEKS.count(12.3) + 1
    assert stored(database).count(12.2) == WEEKS.count(12.2)


def test_what_could_not_be_read_is_missing_and_what_is_empty_is_nothing(phone: Page, database: TestDatabase) -> None:
    """An empty form stores nothing; the box stores a missing reading, never zero."""
    count = len(stored(database))
    phone.goto(WALK)
    send(phone, "")
    expect(phone.locator("form.enter, .sec > p[role=alert]").first).to_contain_text("No reading was entered.")
    assert len(stored(database)) == count
    phone.locator("li[id^=stop] summary").click()
    phone.locator(f'input[name="missing:{DISTANCE}"]').check()
    phone.locator("form.enter button").click()
    expect(phone.locator("#outcome")).to_contain_text("1 reading stored.")

    assert stored(database)[-1] is None


def test_a_time_ahead_is_said_beside_its_field(phone: Page) -> None:
    """In 2099 nothing can have been read; what was typed stays in the form."""
    phone.goto(WALK)
    send(phone, "12.3", at="2099-01-01T10:00")

    assert "Nothing can have been read at this time" in phone.locator("form.enter li [role=alert]").inner_text()
    assert phone.locator(VALUE).input_value() == "12.3"


def test_a_wrong_entry_is_withdrawn_by_one_button(phone: Page, database: TestDatabase) -> None:
    """Below the form stands what was entered last; with a reason its button takes it back, and the log calls both by
    their names."""
    count = len(stored(database))
    phone.goto(WALK)
    send(phone, "2.35", at=local(NEWEST + timedelta(hours=4)))
    if phone.get_by_role("button", name="Store them as they are").count():
        phone.get_by_role("button", name="Store them as they are").click()
    expect(phone.locator("#outcome")).to_contain_text("1 reading stored.")
    phone.goto(WALK)
    newest = phone.locator("#entries li[data-key]").first
    said = newest.inner_text()
    newest.locator("summary").click()
    save_picture(phone, "walk-withdraw")
    newest.get_by_label("Why is it wrong?").fill("wrong pipe")
    newest.get_by_role("button", name="Withdraw this entry").click()
    expect(phone.locator("#outcome")).to_contain_text("The entry is withdrawn")
    row = (
        "SELECT o.result, o.quality, o.tests FROM observation o JOIN datastream d ON d.id = o.datastream_id"
        " WHERE d.name = %s ORDER BY o.received_at DESC LIMIT 1"
    )
    with psycopg.connect(database.conninfo()) as owner:
        left = owner.execute(row, (f"vale:{DISTANCE}",)).fetchone()
    phone.goto("/f/vale/safety")
    log = phone.locator("main").inner_text()

    assert "Standpipe S-07, berm, section B: 2.350 m" in said
    assert len(stored(database)) == count + 1 and left == (2.35, 4, "undone")
    expect(phone.locator("body")).not_to_contain_text("Imported")
    assert f"Entered by hand: {DISTANCE}" in log and "Undone: wrong pipe" in log


@pytest.fixture
def warned(browser: Browser, walk_server: ApiServer) -> Iterator[Page]:
    """A phone with scripts, in Spanish, on which an unusual reading waits to be confirmed."""
    context = browser.new_context(viewport=PHONE, base_url=walk_server.url, locale="es-ES")  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, "shift")
    page.goto(WALK)
    send(page, "29,4", at=local(NEWEST + timedelta(hours=3)))
    page.locator("form.enter input[name=confirmed]").first.wait_for(state="attached")  # the answer is there
    yield page
    context.close()


def test_targets_are_large_and_the_page_is_accessible(warned: Page) -> None:
    """On a phone each field and button is 48 px high; nothing is too wide, and axe-core finds nothing."""
    heights = warned.locator("form.enter :is(input:not([type=hidden],[type=checkbox]),button,summary)").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
    )
    found, over = [], []
    for size in ("phone", "desktop"):
        width, height = looking.SIZES[size]
        warned.set_viewport_size({"width": width, "height": height})
        found += [one for theme in looking.THEMES for one in looking.in_theme(warned, theme, f"walk-{size}")]
        over.append(looking.too_wide(warned))

    assert len(heights) >= 3 and min(heights) >= 48
    assert (found, max(over)) == ([], 0)


def test_a_warning_stays_while_the_page_renews_itself(warned: Page, database: TestDatabase) -> None:
    """What somebody else stores meanwhile renews the page around the form, and takes nothing of it."""
    updated = warned.locator("footer span").first
    before = updated.inner_text()
    with connect(database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        other = HandReading(f"vale:{DISTANCE}", NEWEST - timedelta(hours=1), 12.2)
        imports.enter(connection, "vale", [other], "user:1", "", is_replacing=False)
    expect(updated).not_to_have_text(before)

    assert "como máximo" in warned.locator("form.enter li [role=alert]").inner_text()
    assert warned.locator(VALUE).input_value() == "29,4"


def test_who_may_only_read_sees_the_walk_and_enters_nothing(
    browser: Browser, walk_server: ApiServer, database: TestDatabase
) -> None:
    """No field is offered, and a form sent all the same is refused by 403; without a login it leads to one."""
    count = len(stored(database))
    context = browser.new_context(base_url=walk_server.url, locale="en-GB")
    page = context.new_page()
    log_in(page, "guest")
    page.goto(WALK)
    fields, text = page.locator(VALUE).count(), page.locator("main").inner_text()
    token = page.locator("footer input[name=form_token]").first.get_attribute("value") or ""
    sent = page.request.post(WALK, form={"form_token": token, f"value:{DISTANCE}": "12.3", "at": "2026-05-01T10:00"})
    context.close()
    stranger = httpx.get(f"{walk_server.url}{WALK}", headers={"accept": "text/html"}).text

    assert (fields, sent.status, len(stored(database))) == (0, 403, count)
    assert "Your role allows reading only." in text and "Standpipe S-07" in text
    assert "Log in to enter readings" in stranger


@pytest.mark.parametrize(
    ("state", "outcome", "says"),
    [
        ("refused", {"reason": "n07 has moved"}, ("The readings were refused", ["n07 has moved"])),
        ("stopped", {"reason": "by hand"}, ("The readings were not stored", ["by hand"])),
        ("running", None, ("The readings are being stored", [])),
        (
            "done",
            {"stored": 2, "already": 1, "revision": 7},
            ("Done", ["2 readings stored.", "1 reading was stored before.", "Revision 7"]),
        ),
    ],
)
def test_what_became_of_a_command_is_told(state: Any, outcome: Any, says: tuple[str, list[str]]) -> None:
    """Why nothing was stored, in the words of ingest; or how many readings were, and the revision that holds them."""
    given = Command(
        id=1,
        kind="add-observations",
        facility="vale",
        author="user:1",
        issued_at=NEWEST,
        changed_at=NEWEST,
        state=state,
        progress=0,
        outcome=outcome,
    )
    told = page.outcome(given, load("en"))

    assert (told["title"], told["lines"]) == says
    assert told["is_waiting"] == (state == "running")
