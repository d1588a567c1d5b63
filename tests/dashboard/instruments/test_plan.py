"""The site plan: places by the file's chainage and offset, states by shape and word, and no label on another."""

import re
from dataclasses import replace
from itertools import combinations

import httpx
import pytest
from playwright.sync_api import Page, expect

import texts
from api.instruments import answers
from dashboard.instruments import instrument_list, plan
from tailings import parse
from tests.dashboard.conftest import open_page
from tests.dashboard.examples import NOW, facility
from tests.dashboard.safety.examples import judged, level
from tests.dashboard.safety.plans import PLANS
from tests.tailings.facilities import VALE, vale

EN = texts.load()


NODES = ("n02", "n03", "n04", "n05", "n06", "n07")


def drawn(text: str = "", stale: str = "", rejected: str = "") -> plan.PlanDrawing | None:
    """The plan of the test facility, all fresh but one, and all usable but one."""
    file = parse(text) if text else vale()
    ages = {name: 9_000 if name == stale else 12 for name in NODES}
    rows = [level(name, 330.0, age_s, 4 if name == rejected else 1) for name, age_s in ages.items()]
    dam = replace(facility(rows, []), assessment=judged(rows, dict.fromkeys(file.tarp, "green"), file))
    known = answers.of_file(file, NOW)
    return plan.plan(dam, known, instrument_list.rows_of(dam, known), EN)


def test_marks_lie_where_the_file_says() -> None:
    """n02 stands 15 m further downstream than n03 on the same chainage: below it on the plan; n01 has no chainage."""
    found = drawn()

    assert found and found.unplaced == ("n01",)
    at = {one.node: one for one in found.places}
    assert at["n02"].x == at["n03"].x and at["n02"].y > at["n03"].y > at["n04"].y
    assert (at["n02"].along_m, at["n02"].away_m) == (20.0, 30.0)


def test_the_worst_instrument_gives_the_state() -> None:
    """A stale level makes its place stale; what was never measured is unknown, and never green."""
    found = drawn(stale="n05")

    assert found and {one.node: one.state for one in found.places if one.node in ("n04", "n05", "n08")} == {
        "n04": "fresh",
        "n05": "stale",
        "n08": "unknown",
    }


def test_a_value_past_its_trigger_gives_its_level_and_a_rejected_one_is_not_green() -> None:
    """330.0 m is past all triggers of n03 (red at 328.0), and below all of n04 (yellow at 330.4); n05 is rejected."""
    found = drawn(VALE.read_text() + PLANS, rejected="n05")

    assert found and {one.node: one.state for one in found.places if one.node in ("n03", "n04", "n05")} == {
        "n03": "red",
        "n04": "green",
        "n05": "unknown",
    }


def test_no_label_lies_on_another() -> None:
    """Labels of one column are a line of two rows apart."""
    found = drawn()

    assert found and all(
        abs(one.label_y - two.label_y) >= plan.LABEL_PX
        for one, two in combinations(found.places, 2)
        if abs(one.x - two.x) < plan.LABEL_WIDTH_PX
    )


def test_without_positions_there_is_no_plan() -> None:
    """A file that says nowhere how far along the crest a node stands is said to have no plan."""
    text = re.sub(r"chainage_m = [\d.]+, ", "", VALE.read_text())

    assert drawn(text) is None


def test_coordinates_stand_in_for_chainages() -> None:
    """A hundredth of a degree north of the facility is 1.11 km (a sixtieth is a sea mile, 1,852 m); north is up."""
    text = re.sub(r"position = {[^}]*}", "", VALE.read_text().partition("[sections")[0])
    for node, lat in (("n03", 40.16), ("n04", 40.16 + 1 / 60)):
        text = text.replace(
            f"[nodes.{node}]\n", f"[nodes.{node}]\nposition = {{ location = {{ lon = -7.73, lat = {lat} }} }}\n"
        )
    found = drawn(text)

    assert found and found.is_map and len(found.unplaced) == 6
    at = {one.node: one for one in found.places}
    assert at["n04"].away_m - at["n03"].away_m == pytest.approx(1852, rel=0.01)
    assert at["n04"].y < at["n03"].y and at["n04"].x == at["n03"].x


def test_the_table_beside_it_says_the_same(client: httpx.Client) -> None:
    """Each mark of the drawing is a row of the table."""
    text = client.get("/f/vale/instruments").text
    marks = [part.split('"')[0] for part in text.split('data-place="')[1:]]

    assert marks and marks == [part.split('"')[0] for part in text.split('data-at="')[1:]]


def test_a_mark_is_reached_by_keyboard_and_needs_no_network(page: Page) -> None:
    """Tab and Enter lead from a mark to the readings of its node; nothing is asked from another host."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page(page, "/f/vale/instruments")
    mark = page.locator("[data-place=n04]")
    expect(mark).to_contain_text("n04")
    mark.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/f/vale?node=n04")

    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {page.url.split("/")[2]}
