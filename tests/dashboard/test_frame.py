"""What every page does in the browser: search, keys, link, theme (design of the pages, section 6)."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from dashboard import ages
from tests.servers import TestDatabase
from texts import writing

from . import site
from .conftest import open_page
from .looking import findings

HEARD = """() => {
  window.heard = [];
  new MutationObserver(([change]) => window.heard.push(change.target.textContent))
    .observe(document.getElementById("copy"), { childList: true });
}"""
"""What the button says, kept: it says it for two seconds only."""
RENEWED = """() => new Promise(done => {
  addEventListener("renewed", () => done(), { once: true });
  dispatchEvent(new Event("renew"));
})"""
"""Asks for a renewal and waits until it is there."""


def test_search_keeps_the_rows_that_match(page: Page) -> None:
    """`/` opens the search; Escape shows all rows again."""
    open_page(page, "/f/vale/data")
    rows = page.locator("tbody tr:has(td):visible")
    before = rows.count()
    matching = page.locator("tbody tr:has(td)", has_text="n03:vw1").count()

    page.keyboard.press("/")
    page.keyboard.type("n03:vw1")
    expect(rows).to_have_count(matching)
    assert 0 < matching < before
    page.keyboard.press("Escape")
    expect(rows).to_have_count(before)


def test_what_else_needs_a_look_is_one_click_away_and_stays_open(page: Page, pages_database: TestDatabase) -> None:
    """The list shows four; the others open below them, and a page that renews its words leaves them open."""
    for node in ("n02", "n03", "n04", "n05", "n07"):
        site.add(pages_database.conninfo(), f"vale:{node}:vw1.temperature", 11.8, 4, "gross_range")
    open_page(page, "/f/vale")
    look = page.locator(".look")
    more = look.locator("summary")
    expect(look.locator("li:visible")).to_have_count(4)
    count = int(more.inner_text().split()[1])

    more.click()

    expect(look.locator("li:visible")).to_have_count(4 + count)
    page.evaluate(RENEWED)
    expect(look.locator("li:visible")).to_have_count(4 + count)


def test_a_facility_that_does_not_exist_leads_to_the_login(page: Page) -> None:
    """As one that is private does, and from there back to what was asked for."""
    page.goto("/f/nowhere")

    expect(page).to_have_url(re.compile(r"/login\?next=/f/nowhere$"))


def test_a_dead_link_is_answered_by_a_page(page: Page) -> None:
    """A person reads words with a way back, in the style of the pages; the status is that of the api."""
    answer = page.goto("/nothing")

    assert answer and answer.status == 404
    expect(page.locator("main")).to_contain_text("There is nothing at")
    assert findings(page) == []
    page.get_by_role("link", name="All facilities").click()
    page.wait_for_url(re.compile(r"/$"))


def test_the_strips_of_the_data_page_follow_the_dates_of_its_form(page: Page) -> None:
    """Who brought the history of another year sees there where it has readings."""
    strip = page.locator("svg.cover").first
    open_page(page, "/f/vale/data")
    expect(page.locator("th", has_text="Last 60 days")).to_be_visible()
    expect(strip).to_have_attribute("aria-label", re.compile("^[78] of 60 days"))

    open_page(page, "/f/vale/data?ds=n01:pond.level&from=2020-06-01T00:00&to=2020-09-01T00:00")

    expect(page.locator("th", has_text="93 days to 31 Aug 2020")).to_be_visible()
    expect(strip).to_have_attribute("aria-label", "0 of 93 days have readings")


def test_two_keys_go_to_a_page(page: Page) -> None:
    """`g n` goes to the nodes, `g f` back to the facilities."""
    open_page(page, "/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/nodes")
    page.wait_for_selector("body[data-ready]")
    nodes = page.title()
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url(re.compile(r"/$"))

    assert page.title() != nodes


@pytest.mark.parametrize(
    ("permissions", "said"),
    [(["clipboard-write"], "Copied"), ([], "Link is in the address bar")],
    ids=["granted", "denied"],
)
def test_a_copied_link_stands_still(page: Page, permissions: list[str], said: str) -> None:
    """Copying makes the times absolute, so that the link shows the same tomorrow; a denied clipboard is told."""
    page.context.grant_permissions(permissions)
    open_page(page, "/f/vale?ds=n02:vw1.level&from=-24h")

    page.evaluate(HEARD)
    page.get_by_role("button", name="Copy link").click()

    page.wait_for_function("said => window.heard.includes(said)", arg=said)
    page.wait_for_url(re.compile(r"from=\d{4}-\d\d-\d\dT.*&to=\d{4}-\d\d-\d\dT"))
    assert "ds=n02:vw1.level" in unquote(page.url) and "-24h" not in page.url


def test_a_chosen_theme_stays(page: Page) -> None:
    """The next page is in the theme that was chosen on the last one."""
    page.emulate_media(color_scheme="light")
    open_page(page, "/")
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    open_page(page, "/nodes")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (398.6204, {"decimals": 2}, "398.62"),
        (0.04321, {"significant": 2}, "0.043"),
        (1843.2, {"significant": 3}, "1840"),
        (26478.0, {"decimals": 0}, "26\u2009478"),
        (-3.21, {"decimals": 1}, "\u22123.2"),
        (-0.001, {"decimals": 1}, "0.0"),
        (None, {"decimals": 1}, ""),
    ],
)
def test_the_browser_writes_numbers_as_the_server_does(
    page: Page, value: float | None, digits: dict[str, int], text: str
) -> None:
    """A value that arrives live looks like the one it replaces (expected strings: design of the pages, section 4)."""
    open_page(page, "/nodes")
    module = page.locator("script[src$='page.js']").get_attribute("src")

    written = page.evaluate(
        "([module, value, digits]) => import(module).then(frame => frame.number(value, digits))",
        [module, value, digits],
    )

    assert written == text


@pytest.mark.parametrize("time", [datetime(2020, 6, 4, 3, 10, tzinfo=UTC), datetime.now(UTC)])
def test_the_browser_writes_times_as_the_server_does(page: Page, time: datetime) -> None:
    """A time of another year has its year, in the zone of the facility (design of the pages, section 4)."""
    open_page(page, "/f/vale/nodes")
    module = page.locator("script[src$='page.js']").get_attribute("src")

    written = page.evaluate(
        "([module, ms]) => import(module).then(frame => frame.local(ms))", [module, time.timestamp() * 1000]
    )

    assert written == ages.day_and_clock(time, "Europe/Lisbon", datetime.now(UTC))


def test_scripts_write_whole_numbers_in_a_sentence_as_the_pages_do(page: Page) -> None:
    """`texts.writing` is the second implementation: thin spaces from 10 000, a true minus; a text stays."""
    open_page(page, "/")
    values = [0, 9_999, 10_000, 26_478, -12_345, 1_234_567, "26478", "Ana"]
    said = page.evaluate(
        "values => import(document.querySelector('script[src*=\"page.js\"]').src)"
        ".then(({ say }) => values.map(n => say('{n} of it', { n })))",
        values,
    )

    assert said == [writing.filled("{n} of it", {"n": one}) for one in values]
