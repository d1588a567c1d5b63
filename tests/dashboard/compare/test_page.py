"""The page that compares: the api's numbers in both languages, weights in the address, with and without scripts."""

import html
import re
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page, expect

from api.comparison import answers
from api.comparison.gathering import Gathered
from api.comparison.known import GatheredFacility
from api.comparison.models import ComparedFacility, KnownIndicator, RankShares
from api.comparison.parameters import ComparisonQuery
from dashboard.compare import page as compare_page
from dashboard.compare import scatter
from dashboard.reads import Shown
from tailings.assess.model import Verdict
from tailings.comparison import INDICATORS
from tests.dashboard.conftest import open_page
from texts import load

PLACE = "/compare"
ASKED = "state=5&consequence=60&freedom=40"


def words(text: str) -> str:
    """What a person reads of a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize(("language", "of"), [("en", "{} of 11"), ("es", "{} de 11"), ("pt", "{} de 11")])
def test_the_page_says_the_numbers_of_the_api(client: httpx.Client, language: str, of: str) -> None:
    """Of each facility rank, its range, score and the share of draws in which it is first, by the same weights."""
    told = client.get(f"/api/v1/comparison?{ASKED}").json()["facilities"]
    page = client.get(f"{PLACE}?{ASKED}", headers={"accept-language": language}).text
    rows = [words(row) for row in page.partition('class="fold ranks"')[2].partition("</table>")[0].split("<tr>")[2:]]

    assert [one["name"] in row for one, row in zip(told, rows, strict=True)] == [True] * len(told) and len(told) > 1
    for one, row in zip(told, rows, strict=True):
        first, known = f"{100 * one['hazard']['first']:.0f} %", sum(it["is_known"] for it in one["indicators"])
        assert f"{100 * one['hazard']['centre']:.0f}" in row and first in row and of.format(known) in row


def test_without_scripts_the_form_asks_with_numbers(client: httpx.Client) -> None:
    """Each indicator is a number of the form and comes back as it was asked; an axis without a weight is refused."""
    page = client.get(f"{PLACE}?{ASKED}").text
    fields = dict(re.findall(r'<input type="number" name="(\w+)"[^>]* value="(\d+)"', page))
    none = "&".join(f"{one.name}=0" for one in INDICATORS if one.axis == "value")

    assert set(fields) == {one.name for one in INDICATORS} | {"freedom"}
    assert (fields["state"], fields["consequence"], fields["freedom"], fields["net"]) == ("5", "60", "40", "50")
    assert client.get(f"{PLACE}?{none}", headers={"accept": "text/html"}).status_code == 422


def test_a_slider_compares_again_and_the_address_keeps_it(page: Page) -> None:
    """By the keyboard; the number beside it moves along, and the page is not loaded anew."""
    open_page(page, f"{PLACE}?state=40")
    page.evaluate("window.isTheSame = true")
    page.get_by_role("slider", name="Consequence class").focus()
    page.keyboard.press("End")

    expect(page.get_by_role("spinbutton", name="Consequence class")).to_have_value("100")
    expect(page.locator("section[aria-labelledby=method] td.r").nth(1)).to_contain_text("59 %")
    assert "consequence=100" in page.url and page.evaluate("window.isTheSame")


def made(name: str, place: int, at: tuple[float, float], state: Verdict | None = "green") -> ComparedFacility:
    """A facility somewhere on both axes."""

    def shares(centre: float) -> RankShares:
        ends = {"low": max(0, centre - 0.1), "high": min(1, centre + 0.1), "rank_low": 1, "rank_high": 9}
        return RankShares(place=place, centre=centre, **ends, first=0.1, shares=[0.1], central_weights=None)

    known = [
        KnownIndicator(
            name=one.name, low=0, middle=None, high=1, is_known=False, source=None, dated=None, code=None, numbers=[]
        )
        for one in INDICATORS
    ]
    nothing = {"entry": None, "register": None, "sample_data": None}
    axes = {"hazard": shares(at[1]), "value": shares(at[0])}
    return ComparedFacility(key=name, facility=name, name=name, state=state, indicators=known, **nothing, **axes)


def test_what_nobody_sees_is_dashed_and_has_its_shape() -> None:
    """Blind, not monitored, and what only a register has; their state is never green."""
    states: list[Verdict | None] = ["green", "blind", "not-monitored", None]
    drawing = scatter.draw(
        [made(f"f{n}", n + 1, (0.2 * n, 0.5), one) for n, one in enumerate(states)], load(), is_narrow=False
    )

    assert [path.look for path in drawing.paths if path.look in ("seen", "unseen")] == ["seen"] * 2 + ["unseen"] * 6
    assert [one.state for one in drawing.symbols] == ["green", "blind", "not-monitored", "unknown"]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_figures_are_of_all_that_are_compared(language: str) -> None:
    """Of 25 facilities, of which 24 are blind or of a register alone, the page lists twenty."""
    states: list[Verdict | None] = ["green", *["blind"] * 9, *[None] * 15]
    found = [GatheredFacility(f"f{n}", f"F{n}", {}, facility=f"f{n}", state=one) for n, one in enumerate(states)]
    asked = ComparisonQuery(limit=compare_page.ON_A_PAGE)
    told = answers.answer(Gathered(datetime(2026, 5, 1, tzinfo=UTC), 1, found), asked)
    facts = compare_page.context(Shown(told.now, 1, ()), told, asked, load(language))["facts"]

    words, figures = load(language)["compare"]["facts"], {one.name: one.value for one in facts}
    assert (len(told.facilities), figures[words["compared"]], figures[words["unseen"]]) == (20, "25", "24")


def test_names_cover_no_other_and_a_phone_has_ranks() -> None:
    """Of forty facilities in one place most names find no room, and none is written over another."""
    crowd = [made(f"Facility {n}", n + 1, (0.5, 0.5 + n / 400)) for n in range(40)]
    wide, narrow = (scatter.draw(crowd, load(), is_narrow=is_narrow) for is_narrow in (False, True))
    named = [(one.x, one.y) for one in wide.texts if "halo" in one.look]

    assert 1 <= len(named) < 40
    assert all(
        abs(one[1] - other[1]) > 12 or abs(one[0] - other[0]) > 30 for one in named for other in named if one != other
    )
    assert [one.words for one in narrow.texts if one.look == "b"] == [str(n + 1) for n in range(40)]


def test_no_name_covers_the_numbers_of_the_axis() -> None:
    """Of two facilities without any hazard, in one place, the second has no room for its name."""
    drawing = scatter.draw([made(f"Dam {n}", n, (0.5, 0.0)) for n in (1, 2)], load(), is_narrow=False)
    numbers = {one.y for one in drawing.texts if one.words == "50" and one.anchor == "middle"}
    lowest = max(one.y for one in drawing.texts if "halo" in one.look)

    assert len(numbers) == 1 and lowest < numbers.pop() - scatter.LINE
