"""A laboratory's file brought in from the page, in Chromium, with ingest at work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ingest.commands import CommandRunner, kinds
from tests.api import people
from tests.dashboard.conftest import open_page
from tests.servers import TestDatabase

HEADING = "sample,hole,chainage_m,offset_m,collar_m,from_m,to_m,material,W ppm"
ROWS = ("S1,H1,10,-40,339.5,0,1.5,sand,120", "S2,H1,10,-40,339.5,3,1.5,sand,90")


@pytest.fixture
def at_work(pages_database: TestDatabase) -> Iterator[None]:
    """Ingest's side, which carries commands out."""
    command_runner = CommandRunner(pages_database.conninfo("tailwatch_ingest"), kinds())
    command_runner.start()
    yield
    command_runner.close()


def test_a_file_is_brought_and_its_faults_are_named(
    page: Page, pages_database: TestDatabase, at_work: None, tmp_path: Path
) -> None:
    """One row is new, the other is named by row and column; rosa has no study, so nothing else changes."""
    people.add_user(pages_database.conninfo(), "lab", rosa="approve")
    file = tmp_path / "lab.csv"
    file.write_text("\n".join([HEADING, *ROWS]))
    page.goto("/login?next=/f/rosa/value")
    page.get_by_label("Name").fill("lab")
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    open_page(page, "/f/rosa/value")
    page.locator("#bring input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload").click()

    said = "1 new, 0 revised, 0 unchanged, 1 rows refused."
    expect(page.locator("#bring output")).to_have_text(said)
    expect(page.locator("#bring-faults li")).to_have_text("3 to_m: 1.5 is not below from_m, 3")
