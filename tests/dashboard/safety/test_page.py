"""The safety page over a real site: its tables say what the api says, and its states are never better than the data."""

import json
import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import psycopg
import pytest

from tests.servers import TestDatabase

PAGE = "/f/vale/safety"
LAST_HOUR = """
WITH good AS (SELECT o.phenomenon_time AS at, o.result FROM observation o JOIN datastream d ON d.id = o.datastream_id
              WHERE d.name = %s AND o.quality IN (1, 2)),
     newest AS (SELECT * FROM good ORDER BY at DESC LIMIT 1)
SELECT newest.result - good.result FROM newest, good
WHERE good.at <= newest.at - interval '1 hour' ORDER BY good.at DESC LIMIT 1"""


class Rows(HTMLParser):
    """Texts of the cells of each row that has data-ds, by that id and the cell's data-part."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[int, dict[str, str]] = {}
        self._row: int | None = None
        self._part: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self._row = int(given["data-ds"] or 0) if "data-ds" in given else None
        self._part = given.get("data-part") if tag == "td" else self._part

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._part = None

    def handle_data(self, data: str) -> None:
        if self._row is not None and self._part:
            row = self.found.setdefault(self._row, {})
            row[self._part] = row.get(self._part, "") + data.strip()


@pytest.fixture
def latest(client: httpx.Client) -> dict[int, Any]:
    """The newest readings as the api tells them, by id."""
    found = client.get("/api/v1/facilities/vale/datastreams?limit=500").json()["datastreams"]
    return {one["id"]: one["latest"] for one in found}


@pytest.mark.parametrize("section", ["a", "b"])
def test_each_number_of_the_section_s_table_is_the_api_s(
    client: httpx.Client, latest: dict[int, Any], section: str
) -> None:
    """Now: the newest reading to the centimetre; a month ago there was none, and none is shown."""
    rows = Rows(client.get(f"{PAGE}?section={section}").text).found

    assert len(rows) >= 3
    for id, row in rows.items():
        expected = f"{latest[id]['result']:.2f}" if latest[id]["quality"] in (1, 2, 3) else "rejected"
        assert row["now"] == expected and row.get("before", "") == ""


def test_the_site_is_yellow_since_its_piezometer_is_above_its_trigger(client: httpx.Client) -> None:
    """n04 stands above 330.40 m for more than two days: said with the plan's actions, due from when it became known."""
    text = client.get(PAGE).text

    assert 'class="verdict yellow"' in text and re.search(r"Yellow: next action by (\d+ \w+ )?\d\d:\d\d<", text)
    assert re.search(r"n04 vw1 water level 330\.\d\d m, \d\.\d\d m above its yellow trigger \(330\.40 m\)", text)
    assert "Walk over benches 2 and 3, with photos" in text and "7 h 5" in text


def test_the_answer_has_the_change_of_the_last_hour(
    client: httpx.Client, fresh: None, pages_database: TestDatabase
) -> None:
    """Of n04 as PostgreSQL subtracts them; of n06, silent for 26 h, there is none."""
    with psycopg.connect(pages_database.conninfo()) as connection:
        row = connection.execute(LAST_HOUR, ("vale:n04:vw1.level",)).fetchone()
    told = client.get("/api/v1/facilities/vale/safety").json()["last_hour"]
    found = {one["datastream"]: one["change"] for one in told}

    assert row is not None and found["n04:vw1.level"] == pytest.approx(row[0])
    assert "n06:vw1.level" not in found and "n01:pond.level" in found


def test_a_facility_without_plans_is_not_monitored(client: httpx.Client) -> None:
    """Rosa: not monitored, no gauge, no section, and never green."""
    text = client.get("/f/rosa/safety").text

    assert "Not monitored: no plan in force" in text
    assert "gauge" not in text and 'class="verdict green"' not in text


def test_a_stale_piezometer_is_dashed_and_has_no_margin(client: httpx.Client) -> None:
    """n06 is silent for 26 h: its segments are dashed, its label says how old it is."""
    text = client.get(f"{PAGE}?section=b").text

    assert 'class="now stale"' in text and re.search(r"325\.\d\d m · 2[67] h old", text)


def test_unknown_choices_show_the_first_section(client: httpx.Client) -> None:
    """A mistyped section or datastream still shows a picture."""
    assert "Section A: water level in the dam" in client.get(f"{PAGE}?section=zz&near=nothing").text


def test_the_series_have_the_near_instrument_with_its_limits(client: httpx.Client) -> None:
    """Rain, pond and levels are drawn over 30 days; n04 is looked at closely, with the limits of its plan."""
    found = re.search(r'id="page">(.*?)</script>', client.get(PAGE).text)
    assert found
    data = json.loads(found[1])

    assert data["near"] == "n04:vw1.level" and data["from"] == "-30d"
    assert data["limits"]["n04:vw1.level"] == [["yellow", 330.4], ["orange", 330.9], ["red", 331.4]]
    assert data["tips"]["n04:vw1.level"] == 319.2  # as the facility file states it
    assert data["chosen"][:3] == ["n01:rain.rain", "n01:pond.level", "n04:vw1.level"]


def test_an_alarm_is_an_event_of_the_charts(client: httpx.Client) -> None:
    """The level of record that stands since is marked on the charts at its time, with its words."""
    data = json.loads(re.findall(r'<script[^>]*id="page"[^>]*>(.*?)</script>', client.get(PAGE).text, re.S)[0])
    known = client.get("/api/v1/facilities/vale/safety").json()["events"]
    (since,) = {one["time"] for one in known if one["code"] == "level"}

    marked = {words for time, _, words in data["events"] if abs(time - datetime.fromisoformat(since).timestamp()) < 1}
    assert len(marked) == 1 and "ellow" in marked.pop()
