"""The page of the own account in a real browser: keyboard, phone, both themes, and made of the api's answers alone."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

import texts
from api.people.models import LoginFailures, OwnSessions
from dashboard import assets, rendering
from dashboard.account import page as account
from tests.api import people, site
from tests.api.people import log_in
from tests.api.server import ApiServer
from tests.dashboard.looking import SIZES, THEMES, in_theme, too_wide
from tests.servers import Database, TestDatabase, fresh_database

FRESH = "seven grumpy parrots sing"


@pytest.fixture(scope="module")
def private(cluster: Database) -> Iterator[TestDatabase]:
    """ana may read vale, root may do everything everywhere."""
    with fresh_database(cluster) as fresh:
        site.build(fresh.conninfo())
        people.add_user(fresh.conninfo(), "ana", vale="read")
        people.add_user(fresh.conninfo(), "root", everywhere="admin")
        yield fresh


@pytest.fixture(scope="module")
def running(private: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    folder = tmp_path_factory.mktemp("account")
    server = ApiServer(folder, private.conninfo("tailwatch_api"), logins_per_minute=1000).start()
    yield server
    server.stop()


def opened(browser: Browser, server: ApiServer, login: str, address: str = "/account") -> Page:
    """A page of a browser in which somebody is logged in."""
    context = browser.new_context(base_url=server.url, locale="en-GB")
    with httpx.Client(base_url=server.url, timeout=60, headers={"user-agent": "Firefox/140.0 (X11; Linux)"}) as client:
        log_in(client, login)
        context.add_cookies(
            [{"name": name, "value": value, "url": server.url} for name, value in client.cookies.items()]
        )
    page = context.new_page()
    page.goto(address)
    return page


def test_a_person_comes_from_any_page_and_ends_all_other_sessions_by_keyboard(
    browser: Browser, running: ApiServer
) -> None:
    """By the name at the foot; Enter on the button; the other browser is out and this one says what was done."""
    other = opened(browser, running, "ana")
    page = opened(browser, running, "ana", "/f/vale")
    page.get_by_role("link", name="Logged in as ana").press("Enter")
    page.get_by_role("button", name="Log out everywhere else").press("Enter")

    expect(page.get_by_role("status")).to_have_text("All other sessions have ended.")
    expect(page.locator("#rows tr")).to_have_count(1)
    assert "this one" in page.locator("#rows").inner_text()
    other.goto("/account")
    assert "/login?next=/account" in other.url
    page.context.close()
    other.context.close()


def test_one_session_ends_by_its_button(browser: Browser, running: ApiServer) -> None:
    """The button names the session; it is gone from the list."""
    other, page = opened(browser, running, "ana"), opened(browser, running, "ana")
    before = page.locator("#rows tr").count()
    page.get_by_role("button", name="Log out of the session of").first.click()

    expect(page.get_by_role("status")).to_have_text("Session ended.")
    expect(page.locator("#rows tr")).to_have_count(before - 1)
    other.goto("/account")
    assert "/login" in other.url
    page.context.close()
    other.context.close()


def test_the_password_is_changed_and_what_is_wrong_is_told(
    browser: Browser, running: ApiServer, private: TestDatabase
) -> None:
    """A wrong present one, two that differ, a common one: each in a sentence, and nothing changed; then it is."""
    people.add_user(private.conninfo(), "bea", vale="read")
    page = opened(browser, running, "bea")

    def change(present: str, fresh: str, again: str) -> str:
        for name, value in (("present", present), ("password", fresh), ("again", again)):
            page.fill(f"input[name={name}]", value)
        page.press("input[name=again]", "Enter")
        return page.locator("[role=alert], [role=status]").inner_text()

    assert "present password is wrong" in change("not my password at all", FRESH, FRESH)
    assert "differ" in change(people.PASSWORD, FRESH, "another long sentence")
    assert "lists of passwords" in change(people.PASSWORD, "iloveyouforever", "iloveyouforever")
    assert "Password changed" in change(people.PASSWORD, FRESH, FRESH)
    page.context.close()


def test_a_form_of_another_session_changes_nothing(running: ApiServer) -> None:
    """The token of a form is of the session that the page was made for, also between two of one person."""
    with (
        httpx.Client(base_url=running.url, timeout=60) as here,
        httpx.Client(base_url=running.url, timeout=60) as elsewhere,
    ):
        for client in (here, elsewhere):
            log_in(client, "ana")
        token = elsewhere.get("/api/v1/me").json()["form_token"]
        fields = {"form_token": token, "present": people.PASSWORD, "password": FRESH, "again": FRESH}
        paths = ("/account/password", "/account/sessions/end-others", "/account/sessions/1/end")
        statuses = [here.post(path, data=fields).status_code for path in paths]

        assert statuses == [403] * 3
        assert elsewhere.get("/account").status_code == 200


@pytest.mark.parametrize(("login", "address"), [("root", "/account"), ("", "/reset"), ("", "/login")])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, running: ApiServer, login: str, address: str
) -> None:
    """In light and dark, from a desk to the narrowest phone; buttons are large enough for a thumb."""
    with httpx.Client(
        base_url=running.url, headers={"x-forwarded-for": "2001:db8:85a3:8d3:1319:8a2e:370:7348"}
    ) as stranger:
        log_in(stranger, "ana", "not the password of ana")
    if login:
        opened(browser, running, login).context.close()
        page = opened(browser, running, login, address)
    else:
        page = browser.new_context(base_url=running.url).new_page()
        page.goto(address)
    found, over = {}, {}
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        found |= {f"{size} {theme}": in_theme(page, theme, f"{address[1:]}-{size}") for theme in THEMES}
        over[size] = too_wide(page)
    heights = page.locator("main .btn").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    page.context.close()

    assert {place: some for place, some in found.items() if some} == {}
    assert max(over.values()) <= 0 and min(heights) >= 24


def test_the_page_is_made_of_the_answers_of_the_api(running: ApiServer) -> None:
    """Fetched over HTTP and read anew they give the page that is served; failed logins are an administrator's."""
    with httpx.Client(base_url=running.url, timeout=60) as client:
        log_in(client, "root")
        served = client.get("/account", headers={"accept": "text/html"}).text
        sessions = OwnSessions.model_validate_json(client.get("/api/v1/me/sessions").text)
        failed = LoginFailures.model_validate_json(client.get("/api/v1/failed-logins").text)
        me = client.get("/api/v1/me").json()
        log_in(client, "ana")
        of_ana = client.get("/account", headers={"accept": "text/html"}).text
    env = rendering.environment(assets.read().prefix)
    frame = {"theme": "", "link": "/account", "open_alarms": 0, "caller": me, "languages": texts.languages.known()}
    context = account.account(sessions, failed, texts.load())

    assert rendering.page(env, "account/account.html", context, frame) == served
    assert "Failed logins" in served and "Failed logins" not in of_ana
