"""Which language a page is in, how one is chosen, and that what scripts say is in it too."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

import texts
from tests.api import people
from tests.api.people import log_in
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database
from tests.texts.words import TRANSLATED
from tests.translations import BEGUN
from texts import writing
from texts.languages import Language, speaking

from . import foreign_words
from .conftest import open_page


@pytest.fixture(scope="module")
def known(cluster: Database) -> Iterator[TestDatabase]:
    """An installation where ana and ben may log in."""
    with fresh_database(cluster) as fresh:
        for login in ("ana", "ben"):
            people.add_user(fresh.conninfo(), login)
        yield fresh


@pytest.fixture(scope="module")
def running(known: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A server of it that speaks Spanish where nobody asks for anything."""
    server = ApiServer(tmp_path_factory.mktemp("language"), known.conninfo("tailwatch_api"), language='"es"').start()
    yield server
    server.stop()


@pytest.fixture
def visitor(running: ApiServer) -> Iterator[httpx.Client]:
    """A browser's jar of cookies, without scripts."""
    with httpx.Client(base_url=running.url, timeout=60, headers={"accept": "text/html"}) as client:
        yield client


def spoken(answer: httpx.Response) -> str:
    """The language of an answer: its header, and its document."""
    language = answer.headers["content-language"]
    assert f'<html lang="{language}"' in answer.text
    return language


@pytest.mark.parametrize(
    ("address", "choice", "browser"), list(itertools.product(("", "en", "xx"), ("", "es", "xx"), ("", "en")))
)
def test_the_address_counts_before_the_choice_and_that_before_the_browser(
    running: ApiServer, address: str, choice: str, browser: str
) -> None:
    """Then the settings; what is not spoken counts for nothing. Vary says on what it hangs (RFC 9110, 12.5.5)."""
    expected = next(one for one in (address, choice, browser, "es") if one in ("en", "es"))
    headers = {"cookie": f"language={choice}", "accept-language": browser or "fi"}
    found = httpx.get(f"{running.url}/login?lang={address}", headers=headers, timeout=60)

    assert spoken(found) == expected
    assert {"cookie", "accept-language"} <= {one.strip().lower() for one in found.headers["vary"].split(",")}


def test_what_is_begun_is_spoken_to_nobody(visitor: httpx.Client) -> None:
    """By address, choice or browser a language that is not whole is as one that there is not, and no menu has it."""
    begun = [Language(file.name) for file in BEGUN.iterdir()]
    asked = [
        visitor.get(f"/login?lang={one.tag}", headers={"cookie": f"language={one.tag}", "accept-language": one.tag})
        for one in begun
    ]

    assert [spoken(answer) for answer in asked] == ["es"] * len(begun) and len(begun) > 1
    assert [one.name for one in begun if any(one.name in answer.text for answer in asked)] == []
    assert "Português" in asked[0].text  # the control: what is whole is offered


def test_the_language_of_an_address_goes_along(visitor: httpx.Client) -> None:
    """Every link of the page but those of files and of the api, and the way to the login; nothing is stored."""
    page = visitor.get("/?lang=en")
    away = visitor.get("/account?lang=en")
    links = foreign_words.links(page.text)

    assert len(links) > 5
    assert [
        one for one in links if "lang=en" not in one and not one.startswith(("/static", "/docs", "#", "data:"))
    ] == []
    assert away.headers["location"] == "/login?next=/account&lang=en"
    assert "language" not in visitor.cookies and spoken(visitor.get("/login")) == "es"


def test_a_choice_is_kept_by_the_browser(visitor: httpx.Client) -> None:
    """It leads back to the page, never to another site; a language that is not spoken is refused."""
    done = visitor.post("/language", data={"lang": "en", "back": "/nodes?x=1"})
    elsewhere = visitor.post("/language", data={"lang": "en", "back": "//evil.example"})
    refused = visitor.post("/language", data={"lang": "xx"})

    assert (done.status_code, done.headers["location"]) == (303, "/nodes?x=1")
    assert (elsewhere.headers["location"], refused.status_code) == ("/", 422)
    assert spoken(visitor.get("/login")) == "en"


def test_a_choice_is_kept_with_the_account(visitor: httpx.Client, running: ApiServer, known: TestDatabase) -> None:
    """Who chose has it after a login in another browser, and nobody else has; a forged form changes nothing."""
    log_in(visitor, "ana")
    token = people.hidden_fields(visitor.get("/").text)["form_token"]
    forged = visitor.post("/language", data={"lang": "en", "form_token": "guessed"})
    chosen = visitor.post("/language", data={"lang": "en", "form_token": token})
    seen = {}
    for login in ("ana", "ben"):
        with httpx.Client(base_url=running.url, timeout=60) as other:
            log_in(other, login)
            seen[login] = spoken(other.get("/account"))
    with psycopg.connect(known.conninfo()) as owner:
        stored = owner.execute("SELECT login, language FROM person ORDER BY login").fetchall()

    assert (forged.status_code, chosen.status_code) == (403, 303)
    assert seen == {"ana": "en", "ben": "es"}
    assert stored == [("ana", "en"), ("ben", "")]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_page_of_the_account_is_translated(visitor: httpx.Client, known: TestDatabase, language: str) -> None:
    """No sentence of English, and dates of one form."""
    log_in(visitor, "ben")
    page, names = visitor.get(f"/account?lang={language}").text, foreign_words.names(known.conninfo())

    assert f'<html lang="{Language(language).locale}"' in page
    assert foreign_words.english(page, language, names) == []
    assert foreign_words.odd_numbers(page, language, names) == []


def test_a_language_that_there_is_not_stops_the_start(tmp_path: Path, known: TestDatabase) -> None:
    """The settings are refused with those that there are."""
    server = ApiServer(tmp_path, known.conninfo("tailwatch_api"), language='"xx"')
    with pytest.raises(AssertionError, match="language must be one of en, es, pt, not 'xx'"):
        server.start()


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_menu_works_with_a_keyboard_and_without_scripts(browser: Browser, server: ApiServer, language: str) -> None:
    """Each language stands there by its own name; the page comes back in it, where one was."""
    context = browser.new_context(base_url=server.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/f/vale/nodes")
    page.get_by_role("button", name=Language(language).name).focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", Language(language).locale)
    address, words = page.url, page.locator("main").inner_text()
    context.close()

    assert address.endswith("/f/vale/nodes") and texts.load(language)["nodes"]["list"] in words


@pytest.fixture(params=TRANSLATED)
def translated(request: pytest.FixtureRequest, browser: Browser, server: ApiServer, fresh: None) -> Iterator[Page]:
    """A page of a browser that likes a language, with the country that the language is of."""
    liked = f"{request.param}-{request.param.upper()}"
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, base_url=server.url, locale=liked)
    yield context.new_page()
    context.close()


@pytest.fixture
def language(translated: Page) -> Language:
    """The one that it likes."""
    liked = str(translated.evaluate("() => navigator.language"))
    return Language(liked.partition("-")[0])


@pytest.mark.parametrize("address", ["/f/vale", "/f/vale/data?ds=n04:vw1.level", "/f/vale/value", "/alarms", "/"])
def test_what_scripts_write_is_translated(translated: Page, language: Language, address: str, names: set[str]) -> None:
    """With its charts drawn and its tables opened a page has no sentence of English, and numbers of one form."""
    open_page(translated, address)
    for button in translated.locator("#table").all():
        button.click()
    page = translated.content()

    assert translated.locator("html").get_attribute("lang") == language.locale
    assert foreign_words.english(page, language.tag, names) == []
    assert foreign_words.odd_numbers(page, language.tag, names) == []


@pytest.fixture(scope="module")
def names(pages_database: TestDatabase) -> set[str]:
    """What the site of the pages holds of names."""
    return foreign_words.names(pages_database.conninfo())


def test_the_browser_writes_as_the_server_does_in_each_language(translated: Page, language: Language) -> None:
    """Numbers, dates and plurals: the server's writing is the second implementation."""
    open_page(translated, "/f/vale/nodes")
    module = translated.locator("script[src$='page.js']").get_attribute("src")
    times = [datetime(2020, 9, 4, 3, 10, tzinfo=UTC), datetime(2031, 1, 12, 23, 59, tzinfo=UTC), datetime.now(UTC)]
    values = [-26478.25, 9999.5, 0.5, -0.001]

    numbers, dates, said, stopped = translated.evaluate(
        """([module, values, times]) => import(module).then(frame => [
            values.map(value => frame.number(value, { decimals: 2 })),
            times.map(ms => frame.local(ms)),
            [1, 0, 3].map(n => frame.say({ one: "una", many: "{n}" }, { n })),
            frame.say("{from}. {to}...", { from: "5 mar.", to: "6 mar." }),
        ])""",
        [module, values, [one.timestamp() * 1000 for one in times]],
    )

    with speaking(language):
        assert numbers == [writing.number(f"{value:.2f}") for value in values]
        assert dates == [writing.day_and_clock(one, "Europe/Lisbon", datetime.now(UTC)) for one in times]
    assert (said, stopped) == (["una", "0", "3"], "5 mar. 6 mar...")
