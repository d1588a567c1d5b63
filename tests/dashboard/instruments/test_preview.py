"""A recalculation and a changed calibration in Chromium, carried out by ingest over real readings."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import database, migrate, revisions, versions
from ingest.store import Store
from ingest.versions import facility
from tailings.facility import parse
from tests.api import people
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.conftest import API_ROLE, log_in, open_page, save_picture
from tests.dashboard.reader_tasks import Reader
from tests.ingest.rederive.dam import CORRECTED_FROM, FIRST, MINUTES, PLAN, RIGHT, readings, shift_kpa, stored_by
from tests.ingest.revisions.asked import at, is_audited
from tests.servers import Database, TestDatabase, fresh_database

INGEST = "tailwatch_ingest"
NAME, PRESSURE = "n07:vw1", "vale:n07:vw1.pressure"
FROM = "2025-11-24T18:00:00Z"
NOTE = """
INSERT INTO annotation (facility_id, from_time, to_time, reason, author)
VALUES ('vale', %s, %s, 'the cable was wet', 'user:1')"""
CHANGED = "rows => rows.filter(row => row.cells[1].textContent !== row.cells[2].textContent).length"
"""Of the rows of a chart's table those whose stored and recalculated value differ."""


@pytest.fixture(scope="module")
def dam(cluster: Database) -> Iterator[TestDatabase]:
    """Five hours of a piezometer with a plan on its pressure, and a command runner at work."""
    with fresh_database(cluster) as made:
        with database.connect(made.conninfo()) as owner:
            migrate.migrate(owner, migrate.migrations())
        with database.connect(made.conninfo(INGEST)) as connection:
            with connection.transaction():
                facility.register(connection, parse(FIRST), FIRST)
            store = Store(3600, revisions.take_verdicts)
            store.greet(connection)
            stored_by(store, connection, readings(range(MINUTES)))
            text = FIRST.replace("version = 1\n", "version = 2\n", 1) + PLAN
            with connection.transaction():
                versions.apply(connection, parse(text), text, "system:0")
        people.add_user(made.conninfo(), "ana", vale="approve")
        with psycopg.connect(made.conninfo()) as owner:
            owner.execute(NOTE, (at(3600), at(7200)))
        with command_runner_of(made):
            yield made


@pytest.fixture
def desk(browser: Browser, dam: TestDatabase, tmp_path: Path) -> Iterator[Page]:
    """A page of Ana's, who may approve."""
    server = ApiServer(tmp_path, dam.conninfo(API_ROLE)).start()
    page = browser.new_context(base_url=server.url).new_page()
    yield log_in(page, "ana", f"/f/vale/instruments/{NAME}")
    page.context.close()
    server.stop()


def results(page: Page, **more: str) -> list[float]:
    """The pressures that the api gives to anybody."""
    span = {"from": at(0).isoformat(), "to": at(86_400).isoformat(), "limit": "1000", "quality": "1,2,3,4,9"}
    site = page.url.partition("/f/")[0]
    answer = httpx.get(f"{site}/api/v1/datastreams/{PRESSURE}/observations", params={**span, **more})
    found: list[float] = answer.json()["results"]
    return found


def test_a_recalculation_is_previewed(desk: Page) -> None:
    """The stored values are those of the stored file: nothing would change, and nothing is changed."""
    open_page(desk, f"/f/vale/instruments/{NAME}")
    form = desk.locator("form[data-command=rederive]")
    form.get_by_label("From (UTC)").fill("2025-11-24T00:00:00Z")
    form.get_by_label("Reason").fill("sheet was typed wrong")
    form.get_by_role("button", name="Preview").click()

    expect(form.get_by_role("status")).to_contain_text("0 of 1800 values would change.")


def test_a_calibration_is_changed_from_the_page(desk: Page, dam: TestDatabase) -> None:
    """Edit, preview with counts, crossings and a chart with what happened meanwhile, apply; `as_of` gives the old
    values, and the audit log is whole.

    By hand: from minute 120 on each pressure moves by (G2 - G1)(R1 - R0); 180 pressures and 180 levels change.
    The plan's 220 kPa, never reached before, is crossed upwards at minutes 120 and 291 and downwards at 181.
    """
    before = results(desk)
    then = at(0)
    with database.connect(dam.conninfo()) as owner:
        (then,) = owner.execute("SELECT clock_timestamp()").fetchone() or (then,)
    reader = Reader("calibration")
    open_page(desk, "/f/vale/safety")
    reader.click(desk.get_by_role("link", name="Instruments", exact=True))
    reader.click(desk.locator(f"a[href='/f/vale/instruments/{NAME}']").first)
    reader.click(desk.get_by_role("link", name="Add a calibration"))
    form = desk.locator("form[data-command=calibrate]")
    form.get_by_label("valid_from").fill(FROM)
    form.get_by_label("gauge_factor_kpa_per_digit").fill(str(RIGHT))
    form.get_by_label("From (UTC)").fill("2025-11-24T00:00:00Z")
    form.get_by_label("Reason").fill("sheet was typed wrong")
    expect(form.get_by_role("button", name="Apply")).to_be_hidden()
    reader.click(form.get_by_role("button", name="Preview"))
    said = form.get_by_role("status")
    expect(said).to_contain_text("360 of 1800 values would change.")
    expect(said).to_contain_text("n07:vw1.pressure: 180 values, by ")
    expect(said).to_contain_text("Alarm levels that would change: 3.")
    assert results(desk) == before
    drawn = desk.locator("[data-drawn] figure", has_text=f"{NAME}.pressure")
    expect(drawn).to_contain_text("180 values change, 0 only their quality, 0 are new")
    expect(drawn.locator("svg").first).to_contain_text("Yellow 220.000")
    expect(drawn.locator("svg").first).to_contain_text("the cable was wet")
    expect(drawn.locator("svg").first.locator("path.event")).to_have_count(1)
    expect(drawn).to_contain_text("1 event")
    drawn.scroll_into_view_if_needed()
    save_picture(desk, "preview")
    assert reader.has_done()
    drawn_as_changed = drawn.locator("table.short tbody tr").evaluate_all(CHANGED)

    form.get_by_role("button", name="Apply").click()
    expect(said).to_contain_text("Applied: version 3 of the facility file, revision 1.")

    moved = [new - old for new, old in zip(results(desk), before, strict=True)]
    assert drawn_as_changed == sum(one != 0 for one in moved) == 180
    assert moved == [pytest.approx(shift_kpa(m) if m >= CORRECTED_FROM else 0.0, abs=1e-6) for m in range(MINUTES)]
    assert results(desk, as_of=(then + timedelta(milliseconds=1)).isoformat()) == before
    with database.connect(dam.conninfo()) as owner:
        told = owner.execute("SELECT DISTINCT action FROM audit WHERE actor LIKE 'user:%'").fetchall()
        assert {action for (action,) in told} >= {"facility.apply", "revision.closed"} and is_audited(owner)


def test_a_page_of_yesterday_applies_nothing(desk: Page) -> None:
    """Somebody else has changed the file since: the command is refused with a sentence."""
    open_page(desk, f"/f/vale/instruments/{NAME}?edit=new")
    desk.evaluate("document.querySelector('form[data-command=calibrate]').dataset.base = '0'.repeat(64)")
    form = desk.locator("form[data-command=calibrate]")
    form.get_by_label("Reason").fill("sheet was typed wrong")
    form.get_by_role("button", name="Preview").click()

    expect(form.get_by_role("status")).to_contain_text("has changed since")
    expect(form.get_by_role("button", name="Apply")).to_be_hidden()
