"""CSV of one datastream, whole and by pages, and of several."""

import csv
import io
from datetime import timedelta

import httpx
import psycopg

from tailings.instants import rfc3339
from tests.api import site
from tests.api.server import ApiServer
from tests.servers import TestDatabase

LEVEL = "vale:n07:vw1.level"
OBSERVATIONS = f"/api/v1/datastreams/{LEVEL}/observations"
STORED = [(rfc3339(site.T0 + timedelta(minutes=m)), *site.level(m)) for m in site.level_minutes()]


def test_csv_holds_what_is_stored(client: httpx.Client) -> None:
    """The standard library's reader finds every row with unit, quality and quoted tests, lines ended by CRLF."""
    answer = client.get(OBSERVATIONS, params={"format": "csv"})
    head, *lines = csv.reader(io.StringIO(answer.text, newline=""))

    assert head == ["phenomenon_time", "result", "unit", "quality", "tests"]
    assert [(t, float(r) if r else None, int(q), tests or None) for t, r, _, q, tests in lines] == STORED
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == site.LEVEL_ROWS + 1


def test_csv_pages_join_to_the_whole(client: httpx.Client) -> None:
    """Pages of CSV link to the next and join to the file, heads apart."""
    whole = client.get(OBSERVATIONS, params={"format": "csv"}).text.splitlines()
    found, address = [], f"{OBSERVATIONS}?format=csv&limit=900"
    while address:
        answer = client.get(address)
        found += answer.text.splitlines()[1:]
        address = answer.links.get("next", {}).get("url", "")

    assert found == whole[1:]


def test_a_file_of_several_has_every_observation_of_line_and_marks(client: httpx.Client) -> None:
    """CSV is, one datastream after the other, the file of each alone with its name before every line."""
    asked = {"datastream": [LEVEL, "3"], "quality": "1,2,9", "marks": "3", "format": "csv"}
    answer = client.get("/api/v1/facilities/vale/series", params=asked)
    wanted = ["datastream,phenomenon_time,result,unit,quality,tests"]
    for name in (LEVEL, "vale:n07:battery.voltage"):
        alone = client.get(f"/api/v1/datastreams/{name}/observations?format=csv&quality=1,2,3,9").text
        wanted += [f"{name},{line}" for line in alone.splitlines()[1:]]

    assert answer.text.splitlines() == wanted and len(wanted) > site.LEVEL_ROWS - 2
    assert answer.headers["content-disposition"] == 'attachment; filename="vale.csv"'


def test_no_cell_begins_a_formula(own_server: ApiServer, own_database: TestDatabase) -> None:
    """What a gateway names its tests is a text in a spreadsheet too; a result below zero stays a number."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(
            "INSERT INTO observation (datastream_id, phenomenon_time, result, quality, tests)"
            " SELECT id, %s, -1.5, 3, %s FROM datastream WHERE name = %s",
            (site.T0 + timedelta(seconds=30), '=HYPERLINK("http://evil/")', LEVEL),
        )
    answer = httpx.get(own_server.url + OBSERVATIONS, params={"format": "csv", "quality": "3"}, timeout=60)
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))[1:]

    assert [row[1:] for row in rows if row[4].startswith(("=", "'"))] == [
        ["-1.5", "m", "3", '\'=HYPERLINK("http://evil/")']
    ]
