"""The water page in Chromium: its series are drawn on one time axis, each with its numbers."""

import csv
import io
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.dashboard.conftest import open_page


def test_flow_ph_conductivity_and_eh_are_drawn_with_their_numbers(page: Page) -> None:
    """Four panels in this order under one range; `t` puts the readings of all of them beside the pictures."""
    open_page(page, "/f/vale/water?from=-7d")
    titles = page.locator("#panels figcaption b")

    expect(titles).to_have_text(["Rain, mm", "Seepage flow, L/s", "pH", "Conductivity, µS/cm", "Redox potential, mV"])
    assert page.locator("#panels canvas").count() == 5
    page.keyboard.press("t")
    expect(page.locator("#panels .readings")).to_have_count(5)
    expect(page.get_by_role("group", name="pH")).to_contain_text("n02 sonde")
    page.keyboard.press("t")
    expect(page.locator("#panels .readings")).to_have_count(0)


def test_on_a_phone_a_limit_is_read_without_scrolling_sideways(page: Page) -> None:
    """Value, limit, unit and margin are in the screen, each under what it is."""
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, "/f/vale/water")
    row = page.locator("tr[data-limit='Cd annual-mean river-down']")
    seen = row.locator("td[data-th]").evaluate_all(
        "all => all.map(one => [getComputedStyle(one, '::before').content, one.innerText, one.getBoundingClientRect()])"
    )

    assert [(label.strip('"'), text) for label, text, _ in seen] == [
        ("Laboratory", "0.175"),
        ("Limit", "0.09"),
        ("Unit", "µg/L"),
        ("Margin", "94 % over"),
    ]
    assert all(0 < box["left"] < box["right"] <= 390 for *_, box in seen)


def test_limits_leave_as_a_file_and_the_report_says_its_time(page: Page) -> None:
    """The CSV is the table as it stands, a row a limit; on paper the last line names address, time and file."""
    open_page(page, "/f/vale/water")
    laboratory = page.locator("td[data-part=value]").first
    measured = laboratory.inner_text()
    laboratory.evaluate("cell => cell.prepend('=1+')")  # as a name or a note may begin
    with page.expect_download() as found:
        page.locator("section:has(#limits-title)").get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(Path(found.value.path()).read_text())))
    page.emulate_media(media="print")

    assert rows[1][3] == f"'=1+{measured}"
    assert [row[3] for row in rows[2:]] == page.locator("td[data-part=value]").all_inner_texts()[1:]
    assert rows[0][3:6] == ["Laboratory", "Limit", "Unit"]
    expect(page.locator(".printed")).to_contain_text("/f/vale/water, as of 20")
