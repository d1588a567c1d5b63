"""On call, in a browser over a real site: the rota, links without a login, escalation, tests, the night, hand-over.

Ingest's command runner and notifier are at work, and mail goes to a real mail server.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.commands import CommandRunner, Task, kinds
from ingest.database import connect
from ingest.notifications import Notifier, by_apprise, links
from ingest.notifications.links import Pages
from tests import alarm_story
from tests.alarm_story import Told
from tests.api import people
from tests.api.server import ApiServer
from tests.dashboard.site import DAM
from tests.ingest.notifications.desk import Sink
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database

from .conftest import API_ROLE, FLAGS, launched, log_in, open_page, save_picture
from .looking import findings, look_at_sizes, too_wide
from .test_alarms import DESK, desk_of

PEOPLE = ("Ana", "Rui")
KEY = b"k" * 40


@dataclass
class Centre:
    """A site with an alarm, its pages, and who is on call."""

    database: TestDatabase
    told: Told
    server: ApiServer
    sink: Sink

    def ask(self, kind: str, author: str = "user:1", **body: Any) -> dict[str, Any]:
        """Carry out a command as the command runner does."""
        with connect(self.database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
            return kinds()[kind].do(connection, Task(1, kind, "vale", author, body, attempts=1), lambda share: None)

    def link(self, name: str, path: str = "/have-it/alarm") -> str:
        """The path of the link "I have it" in the newest mail to somebody that has one."""
        find = re.compile(rf"{re.escape(self.server.url)}({path}\S+)")

        def found() -> list[str]:
            return [link[1] for to, body in self.sink.letters if name in to if (link := find.search(body))]

        until(lambda: bool(found()))
        return found()[-1]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""
        with psycopg.connect(self.database.conninfo()) as owner:
            return owner.execute(statement.encode()).fetchall()


TELLS_OF_SOUND: Final = """(() => {
  const Real = AudioContext;
  window.AudioContext = class extends Real {
    resume() {
      const tried = super.resume();
      console.log("sound was tried");
      return tried;
    }
  };
})()"""
"""A page that says when it has asked the browser for sound."""


@pytest.fixture(scope="module")
def centre(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Ana and Rui are told at once, the manager after a quarter of an hour."""
    sink = Sink()
    sink.start()
    with fresh_database(cluster, DAM) as database:
        told = alarm_story.tell(database.conninfo())
        folder = tmp_path_factory.mktemp("on-call")
        key_file = folder / "links.key"
        key_file.write_text(KEY.decode())
        key_file.chmod(0o600)
        server = ApiServer(folder, database.conninfo(API_ROLE), link_key_file=f'"{key_file}"').start()
        made = Centre(database, told, server, sink)
        for name, after_min in (*((name, 0) for name in PEOPLE), ("manager", 15)):
            query = f"from=tw@example.org&to={name}@example.org&mode=insecure"
            address = f"mailto://127.0.0.1:{sink.port}?{query}"
            made.ask("set-recipient", name=name, address=address, after_min=after_min)
        runner = CommandRunner(database.conninfo("tailwatch_ingest"), kinds())
        notifier = Notifier(
            database.conninfo("tailwatch_ingest"), by_apprise(["127.0.0.1"]), pages=Pages(server.url, KEY)
        )
        runner.start()
        notifier.start()
        until(lambda: len(sink.letters) == len(PEOPLE))  # while there is no rota yet
        yield made
        notifier.close()
        runner.close()
        server.stop()
    sink.stop()


@pytest.fixture(scope="module")
def desk(browser: Browser, centre: Centre) -> Iterator[Page]:
    """The screen of an administrator."""
    with desk_of(browser, centre.server.url) as page:
        yield page


def test_a_rota_is_made_on_the_page_and_says_who_is_on_duty(desk: Page, centre: Centre) -> None:
    """A shift by its form, then an absence without a stand-in: on duty now, until, then, and the gap with its hours."""
    today = datetime.now(ZoneInfo("Europe/Lisbon")).date()
    open_page(desk, "/alarms/recipients")
    form = desk.locator("form[data-kind=set-shift]")
    form.locator("[name=name]").fill("Duty")
    form.locator("[name=first_day]").fill(str(today - timedelta(days=1)))
    for place, name in enumerate(PEOPLE):
        form.locator("[name='members.+']").nth(place).select_option(name)
    form.get_by_role("button", name="Save the shift").click()
    rota = desk.locator("#rota-vale")
    expect(rota).to_contain_text("Ana is on duty until")
    expect(rota).to_contain_text("Then Rui, from")
    expect(rota).to_contain_text("No gap in the next four weeks.")

    away = desk.locator("form[data-kind=set-absence]")
    away.locator("[name=from]").fill(f"{today + timedelta(days=2)}T02:00")
    away.locator("[name=until]").fill(f"{today + timedelta(days=2)}T06:00")
    away.get_by_role("button", name="Save the absence").click()
    expect(rota.locator(".gaps")).to_contain_text("02:00 to 06:00")
    assert look_at_sizes(desk, "/alarms/recipients", "recipients-rota") == ({}, {})


def test_who_is_on_duty_stands_in_the_bar(desk: Page, browser: Browser, centre: Centre) -> None:
    """Of the facility of the page, and where there is only one rota; on a phone above the name of the page.

    Not on a facility without a rota, and not for who has no right to act.
    """
    said = {}
    desk.set_viewport_size({"width": 1366, "height": 900})
    desk.emulate_media(color_scheme="light")
    for address in ("/f/vale/water", "/nodes", "/f/rosa/water"):
        open_page(desk, address)
        save_picture(desk, f"duty-{len(said)}")
        said[address] = desk.locator("#duty").inner_text()
    desk.set_viewport_size({"width": 390, "height": 844})
    open_page(desk, "/f/vale/water")
    expect(desk.locator(".head .duty")).to_be_visible()
    save_picture(desk, "duty-phone")
    said["phone"] = desk.locator(".head .duty").inner_text()
    desk.set_viewport_size({"width": 1366, "height": 900})
    people.add_user(centre.database.conninfo(), "guest", vale="read")
    with httpx.Client(base_url=centre.server.url, timeout=60) as reader:
        public = reader.get("/f/vale/water").text
        people.log_in(reader, "guest")
        own = reader.get("/f/vale/water").text

    assert re.fullmatch(r"Ana is on duty until \w{3} \d+ \w{3} \d\d:\d\d", said["/f/vale/water"])
    assert said["phone"] == said["/nodes"] == said["/f/vale/water"] and said["/f/rosa/water"] == ""
    assert "is on duty" not in public + own


def test_the_escalation_is_a_timeline_on_the_page(desk: Page, centre: Centre) -> None:
    """Both phones called and delivered, and the manager next, at the minute that the database reckons."""
    ((next_at,),) = centre.rows(
        "SELECT to_char((max(h.noted_at) + interval '15 min') AT TIME ZONE 'Europe/Lisbon', 'HH24:MI')"
        f" FROM alarm_history h WHERE event_id = {centre.told.alarm}"
    )
    open_page(desk, f"/alarms/{centre.told.alarm}")
    steps = desk.locator("#escalation li")

    expect(steps.nth(0)).to_contain_text("Ana called by mail: raised")
    expect(steps.nth(1)).to_contain_text("Rui called by mail: raised")
    expect(steps.nth(0)).to_contain_text("delivered")
    expect(steps.nth(2)).to_contain_text("manager is called by mail, if nobody acknowledges")
    expect(steps.nth(2)).to_contain_text(next_at)
    assert look_at_sizes(desk, f"/alarms/{centre.told.alarm}", "escalation", ("desktop", "narrow")) == ({}, {})


AUDITED = """
SELECT action, detail::jsonb ->> 'state' FROM audit WHERE actor = 'recipient:' || (
    SELECT id FROM recipient WHERE name = 'Ana') ORDER BY number"""


def signed(centre: Centre, name: str, expires_at: datetime) -> str:
    """A genuine link to the pond's alarm that ends then, as ingest makes one."""
    ((recipient,),) = centre.rows(f"SELECT id FROM recipient WHERE name = '{name}' AND ended_at IS NULL")
    with connect(centre.database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        url = links.make(connection, Pages("https://x", KEY), centre.told.alarm, recipient, expires_at - links.LASTS)
    return url.removeprefix("https://x")


def acknowledged(centre: Centre) -> list[tuple[Any, ...]]:
    """By whom the pond's alarm is acknowledged."""
    return centre.rows(f"SELECT acknowledged_by FROM alarm_event WHERE id = {centre.told.alarm}")


def test_a_link_acknowledges_once_in_the_name_of_its_recipient(desk: Page, centre: Centre) -> None:
    """Looked at twice it changes nothing; pressed once it acknowledges; no session begins, and each use is audited."""
    ana, rui = centre.link("Ana"), centre.link("Rui")
    sessions = centre.rows("SELECT count(*) FROM session")
    with httpx.Client(base_url=centre.server.url, timeout=60) as client:
        looks = [client.get(ana) for _ in range(2)]
        assert [one.status_code for one in looks] == [200, 200]
        assert "Acknowledge this alarm as Ana?" in looks[1].text and acknowledged(centre) == [(None,)]

        risen = client.post(ana, data={"level": "0"})
        assert risen.status_code == 409 and "It has risen to yellow" in risen.text
        assert client.post(ana, data={"level": "1"}).status_code == 303
        until(lambda: "You have it: acknowledged as Ana" in client.get(ana).text)
        again, late = client.post(ana, data={"level": "1"}), client.post(rui, data={"level": "1"})
        assert (again.status_code, late.status_code) == (409, 409)
        assert "was used already" in again.text and "Ana has acknowledged it already" in late.text
        assert not client.cookies

    open_page(desk, f"/alarms/{centre.told.alarm}")
    expect(desk.locator("#escalation")).to_contain_text("Ana acknowledged")
    expect(desk.locator("#escalation .ahead")).to_have_count(0)
    assert acknowledged(centre)[0][0].startswith("recipient:")
    assert centre.rows("SELECT count(*) FROM session") == sessions
    assert centre.rows(AUDITED) == [
        ("link.refused", "risen"),
        ("link.used", None),
        ("command.acknowledge-alarm", None),
        ("alarm.acknowledged", None),
        ("command.done", None),
        ("link.refused", "used"),
    ]


def test_a_link_that_does_not_count_says_why(centre: Centre) -> None:
    """Of another alarm or made elsewhere, expired, of an alarm that has cleared, of who is told no more."""
    rui, now = centre.link("Rui"), datetime.now(UTC)
    other = rui.replace(f"alarm.{centre.told.alarm}.", f"alarm.{centre.told.simulated}.")
    old = signed(centre, "manager", now - timedelta(minutes=1))
    with httpx.Client(base_url=centre.server.url, timeout=60) as client:

        def answers(path: str) -> tuple[int, int, str]:
            looked, used = client.get(path), client.post(path, data={"level": "3"})
            return looked.status_code, used.status_code, used.text

        assert answers(other)[:2] == answers(rui[:-3] + "AAA")[:2] == (403, 403)
        assert "not valid" in answers(other)[2]
        assert answers(old)[:2] == (410, 410) and "This link ended" in answers(old)[2]
        with psycopg.connect(centre.database.conninfo(), autocommit=True) as owner:
            owner.execute("UPDATE alarm_event SET closed_at = now() WHERE id = %s", (centre.told.alarm,))
            cleared = answers(rui)
            owner.execute("UPDATE alarm_event SET closed_at = NULL WHERE id = %s", (centre.told.alarm,))
            owner.execute("UPDATE recipient SET ended_at = now() WHERE name = 'Rui'")
            gone = answers(rui)
            owner.execute("UPDATE recipient SET ended_at = NULL WHERE name = 'Rui'")
        assert cleared[:2] == (200, 409) and "has cleared" in cleared[2]
        assert gone[:2] == (410, 410) and "no longer on the list" in gone[2]


def test_the_page_of_a_link_fits_a_phone(browser: Browser, centre: Centre) -> None:
    """One button as high as a finger, nothing too wide at 320 px, nothing for axe-core; it needs no script."""
    link = signed(centre, "manager", datetime.now(UTC) + timedelta(hours=1))
    with psycopg.connect(centre.database.conninfo(), autocommit=True) as owner:
        owner.execute("UPDATE alarm_event SET acknowledged_at = NULL WHERE id = %s", (centre.told.alarm,))
    context = browser.new_context(viewport={"width": 320, "height": 640}, base_url=centre.server.url)
    page = context.new_page()
    page.goto(link)
    box = page.get_by_role("button", name="I have it").bounding_box()
    save_picture(page, "have-it")
    found = findings(page), too_wide(page)
    context.close()

    assert found == ([], 0)
    assert box is not None and box["height"] >= 44


def test_a_test_alarm_is_sent_confirmed_and_counted_nowhere(desk: Page, centre: Centre) -> None:
    """By one button; who is on duty gets it and says so by the link; figures of alarms and the verdict stay."""
    figures = ("/api/v1/alarm-count", "/api/v1/alarm-performance", "/api/v1/alarms?list=history")
    counted = [httpx.get(f"{centre.server.url}{one}", timeout=60).json() for one in figures]
    judged = centre.rows("SELECT facility_id, verdict FROM assessment ORDER BY 1")
    open_page(desk, "/alarms/recipients")
    tests = desk.locator("#tests-vale")
    tests.get_by_role("button", name="Send a test alarm").click()
    desk.locator("#ask-go").click()
    expect(tests).to_contain_text("Ana called by mail: test")
    expect(tests).to_contain_text("Nobody has confirmed yet")
    expect(tests).to_contain_text("manager is called by mail, if nobody acknowledges")

    subject = next(one for one, _ in centre.sink.mails if one.startswith("TEST"))
    link = centre.link("Ana", "/have-it/test")
    with httpx.Client(base_url=centre.server.url, timeout=60) as client:
        assert "This is a test. Did you get it, Ana?" in client.get(link).text
        assert client.post(link, data={"level": "3"}).status_code == 303
        until(lambda: "Recorded: Ana got it" in client.get(link).text)
    expect(tests).to_contain_text("Ana confirmed")
    assert look_at_sizes(desk, "/alarms/recipients", "recipients-test", ("desktop", "narrow")) == ({}, {})

    assert subject == "TEST: RED, Vale do Sino: nothing has happened"
    after = [httpx.get(f"{centre.server.url}{one}", timeout=60).json() for one in figures]
    assert [_untimed(one) for one in after] == [_untimed(one) for one in counted]
    assert centre.rows("SELECT facility_id, verdict FROM assessment ORDER BY 1") == judged


def _untimed(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the ends of its span, which move."""
    return {name: value for name, value in answer.items() if name not in ("from", "to")}


def test_links_are_limited_as_all_that_strangers_ask_for(centre: Centre, tmp_path: Path) -> None:
    """Above the rate of strangers a guess is answered 429, whether the link counts or not."""
    key_file = tmp_path / "key"
    key_file.write_text(KEY.decode())
    key_file.chmod(0o600)
    settings = {"link_key_file": f'"{key_file}"', "anonymous_per_minute": 20}
    server = ApiServer(tmp_path, centre.database.conninfo(API_ROLE), **settings).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        guesses = [client.get(f"/have-it/alarm.1.1.1.{'A' * 22}").status_code for _ in range(25)]
    server.stop()

    assert {403, 429} == set(guesses) and guesses[-1] == 429


def unacknowledge(centre: Centre) -> None:
    """The pond's alarm waits again, as one that was raised anew."""
    with psycopg.connect(centre.database.conninfo(), autocommit=True) as owner:
        owner.execute("UPDATE alarm_event SET acknowledged_at = NULL, acknowledged_by = NULL")


def test_the_night_watch_sounds_until_somebody_acknowledges(desk: Page, centre: Centre) -> None:
    """Switched on once: sound, title, a clock to the next action, one big button; what is worse sounds louder."""
    unacknowledge(centre)
    desk.set_viewport_size(DESK)  # type: ignore[arg-type]
    open_page(desk, "/alarms")
    expect(desk.locator("#night")).to_be_hidden()
    desk.get_by_role("button", name="Night watch").click()
    says, clock = desk.locator("#night-says"), desk.locator("#night-clock")
    expect(says).to_have_attribute("data-sounds", re.compile("[1-9]"))
    expect(says).to_have_attribute("data-loud", "1")
    expect(desk).to_have_title(re.compile(r"^\(!\) \(1\) Yellow: "))
    expect(clock).to_have_text(re.compile(r"^\d+:\d\d:\d\d left$"))
    box = desk.locator("#night-act button").bounding_box()
    assert box is not None and box["height"] >= 72 and box["width"] > 600
    save_picture(desk, "night-desktop")

    desk.locator("#night-act button").click()
    desk.locator("#ask-go").click()
    expect(desk.locator("#night")).to_contain_text("No alarm waits for you.")
    expect(desk).to_have_title(re.compile(r"^\(1\) Yellow"))

    for _ in range(4):
        alarm_story.site.add(centre.database.conninfo(), alarm_story.POND, 341.0)
    centre.rows(alarm_story.TOUCH.replace("%s", f"'{alarm_story.POND}'") + " RETURNING 1")
    alarm_story.follow(centre.database.conninfo())
    expect(says).to_have_attribute("data-loud", "2")
    expect(desk.locator("#night")).to_contain_text("Orange, Vale do Sino: Overtopping")
    known = json.loads(desk.locator("#night").get_attribute("data-alarms") or "")
    assert known == [{"id": centre.told.alarm, "loud": 2, "waits": True}]


def test_what_the_browser_refuses_to_the_night_watch_is_said(browser: Browser, desk: Page, centre: Centre) -> None:
    """Remembered, it begins by itself: without a touch there is no sound, and the page says so until it is touched."""
    unacknowledge(centre)
    # As a browser with a screen does; the one without lets every page sound.
    flags = [*FLAGS, "--autoplay-policy=document-user-activation-required"]
    with launched(browser.browser_type, flags) as strict:
        watch_without_a_touch(strict, centre)


def watch_without_a_touch(strict: Browser, centre: Centre) -> None:
    context = strict.new_context(
        base_url=centre.server.url, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "night", "value": "1", "url": centre.server.url}])
    page = context.new_page()
    page.add_init_script(TELLS_OF_SOUND)
    # Whatever is asked of a page from outside counts as a touch: nothing is, before it has tried to sound.
    with page.expect_console_message(lambda told: told.text == "sound was tried"):
        page.goto("/alarms", wait_until="commit")
    says = page.locator("#night-says")
    expect(says).to_have_attribute("data-sound", "refused")
    expect(says).to_contain_text("No sound: the browser allows it after you press a key or tap the page.")
    expect(page.locator("#night-clock")).to_have_text(re.compile(r"^\d+:\d\d left$"))  # no seconds that move
    expect(page.locator("#night-act button")).to_have_count(0)  # nobody is logged in
    page.keyboard.press("Shift")
    expect(says).to_have_attribute("data-sound", "on")
    expect(says).to_have_attribute("data-sounds", re.compile("[1-9]"))
    found = findings(page), too_wide(page)
    save_picture(page, "night-phone")
    page.get_by_role("button", name="Switch off").click()
    expect(page.locator("#night")).to_be_hidden()
    open_page(page, "/alarms")
    off = page.locator("#night").is_hidden()

    assert found == ([], 0) and off


def test_the_night_watch_costs_a_page_nothing_until_it_is_switched_on(browser: Browser, centre: Centre) -> None:
    """Its script is not loaded with the alarms, and safety has a link to them alone."""
    context = browser.new_context(base_url=centre.server.url)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, "/alarms")
    open_page(page, "/f/vale/safety")
    without = [url for url in asked if "night" in url]
    page.get_by_role("link", name="Night watch").click()
    expect(page.locator("#night")).to_be_visible()
    context.close()

    assert without == [] and any(url.endswith("/night.js") for url in asked)


def test_a_note_is_handed_over_read_and_confirmed_by_the_next_person(
    desk: Page, browser: Browser, centre: Centre
) -> None:
    """One writes it at the end of the shift; the next one finds it on the alarms page and confirms; both see who."""
    desk.set_viewport_size(DESK)  # type: ignore[arg-type]
    open_page(desk, "/alarms/hand-over")
    desk.locator("textarea[name=note]").fill("Pump 2 is off until noon.\nRead the pond by hand.")
    desk.get_by_role("button", name="Hand over").click()
    notes = desk.locator("#notes")
    expect(notes).to_contain_text("Pump 2 is off until noon.")
    expect(notes).to_contain_text(f"alarm {centre.told.alarm}, ")
    expect(notes.get_by_role("button", name="I have read it")).to_have_count(0)  # whoever wrote it

    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=centre.server.url)
    shift = context.new_page()
    log_in(shift, "shift")
    open_page(shift, "/alarms")
    save_picture(shift, "hand-over-phone")
    shift.locator("#unread").get_by_role("button", name="I have read it").click()
    shift.locator("#ask-go").click()
    expect(shift.locator("#unread")).to_have_count(0)
    context.close()
    expect(notes).to_contain_text("Read by shift")
    assert look_at_sizes(desk, "/alarms/hand-over", "hand-over", ("desktop", "narrow")) == ({}, {})


def test_notes_are_for_those_who_may_act(centre: Centre) -> None:
    """The public sees none of them, on the page or in the answer."""
    with httpx.Client(base_url=centre.server.url, timeout=60) as client:
        page, answer = client.get("/alarms/hand-over").text, client.get("/api/v1/alarm-board").json()

    assert "Pump 2" not in page and answer["notes"] == [] and answer["rotas"] == []


AGO = "UPDATE last_visit SET since = now() - interval '3 h', seen_at = now() - interval '2 h'"
RAISED = "Overtopping: Raised to yellow"


def test_what_changed_since_a_person_last_looked_is_on_safety(centre: Centre) -> None:
    """Nothing at the first look; two hours later the alarm that came meanwhile, for this visit, and for this person."""
    since = datetime.now(UTC) - timedelta(hours=2)
    with (
        httpx.Client(base_url=centre.server.url, timeout=60) as client,
        psycopg.connect(centre.database.conninfo(), autocommit=True) as owner,
    ):
        people.log_in(client, "shift")
        first = client.get("/f/vale/safety").text
        owner.execute(AGO)
        later = [client.get("/f/vale/safety").text for _ in range(2)]
        answer = client.get("/api/v1/facilities/vale/changes", params={"since": since.isoformat()}).json()
        people.log_in(client, "engineer")
        other = client.get("/f/vale/safety").text

    assert 'id="news"' not in first and 'id="news"' not in other
    assert all(RAISED in one for one in later)
    assert ("raised", centre.told.alarm, 1) in [(one["kind"], one["alarm"], one["level"]) for one in answer["changes"]]
    assert centre.rows("SELECT count(*) FROM last_visit") == [(2,)]


def test_the_news_of_a_visit_stand_on_the_page(desk: Page, centre: Centre) -> None:
    """Each with its time and a link to the alarm; nothing for axe-core, nothing too wide."""
    open_page(desk, "/f/vale/safety")
    with psycopg.connect(centre.database.conninfo(), autocommit=True) as owner:
        owner.execute(AGO)

    assert look_at_sizes(desk, "/f/vale/safety", "safety-news", ("desktop", "narrow")) == ({}, {})
    expect(desk.locator("#news").get_by_role("link", name=RAISED)).to_have_attribute(
        "href", f"/alarms/{centre.told.alarm}"
    )
    desk.locator("#news").scroll_into_view_if_needed()
    save_picture(desk, "safety-news-list")


def test_a_stranger_sees_what_changed_since_this_browser_last_looked(centre: Centre) -> None:
    """Kept in a cookie of its own, and in no row; one that is spoilt counts as the first look."""
    old = f"{time.time() - 10_800:.0f}.{time.time() - 7200:.0f}"
    with httpx.Client(base_url=centre.server.url, timeout=60) as client:
        first = client.get("/f/vale/safety").text
        spoilt = client.get("/f/vale/safety", headers={"cookie": "tailwatch_visit_vale=x.y"}).text
        client.cookies.clear()
        later = client.get("/f/vale/safety", headers={"cookie": f"tailwatch_visit_vale={old}"}).text

    assert 'id="news"' not in first + spoilt and RAISED in later
    assert centre.rows("SELECT count(*) FROM last_visit WHERE account_id = 0") == [(0,)]
