"""The page behind a link of a mail in a browser: axe-core at each width, light and dark, in each language."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser

from runtime.signed_link import SignedLink, sign
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE
from tests.dashboard.looking import SIZES, in_theme, too_wide
from tests.servers import TestDatabase
from texts import languages

KEY = "k" * 44
LANGUAGES = [one.tag for one in languages.known()]
SUBSCRIBE = """
INSERT INTO subscription (digest, address, facility_id, language)
VALUES (decode(repeat('ab', 32), 'hex'), decode(repeat('cd', 40), 'hex'), 'vale', 'en') RETURNING id
"""


@pytest.fixture(scope="module")
def linked(disclosed: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The api with a key of links, and a subscription that waits to be confirmed."""
    folder = tmp_path_factory.mktemp("mail")
    (key := folder / "link_key").write_text(KEY)
    key.chmod(0o600)
    with psycopg.connect(disclosed.conninfo()) as owner:
        row = owner.execute(SUBSCRIBE).fetchone()
    assert row is not None
    server = ApiServer(folder, disclosed.conninfo(API_ROLE), link_key_file=f'"{key}"').start()
    yield server.url, row[0]
    server.stop()
    with psycopg.connect(disclosed.conninfo()) as owner:
        owner.execute("TRUNCATE subscription CASCADE")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("action", "buttons"), [("confirm", 1), ("leave", 1), ("forged", 0)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, linked: tuple[str, int], action: str, buttons: int, language: str
) -> None:
    """To confirm, to leave, and a link that is gone, which has no button."""
    url, subscription = linked
    secret = sign(KEY.encode(), SignedLink(action, subscription, 0, int(time.time()) + 3600))
    page = browser.new_page(base_url=url, locale="en-GB")
    page.goto(f"/public/mail/{'gone' if action == 'forged' else secret}?lang={language}")
    found, over = {}, {}
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            some = in_theme(page, theme, f"mail-{action}-{language}-{size}")
            found |= {f"{size} {theme}": some} if some else {}
        over |= {size: px} if (px := too_wide(page)) > 0 else {}

    assert (found, over) == ({}, {})
    assert page.locator("main form button").count() == buttons
    page.close()
