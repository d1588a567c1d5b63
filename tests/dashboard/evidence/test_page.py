"""Photos and sheets on pages: from a phone without scripts to every open page, and back as they came."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import database
from ingest.alarms import operator_actions
from ingest.values import Connection
from tests import alarm_story
from tests.api import people
from tests.api.evidence.pictures import PDF, png
from tests.api.server import ApiServer
from tests.dashboard.conftest import open_page, save_picture, served
from tests.dashboard.looking import look_at_sizes
from tests.dashboard.site import DAM
from tests.dashboard.test_alarms import PHONE, log_in
from tests.servers import Database, TestDatabase, fresh_database


@pytest.fixture(scope="module")
def told(cluster: Database) -> Iterator[tuple[TestDatabase, alarm_story.Told]]:
    """An alarm that was acknowledged, with a note, and one of its actions done."""
    with fresh_database(cluster, DAM) as fresh:
        story = alarm_story.tell(fresh.conninfo())
        with database.connect(fresh.conninfo()) as connection, connection.transaction():
            _act(connection, story)
        yield fresh, story


def _act(connection: Connection, story: alarm_story.Told) -> None:
    who, now = f"user:{story.operator}", datetime.now(UTC)
    operator_actions.acknowledge(connection, "vale", story.alarm, who, "on my way", now=now)
    operator_actions.note(connection, "vale", story.alarm, who, "beach is dry", now=now)
    row = connection.execute("SELECT min(id) FROM alarm_action WHERE event_id = %s", (story.alarm,)).fetchone()
    assert row is not None
    operator_actions.close_action(connection, "vale", row[0], who, "walked the crest", now=now)


@pytest.fixture(scope="module")
def kept_server(
    told: tuple[TestDatabase, alarm_story.Told], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiServer]:
    yield from served(told[0], tmp_path_factory.mktemp("kept"))


def fill(page: Page, subject: str, shows: str, name: str, content: bytes) -> None:
    """Fill in the form of a photo and send it."""
    form = page.locator("form[enctype]").first
    page.locator("details.photo > summary").first.click()
    if subject:
        form.locator("select").select_option(label=subject)
    form.get_by_label(re.compile("What does it show")).fill(shows)
    form.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
    form.locator("button").click()


@pytest.mark.parametrize("address", ["/f/vale/safety", "/alarms/{alarm}"])
def test_a_photo_from_a_phone_without_scripts_is_on_every_open_page(
    browser: Browser, kept_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told], address: str
) -> None:
    """Of an action done, a note and an acknowledgement; another screen shows each by itself, with the file's hash."""
    where, size = address.format(alarm=told[1].alarm), len(address)
    phone = browser.new_context(viewport=PHONE, base_url=kept_server.url, java_script_enabled=False)  # type: ignore[arg-type]
    desk = browser.new_context(base_url=kept_server.url, locale="en-GB")
    page, other = phone.new_page(), desk.new_page()
    log_in(page, "shift")
    log_in(other, "engineer")
    open_page(other, where)
    expect(other.locator("#live")).to_have_attribute("data-kind", "live")
    page.goto(where)
    options = page.locator("form[enctype] option").all_text_contents()
    for place, subject in enumerate((options[0], options[2], options[1])):
        photo = png(red=size + place, width=64)
        fill(page, subject, f"photo {place} by {address[:3]}", "a.png", photo)
        shown = other.locator("figure", has_text=f"photo {place} by {address[:3]}")
        expect(shown.locator("img")).to_have_js_property("naturalWidth", 64)
        shown.locator("summary").click()
        expect(shown).to_contain_text(hashlib.sha256(photo).hexdigest())
        expect(page.locator("figure", has_text=f"photo {place} by {address[:3]}")).to_be_visible()
    kept = [one["subject_kind"] for one in other.request.get(f"/api/v1/alarms/{told[1].alarm}").json()["evidence"]]
    save_picture(page, f"evidence-phone-{size}")
    phone.close()
    desk.close()

    assert kept[-3:] == ["action", "acknowledgement", "note"]


def test_the_form_is_as_accessible_as_the_page(
    browser: Browser, kept_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told]
) -> None:
    """At four widths, light and dark, with a photo on it; nothing is wider than the screen."""
    context = browser.new_context(base_url=kept_server.url, locale="en-GB")
    page = context.new_page()
    log_in(page, "shift")
    found = look_at_sizes(page, f"/alarms/{told[1].alarm}", "evidence")
    context.close()

    assert found == ({}, {})


def test_a_file_that_is_none_is_refused_in_the_language_of_the_page(
    browser: Browser, kept_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told]
) -> None:
    """Field, reason and fix; the way back leads to the page that sent it."""
    context = browser.new_context(base_url=kept_server.url, locale="es-ES", java_script_enabled=False)
    page = context.new_page()
    log_in(page, "shift")
    page.goto(f"/alarms/{told[1].alarm}")
    page.locator("details.photo > summary").first.click()
    form = page.locator("form[enctype]")
    form.locator("input[name=shows]").fill("nada")
    form.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"<svg/>"})
    form.locator("button").click()
    said = page.locator("main").inner_text()
    page.locator("main a.btn").click()

    assert "Fichero" in said and "Enviar la foto como JPEG, PNG o WebP" in said
    expect(page).to_have_url(re.compile(rf"/alarms/{told[1].alarm}$"))
    context.close()


def test_the_sheet_stands_with_its_calibration_and_its_figures(
    browser: Browser, kept_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told]
) -> None:
    """A PDF, by who may calibrate; a stranger is offered no form, and sees no sheet of a public facility."""
    context = browser.new_context(base_url=kept_server.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    log_in(page, "engineer")
    page.goto("/f/vale/instruments/n04:vw1")
    fill(page, "", "sheet 24-031 of the maker", "sheet 24-031.pdf", PDF)
    with page.expect_download() as asked:
        page.get_by_role("link", name="sheet 24-031.pdf").click()
    came = Path(asked.value.path()).read_bytes()
    with database.connect(told[0].conninfo()) as connection:
        (level,) = connection.execute("SELECT id FROM datastream WHERE name = 'vale:n04:vw1.level'").fetchone() or (0,)
    page.goto(f"/f/vale/provenance?ds={level}")
    with page.expect_download() as from_origin:
        page.get_by_role("link", name="Calibration sheet: sheet 24-031.pdf").click()
    origin = Path(from_origin.value.path()).read_bytes()
    save_picture(page, "origin-sheet")
    context.close()
    with httpx.Client(base_url=kept_server.url, timeout=60) as stranger:
        seen = stranger.get("/f/vale/instruments/n04:vw1").text
        seen += stranger.get(f"/f/vale/provenance?ds={level}").text

    assert (came, asked.value.suggested_filename) == (PDF, "sheet 24-031.pdf")
    assert origin == PDF
    assert "sheet 24-031" not in seen and "multipart" not in seen


def test_the_log_of_alarms_names_the_hashes(
    kept_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told]
) -> None:
    """For those with a right of their own; the public log has none."""
    key = people.bearer(people.add_key(told[0].conninfo(), "read", "annotate"))
    with database.connect(told[0].conninfo()) as connection:
        actions = connection.execute(
            "SELECT min(id) FROM alarm_action WHERE event_id = %s", (told[1].alarm,)
        ).fetchall()
    given = {"subject_kind": "action", "subject": actions[0][0], "name": "crest.png", "shows": "the crest, dry"}
    with httpx.Client(base_url=kept_server.url, timeout=60) as client:
        kept = client.post("/api/v1/facilities/vale/evidence", params=given, content=png(red=7, width=64), headers=key)
        assert kept.status_code == 201, kept.text
        public = client.get("/alarms/log.csv").text
        people.log_in(client, "shift")
        own = client.get("/alarms/log.csv").text
        hashes = {one["sha256"] for one in client.get(f"/api/v1/alarms/{told[1].alarm}").json()["evidence"]}

    row = next(line for line in own.splitlines() if line.startswith(f"{told[1].alarm},"))
    assert hashes and set(row.rpartition(",")[2].split()) == hashes
    assert not any(one in public for one in hashes)
