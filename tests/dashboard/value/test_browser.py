"""The value page in Chromium: sliders by keyboard, the address keeps them, and no other host is asked."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import open_page


def test_a_slider_draws_the_outcomes_again(page: Page) -> None:
    """One step left on prices changes the words and the address; the way back is there."""
    open_page(page, "/f/vale/value")
    before = page.locator("#net-words").inner_text()
    page.locator("input[name=price]").focus()
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#net-words")).not_to_have_text(before)
    expect(page.locator("#net-words")).to_contain_text("What if: prices ×0.95. The study's own value")
    assert "What if" not in before
    assert page.url.endswith("/f/vale/value?price=0.95")
    assert page.locator("output").first.inner_text() == "×0.95"


def test_another_section_is_shown_with_what_the_sliders_ask(page: Page) -> None:
    """The way to it has the factor, and so has the page that it leads to; there a slider keeps the section."""
    open_page(page, "/f/vale/value")
    page.locator("input[name=price]").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("a[data-section=axis][href*='price=0.95']").click()
    expect(page.locator("#logs-title")).to_have_text("Drill holes along their own axis")
    page.wait_for_selector("body[data-ready]")
    page.locator("input[name=price]").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"price=0\.9\b"))

    assert parse_qs(urlsplit(page.url).query) == {"price": ["0.9"], "section": ["axis"]}


def test_an_address_with_factors_opens_with_them(page: Page) -> None:
    """A copied link shows what its sender saw."""
    open_page(page, "/f/vale/value?price=0.5")

    assert page.locator("input[name=price]").input_value() == "0.5"
    assert "chance of a loss" in page.locator("#net-words").inner_text()


WITHOUT_ORIGIN = """() => {
  const apart = "header, thead, nav, h1, h2, #if, .acts, .btns, .path, [data-ground], .printed, noscript, title";
  const BOX = "tr, li:not([aria-hidden]), .facts > div, .unfc, .say, .row > div, .tor, .sec";
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
  let figures = 0;
  for (let node; (node = walk.nextNode()); ) {
    const at = node.parentElement;
    if (!/[0-9]/.test(node.data) || at.closest(apart)) continue;
    figures += 1;
    const boxes = [at.closest("a[data-provenance]"), at.closest("td"), at.closest(BOX)];
    const WAY = "[data-provenance]";
    if (!boxes.some(box => box?.matches(WAY) || box?.querySelector(WAY))) found.push(node.data);
  }
  return [figures, found];
}"""
"""Texts with a digit outside headings, sliders and the sources, whose box has no way to an origin."""


def ends_on_ground(client: httpx.Client, name: str) -> bool:
    """Whether an origin, or one that it leads to in one more step, names a file by hash, a source, or a level."""
    steps = client.get("/api/v1/facilities/vale/study/origin", params={"figure": name}).json()["steps"]
    return any(
        step["sha256"]
        or (step["source"] and step["dated"])
        or (step["ground"] and (step["value"] or step["p50"] is not None))
        for step in steps
    )


def test_every_figure_opens_its_origin(page: Page, client: httpx.Client) -> None:
    """No figure of the page is without a way to its origin, and each way ends on ground."""
    open_page(page, "/f/vale/value")
    figures, without = page.evaluate(WITHOUT_ORIGIN)
    ways = page.locator("a[data-provenance]").evaluate_all("all => [...new Set(all.map(way => way.href))]")
    names = [parse_qs(urlsplit(way).query)["figure"][0] for way in ways]

    assert figures > 100
    assert without == []
    assert len(names) > 60
    assert [name for name in names if not ends_on_ground(client, name)] == []


def test_two_clicks_lead_from_money_to_assay_file_and_hash(page: Page) -> None:
    """The value of tungsten opens a panel; its grade leads on to the samples as the laboratory printed them."""
    open_page(page, "/f/vale/value")
    page.locator("a[href$='figure=value%3AW']").click()
    panel = page.locator("dialog.side")
    expect(panel.locator("h2")).to_have_text("Recoverable value of W: source")
    panel.locator("a[data-provenance][href$='figure=grade%3AW']").click()

    expect(panel.locator("h2")).to_have_text("Tungsten grade: source")
    expect(panel).to_contain_text("SHA-256")
    expect(panel).to_contain_text("demo.csv, row 2, revision 1")


def test_the_page_prints_with_its_study(page: Page) -> None:
    """A4, seven sheets at most, without sliders; the last line names address, time and hashes."""
    open_page(page, "/f/vale/value")
    printed = page.pdf(format="A4", print_background=True)
    page.emulate_media(media="print")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 7
    assert not page.locator("#if").is_visible()
    assert re.search(r"value as of 20.* UTC. Study 1, inputs [0-9a-f]{12}", page.locator(".printed").inner_text())


def test_the_keys_lead_to_value(page: Page) -> None:
    """g v goes from the facility's page to its value."""
    open_page(page, "/f/vale/data")
    page.keyboard.press("g")
    page.keyboard.press("v")

    page.wait_for_url("**/f/vale/value")

    assert page.locator("#net-words").is_visible()
