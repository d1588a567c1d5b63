"""What happened stands on every chart: words that are apart, a count where they are many, and a table of all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any, Final

import httpx
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect

import texts
from dashboard import chart_events
from dashboard.chart_events import EventMark
from dashboard.drawing import Scale
from tailings.instants import rfc3339
from tests import alarm_story
from tests.api.server import ApiServer
from tests.api.site import commit
from tests.dashboard.site import DAM
from tests.servers import Database, TestDatabase, fresh_database

from .conftest import API_ROLE, open_page
from .examples import NO_EVENTS, facility
from .test_axes import READ, RECORDED, over
from .test_keep import SVG, drawing
from .test_renewal import DIFFERENCES, ELSEWHERE

EN: Final = texts.load()
CHARTS: Final = (
    "/f/vale/safety?from=-7d",
    "/f/vale?from=-7d",
    "/f/vale/water?from=-7d&ds=n07:vw1.level,n01:rain.rain",
    "/charts?left=vale:n07:vw1.level&from=-7d",
)
NOTE: Final = """
INSERT INTO annotation (facility_id, from_time, to_time, reason, author) VALUES ('vale', %s, %s, %s, 'user:1')"""
FREE_D: Final = (6.6, 5.0, 4.25, 2.4)
"""So many days ago there is room for a word of each test beside the storms."""
COUNT: Final = re.compile(r"(\d+) events?$")
DRAWN: Final = """() => [...document.querySelectorAll("svg.draw text")].map(one => {
  const { x, y, width, height } = one.getBBox();
  return { text: one.textContent, left: x, top: y, wide: width, high: height };
})"""
"""The words of a drawing of the server, in its own pixels."""


@dataclass(frozen=True)
class Dam:
    """A site whose pond went over yellow and came back, and its pages."""

    database: TestDatabase
    server: ApiServer

    def note(self, words: str, ago: timedelta, length: timedelta = timedelta(hours=1)) -> None:
        """Say something of a span of time, and tell who waits."""
        start = datetime.now(UTC) - ago
        with psycopg.connect(self.database.conninfo()) as owner:
            owner.execute(NOTE, (start, start + length, words))
            row = owner.execute("SELECT id FROM datastream WHERE name = %s", (alarm_story.POND,)).fetchone()
            assert row is not None
            commit(owner, [row[0]])


@pytest.fixture(scope="module")
def dam(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dam]:
    """The site of this file."""
    with fresh_database(cluster, DAM) as database:
        alarm_story.tell(database.conninfo())
        alarm_story.recede(database.conninfo())
        server = ApiServer(tmp_path_factory.mktemp("events"), database.conninfo(API_ROLE)).start()
        yield Dam(database, server)
        server.stop()


@pytest.fixture
def desk(browser: Browser, dam: Dam) -> Iterator[BrowserContext]:
    """A browser of this site."""
    context = browser.new_context(base_url=dam.server.url, locale="en-GB", viewport={"width": 1366, "height": 844})
    yield context
    context.close()


def drawn(page: Page) -> list[list[dict[str, Any]]]:
    """The words of each chart of a page, a canvas or a drawing of the server."""
    found: list[list[dict[str, Any]]] = page.evaluate(READ) or [page.evaluate(DRAWN)]
    return found


def open_chart(context: BrowserContext, address: str, width: int = 1366) -> Page:
    """A page with charts, whose words are kept as they are drawn."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script(RECORDED)
    open_page(page, address)
    return page


def rows(page: Page) -> list[str]:
    """What the table of events says, the first first."""
    return page.locator("#chart-events tbody tr td:last-child").all_text_contents()[::-1]


@pytest.mark.parametrize("address", CHARTS)
def test_every_chart_has_alarm_storm_and_note(dam: Dam, desk: BrowserContext, address: str) -> None:
    """The table has alarms with both ends, storms and notes; each chart has a word of one of them, and none hidden."""
    page = open_chart(desk, address)
    table = " | ".join(rows(page))

    assert "Yellow: overtopping" in table and "Cleared from Yellow: overtopping" in table
    assert table.count("Rain ") == 3 and "n06 silent" in table
    assert all(any(one["text"].startswith("Rain ") for one in words) for words in drawn(page))


@pytest.mark.parametrize("address", CHARTS)
def test_a_new_event_comes_to_an_open_page(dam: Dam, desk: BrowserContext, address: str) -> None:
    """Without a reload, on charts and in the table; then the page is as a fresh load has it."""
    page = open_chart(desk, address)
    page.evaluate("window.isSame = true")
    place = CHARTS.index(address)
    words = f"gate moved {place}"
    dam.note(words, timedelta(days=FREE_D[place]))

    expect(page.locator("#chart-events tbody")).to_contain_text(words, timeout=15_000)
    page.wait_for_function(
        """words => [...(window.drawn?.values() ?? [])].flat().some(one => one.text === words)
          || [...document.querySelectorAll("svg.draw text")].some(one => one.textContent === words)""",
        arg=words,
    )
    assert page.evaluate("window.isSame")
    assert page.evaluate(DIFFERENCES, ELSEWHERE) == []


def test_another_time_has_other_events(dam: Dam, desk: BrowserContext) -> None:
    """A day has no storm of three days ago; the table follows the range that is chosen."""
    page = open_chart(desk, "/f/vale?from=-7d")
    page.locator("[data-range='24h']").click()

    expect(page.locator("#chart-events tbody")).not_to_contain_text("Rain 20.9 mm", timeout=15_000)
    expect(page.locator("#chart-events tbody")).to_contain_text("Cleared from Yellow")


@pytest.mark.parametrize("way", [{"forced_colors": "active"}, {"media": "print"}])
def test_events_are_there_in_forced_colours_and_on_paper(desk: BrowserContext, way: dict[str, Any]) -> None:
    """The lines of a drawing have a colour that is not the ground's, and the words are drawn."""
    page = open_chart(desk, CHARTS[-1])
    page.emulate_media(**way)
    line, ground = page.evaluate(
        """() => [getComputedStyle(document.querySelector("svg.draw .event")).stroke,
                  getComputedStyle(document.querySelector("section")).backgroundColor]"""
    )

    assert line not in ("none", ground)
    assert page.locator("svg.draw text", has_text="Rain").first.is_visible()


@pytest.mark.parametrize("width", [1366, 390])
def test_the_picture_to_keep_has_what_lies_under_the_chart(desk: BrowserContext, width: int) -> None:
    """Each word that the canvas has, where it has it, and a dotted line for each event in view; also on a phone."""
    page = open_chart(desk, "/f/vale/safety?from=-7d", width)
    chart = page.evaluate(READ)[0]
    root = drawing(page)
    texts = {(text.text, float(text.get("x", 0))) for text in root.iter(f"{SVG}text") if text.text}
    above = [one for one in chart if COUNT.search(one["text"]) or one["text"].startswith(("Rain ", "Yellow "))]
    lines = [one for one in root.iter(f"{SVG}path") if one.get("stroke-dasharray") == "1 3"]

    assert above and {(one["text"], round(one["left"], 1)) for one in above} <= texts
    assert 3 < len(lines) <= len(rows(page))


@pytest.fixture(scope="module")
def crowd(dam: Dam) -> int:
    """Forty notes of two days; gives how many events begin in the week."""
    for hour in range(40):
        dam.note(f"reading by hand number {hour}", timedelta(hours=30 + hour))
    now = datetime.now(UTC)
    asked = {"from": rfc3339(now - timedelta(days=7)), "to": rfc3339(now)}
    found = httpx.get(f"{dam.server.url}/api/v1/facilities/vale/events", params=asked, timeout=60).json()["events"]
    return sum(datetime.fromisoformat(one["time"]) > now - timedelta(days=7) for one in found)


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("address", CHARTS)
def test_a_dense_window_is_counted_and_no_word_lies_over_another(
    crowd: int, desk: BrowserContext, address: str, width: int
) -> None:
    """On each chart words and counts come to the number of events in view (by the api), and all are apart."""
    page = open_chart(desk, address, width)
    words = [one.strip() for one in rows(page)]
    charts = drawn(page)

    assert crowd > 44
    for chart in charts:
        told = [one["text"] for one in chart]
        counts = sum(int(found[1]) for found in map(COUNT.match, told) if found)
        single = sum(any(row.startswith(one.rstrip("…")) for row in words) for one in told if one)
        assert counts + single == crowd
    assert [
        [one["text"], other["text"]] for chart in charts for one, other in combinations(chart, 2) if over(one, other)
    ] == []


def instant(at_s: float, words: str) -> EventMark:
    """An event of an instant."""
    return EventMark(datetime.fromtimestamp(at_s, UTC), None, "", words)


@given(st.lists(st.tuples(st.floats(0, 1000), st.text("abcdefgh", min_size=1, max_size=40)), max_size=60))
def test_words_of_a_drawing_never_meet(found: list[tuple[float, str]]) -> None:
    """Wherever events lie, their words are apart and inside, and no event is lost from the count."""
    marks = [instant(*one) for one in found]
    put = chart_events.labels(marks, Scale(0, 1000, 74, 850), (74, 850), lambda n: f"{n} events")
    told = [int(counted[1]) if (counted := COUNT.match(words)) else 1 for _, words in put]

    assert sum(told) == len(found)
    assert all(x + len(words) * chart_events.LETTER < other for (x, words), (other, _) in pairwise(put))
    assert all(x >= 74 and x + len(words) * chart_events.LETTER <= 850 + 1e-6 for x, words in put)


def test_an_empty_window_has_no_marks() -> None:
    """Nothing is invented."""
    assert chart_events.worded(NO_EVENTS, facility([], []), EN) == []
