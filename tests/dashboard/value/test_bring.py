"""A laboratory's file brought in from the page, in Chromium, with ingest at work."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api import people
from tests.dashboard.conftest import log_in, open_page
from tests.servers import TestDatabase
from tests.tailings.laboratory import surveys

HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,material,W ppm"
ROWS = ("S1,H1,10,-40,339.5,0,1.5,sand,120", "S2,H1,10,-40,339.5,3,1.5,sand,90")


@pytest.fixture(scope="module")
def person(pages_database: TestDatabase) -> str:
    """Who may approve in a facility without a study."""
    people.add_user(pages_database.conninfo(), "lab", rosa="approve")
    return "lab"


@pytest.fixture
def form(page: Page, person: str, at_work: None) -> Locator:
    """The form, for that person."""
    return open_page(log_in(page, person, "/f/rosa/value"), "/f/rosa/value").locator("#bring")


def test_a_file_is_seen_then_brought_and_its_faults_are_named(page: Page, form: Locator, tmp_path: Path) -> None:
    """One row is new, the other is named by row and column; nothing is stored before the second button."""
    file = tmp_path / "lab.csv"
    file.write_text("\n".join([HEADING, *ROWS]))
    confirm = form.get_by_role("button", name="Import")
    expect(confirm).to_be_disabled()
    form.get_by_label("File", exact=True).set_input_files(file)
    form.get_by_role("button", name="Preview").click()

    expect(form.locator("output")).to_contain_text(
        "1 new, 0 revised, 0 unchanged samples in 1 holes, 1 rows or columns"
    )
    expect(page.locator("#bring-faults li")).to_have_text("3 to_m: 1.5 is not below from_m, 3")
    confirm.click()
    expect(form.locator("output")).to_contain_text("Imported: 1 new")


def test_a_map_is_chosen_and_what_it_gives_is_shown(page: Page, form: Locator, tmp_path: Path) -> None:
    """The file of a survey: ranges by column. A changed map asks for another look, and a bad one says its line."""
    (tmp_path / "relaves.csv").write_bytes(surveys.content("relaves"))
    form.get_by_label("File", exact=True).set_input_files(tmp_path / "relaves.csv")
    form.get_by_label("Map file").set_input_files(surveys.FOLDER / "relaves.toml")
    expect(form.get_by_label("Map", exact=True)).to_have_value(re.compile(r"^header_rows = 2"))
    form.get_by_role("button", name="Preview").click()
    cells = page.locator("#bring-seen tbody tr").first.locator("td")

    expect(cells).to_have_text(["Cu ppm [ICP]", "2", "1790", "2150", "0", "1", "0"])
    form.get_by_label("Map", exact=True).fill("[columns")
    expect(form.get_by_role("button", name="Import")).to_be_disabled()
    form.get_by_role("button", name="Preview").click()
    expect(form.locator("output")).to_contain_text("map: line 1: not TOML")


def test_a_file_that_was_imported_by_mistake_is_withdrawn(page: Page, form: Locator, tmp_path: Path) -> None:
    """The list has it with what was withdrawn of it, by whom it was asked; then it can be chosen no more."""
    file = tmp_path / "wrong.csv"
    file.write_text("\n".join([HEADING, ROWS[0].replace("S1", "W1").replace("H1", "H7")]))
    form.get_by_label("File", exact=True).set_input_files(file)
    form.get_by_role("button", name="Preview").click()
    form.get_by_role("button", name="Import").click()
    expect(form.locator("output")).to_contain_text("Imported: 1 new")
    page.goto(page.url)
    asks, rows = page.locator("#withdraw"), page.locator("section[aria-labelledby=imports-title] tbody tr")
    number = rows.first.locator("td").first.inner_text()
    asks.get_by_label("Withdraw import").select_option(number)
    asks.get_by_label("Why").fill("the file of another dam")
    asks.get_by_role("button", name="Withdraw").click()

    expect(rows.first).to_contain_text("the file of another dam")
    expect(asks.locator(f"option[value='{number}']")).to_have_count(0)
