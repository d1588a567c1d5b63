"""Alarms of record on the safety page and the overview: what ingest raised stands until a person lowers it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, expect

import texts
from api.alarms.models import Alarm, Alarms
from api.safety import standings
from dashboard import ages
from dashboard.safety import event_log
from dashboard.safety.event_log import LogEntry
from ingest import database
from ingest.alarms import plans
from tailings import tarp
from tailings.assess.assessment import AlarmRecord, AssessmentInputs, PlanInput, assess
from tailings.assess.model import ModeState
from tests import alarm_story
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard import site
from tests.dashboard.conftest import log_in, open_page, save_picture, served
from tests.dashboard.examples import NOW
from tests.dashboard.judging import judge
from tests.dashboard.looking import look_at_sizes
from tests.dashboard.safety.examples import planned, watched
from tests.dashboard.site import DAM
from tests.dashboard.test_alarms import PHONE, command, tap
from tests.servers import Database, TestDatabase, fresh_database


@pytest.fixture(scope="module")
def told(cluster: Database) -> Iterator[tuple[TestDatabase, alarm_story.Told]]:
    """The database of a site whose pond stands above its yellow trigger, as ingest recorded it."""
    with fresh_database(cluster, DAM) as database:
        yield database, alarm_story.tell(database.conninfo())


@pytest.fixture(scope="module")
def record_server(
    told: tuple[TestDatabase, alarm_story.Told], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiServer]:
    """The api over it."""
    yield from served(told[0], tmp_path_factory.mktemp("record"))


@pytest.fixture(scope="module")
def alarmed(record_server: ApiServer) -> Iterator[httpx.Client]:
    """A client of that site."""
    with httpx.Client(base_url=record_server.url, timeout=60) as client:
        yield client


@pytest.fixture
def at_work(told: tuple[TestDatabase, alarm_story.Told]) -> Iterator[None]:
    """Ingest's side, which carries commands out."""
    with command_runner_of(told[0]):
        yield


def of_record(client: httpx.Client) -> Alarm:
    """The alarm of the pond."""
    found = Alarms(**client.get("/api/v1/alarms").json()).alarms
    return next(one for one in found if one.rule == "overtopping")


def test_the_safety_page_stands_where_the_record_does(alarmed: httpx.Client) -> None:
    """Yellow, not acknowledged yet, and the alarm is a link."""
    text = alarmed.get("/f/vale/safety").text

    assert 'class="verdict yellow"' in text and "Not acknowledged yet." in text
    deadline = of_record(alarmed).next_due_at
    assert deadline is not None
    local, today = (time.astimezone(ZoneInfo("Europe/Lisbon")) for time in (deadline, datetime.now(UTC)))
    day = "" if local.date() == today.date() else f"{local.day} {local:%b} "
    assert f"by {day}{local:%H:%M}" in text
    assert f'href="/alarms/{of_record(alarmed).id}"' in text


def test_the_overview_shows_the_level_of_record(alarmed: httpx.Client) -> None:
    """A dam that is yellow is never green in the list, however well its readings arrive."""
    text = alarmed.get("/").text

    assert 'class="tag green"' not in text and "<b>Yellow: " in text


def test_the_higher_of_record_and_values_stands() -> None:
    """The values fell back: the record holds. The values went on: they stand. A simulated plan raises nothing."""
    plan = planned().tarp["overtopping"]

    def level(values: int, recorded: int, state: ModeState = "in-force") -> str:
        known = PlanInput(plan, state, tarp.PlanOutcome(values, values, tarp.Sight("full")), AlarmRecord(recorded))
        found = assess(AssessmentInputs(planned(), (known,)), NOW)
        return next((one.level for one in standings.of_assessment(found, (), planned())), "none")

    assert (level(0, 1), level(3, 1), level(3, 0, "simulated")) == ("yellow", "red", "none")


def test_what_happened_has_the_acknowledgement(alarmed: httpx.Client) -> None:
    """Of record at a time of its own, beside the level that it was given for."""
    plan, alarm = planned().tarp["overtopping"], of_record(alarmed).model_copy(update={"acknowledged_at": NOW})
    dam = watched([], {"overtopping": "yellow"}, record=[alarm])

    found = event_log.of_facility(dam, texts.load())

    assert LogEntry(NOW, "yellow", f"Acknowledged: {plan.failure_mode}") in found


def test_the_shift_acts_on_the_safety_page(
    browser: Browser, record_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told], at_work: None
) -> None:
    """Acknowledge at 320 px, Done at 390 px and a note; the page, and that of the alarm elsewhere, say so at once."""
    context = browser.new_context(viewport=PHONE, base_url=record_server.url, locale="en-GB", has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, "shift")
    other = open_page(context.new_page(), f"/alarms/{told[1].alarm}")
    expect(other.locator("#live")).to_have_attribute("data-kind", "live")
    found = look_at_sizes(page, "/f/vale/safety", "safety-tasks")
    tap(page, "Acknowledge", 320)
    page.locator("#ask-go").tap()
    expect(page.locator("#verdict")).not_to_contain_text("Nobody has acknowledged it yet.")
    expect(page.get_by_role("button", name="Acknowledge", exact=True)).to_have_count(0)
    tap(page, "Done", 390)
    page.locator("#ask-go").tap()
    expect(page.locator("#tasks")).to_contain_text("Done as planned")
    page.get_by_role("button", name="Note").tap()
    page.locator("#ask-note").fill("spillway is clear")
    page.locator("#ask-go").tap()
    expect(other.locator("#lines")).to_contain_text("spillway is clear")
    save_picture(page, "safety-phone-closed-out")

    assert found == ({}, {})
    expect(other.locator("#tasks")).to_contain_text("Done as planned")
    context.close()


def test_a_held_plan_and_a_lifted_hold_show_on_the_safety_page(
    browser: Browser, record_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told], at_work: None
) -> None:
    """Out of service by the approver: the verdict says until when; ended by the same page, it says it no more."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=record_server.url, locale="en-GB")
    page = context.new_page()
    log_in(page, "chief")
    open_page(page, "/f/vale/safety")
    command(page, "Out of service", "the gauge is being moved")
    end = page.get_by_role("button", name="End it now")
    expect(end).to_be_visible()
    judge(told[0].conninfo())
    expect(page.locator("#verdict")).to_contain_text("is held until")
    save_picture(page, "safety-held")
    end.click()
    page.locator("#ask-go").click()
    expect(end).to_have_count(0)
    judge(told[0].conninfo())

    expect(page.locator("#verdict")).not_to_contain_text("is held until")
    context.close()


HEARD: Final = """() => {
  window.heard = [];
  for (const name of ["alert", "status"])
    new MutationObserver(([change]) => window.heard.push([name, change.target.textContent]))
      .observe(document.getElementById(name), { childList: true });
}"""


def approve(conninfo: str, engineer: int) -> None:
    """Approve the plan of piping as it is stored: n02 stands above its orange of 321 m."""
    with database.connect(conninfo) as connection, connection.transaction():
        _, plan = plans.stored(connection, "vale", "piping")
        approval = plans.Approval(
            "piping", tarp.digest(plan), alarm_story.ROLE, f"user:{engineer}", "reviewed", valid_to=None
        )
        plans.approve(connection, "vale", approval, datetime.now(UTC))
    judge(conninfo)


def test_a_new_orange_speaks_once_and_changes_title_and_icon(
    browser: Browser, record_server: ApiServer, told: tuple[TestDatabase, alarm_story.Told]
) -> None:
    """From yellow to orange: an alert, once; title and icon of the tab say it; time that runs down says nothing."""
    page = browser.new_page(base_url=record_server.url, locale="en-GB")
    open_page(page, "/f/vale/safety")
    expect(page.locator("#live")).to_have_attribute("data-kind", "live")
    page.evaluate(HEARD)
    before = page.title(), page.locator("link[rel=icon]").get_attribute("href") or ""
    pond = site.add(told[0].conninfo(), alarm_story.POND, alarm_story.YELLOW_M + 0.21)
    expect(page.locator("#last time")).to_have_attribute("datetime", ages.utc(pond))
    heard_of_a_reading = page.evaluate("window.heard")

    approve(told[0].conninfo(), told[1].engineer)
    expect(page).to_have_title(re.compile(r"^\(2\) Orange: Safety - Vale do Sino"))
    pond = site.add(told[0].conninfo(), alarm_story.POND, alarm_story.YELLOW_M + 0.22)
    expect(page.locator("#last time")).to_have_attribute("datetime", ages.utc(pond))

    heard, icon = page.evaluate("window.heard"), page.locator("link[rel=icon]").get_attribute("href") or ""
    save_picture(page, "safety-orange")
    page.close()
    with database.connect(told[0].conninfo()) as connection, connection.transaction():
        withdrawal = plans.Withdrawal("piping", alarm_story.ROLE, f"user:{told[1].engineer}", "seen")
        plans.withdraw(connection, "vale", withdrawal, datetime.now(UTC))
    judge(told[0].conninfo())
    assert before[0].startswith("(1) Yellow: Safety - Vale do Sino") and "%23f0c52e" in before[1]
    assert heard_of_a_reading == [] and "%23dd6b12" in icon
    assert [name for name, words in heard] == ["alert"] and "Orange" in heard[0][1]


def test_an_approval_given_here_sets_limits(alarmed: httpx.Client, told: tuple[TestDatabase, alarm_story.Told]) -> None:
    """The plan of piping stands in the file without approval: no gauge. Approved here, its orange of 321 m is one."""
    before = alarmed.get("/f/vale/safety").text
    approve(told[0].conninfo(), told[1].engineer)

    after = alarmed.get("/f/vale/safety").text

    assert 'data-margin="n02:vw1.level"' not in before
    assert 'data-margin="n02:vw1.level"' in after and '"n02:vw1.level":[["orange",321.0]]' in after
