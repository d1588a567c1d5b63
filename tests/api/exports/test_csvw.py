"""The description of a CSV by W3C's vocabulary, found from the CSV and held against it."""

import csv
import io

import httpx
import pytest

from tests.api import site
from tests.api.exports import stored

CSVW = "http://www.w3.org/ns/csvw"


def test_the_csv_leads_to_what_describes_it(client: httpx.Client) -> None:
    """Link `describedby` of the CSV is a document whose url, seen from there, is the CSV's own address."""
    table = client.get(stored.OBSERVATIONS, params={"format": "csv", "from": "2026-05-01T00:00:00Z"})
    link = table.links["describedby"]
    told = client.get(link["url"])

    assert told.headers["content-type"] == link["type"] == "application/csvm+json"
    assert told.json()["@context"] == CSVW
    assert told.url.join(told.json()["url"]) == table.url


def test_a_whole_csv_has_as_many_rows_as_it_says(client: httpx.Client) -> None:
    """Columns in their order, number of rows, first and last time, for one datastream and for several."""
    for address, more in (
        (stored.OBSERVATIONS, {}),
        (stored.SERIES, {"datastream": [stored.LEVEL, stored.BATTERY], "quality": "1,2,9", "marks": "3,4"}),
    ):
        head, *rows = csv.reader(io.StringIO(client.get(address, params={**more, "format": "csv"}).text, newline=""))
        told = client.get(address, params={**more, "format": "csvw"}).json()
        when = head.index("phenomenon_time")

        assert [one["name"] for one in told["tableSchema"]["columns"]] == head
        assert told["dc:extent"] == len(rows) >= site.LEVEL_ROWS
        assert told["dc:temporal"].split("/") == [min(row[when] for row in rows), max(row[when] for row in rows)]


def test_it_says_what_the_numbers_are(client: httpx.Client) -> None:
    """Name, unit, place, licence and citation; no null, of which CSVW knows nothing."""
    answer = client.get(stored.OBSERVATIONS, params={"format": "csvw"})
    told = answer.json()
    (measured,) = told["schema:variableMeasured"]

    assert (measured["schema:name"], measured["schema:unitText"]) == (stored.LEVEL, "m")
    assert measured["schema:valueReference"]["schema:latitude"] == 40.16
    assert told["dc:license"] == "CC-BY-4.0" and stored.LEVEL in told["dc:bibliographicCitation"]
    assert "null" not in answer.text


@pytest.mark.parametrize(
    ("more", "span"),
    [
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}, "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"),
        ({"from": "2026-06-01T00:00:00Z", "to": "2026-07-01T00:00:00Z"}, "2026-06-01T00:00:00Z/2026-07-01T00:00:00Z"),
        ({"from": "2026-04-01T00:00:00Z", "to": "2026-07-01T00:00:00Z"}, "2026-05-01T00:00:00Z/2026-05-02T23:59:00Z"),
        ({"from": "2026-04-01T00:00:00Z"}, "2026-05-01T00:00:00Z/2026-05-02T23:59:00Z"),
    ],
)
def test_it_is_cited_by_what_was_asked_for(client: httpx.Client, more: dict[str, str], span: str) -> None:
    """As far as the level was observed, in the first two days of May; where it was not, by the interval itself."""
    for name in ("vale:n09:vw1.level", stored.BATTERY) if "to" in more else ("vale:n09:vw1.level",):
        asked = {"datastream": [stored.LEVEL, name], "format": "csvw", **more}
        told = client.get(stored.SERIES, params=asked).json()["dc:bibliographicCitation"]

        assert f", {span}, as_of=" in told


def test_without_a_row_it_says_so(client: httpx.Client) -> None:
    """No observation is an extent of 0."""
    told = client.get("/api/v1/datastreams/vale:n09:vw1.level/observations", params={"format": "csvw"}).json()

    assert told["dc:extent"] == 0 and "dc:temporal" not in told


@pytest.mark.parametrize("asked", [{}, {"limit": 10}])
def test_before_anything_was_known_it_says_so(client: httpx.Client, asked: dict[str, int]) -> None:
    """What was known in the year 203, whole or as a page: no row and no span, and no failure of the server."""
    query = {"format": "csvw", "as_of": "0203-06-26T11:30:07.3-22:05", **asked}
    found = client.get(stored.OBSERVATIONS, params=query)

    assert found.status_code == 200
    assert found.json()["dc:extent"] == 0 and "dc:temporal" not in found.json()
