"""The page of charts in the browser and without scripts: all that is chosen stands in its address."""

from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from api.series.workspace import MAX_SERIES
from dashboard.workspace.choice import ChartChoice
from tests.api.server import ApiServer
from tests.dashboard.conftest import open_page

LEVELS = "vale:n02:vw1.level,vale:n07:vw1.level"
POND = "vale:n01:pond.level"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_state_is_what_its_address_says() -> None:
    """Read from an address and written again, it is the same; a series stands on one axis, and eight at most."""
    asked = {"left": LEVELS, "right": POND, "from": "-30d", "as_of": "2026-02-01T00:00:00Z", "view": "scatter"}
    choice = ChartChoice.of(asked)
    many = ChartChoice.of({"left": ",".join(f"vale:n01:a{n}.level" for n in range(20)), "right": POND})

    assert choice.address == f"/charts?left={LEVELS}&right={POND}&from=-30d&as_of=2026-02-01T00:00:00Z&view=scatter"
    assert choice.with_series(POND, "left").right == () and choice.without(POND).names == tuple(LEVELS.split(","))
    assert len(many.names) == MAX_SERIES


def test_as_of_goes_on_to_the_api() -> None:
    """The question and the address of the api have it; one of the future is what is known now."""
    choice = ChartChoice.of({"left": POND, "as_of": "2026-02-01T00:00:00Z"})
    _, question = choice.question("UTC", NOW)
    _, later = ChartChoice.of({"left": POND, "as_of": "2027-02-01T00:00:00Z"}).question("UTC", NOW)

    assert question.as_of == datetime(2026, 2, 1, tzinfo=UTC)
    assert "as_of=2026-02-01T00:00:00Z" in choice.api_address(question)
    assert later.as_of is None


@pytest.fixture
def plain(browser: Browser, server: ApiServer) -> Page:
    """A browser without scripts."""
    return browser.new_context(base_url=server.url, java_script_enabled=False).new_page()


def test_series_are_added_by_links_alone(plain: Page) -> None:
    """Without scripts: a facility, a series to the left, one to the right; figures stand in a table."""
    plain.goto("/charts")
    plain.locator("select[name=facility]").select_option("vale")
    plain.get_by_role("button", name="Show its series").click()
    plain.get_by_role("link", name="Left: n07:vw1.level").click()
    plain.get_by_role("link", name="Right: n01:pond.level").click()

    expect(plain.locator("#verdict-title")).to_have_text("2 series")
    expect(plain.get_by_role("row", name="vale:n01:pond.level")).to_contain_text("Right")
    assert plain.locator("svg path.s1").count() >= 1 and plain.locator("svg path.s2").count() >= 1
    plain.get_by_role("link", name="Remove: vale:n07:vw1.level").click()
    expect(plain.locator("#verdict-title")).to_have_text("1 series")
    plain.context.close()


def test_one_over_another_has_its_pairs_as_a_table(page: Page) -> None:
    """r and the pairs are those of the api."""
    address = f"/charts?left=vale:n02:vw1.level&right={POND}&view=scatter"
    open_page(page, address)
    link = page.get_by_role("link", name="As JSON").get_attribute("href")
    found = httpx.get(f"{page.url.partition('/charts')[0]}{link}").json()

    expect(page.locator("#verdict-title")).to_have_text(f"{POND} over vale:n02:vw1.level")
    expect(page.locator("#verdict")).to_contain_text(f"from {found['scatter']['pairs']} pairs")
    assert page.locator("details tbody tr").count() == found["scatter"]["pairs"]


def test_an_axis_has_one_unit(page: Page) -> None:
    """Kilopascals on an axis of metres are not drawn, and the page says so."""
    open_page(page, f"/charts?left={POND},vale:n07:vw1.pressure")

    expect(page.locator("#main")).to_contain_text("Not drawn, as the axis has another unit: vale:n07:vw1.pressure.")


def test_a_series_of_nowhere_is_not_found(server: ApiServer) -> None:
    """A private facility and one that does not exist answer alike."""
    answers = [httpx.get(f"{server.url}/charts?left={name}:n01:vw1.level") for name in ("nona", "rosx")]

    assert {answer.status_code for answer in answers} == {404}
