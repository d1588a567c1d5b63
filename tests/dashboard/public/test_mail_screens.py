"""The pages of mail in a browser: the form and what became of it, and what stands behind the links of a real mail."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard.looking import SIZES, in_theme, too_wide
from tests.ingest.subscriptions.reader import Reader, links, reading
from tests.servers import Database
from texts import languages

PAGE: Final = "/public/f/vale"
LANGUAGES: Final = [one.tag for one in languages.known()]
FORM: Final = f'form[action^="{PAGE}/mail"]'
Faults = dict[str, object]


@pytest.fixture(scope="module")
def site(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """One database, api and mail server for these tests."""
    with reading(cluster, tmp_path_factory.mktemp("mail")) as made:
        yield made


@pytest.fixture
def reader(site: Reader) -> Reader:
    """Nobody is subscribed."""
    site.begin()
    return site


@pytest.fixture
def neighbour(browser: Browser, reader: Reader) -> Iterator[Page]:
    """A browser without a login."""
    context = browser.new_context(base_url=str(reader.web.base_url), locale="en-GB")
    yield context.new_page()
    context.close()


def faults(page: Page, name: str, language: str) -> Faults:
    """What axe-core finds on the open page, and how far it is too wide, at every width and in both themes."""
    found: Faults = {}
    if page.locator("html").get_attribute("lang") != languages.Language(language).locale:
        found[name] = page.locator("html").get_attribute("lang")
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            if some := in_theme(page, theme, f"mail-{name}-{language}-{size}"):
                found[f"{name} {size} {theme}"] = some
        if (px := too_wide(page)) > 0:
            found[f"{name} {size}"] = px
    return found


def press(page: Page) -> None:
    """Press the one button of the page behind a link."""
    with page.expect_navigation():
        page.locator("main form button").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_mail(reader: Reader, neighbour: Page, language: str) -> None:
    """Asked on the page, refused and taken; then the links of the mail that came: confirm, leave, one that is over."""
    found: Faults = {}
    neighbour.goto(f"{PAGE}?lang={language}")
    field = neighbour.locator("#mail-address")
    for address, name in (("nobody@nowhere", "refused"), ("ana@example.org", "taken")):
        field.fill(address)
        with neighbour.expect_navigation():
            neighbour.locator(f"{FORM} button").click()
        assert neighbour.locator("[role=status], [role=alert]").first.inner_text() != ""
        found |= faults(neighbour, name, language)
    reader.mailer.round()
    confirm, leave = links(reader.sink.letters[-1][1])
    stored = []
    for name, link in (("confirm", confirm), ("leave", leave)):
        neighbour.goto(link)
        found |= faults(neighbour, name, language)
        press(neighbour)
        stored.append(reader.rows("SELECT confirmed_at IS NOT NULL FROM subscription"))
        found |= faults(neighbour, f"{name}-done", language)
    neighbour.goto(leave)
    found |= faults(neighbour, "gone", language)

    assert stored == [[(True,)], []]
    assert found == {}
