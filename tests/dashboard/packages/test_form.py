"""A package made from the page, in Chromium, with ingest at work."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api import people
from tests.dashboard.conftest import log_in, open_page
from tests.servers import TestDatabase

ADDRESS = "/f/vale/packages"


@pytest.fixture(scope="module")
def login(pages_database: TestDatabase) -> str:
    """The name of somebody who may approve."""
    people.add_user(pages_database.conninfo(), "archivist", vale="approve")
    return "archivist"


@pytest.fixture
def person(login: str, page: Page) -> Page:
    """The page of that person, logged in."""
    return open_page(log_in(page, login, ADDRESS), ADDRESS)


def test_a_package_is_made_and_stands_in_the_list(person: Page, at_work: None, client: httpx.Client) -> None:
    """Days are chosen, the work is followed, and the list has the package without a reload; the api has it too."""
    before = len(client.get("/api/v1/facilities/vale/packages").json()["packages"])
    form = person.locator("form[data-kind=make-package]")
    form.get_by_role("button", name="Make it").click()
    expect(form.get_by_role("status")).to_contain_text("Done")
    made = client.get("/api/v1/facilities/vale/packages").json()["packages"]

    assert len(made) == before + 1 and made[0]["rows"] > 0
    expect(person.get_by_role("link", name=made[0]["version"])).to_be_visible()


def test_a_span_that_is_none_says_so(person: Page, at_work: None) -> None:
    """The day after the last is before the first: the sentence of the centre stands below the form."""
    form = person.locator("form[data-kind=make-package]")
    form.get_by_label("First day").fill("2026-05-02")
    form.get_by_label("Day after the last").fill("2026-05-01")
    form.get_by_role("button", name="Make it").click()

    expect(form.get_by_role("status")).to_contain_text("2026-05-01T00:00:00Z is not later than 2026-05-02T00:00:00Z")


def test_who_may_not_approve_reads_who_may(client: httpx.Client) -> None:
    """A visitor has the list, the command for the centre and the way to log in, and no form."""
    answer = client.get(ADDRESS, headers={"accept-language": "en"}).text

    assert "Who may approve in this facility makes one here." in answer
    assert "tailwatch package make vale.zip --facility vale" in answer
    assert "make-package" not in answer and "/login?next=" in answer
