"""What the page for researchers shows works as it stands there, on a real api."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.provenance.models import Provenance
from tests.api import site
from tests.api.server import ApiServer

PAGE = Path(__file__).parents[2] / "docs" / "researching.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DAY = [minute for minute in site.level_minutes() if minute < 24 * 60]


@pytest.fixture(scope="module")
def read(read_server: ApiServer) -> dict[str, Any]:
    """What the names of the page hold when all its blocks have run, one after the other."""
    names: dict[str, Any] = {"CENTRE": read_server.url}
    for block in BLOCK.findall(PAGE.read_text()):
        exec(compile(block, str(PAGE), "exec"), names)
    return names


def test_pandas_has_each_row_and_leaves_out_what_did_not_pass(read: dict[str, Any]) -> None:
    """A day of minutes without the ten of the gap; the missing one is no number, and three rows are not good."""
    table, good = read["table"], read["good"]
    first_hour = [site.level(minute)[0] for minute in range(60)]

    assert len(table) == len(DAY) and set(table["unit"]) == {"m"}
    assert table["result"].isna().sum() == 1 and len(good) == len(DAY) - 3
    assert table.loc[table["quality"] == 3, "tests"].tolist() == ["gross_range,spike"]
    assert read["hourly"].iloc[0] == pytest.approx(sum(map(float, filter(None, first_hour))) / 60)


def test_what_describes_a_table_counts_its_rows(read: dict[str, Any]) -> None:
    """It is found from the table, and says how many rows a whole one has."""
    assert read["is_whole"] and read["described"]["dc:extent"] == len(DAY)


def test_pages_give_the_same_rows_and_the_gap_once(read: dict[str, Any]) -> None:
    """Columns of all pages are those of the file, and the one gap is between the minutes 999 and 1010."""
    assert (len(read["times"]), len(read["results"])) == (len(DAY), len(DAY))
    assert read["results"] == [site.level(minute)[0] for minute in DAY]
    assert read["gaps"] == [["2026-05-01T16:39:00Z", "2026-05-01T16:50:00Z"]]


def test_series_on_one_grid_are_columns_of_one_table(read: dict[str, Any]) -> None:
    """A day has 24 rows; the mean of the first hour is that of its minutes, and what was never measured is empty."""
    level, frequency = read["side_by_side"].columns

    assert read["side_by_side"].shape == (24, 2)
    assert read["side_by_side"][level].iloc[0] == pytest.approx(read["hourly"].iloc[0])
    assert read["side_by_side"][frequency].isna().all()


def test_arrow_has_the_same_numbers_as_a_table(read: dict[str, Any]) -> None:
    """Unit and citation stand in the schema; a frame of pandas has every row of the datastream."""
    assert (read["unit"], len(read["frame"])) == ("m", site.LEVEL_ROWS)
    assert read["cite_as"].startswith("Vale do Sino (") and read["name"] in read["cite_as"]
    assert read["frame"]["result"].isna().sum() == 1 and str(read["frame"].index.tz) == "UTC"


def test_netcdf_has_the_same_numbers_as_a_dataset(read: dict[str, Any]) -> None:
    """The mean of the good minutes of the first day is that of the site, and the unit stands beside it."""
    good = [site.level(minute)[0] for minute in DAY if site.level(minute)[1] == 1]

    assert read["level"].attrs["units"] == "m" and read["level"].sizes["time"] == site.LEVEL_ROWS
    assert float(read["daily"][0]) == pytest.approx(sum(good) / len(good))


def test_a_file_of_the_past_says_so_in_its_name(read: dict[str, Any]) -> None:
    """The instant is in the name, and the rows are those known then."""
    assert "_as_of_20260503T000000" in read["file_name"]
    assert len(read["known"].text.splitlines()) == 1 + site.LEVEL_ROWS


def test_the_chain_behind_a_figure_is_one(read: dict[str, Any]) -> None:
    """It is that of the figure that was asked for."""
    found = Provenance.model_validate(read["found"])

    assert (found.datastream, found.steps[0].result) == (read["name"], site.level(360)[0])


def test_what_the_page_of_safety_knows_is_read_as_it_stands(read: dict[str, Any], read_server: ApiServer) -> None:
    """The verdict is that of the assessment; this site has no plan, and so no margin."""
    assessment = httpx.get(f"{read_server.url}/api/v1/facilities/vale/assessment").json()

    assert (read["verdict"], read["margins"]) == (assessment["verdict"], {})
    assert read["safety"]["facility"] == "vale" and isinstance(read["slopes"], dict)


def test_who_begins_finds_the_hash_of_a_month(read: dict[str, Any]) -> None:
    """The function of the page gives the hash that the api gives, for the rows by which the site was built."""
    first_us = round(site.T0.timestamp()) * 1_000_000
    rows = [(first_us + 60_000_000 * minute, *site.level(minute)) for minute in site.level_minutes()]
    known = {(one["datastream"], one["month"]): one["sha256"] for one in read["months"]}

    assert read["content_hash"](rows) == known[read["name"], "2026-05"]
    assert (read["copy"], read["since"]) == ({}, 0)
