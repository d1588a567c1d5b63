"""The glossary: each word of the catalogue with its meaning, one click from the help of every page, without scripts."""

from html import escape

import httpx
from playwright.sync_api import Page, expect

import texts
from tests.dashboard.conftest import open_page
from tests.dashboard.looking import too_wide

EN = texts.load()["glossary"]


def test_the_glossary_explains_each_word(client: httpx.Client) -> None:
    """All groups, all words, all meanings."""
    text = client.get("/glossary").text
    told = [one for group in EN["groups"] for one in EN[group].values()]

    assert told and [one for one in told if escape(one["word"]) not in text or escape(one["meaning"]) not in text] == []


def test_it_is_one_click_from_the_keys(page: Page) -> None:
    """`?` opens the help, and its link the glossary, on a phone as wide as its screen."""
    open_page(page, "/f/vale/safety")
    page.keyboard.press("?")
    page.locator("#help").get_by_role("link", name="Glossary").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Glossary")
    page.set_viewport_size({"width": 320, "height": 700})
    assert too_wide(page) <= 0


def test_a_page_that_is_not_there_says_so(client: httpx.Client) -> None:
    """A person reads 'Page not found', a program the error of the api as before."""
    found = client.get("/f/vale/nowhere", headers={"accept": "text/html"})
    answer = client.get("/f/vale/nowhere", headers={"accept": "application/json"})

    assert (found.status_code, "<h1>Page not found</h1>" in found.text) == (404, True)
    assert (answer.status_code, answer.json()["title"]) == (404, "There is no such thing")
