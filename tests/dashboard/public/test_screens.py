"""The public page in a browser: axe-core, 390 px, keyboard, paper, a screen reader, and an answer that fails."""

from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.api.server import ApiServer
from tests.dashboard.conftest import save_picture
from tests.dashboard.looking import SIZES, findings, in_theme, too_wide
from tests.dashboard.public.site import DISCLOSURE, disclose
from tests.servers import TestDatabase
from texts import languages

PAGE: Final = "/public/f/vale"
ADDRESSES: Final = (PAGE, "/public/region")
LANGUAGES: Final = [one.tag for one in languages.known()]
MINUTE_MS: Final = 60_000


@pytest.fixture(autouse=True)
def answered(disclosed: TestDatabase) -> None:
    """The whole disclosure, with one published answer and one that was declined."""
    disclose(disclosed.conninfo(), **DISCLOSURE)
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute("TRUNCATE public_question")
        owner.execute(
            "INSERT INTO public_question (facility_id, kind, language, words, state, answer, decided_at, decided_by)"
            " VALUES ('vale', 'question', 'es', '¿Por qué era marrón el río el lunes?', 'published',"
            " 'It rained hard on Sunday. The samples of Monday are on this page.', now(), 'user:1'),"
            " ('vale', 'question', 'en', '', 'declined', 'An insult, and no question.', now(), 'user:1')"
        )


@pytest.fixture
def neighbour(browser: Browser, public_server: ApiServer) -> Iterator[Page]:
    """A telephone of a neighbour; whatever a script complains of fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=public_server.url, locale="en-GB")
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_overflows(neighbour: Page, address: str, language: str) -> None:
    """In each language, at each width, light and dark."""
    found, over = {}, {}
    neighbour.goto(f"{address}?lang={language}")
    for size, (width, height) in SIZES.items():
        neighbour.set_viewport_size({"width": width, "height": height})
        name = f"public-{address.rpartition('/')[2]}-{language}-{size}"
        for theme in ("light", "dark"):
            found |= {f"{size} {theme}": some} if (some := in_theme(neighbour, theme, name)) else {}
        over |= {size: px} if (px := too_wide(neighbour)) > 0 else {}

    assert (found, over) == ({}, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_measurements_is_whole_on_a_phone(neighbour: Page, language: str) -> None:
    """At 390 px no column of it is cut, in no language; the control is a column that is wider."""
    neighbour.goto(f"{PAGE}?lang={language}")
    over = "() => { const box = document.querySelector('#readings .scroll'); return box.scrollWidth - box.clientWidth }"
    cut = neighbour.evaluate(over)
    neighbour.evaluate("document.querySelector('#readings td:last-child').style.minWidth = '20em'")

    assert cut <= 0 < neighbour.evaluate(over)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_gets_it_in_order(neighbour: Page, language: str) -> None:
    """One heading of the page, then a region for each question; state, number and form are there by name."""
    neighbour.goto(f"{PAGE}?lang={language}")
    snapshot = neighbour.locator("main").aria_snapshot()
    headings = neighbour.locator("main h2").all_inner_texts()

    assert snapshot.index("level=1") < snapshot.index("level=2")
    assert [snapshot.index(f'region "{one}"') for one in headings] == sorted(
        snapshot.index(f'region "{one}"') for one in headings
    )
    assert 'link "112"' in snapshot and "textbox" in snapshot and snapshot.count("radio") >= 2
    assert "homepage" not in snapshot
    assert neighbour.locator("html").get_attribute("lang") == languages.Language(language).locale


def test_a_question_is_sent_by_keyboard_alone_without_scripts(browser: Browser, public_server: ApiServer) -> None:
    """Tab reaches choice, words and button in this order, past the field that is to stay empty; the outcome is said."""
    context = browser.new_context(base_url=public_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(PAGE)
    page.locator("input[value=observation]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Brown water at the bridge, on Monday at 8.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Received. Your number is")
    save_picture(page, "public-sent")

    assert page.locator("#outcome").get_attribute("role") == "status"
    context.close()


def test_an_open_page_that_hears_nothing_takes_its_green_back(neighbour: Page, disclosed: TestDatabase) -> None:
    """It renews itself as a whole; without an answer for three minutes nothing of green stands there."""
    set_verdict(disclosed, "green")
    neighbour.clock.install()
    neighbour.goto(PAGE)
    expect(neighbour.locator("#state")).to_have_text("No warning")
    set_verdict(disclosed, "orange")
    neighbour.clock.run_for(MINUTE_MS + 1000)
    expect(neighbour.locator("#state")).to_contain_text("Orange")
    set_verdict(disclosed, "green")
    neighbour.clock.run_for(MINUTE_MS + 1000)
    expect(neighbour.locator("#state")).to_have_text("No warning")
    neighbour.route("**/public/f/vale", lambda route: _refuse(route))
    neighbour.clock.run_for(4 * MINUTE_MS)
    expect(neighbour.locator("#state")).to_contain_text("Not known")
    save_picture(neighbour, "public-old")

    assert neighbour.locator("#old").is_visible() and "green" not in (
        neighbour.locator("#now").get_attribute("class") or ""
    )
    for words in ("It asks nothing of you", "would still show the highest level", "So since"):
        assert neighbour.locator("#now").get_by_text(words).count() == 1
        assert not neighbour.locator("#now").get_by_text(words).is_visible()
    set_verdict(disclosed, "yellow")


def test_on_paper_it_has_the_time_the_numbers_and_no_form(neighbour: Page) -> None:
    """Who prints it keeps when it was made and whom to call; addresses of links stand beside them."""
    neighbour.goto(PAGE)
    neighbour.emulate_media(media="print")
    save_picture(neighbour, "public-paper")

    assert neighbour.get_by_text("Made ").is_visible() and neighbour.get_by_text("112", exact=True).is_visible()
    assert not neighbour.locator("#send").is_visible()
    assert findings(neighbour) == []


def _refuse(route: Route) -> None:
    route.abort()


def set_verdict(database: TestDatabase, verdict: str) -> None:
    """Store another verdict, as if it had been made now."""
    with psycopg.connect(database.conninfo()) as owner:
        owner.execute(
            "UPDATE assessment SET verdict = %(verdict)s,"
            " document = document || jsonb_build_object('verdict', %(verdict)s::text) WHERE facility_id = 'vale'",
            {"verdict": verdict},
        )
