"""The safety page in Chromium: the panel of a figure by keyboard, and no request to another host."""

import csv
import io
import re
import struct
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.dashboard.conftest import open_page
from tests.dashboard.site import DIPS
from tests.tailings.facilities import vale

RINGS = """shares => {
  const canvas = document.querySelectorAll("#panels canvas")[1], over = document.querySelectorAll("#panels .u-over")[1];
  const k = devicePixelRatio, box = over.getBoundingClientRect(), at = canvas.getBoundingClientRect();
  return shares.map(share => {
    const x = Math.round((box.left - at.left + share * box.width) * k);
    const {data} = canvas.getContext("2d").getImageData(x, 0, 1, canvas.height);
    const dark = y => data[4 * y] + data[4 * y + 1] + data[4 * y + 2] < 500;
    const white = y => data[4 * y] + data[4 * y + 1] + data[4 * y + 2] === 765 && data[4 * y + 3] === 255;
    for (let y = 0; y + 9 * k < canvas.height; y++)
      if (dark(y) && [2, 3, 4, 5].every(step => white(y + step * k)) && [6, 7, 8].some(step => dark(y + step * k)))
        return true;
    return false;
  });
}"""
"""Whether the second panel has a ring (dark, white, dark from top to bottom) at each share of its width."""


def test_a_figure_opens_its_origin_by_keyboard_and_closes_again(page: Page) -> None:
    """Enter on a figure opens the panel with focus inside; its numbers are links; Escape gives the focus back."""
    open_page(page, "/f/vale/safety")
    figure = page.locator(".margins a[data-provenance]").first
    figure.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("330.4")
    assert panel.get_by_role("link", name="JSON").get_attribute("href", timeout=5000)

    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.hasAttribute('data-provenance')")


def test_every_figure_below_the_verdict_opens_its_origin(page: Page) -> None:
    """Each but the count of datastreams is a link; rain is the sum of its hours, and the panel says the same figure."""
    open_page(page, "/f/vale/safety")
    names = page.locator("#facts .facts > div:not(:has([data-provenance])) dt").all_inner_texts()
    rain = page.locator("#facts .facts > div", has_text="Rain").locator("a[data-provenance]")
    value = rain.inner_text()
    rain.click()
    panel = page.get_by_role("dialog")

    assert names == ["Data"]
    expect(panel.get_by_role("heading", level=2)).to_have_text(f"Where {value} mm comes from")
    expect(panel).to_contain_text("all readings of these hours, added up")


def test_the_keys_lead_to_safety(page: Page) -> None:
    """g s goes from the facility's page to its safety."""
    open_page(page, "/f/vale/data")
    page.keyboard.press("g")
    page.keyboard.press("s")

    page.wait_for_url("**/f/vale/safety")

    assert page.locator("#verdict").is_visible()


def test_the_near_chart_has_its_levels_under_it(page: Page) -> None:
    """The yellow line of its plan (#f0c52e) is drawn in the second panel, and the axis reaches up to orange."""
    open_page(page, "/f/vale/safety?from=-7d")
    count = page.evaluate("""() => {
      const canvas = document.querySelectorAll("#panels canvas")[1];
      const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const is = (i, r, g, b) => data[i] === r && data[i + 1] === g && data[i + 2] === b;
      let yellow = 0, orange = 0;
      for (let i = 0; i < data.length; i += 4) { yellow += is(i, 240, 197, 46); orange += is(i, 221, 107, 18); }
      return [yellow, orange];
    }""")

    assert count[0] > 500 and count[1] > 500


def test_where_the_tip_is_stands_above_its_chart(page: Page) -> None:
    """n04's tip is said in the caption of its own chart, where no line and no other word can lie over it."""
    open_page(page, "/f/vale/safety?from=-7d")
    said = page.locator("#panels .tip").all_inner_texts()

    tip_m = vale().instruments["n04:vw1"].geometry[0].tip_elevation_m
    assert said == ["", f"tip at {tip_m:.2f} m, below this view", *[""] * (len(said) - 2)]


def test_hand_readings_are_hollow_circles_on_the_near_chart(page: Page, newest: datetime) -> None:
    """At n04's three readings by hand, and not between them, is a ring that is empty inside.

    They stand in the panel of n04 alone, whose caption says what a circle is and whose table has them.
    """
    open_page(page, "/f/vale/safety?from=-7d")
    told = page.locator("#panels .how").all_inner_texts()
    age_d = (datetime.now(UTC) - newest).total_seconds() / 86400
    rings = page.evaluate(RINGS, [1 - (days + age_d) / 7 for days, _ in DIPS])
    between = page.evaluate(RINGS, [1 - (days + age_d) / 7 for days in (5.0, 2.0)])
    page.keyboard.press("t")
    tables = page.locator(".readings")
    expect(tables.nth(1)).to_contain_text("n04 dip, m")

    assert ["manual reading" in words for words in told].count(True) == 1 and "manual reading" in told[1]
    assert rings == [True] * 3 and between == [False] * 2
    assert "n04 dip" not in tables.first.inner_text()


def test_the_page_prints_on_three_sheets(page: Page) -> None:
    """A4: verdict to section; margins and series; cause and effect and log. The last line names time and file."""
    open_page(page, "/f/vale/safety?from=-7d")
    printed = page.pdf(format="A4", print_background=True)
    page.emulate_media(media="print")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
    assert re.search(
        r"as of 20.* UTC. Facility file version 1, hash [0-9a-f]{12}", page.locator(".printed").inner_text()
    )


def taken(page: Page, section: str, kind: str) -> bytes:
    """Press a section's button with the keyboard; what the browser got."""
    button = page.locator(f"section:has(#{section})").get_by_role("button", name=kind)
    button.focus()
    with page.expect_download() as found:
        page.keyboard.press("Enter")
    return Path(found.value.path()).read_bytes()


def test_a_drawing_and_its_numbers_can_be_taken_away(page: Page) -> None:
    """The section as CSV is its table, as SVG the drawing with its own looks, as PNG twice as wide; margins as CSV."""
    open_page(page, "/f/vale/safety")
    rows = list(csv.reader(io.StringIO(taken(page, "section-title", "CSV").decode())))
    root = ElementTree.fromstring(taken(page, "section-title", "SVG"))
    head = struct.unpack_from(">8s4x4s2I", taken(page, "section-title", "PNG"))
    margins = list(csv.reader(io.StringIO(taken(page, "margin-title", "CSV").decode())))
    shown = page.locator("[data-margin]").count()

    assert len(rows) == 1 + page.locator("section:has(#section-title) tbody tr").count()
    assert all(len(row) == len(rows[0]) for row in rows)
    lines = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if "stroke:" in path.get("style", "")]
    assert lines and not [use for use in root.iter() if use.get("href", "#").lstrip("#") not in ids(root) | {""}]
    assert head[2] == 2 * int(float(root.get("width", "0")))
    assert len(margins) == shown and margins[0][0] in ("Green", "Yellow", "Orange", "Red", "Stale")


def ids(root: ElementTree.Element) -> set[str]:
    return {str(one.get("id")) for one in root.iter() if one.get("id")}


def test_the_record_of_the_year_is_one_link_away(page: Page) -> None:
    """Below what would be seen stands a link to the record of this year, which has the plans of the facility."""
    open_page(page, "/f/vale/safety")
    year = datetime.now(UTC).astimezone(ZoneInfo(vale().timezone)).year
    href = page.get_by_role("link", name=f"Record of {year}").get_attribute("href")

    record = page.request.get(str(href)).json()["record"]

    assert (record["facility"], record["year"]) == ("vale", year)
    assert "overtopping" in [one["plan"] for one in record["plans"]]


def test_the_section_is_held_against_the_line_of_its_design(page: Page) -> None:
    """By hand: the line is at 330 m at n04, which reads 330.44 m or so, and at 322.5 m at n02, which reads 322.0 m."""
    open_page(page, "/f/vale/safety?section=a")

    said = page.locator("[aria-labelledby=section-title] > p")
    expect(said).to_contain_text("(design report of 2019, figure 12): n04 vw1 0.4")
    expect(said).to_contain_text("n02 vw1 0.4")
