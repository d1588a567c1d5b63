"""The alarm pages: what needs me now, acknowledged in two taps on a phone, closed out, lowered, approved."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.commands.rows import CHANNEL, LOCK_CLASS, STOPPED
from tests import alarm_story
from tests.alarm_story import Told
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.site import DAM
from tests.servers import Database, TestDatabase, fresh_database

from .conftest import API_ROLE, log_in, open_page, save_picture, screen_of
from .looking import look_at_sizes
from .test_budgets import ELEMENTS, REQUESTS, SCRIPT_GZ_BYTES, measure

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}


@pytest.fixture(scope="module")
def story(cluster: Database) -> Iterator[tuple[TestDatabase, Told]]:
    """A site with alarms, and ingest's command runner at work."""
    with fresh_database(cluster, DAM) as database:
        told = alarm_story.tell(database.conninfo())
        with command_runner_of(database):
            yield database, told


@pytest.fixture(scope="module")
def alarm_server(story: tuple[TestDatabase, Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api with its pages over it."""
    server = ApiServer(tmp_path_factory.mktemp("alarm-pages"), story[0].conninfo(API_ROLE)).start()
    yield server
    server.stop()


@pytest.fixture
def phone(browser: Browser, alarm_server: ApiServer) -> Iterator[Page]:
    """A phone of the person on shift, logged in."""
    context = browser.new_context(viewport=PHONE, base_url=alarm_server.url, locale="en-GB", has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, "shift")
    yield page
    context.close()


@contextmanager
def desk_of(browser: Browser, url: str) -> Iterator[Page]:
    """The screen of an administrator, logged in; whatever a script complains of fails the tests."""
    with screen_of(browser, url, **DESK) as page:
        log_in(page, "chief")
        yield page


@pytest.fixture(scope="module")
def desk(browser: Browser, alarm_server: ApiServer) -> Iterator[Page]:
    """That screen, for the tests of this file."""
    with desk_of(browser, alarm_server.url) as page:
        yield page


def command(page: Page, button: str, words: str) -> None:
    """Press a button that asks for words, and give them."""
    page.get_by_role("button", name=button).click()
    page.locator("#ask-note").fill(words)
    page.locator("#ask-go").click()


PAGES = (
    "/alarms",
    "/alarms/shelved",
    "/alarms/history",
    "/alarms/plans",
    "/alarms/recipients",
    "/alarms/hand-over",
    "/alarms/{alarm}",
    "/f/vale/plans/overtopping",
    "/f/vale/plans/overtopping/backtest",
)


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(desk: Page, story: tuple[TestDatabase, Told], address: str) -> None:
    """At four widths, light and dark, with all that an administrator may do; nothing is wider than the screen."""
    name = address.strip("/").replace("/", "-").format(alarm="event")

    assert look_at_sizes(desk, address.format(alarm=story[1].alarm), name) == ({}, {})


@pytest.mark.parametrize(("width", "locale"), [(320, "es-ES"), (390, "en-GB"), (768, "es-ES")])
def test_the_page_that_is_shown_is_in_sight_in_the_bar(
    browser: Browser, alarm_server: ApiServer, width: int, locale: str
) -> None:
    """The last page but one of the bar, where the bar is too narrow for all: its word stands within the screen."""
    context = browser.new_context(viewport={"width": width, "height": 844}, base_url=alarm_server.url, locale=locale)
    page = open_page(context.new_page(), "/compare")
    box = page.locator(".top nav [aria-current]").bounding_box()
    context.close()

    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("locale", ["en-GB", "es-ES"])
def test_the_count_stands_beside_its_word_on_a_phone(browser: Browser, alarm_server: ApiServer, locale: str) -> None:
    """At 390 and 320 px: the bar at the bottom is 48 px high, each of its words as broad as a finger needs (44)."""
    context = browser.new_context(viewport=PHONE, base_url=alarm_server.url, locale=locale)  # type: ignore[arg-type]
    page = context.new_page()
    found = {}
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        open_page(page, "/f/vale/safety")
        expect(page.locator("#count")).to_have_text(re.compile(r"^\d"))
        boxes = [one.bounding_box() for one in page.locator(".top nav a").all()]
        found[width] = [(box["height"], box["width"] >= 44) for box in boxes if box]
        save_picture(page, f"nav-{locale}-{width}")
    context.close()

    assert found == dict.fromkeys((390, 320), [(48, True)] * 7)


def tap(phone: Page, name: str, width: int) -> None:
    """Tap a button that is as high as a finger needs (44 px) and stands whole on the screen of this width."""
    phone.set_viewport_size({"width": width, "height": 640})
    button = phone.get_by_role("button", name=name, exact=True).first
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= width
    button.tap()


def test_acknowledged_in_two_taps_and_closed_out_in_two(
    phone: Page, browser: Browser, alarm_server: ApiServer, story: tuple[TestDatabase, Told]
) -> None:
    """Acknowledge, Acknowledge: seen, at 320 px. Open the alarm; Done, Done: closed with its evidence, at 390 px.

    Another screen that shows the alarm says so by itself, as does the number in the bar.
    """
    context = browser.new_context(base_url=alarm_server.url, locale="en-GB")
    other = open_page(context.new_page(), f"/alarms/{story[1].alarm}")
    expect(other.locator("#live")).to_contain_text("Live")
    expect(other.locator("#count")).to_have_text(re.compile("^1"))
    open_page(phone, "/alarms")
    tap(phone, "Acknowledge", 320)
    phone.locator("#ask-go").tap()
    expect(phone.locator("#verdict")).to_contain_text("vale", ignore_case=True)
    expect(phone.locator("table.cards tr", has_text="Overtopping").first).to_contain_text("shift")
    expect(other.locator("#lines")).to_contain_text("Acknowledged")
    expect(other.locator("#verdict")).to_contain_text("Acknowledged.")

    open_page(phone, f"/alarms/{story[1].alarm}")
    tap(phone, "Done", 390)
    phone.locator("#ask-go").tap()
    expect(phone.locator(".actions")).to_contain_text("Done as planned")
    expect(phone.locator(".actions li", has=phone.locator(".box.done"))).to_contain_text("done by shift, ")
    expect(other.locator("#tasks .actions")).not_to_contain_text("left")
    save_picture(phone, "event-phone-closed-out")
    context.close()


def test_only_the_named_role_lowers(phone: Page, story: tuple[TestDatabase, Told]) -> None:
    """The shift is told who may; the alarm stays where it is."""
    database, told = story
    alarm_story.recede(database.conninfo())
    open_page(phone, f"/alarms/{told.alarm}")
    phone.get_by_role("button", name="Lower the level").tap()
    phone.locator("#ask-note").fill("pond is back")
    phone.locator("#ask-go").tap()

    expect(phone.locator("#ask-told")).to_contain_text("Engineer of Record alone")


def test_the_rules_that_speak_most_are_named(desk: Page) -> None:
    """Four calls in thirty days: the pond, two of the equipment at n06, and that nobody is told; a quarter each."""
    open_page(desk, "/alarms")
    desk.get_by_text("Most frequent alarms").click()

    for rule in ("overtopping", "battery n06", "silent node n06", "nobody to call"):
        expect(desk.get_by_role("row", name=f"{rule} Vale do Sino 1 25 %")).to_be_visible()


def test_what_is_held_stands_in_the_verdict_until_it_is_ended(desk: Page, story: tuple[TestDatabase, Told]) -> None:
    """Out of service with a reason: the page says so instead of green; ended, it stands again."""
    desk.set_viewport_size(DESK)  # type: ignore[arg-type]
    open_page(desk, f"/alarms/{story[1].alarm}")
    command(desk, "Out of service", "the gauge is being moved")
    expect(desk.locator("#facts")).not_to_contain_text("Not held")
    open_page(desk, "/alarms/shelved")
    title, says = desk.locator("#verdict-title").text_content(), desk.locator("#verdict").text_content() or ""
    save_picture(desk, "alarms-held")
    desk.locator("#rows tr", has_text="the gauge is being moved").get_by_role("button", name="End it now").click()
    desk.locator("#ask-go").click()

    expect(desk.locator("#verdict-title")).not_to_contain_text("held")
    assert title == "1 dam alarm is held"
    assert "Vale do Sino, overtopping, yellow." in says


def test_a_plan_is_approved_by_who_answers_for_it(browser: Browser, alarm_server: ApiServer) -> None:
    """The page of a plan that only simulates has the button; with the role it is in force afterwards."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, base_url=alarm_server.url, locale="en-GB")
    page = context.new_page()
    log_in(page, "engineer")
    open_page(page, "/f/vale/plans/piping")
    command(page, "Approve this plan", "reviewed with the designer")

    expect(page.locator("#verdict")).to_contain_text("In force: Engineer of Record")
    context.close()


def test_a_named_role_is_given_and_taken_on_the_page(desk: Page, story: tuple[TestDatabase, Told]) -> None:
    """An administrator gives it to the shift and takes it away; both stand in the audit log under that number."""
    desk.set_viewport_size(DESK)  # type: ignore[arg-type]
    open_page(desk, "/f/vale/plans/overtopping")
    expect(desk.locator(".lines").first).to_have_text('[tarp.overtopping]\nlowered_by = "Engineer of Record"')
    desk.locator("select[name=holder]").select_option(label="shift")
    desk.get_by_role("button", name="Assign the role").click()
    holder = desk.locator(".actions li", has_text="shift")
    expect(holder).to_be_visible(timeout=15_000)
    open_page(desk, "/alarms/recipients")
    expect(desk.get_by_role("row", name="Engineer of Record Vale")).to_contain_text("engineer, shift")
    open_page(desk, "/f/vale/plans/overtopping")
    holder.get_by_role("button", name="Remove").click()
    desk.locator("#ask-go").click()
    expect(holder).to_have_count(0, timeout=15_000)

    with psycopg.connect(story[0].conninfo()) as owner:
        shift = f"user:{story[1].operator}"
        audited = "SELECT action, actor FROM audit WHERE action LIKE 'duty.%%' AND subject = %s ORDER BY number"
        found = owner.execute(audited, (shift,)).fetchall()
    assert [action for action, _ in found] == ["duty.insert", "duty.delete"]
    assert len({actor for _, actor in found}) == 1 and found[0][1] not in (shift, "system:0")


def test_other_limits_are_replayed_on_the_page(desk: Page) -> None:
    """A limit out of reach and a marked event: the present rule beside the proposed one, as the database says.

    Three levels at one limit stand in no file: what would be seen with them is not tried.
    """
    desk.set_viewport_size(DESK)  # type: ignore[arg-type]
    open_page(desk, "/f/vale/plans/overtopping")
    desk.get_by_role("link", name="Try other limits on history").click()
    for limit in desk.get_by_role("spinbutton", name="Limit").all():
        limit.fill("999")
    desk.get_by_label("Events it should have caught").fill(datetime.now(UTC).strftime("%Y-%m-%d %H:%M"))
    desk.get_by_role("button", name="Run").click()
    desk.wait_for_url("**/backtest?command=*")

    expect(desk.locator("#verdict-title")).to_have_text("0 alarms instead of 1")
    says = "The proposed limits would never have raised an alarm. 1 marked event missed."
    expect(desk.locator("#verdict")).to_contain_text(says)
    expect(desk.get_by_role("row", name="Yellow As it is 1")).to_be_visible()
    expect(desk.get_by_role("row", name="Yellow Proposed 0 Never")).to_be_visible()
    expect(desk.locator(".sight li", has_text="Proposed")).to_contain_text("the check of the facility file refuses")
    expect(desk.get_by_role("spinbutton", name="Limit").first).to_have_value("999")
    expect(desk.locator("[aria-labelledby=replay] title")).to_contain_text("Recorded 1, As it is 1, Proposed 0")
    assert look_at_sizes(desk, desk.url, "backtest-done") == ({}, {})


def test_a_replay_can_be_stopped(desk: Page, story: tuple[TestDatabase, Told]) -> None:
    """While it waits or works there is a bar and a way to stop it; then the page says that nothing was changed."""
    open_page(desk, "/f/vale/plans/overtopping/backtest")
    with psycopg.connect(story[0].conninfo(), autocommit=True) as owner:
        (number,) = owner.execute("SELECT coalesce(max(id), 0) + 1 FROM command").fetchone() or (0,)
        owner.execute("SELECT pg_advisory_lock(%s, %s)", (LOCK_CLASS, number))  # as if another ingest worked on it
        desk.get_by_role("button", name="Run").click()
        expect(desk.get_by_role("progressbar")).to_be_visible()
        desk.get_by_role("button", name="Stop").click()
        expect(desk.get_by_role("button", name="Stop")).to_be_disabled()
        owner.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK_CLASS, number))
        owner.execute(f"NOTIFY {CHANNEL}")

    expect(desk.locator("[data-said]")).to_have_text(STOPPED)


def test_who_is_told_is_said_on_the_page(desk: Page) -> None:
    """A bad command is refused with its reason, a good one is in the list; its address comes back nowhere; it ends."""
    page = desk
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    open_page(page, "/alarms/recipients")
    page.get_by_label("Name of the role").fill("Shift phone")
    page.get_by_label("Address, in apprise format").fill("json://hook.example/s3cret")
    page.get_by_label("Quiet from").fill("22:00")
    save, said = page.get_by_role("button", name="Save"), page.locator("form.asks [data-said]")
    save.click()
    expect(said).to_contain_text("Fill in both hours, or neither")
    page.get_by_label("Quiet until").fill("06:00")
    save.click()
    expect(said).to_contain_text("the dam knows no quiet hours")
    page.locator("select[name=family]").select_option("Equipment")
    page.get_by_label("Sun").uncheck()
    save.click()
    row = page.get_by_role("row", name="Shift phone").first
    expect(row).to_contain_text("equipment, at once, on Mon, Tue, Wed, Thu, Fri, Sat, quiet 22:00 to 06:00")
    assert "s3cret" not in page.content()

    row.get_by_role("link", name="Change").click()
    page.get_by_label("Not acknowledged for, min").fill("20")
    save.click()
    expect(page.get_by_role("row", name="Shift phone").first).to_contain_text("if not acknowledged within 20 min")
    page.get_by_role("row", name="Shift phone").first.get_by_role("button", name="Send a test").click()
    page.locator("#ask-go").click()
    expect(page.get_by_role("row", name="Test, Vale do Sino").first).to_be_visible()
    page.get_by_role("row", name="Shift phone").first.get_by_role("button", name="End", exact=True).click()
    page.locator("#ask-go").click()
    expect(page.get_by_text("Nobody is called yet")).to_be_visible()


def test_the_list_stays_within_the_budget(browser: Browser, alarm_server: ApiServer) -> None:
    """Scripts, requests and elements of the alarms as of every page (design of the pages, section 10)."""
    found = measure(browser, alarm_server, "/alarms")

    assert found["requests"] <= REQUESTS
    assert found["script_gz_bytes"] <= SCRIPT_GZ_BYTES
    assert found["elements"] <= ELEMENTS


def test_without_a_login_nothing_can_be_asked(browser: Browser, alarm_server: ApiServer) -> None:
    """The public sees what stands and the way to log in, and no button that would be refused."""
    context = browser.new_context(base_url=alarm_server.url)
    page = open_page(context.new_page(), "/alarms")

    assert page.locator("[data-ask]").count() == 0
    assert page.get_by_role("link", name="Log in to acknowledge").is_visible()
    context.close()
