"""Charts in a real browser over a real database: gaps, marks, bands, zoom, keys (design of the pages, 5 and 6)."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.servers import TestDatabase

from .conftest import open_page, save_picture
from .site import GAP, MINUTES, REJECTED, SUSPECT

WEEK_S = 7 * 86400
COUNT_LINE_PIXELS = """([from, to]) => {
  const canvas = document.querySelector("#panels canvas"), over = document.querySelector("#panels .u-over");
  const k = devicePixelRatio, box = over.getBoundingClientRect(), at = canvas.getBoundingClientRect();
  const x = Math.round((box.left - at.left + from * box.width) * k), width = Math.round((to - from) * box.width * k);
  const data = canvas.getContext("2d").getImageData(x, 0, width, canvas.height).data;
  let found = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i + 2] - data[i] > 60 && data[i + 3] > 128) found++;
  return found;
}"""


def share(newest: datetime, minute: float, shown_s: float) -> float:
    """Where a minute of the seeded week lies between the left and the right end of a chart of the last `shown_s`."""
    age_s = (datetime.now(UTC) - newest).total_seconds() + (MINUTES - 1 - minute) * 60
    return 1 - age_s / shown_s


def hover(page: Page, at: float) -> str:
    """Move over the first panel at a share of its width; return what the page reads out."""
    box = page.locator("#panels .u-over").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + at * box["width"], box["y"] + box["height"] / 2)
    said = page.locator("#panels .at").first
    expect(said).not_to_have_text("")
    return said.inner_text()


def test_a_gap_is_a_gap(page: Page, newest: datetime) -> None:
    """Where five hours are missing no line is drawn, and the cursor says 'no reading', not the last value."""
    open_page(page, "/f/vale?ds=n03:vw1.level")
    inside = [share(newest, minute, WEEK_S) for minute in (GAP.start + 75, GAP.stop - 75)]
    before = [share(newest, minute, WEEK_S) for minute in (GAP.start - 225, GAP.start - 75)]

    assert page.evaluate(COUNT_LINE_PIXELS, inside) == 0
    assert page.evaluate(COUNT_LINE_PIXELS, before) > 20
    assert "no value" in hover(page, sum(inside) / 2)


def test_a_suspect_reading_is_a_cross_and_not_in_the_line(page: Page, newest: datetime) -> None:
    """The caption names the cross, the cursor names the quality, and the table tells it apart."""
    open_page(page, "/f/vale?ds=n04:vw1.level&from=-3h")
    expect(page.locator(".how").first).to_contain_text("× suspect, not in the line")

    assert "(suspect)" in hover(page, share(newest, SUSPECT[-1], 3 * 3600))
    page.keyboard.press("t")
    expect(page.locator(".readings")).to_contain_text("suspect")


def test_a_line_has_a_band_of_its_uncertainty(page: Page) -> None:
    """U of n03 is 0.12 m by its certificate: the caption names the band, the cursor says it; n05 has none stated."""
    open_page(page, "/f/vale?ds=n03:vw1.level&from=-3h")
    expect(page.locator(".how").first).to_contain_text("pale band: uncertainty up to ± 0.12 m (k = 2)")
    save_picture(page, "chart-uncertainty")
    assert "± 0.12" in hover(page, 0.5)

    open_page(page, "/f/vale?ds=n05:vw1.level&from=-3h")
    expect(page.locator(".how").first).not_to_contain_text("uncertainty")
    assert "±" not in hover(page, 0.5)


def test_rejected_readings_are_shown_only_when_asked_for(page: Page) -> None:
    """Quality 4 is drawn after 'Show rejected' and gone again after 'Hide rejected'."""
    open_page(page, "/f/vale?ds=n05:vw1.level&from=-2d")
    caption = page.locator(".how").first
    expect(caption).not_to_contain_text("rejected")

    page.get_by_role("button", name="Show rejected").click()
    expect(caption).to_contain_text("× rejected")
    page.get_by_role("button", name="Hide rejected").click()
    expect(caption).not_to_contain_text("rejected")


FOLLOWED = """([module, first, newest, quality, shows]) => import(module).then(({ follow }) => {
  const iso = s => new Date(s * 1000).toISOString();
  const line = { stream: { id: 1 }, t: [0, 60], v: [1, 1], lo: [], hi: [], step: 60, band: false, marks: [] };
  const reading = { id: 1, time: iso(newest), result: 2, quality, tests: null };
  const isOld = follow([reading], { first_time: iso(first) }, [{ lines: [line] }], [], shows);
  return [isOld, line.t, line.marks.length];
})"""


@pytest.mark.parametrize(
    ("first", "newest", "quality", "shows", "found"),
    [
        (120, 120, 1, False, [False, [0, 60, 120], 0]),  # the next minute
        (300, 300, 1, False, [False, [0, 60, 180, 300], 0]),  # the line breaks: of four minutes there is nothing
        (120, 300, 1, False, [True, [0, 60], 0]),  # four minutes at once, of which the newest is told: asked anew
        (120, 120, 3, False, [False, [0, 60], 1]),
        (120, 120, 4, False, [False, [0, 60], 0]),  # rejected ones are hidden
        (120, 120, 4, True, [False, [0, 60], 1]),
    ],
)
def test_what_is_stored_meanwhile_is_what_the_chart_would_have_asked_for(
    page: Page, first: int, newest: int, quality: int, shows: bool, found: list[object]
) -> None:
    """A line of minutes that ends at 60 s: gaps only where nothing was stored, rejected readings only where shown."""
    open_page(page, "/f/vale")
    module = (page.locator("script[src$='charts.js']").get_attribute("src") or "").replace("charts.js", "follow.js")

    assert page.evaluate(FOLLOWED, [module, first, newest, quality, shows]) == found


def test_rejected_readings_stay_shown_behind_a_link(page: Page) -> None:
    """The address says whether they are shown: what needs a look is linked with them, a copied link keeps them."""
    open_page(page, "/f/vale?ds=n05:vw1.level&from=-2d&rejected=1")
    expect(page.locator(".how").first).to_contain_text("× rejected")

    page.get_by_role("button", name="Hide rejected").click()

    page.wait_for_url(lambda url: "rejected" not in url)
    expect(page.locator(".how").first).not_to_contain_text("rejected")


def test_a_time_of_rejected_readings_is_not_called_empty(page: Page, newest: datetime) -> None:
    """Where no reading passed it says so, and offers those that did not."""
    at = newest - timedelta(minutes=MINUTES - 1 - REJECTED[1])
    span = [(at + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ") for seconds in (-20, 20)]
    open_page(page, f"/f/vale?ds=n05:vw1.level&from={span[0]}&to={span[1]}")
    expect(page.locator(".empty")).to_contain_text("passed its filters.")

    page.locator(".empty").get_by_role("button", name="Show rejected").click()

    expect(page.locator(".how").first).to_contain_text("× rejected")


def test_a_downsampled_line_says_so_and_a_short_one_is_raw(page: Page) -> None:
    """A week of minutes is means in a band; an hour is every reading."""
    open_page(page, "/f/vale?ds=n02:vw1.level")
    expect(page.locator(".how").first).to_contain_text("15 min means in a band of minimum to maximum")

    open_page(page, "/f/vale?ds=n02:vw1.level&from=-1h")
    expect(page.locator(".how").first).to_have_text("")


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        ([338.5], ["338.5"]),
        ([329.25, 329.5], ["329.25", "329.50"]),
        ([0.1, 0.2, 0.30000000000000004], ["0.1", "0.2", "0.3"]),
        ([0, 20000], ["0", "20\u2009000"]),
    ],
)
def test_the_words_of_an_axis_are_where_they_stand(page: Page, ticks: list[float], words: list[str]) -> None:
    """All with the decimals of the one that needs most, also a single one (by hand)."""
    open_page(page, "/f/vale")
    module = page.locator("script[src$='charts.js']").get_attribute("src")

    assert page.evaluate("([m, ticks]) => import(m).then(chart => chart.tickWords(ticks))", [module, ticks]) == words


def test_charts_are_linked(page: Page) -> None:
    """The cursor of one panel reads out all of them at the same time; levels have one axis, the close-up its own."""
    open_page(page, "/f/vale")
    hover(page, 0.5)
    texts = page.locator("#panels .at").all_inner_texts()

    assert len(texts) >= 3 and len({text.partition(" · ")[0] for text in texts}) == 1
    assert all(re.search(r"\d", text) for text in texts)
    save_picture(page, "facility")


def test_a_drag_zooms_and_a_double_click_goes_back(page: Page) -> None:
    """The address follows the zoom with absolute times and comes back to the moving range."""
    open_page(page, "/f/vale?ds=n02:vw1.level")
    box = page.locator("#panels .u-over").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile(r"from=\d{4}-.*&to=\d{4}-"))

    page.locator("#panels .u-over").dblclick()
    page.wait_for_url(re.compile(r"from=-7d"))


STORED = """
SELECT count(*) FROM observation JOIN datastream ON id = datastream_id
WHERE name = 'vale:n02:vw1.level' AND phenomenon_time >= %s AND phenomenon_time < %s"""


def test_the_table_is_the_same_data(page: Page, pages_database: TestDatabase) -> None:
    """`t` shows the readings as a table, as many as are stored in the hour it asked for, with time zone and unit."""
    with page.expect_response("**/series?*") as answered:
        open_page(page, "/f/vale?ds=n02:vw1.level&from=-1h")
    asked = httpx.URL(answered.value.url).params
    with psycopg.connect(pages_database.conninfo(), autocommit=True) as owner:
        (stored,) = owner.execute(STORED, (asked["from"], asked["to"])).fetchone() or (0,)
    page.keyboard.press("t")
    table = page.locator(".readings table")

    expect(table.locator("th").first).to_have_text("Time, Europe/Lisbon")
    expect(table.locator("th").nth(1)).to_have_text("n02 vw1, m")
    assert table.locator("tbody tr").count() == stored > 0
    assert datetime.fromisoformat(asked["to"]) - datetime.fromisoformat(asked["from"]) == timedelta(hours=1)


def test_arrows_move_the_cursor_and_question_mark_helps(page: Page) -> None:
    """Everything the mouse does the keyboard does too."""
    open_page(page, "/f/vale?ds=n02:vw1.level")
    readout = page.locator("#panels .at").first
    page.keyboard.press("ArrowLeft")
    expect(readout).not_to_have_text("")
    first = readout.inner_text()
    page.keyboard.press("ArrowLeft")

    expect(readout).not_to_have_text(first)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def test_an_empty_time_says_where_the_last_reading_is(page: Page) -> None:
    """No readings is a sentence with a way to the last ones, never an empty frame."""
    open_page(page, "/f/vale?ds=n02:vw1.level&from=2020-01-01T00:00:00Z&to=2020-01-03T00:00:00Z")
    expect(page.locator(".empty")).to_contain_text(
        "No readings from 1 Jan 2020 00:00 to 3 Jan 2020 00:00. Last reading: "
    )

    page.get_by_role("button", name="Go there").click()
    expect(page.locator("#panels canvas")).to_be_visible()


def test_a_chart_is_drawn_in_another_font_where_its_own_cannot_be_had(page: Page) -> None:
    """A file that does not come costs the letters their shape, and nothing else."""
    page.route("**/*.woff2", lambda route: route.abort())

    open_page(page, "/f/vale?ds=n02:vw1.level&from=-24h")

    expect(page.locator("#panels figure canvas")).to_have_count(1)


def test_a_failing_server_is_said_and_the_picture_stays(page: Page) -> None:
    """A 504 is words with the time of the picture; the old picture stays."""
    open_page(page, "/f/vale?ds=n02:vw1.level")
    page.route("**/series?*", lambda route: route.fulfill(status=504, body=""))

    page.get_by_role("link", name="24 h").click()
    expect(page.locator("#failure")).to_contain_text("No answer from the server (error 504). The chart is of ")
    expect(page.locator("#panels canvas")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_button_redraws_the_charts(page: Page, theme: str) -> None:
    """The button switches away from the system's theme, and lines are drawn in the other theme's colours."""
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    open_page(page, "/f/vale?ds=n02:vw1.level")
    shot = "() => document.querySelector('#panels canvas').toDataURL()"
    before = page.evaluate(shot)

    page.locator("#theme").click()

    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.wait_for_function(f"before => ({shot})() !== before", arg=before)
