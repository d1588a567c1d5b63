"""Everything on a page is as old as its verdict: what is committed shows on every open page as after a fresh load."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from psycopg.types.json import Jsonb

from ingest import versions
from ingest.commands.rows import CHANNEL
from tailings import tarp
from tailings.facility import parse
from tests import alarm_story
from tests.alarm_story import Told
from tests.api import people
from tests.api.server import ApiServer
from tests.api.site import commit
from tests.commanded import command_runner_of
from tests.dashboard.site import DAM
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.water.tables import exceeded

from . import site
from .conftest import API_ROLE, log_in, open_page, save_picture
from .test_alarms import PAGES as ALARM_PAGES

PAGES: Final = (
    "/",
    "/nodes",
    "/value",
    "/region",
    "/compare",
    *ALARM_PAGES,
    "/f/vale",
    "/f/vale/safety",
    "/f/vale/water",
    "/f/vale/value",
    "/f/vale/data",
    "/f/vale/instruments",
    "/f/vale/instruments/n04:vw1",
    "/f/vale/nodes",
    "/f/vale/ledger",
    "/f/vale/public",
)
ELSEWHERE: Final = (
    "#panels,#copy,#failure,#rejected,#table,#preview,#preview-words,[data-cover],#bring-faults,#map,noscript,dialog"
)
"""What scripts fill after a load, which this comparison leaves out; charts have tests of their own (`test_live`)."""
DIFFERENCES: Final = """async elsewhere => {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = element => element.textContent
    .replace(/\\d+ (s|min|h|d)(?=ago|\\b)/g, "AGE").replace(/\\d\\d:\\d\\d(:\\d\\d)?/g, "CLOCK")
    .replace(/\\d+(?= readings? missing)/g, "AGE").replace(/\\s+/g, " ").trim();
  const parts = root => {
    const whole = root.documentElement.cloneNode(true);
    for (const own of whole.querySelectorAll(elsewhere)) own.remove();
    for (const age of whole.querySelectorAll("[data-age],#gap-list td.r")) age.textContent = "AGE";
    const found = [...whole.querySelectorAll("head > title,.top nav,.head,#verdict,#facts,main section.sec,footer")];
    return new Map(found.map(one => [
      one.getAttribute("aria-labelledby") || one.id || one.tagName,
      `${words(one)} ${[...one.querySelectorAll("[class]")].map(e => e.className.baseVal ?? e.className)}`,
    ]));
  };
  const [shown, now] = [parts(document), parts(fresh)];
  const names = new Set([...shown.keys(), ...now.keys()]);
  return [...names].filter(name => shown.get(name) !== now.get(name))
    .map(name => {
      const [was, is] = [shown.get(name) ?? "", now.get(name) ?? ""];
      const at = [...was].findIndex((letter, i) => letter !== is[i]);
      return [name, was.slice(Math.max(0, at - 40), at + 60), is.slice(Math.max(0, at - 40), at + 60)];
    });
}"""
"""Sections (by title) that are not as a fresh load has them: words and shapes, without what the clock alone moves.

That are ages, clocks, and how many readings an open gap misses: one more each interval."""
HIDES: Final = "name => (document.querySelector(`[aria-labelledby=${name}]`).dataset.own = '')"
WATCHES: Final = """() => {
  const main = document.querySelector("main");
  window.texts = [[0, main.textContent]];
  new MutationObserver(() => window.texts.push([Date.now(), main.textContent]))
    .observe(document, { subtree: true, childList: true, characterData: true });
}"""
SHOWN: Final = """async word => {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const found = window.texts.find(([, text]) => text.includes(word));
    if (found) return found[0];
    await new Promise(done => setTimeout(done, 20));
  }
  throw new Error(`never shown: ${word}`);
}"""
"""When a word stood on a page, by the clock that all of this machine read: 0 when it was there before."""
WITHIN_S: Final = 2.0
TRIES: Final = 4
LEAST_S: Final = 1.5
"""A page waits so long from one renewal to the next (live.js), also where its machine needs long to load it."""
LEFT_ALONE: Final = 5
"""So many times as long as its answer took a page leaves the server alone (live.js): no try begins before."""
TOLD_TO_WAIT_S: Final = 3
HIDDEN: Final = """(() => {
  let isHidden = false;
  Object.defineProperty(document, "hidden", { get: () => isHidden });
  window.hide = hidden => {
    isHidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  window.commits = 0;
  const Source = EventSource;
  window.EventSource = class extends Source {
    constructor(...given) {
      super(...given);
      this.addEventListener("commit", () => setTimeout(() => window.commits++));
    }
  };
})()"""
"""A tab that the test hides and shows: without a screen, all tabs of a browser count as seen."""
ALL_WITHIN_S: Final = 45.0
"""All pages at once, on a machine that does other things too: they come level before the minute is over in which each
page renews itself anyway."""


@dataclass(frozen=True)
class Dam:
    """A site with an alarm, ingest's command runner at work, and the api with its pages."""

    database: TestDatabase
    told: Told
    server: ApiServer

    def conninfo(self) -> str:
        return self.database.conninfo()

    def give(self, kind: str, author: int, **body: Any) -> datetime:
        """Give a command and wait until it is done; return when that was."""
        with psycopg.connect(self.conninfo(), autocommit=True) as owner:
            asked = "INSERT INTO command (kind, facility_id, body, author) VALUES (%s, 'vale', %s, %s) RETURNING id"
            (number,) = owner.execute(asked, (kind, Jsonb(body), f"user:{author}")).fetchone() or (0,)
            owner.execute(f"NOTIFY {CHANNEL}")
            fate = "SELECT state, changed_at, outcome FROM command WHERE id = %s AND state NOT IN ('issued', 'running')"
            until(lambda: owner.execute(fate, (number,)).fetchone() is not None)
            state, changed_at, outcome = owner.execute(fate, (number,)).fetchone() or ("", None, None)
        assert (state, isinstance(changed_at, datetime)) == ("done", True), outcome
        return changed_at


@pytest.fixture(scope="module")
def dam(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dam]:
    """A site of this file's own: what is committed here stays."""
    with fresh_database(cluster, DAM) as database:
        told = alarm_story.tell(database.conninfo())
        server = ApiServer(tmp_path_factory.mktemp("renewal"), database.conninfo(API_ROLE)).start()
        with command_runner_of(database):
            yield Dam(database, told, server)
        server.stop()


@pytest.fixture(scope="module")
def desk(browser: Browser, dam: Dam) -> Iterator[BrowserContext]:
    """A browser in which an administrator is logged in."""
    context = browser.new_context(base_url=dam.server.url, locale="en-GB", viewport={"width": 1366, "height": 900})
    log_in(context.new_page(), "chief")
    yield context
    context.close()


@pytest.fixture
def safety(desk: BrowserContext) -> Iterator[Page]:
    """The safety page, live."""
    page = open_page(desk.new_page(), "/f/vale/safety")
    expect(page.locator("#live")).to_contain_text("Live")
    yield page
    page.close()


def rises(dam: Dam, pond_m: float) -> str:
    """Store a reading of the pond; return its freeboard as the safety page writes it (crest 342 m, vale.toml)."""
    site.add(dam.conninfo(), alarm_story.POND, pond_m)
    return f"{342.0 - pond_m:.2f}"


def reading(dam: Dam) -> None:
    """The pond rises by a reading, and its plan is followed."""
    site.add(dam.conninfo(), alarm_story.POND, 339.91)
    alarm_story.follow(dam.conninfo())


def people_act(dam: Dam) -> None:
    """A note, an acknowledgement, an action that is done, and a shelf."""
    shift, engineer, alarm = dam.told.operator, dam.told.engineer, dam.told.alarm
    dam.give("note-alarm", shift, alarm=alarm, note="the gauge was read by hand")
    dam.give("acknowledge-alarm", shift, alarm=alarm)
    with psycopg.connect(dam.conninfo()) as owner:
        (action,) = owner.execute("SELECT id FROM alarm_action WHERE event_id = %s", (alarm,)).fetchone() or (0,)
        silent = "SELECT id FROM alarm_event WHERE rule = 'silent-node' AND subject = 'n06'"
        (fault,) = owner.execute(silent).fetchone() or (0,)
    dam.give("close-action", shift, action=action, evidence="walked the crest")
    ends = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
    dam.give("shelve-alarm", engineer, alarm=fault, until=ends, reason="new battery is on its way")


def bring_water(dam: Dam, name: str, first: str) -> datetime:
    """A laboratory's file with another result, `first` as its text with the comma; return when it was stored."""
    sheet = exceeded(datetime.now(UTC) - timedelta(days=3)).replace("6.3,", first)
    return dam.give("import-water", dam.told.engineer, name=name, content=b64encode(sheet.encode()).decode())


def hours_ago(first: int, last: int) -> dict[str, str]:
    """A span as commands take it."""
    now = datetime.now(UTC)
    return {
        "from": (now - timedelta(hours=first)).isoformat(),
        "to": (now - timedelta(hours=last)).isoformat(),
    }


def calibrate(dam: Dam, b_kpa_per_digit: float, day: int = 15) -> datetime:
    """Another sheet for a piezometer, of a day of January, applied to an hour; return when it was."""
    with psycopg.connect(dam.conninfo()) as owner:
        stored = versions.newest(owner, "vale")
    assert stored is not None
    given: dict[str, object] = {
        "valid_from": f"2026-01-{day}T00:00:00Z",
        "convention": "geokon",
        "kind": "polynomial",
        "a_kpa_per_digit2": -1.2e-7,
        "b_kpa_per_digit": b_kpa_per_digit,
        "zero_reading_digits": 9084.0,
        "thermal_factor_kpa_per_degc": 0.05,
        "zero_temperature_degc": 12.0,
        "zero_barometer_kpa": 96.1,
    }
    body = {"instrument": "n04:vw1", "calibration": given, "base": stored.hash, "reason": "sheet of 2026"}
    return dam.give("calibrate", dam.told.engineer, apply=True, **body, **hours_ago(2, 1))


def files_come(dam: Dam) -> None:
    """Laboratory's samples, a note on a span, another calibration, and a plan that is withdrawn."""
    engineer = dam.told.engineer
    bring_water(dam, "late.csv", "6.1,")
    dam.give("annotate", engineer, reason="divers at the intake", **hours_ago(2, 1))
    calibrate(dam, -0.1771)
    dam.give("withdraw-plan", engineer, plan="overtopping", role=alarm_story.ROLE, note="the gauge is being moved")


CHANGES: Final[dict[Callable[[Dam], None], dict[str, str]]] = {
    reading: {"/f/vale": "339.91", "/f/vale/safety": "339.91", "/alarms": "339.91", "/f/vale/water": "339.91"},
    people_act: {
        "/alarms/{alarm}": "the gauge was read by hand",
        "/alarms": "shift",
        "/alarms/shelved": "new battery is on its way",
    },
    files_come: {
        "/f/vale/water": "late.csv",
        "/f/vale/instruments/n04:vw1": "0.1771",
        "/f/vale/plans/overtopping": "Approve this plan",
    },
}
"""Each kind of change, and a word of it that open pages did not have."""


def differing(page: Page) -> list[list[str]]:
    """Sections of an open page that are not as a fresh load has them: title, as shown, as they are."""
    found: list[list[str]] = page.evaluate(DIFFERENCES, ELSEWHERE)
    return found


@pytest.fixture(scope="module")
def all_pages(browser: Browser, dam: Dam, desk: BrowserContext) -> Iterator[dict[str, Page]]:
    """Every page, open and live; each in a context of its own, since a browser holds six lines to a host."""
    state = desk.storage_state()
    opened = {}
    for address in PAGES:
        context = browser.new_context(base_url=dam.server.url, locale="en-GB", storage_state=state)
        opened[address] = open_page(context.new_page(), address.format(alarm=dam.told.alarm))
    for page in opened.values():
        expect(page.locator("#live")).to_contain_text("Live")
    yield opened
    for page in opened.values():
        page.context.close()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_shows_on_every_open_page(dam: Dam, all_pages: dict[str, Page], change: Callable[[Dam], None]) -> None:
    """Section by section the open page is what a fresh load would be, without anybody loading it."""
    words = CHANGES[change]
    before = [address for address, word in words.items() if word in all_pages[address].locator("main").inner_text()]

    change(dam)

    behind: dict[str, list[list[str]]] = {address: [] for address in all_pages}

    def is_level() -> bool:
        for address in list(behind):
            behind[address] = differing(all_pages[address])
            if not behind[address]:
                del behind[address]
        return not behind

    try:
        until(is_level, ALL_WITHIN_S, 0.3)
    except AssertionError:
        assert behind == {}
    missing = {a: w for a, w in words.items() if w not in (all_pages[a].locator("main").text_content() or "")}
    assert (before, missing) == ([], {})


def test_a_section_that_stands_still_is_found(dam: Dam, safety: Page) -> None:
    """The comparison is worth something: with one section kept from renewal, that one differs and no other."""
    safety.evaluate(HIDES, "section-title")

    freeboard = rises(dam, 339.87)

    expect(safety.locator("#facts")).to_contain_text(freeboard)
    # What the assessment makes of the reading is a commit of its own, and is renewed by itself.
    until(lambda: [name for name, *_ in differing(safety)] == ["section-title"], ALL_WITHIN_S, 0.3)


def a_reading(dam: Dam, step: int) -> tuple[str, datetime]:
    """The pond stands a little lower."""
    begun, level_m = datetime.now(UTC), 339.71 + step / 100
    rises(dam, level_m)
    return f"{level_m:.2f}", begun


def an_action(dam: Dam, step: int) -> tuple[str, datetime]:
    """The shift writes to an alarm what it did."""
    note = f"look no. {step} at the spillway"
    return note, dam.give("note-alarm", dam.told.operator, alarm=dam.told.alarm, note=note)


def a_plan(dam: Dam, step: int) -> tuple[str, datetime]:
    """The Engineer of Record approves a plan, withdraws it, and approves it again."""
    given = {"plan": "piping", "role": alarm_story.ROLE, "note": f"review no. {step} of the berm"}
    if step % 2:
        return "Approve this plan", dam.give("withdraw-plan", dam.told.engineer, **given)
    plan = parse(site.VALE.read_text() + alarm_story.PIPING).tarp["piping"]
    done_at = dam.give("approve-plan", dam.told.engineer, digest=tarp.digest(plan), **given)
    return "Withdraw it: nobody is called", done_at


def a_calibration(dam: Dam, step: int) -> tuple[str, datetime]:
    """A piezometer gets a sheet with another factor."""
    factor = f"-0.178{step}5"
    return factor.removeprefix("-"), calibrate(dam, float(factor), 16 + step)


def a_sample(dam: Dam, step: int) -> tuple[str, datetime]:
    """The laboratory sends another file."""
    name = f"again-{step}.csv"
    return name, bring_water(dam, name, f"5.{step},")


KINDS: Final[dict[Callable[[Dam, int], tuple[str, datetime]], tuple[str, ...]]] = {
    a_reading: ("/f/vale", "/f/vale/safety", "/f/vale/water", "/alarms"),
    an_action: ("/alarms/{alarm}",),
    a_plan: ("/f/vale/plans/piping",),
    a_calibration: ("/f/vale/instruments/n04:vw1",),
    a_sample: ("/f/vale/water",),
}
"""What is committed, as word that a page had not and time of the commit, and the pages that show the word."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_change_shows_within_two_seconds(
    dam: Dam, desk: BrowserContext, kind: Callable[[Dam, int], tuple[str, datetime]]
) -> None:
    """From the commit to the word on the last of its pages; on a busy machine best of TRIES, no later than by loading.

    A machine that needs a second to load these pages at all is measured by that: loads of them, in the same minute.
    """
    pages = [open_page(desk.new_page(), address.format(alarm=dam.told.alarm)) for address in KINDS[kind]]
    for page in pages:
        expect(page.locator("#live")).to_contain_text("Live")
    took_s: list[float] = []
    allowed_s, loaded_s = WITHIN_S, 0.0
    while len(took_s) < TRIES and min(took_s, default=allowed_s) >= allowed_s:
        time.sleep(LEFT_ALONE * loaded_s)
        for page in pages:
            page.evaluate(WATCHES)
        word, committed = kind(dam, len(took_s))
        shown_ms = [page.evaluate(SHOWN, word) for page in pages]
        assert min(shown_ms) > 0, f"{word} stood there before"
        took_s.append(max(shown_ms) / 1000 - committed.timestamp())
        begun = time.monotonic()
        for page in pages if took_s[-1] >= allowed_s else ():
            with desk.new_page() as beside:
                open_page(beside, page.url)
        loaded_s = time.monotonic() - begun
        allowed_s = max(allowed_s, LEAST_S + 2 * loaded_s)
    for page in pages:
        page.close()

    assert min(took_s) < allowed_s, took_s


def test_many_commits_are_few_looks_and_none_at_the_same_time(dam: Dam, safety: Page) -> None:
    """Eight commits in a row: each look ends before the next begins, and together they are far fewer."""
    looks: list[str] = []
    at_once = [0, 0]

    def began(route: Route) -> None:
        looks.append(route.request.url)
        at_once[0] += 1
        at_once[1] = max(at_once)
        answer = route.fetch()
        at_once[0] -= 1
        route.fulfill(response=answer)

    safety.route("**/f/vale/safety", began)
    for step in range(8):
        freeboard = rises(dam, 339.5 + step / 100)

    expect(safety.locator("#facts")).to_contain_text(freeboard)
    assert at_once[1] == 1 and 1 <= len(looks) < 6


def test_what_a_person_does_stays(dam: Dam, desk: BrowserContext) -> None:
    """Typed words, focus, an open table, the place on the page, marked text and the charts outlive a renewal."""
    page = open_page(desk.new_page(), "/f/vale/safety")
    expect(page.locator("#live")).to_contain_text("Live")
    page.locator("#dates-link").click()
    page.locator("#dates input[name=from]").fill("2026-01-02T03:04")
    page.locator("details.numbers summary").first.click()
    page.locator("#log-title").scroll_into_view_if_needed()
    page.evaluate("""() => {
      getSelection().selectAllChildren(document.querySelector("#margin-title"));
      document.querySelector("#panels canvas").dataset.same = "1";
      window.before = { y: scrollY, focus: document.activeElement };
    }""")

    freeboard = rises(dam, 339.66)

    expect(page.locator("#facts")).to_contain_text(freeboard)
    kept = page.evaluate("""() => ({
      typed: document.querySelector("#dates input[name=from]").value,
      isShown: !document.querySelector("#dates").hidden,
      isOpen: document.querySelector("details.numbers").open,
      hasFocus: document.activeElement === window.before.focus,
      moved: scrollY - window.before.y,
      marked: getSelection().toString().length > 3,
      isSame: document.querySelector("#panels canvas").dataset.same,
    })""")
    page.close()
    assert kept == {
        "typed": "2026-01-02T03:04",
        "isShown": True,
        "isOpen": True,
        "hasFocus": True,
        "moved": 0,
        "marked": True,
        "isSame": "1",
    }


def test_a_page_that_cannot_renew_says_since_when(dam: Dam, desk: BrowserContext, safety: Page) -> None:
    """The server answers 503: the strip says so with the time of the figures; when it answers again, it goes."""
    strip = safety.locator("#strip")
    is_away = [True]
    safety.route(
        "**/f/vale/safety",
        lambda route: route.fulfill(status=503, headers={"retry-after": "1"}) if is_away[0] else route.continue_(),
    )
    freeboard = rises(dam, 339.61)
    expect(strip).to_contain_text(re.compile(r"did not answer \(503\).*Figures are of \d\d:\d\d\."))
    save_picture(safety, "not-renewed")

    is_away[0] = False

    expect(strip).to_be_hidden()
    expect(safety.locator("#facts")).to_contain_text(freeboard)


def test_a_page_that_asks_too_often_waits_as_long_as_it_is_told(dam: Dam, desk: BrowserContext, safety: Page) -> None:
    """The server answers 429 with a time: nothing is asked before it is over, and the strip says why."""
    asked: list[float] = []
    is_enough = [True]

    def answer(route: Route) -> None:
        asked.append(time.monotonic())
        if is_enough[0]:
            route.fulfill(status=429, headers={"retry-after": str(TOLD_TO_WAIT_S)})
        else:
            route.continue_()

    safety.route("**/f/vale/safety", answer)
    rises(dam, 339.62)
    expect(safety.locator("#strip")).to_contain_text(re.compile(r"\(429\).*Figures are of \d\d:\d\d\."))
    is_enough[0] = False
    freeboard = rises(dam, 339.63)

    expect(safety.locator("#facts")).to_contain_text(freeboard)
    expect(safety.locator("#strip")).to_be_hidden()
    assert asked[1] - asked[0] >= TOLD_TO_WAIT_S


def test_a_tab_that_nobody_sees_asks_less_and_is_level_when_it_is_seen(dam: Dam, desk: BrowserContext) -> None:
    """Readings wait while the tab is hidden; shown again, it has them at once."""
    page = desk.new_page()
    page.add_init_script(HIDDEN)
    open_page(page, "/f/vale/safety")
    expect(page.locator("#live")).to_contain_text("Live")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/f/vale/safety") else None)
    page.evaluate("window.hide(true)")

    freeboard = rises(dam, 339.64)
    until(lambda: page.evaluate("window.commits") > 0)
    before = list(asked)
    page.evaluate("window.hide(false)")

    expect(page.locator("#facts")).to_contain_text(freeboard)
    page.close()
    assert before == []


def test_who_is_logged_out_is_told(browser: Browser, dam: Dam) -> None:
    """A session that ended elsewhere, on a page that only its people see."""
    people.make_private(dam.conninfo(), "rosa")
    people.add_user(dam.conninfo(), "guest", rosa="read")
    context = browser.new_context(base_url=dam.server.url, locale="en-GB")
    page = context.new_page()
    log_in(page, "guest")
    open_page(page, "/f/rosa")
    expect(page.locator("#live")).to_contain_text("Live")
    context.clear_cookies()
    with psycopg.connect(dam.conninfo()) as owner:
        commit(owner, [], ("rosa",))

    expect(page.locator("#strip")).to_contain_text("You are logged out")
    context.close()
