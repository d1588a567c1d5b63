"""The addresses of the pages over a real site, without a browser; behaviour from the design of the pages."""

import html
import json
import re

import httpx
import pytest

from api import exports

from . import looking

PAGES = (
    *looking.PAGES.values(),
    "/f/vale/nodes",
    "/f/rosa/instruments",
    "/f/rosa/water",
    "/f/rosa/safety",
    "/f/rosa",
    "/f/rosa/data",
)
HTML_GZ_BYTES = 30_000


@pytest.mark.parametrize("address", PAGES)
def test_each_page_answers_small_and_without_inline_code(client: httpx.Client, address: str) -> None:
    """HTML stays below 30 kB compressed and has neither inline script nor inline style (content security policy)."""
    with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    text = client.get(address).text

    assert answer.status_code == 200 and len(raw) < HTML_GZ_BYTES
    assert not re.search(r"<script(?![^>]*(src=|application/json))|\sstyle=|\son\w+=\"|<style", text)


def test_pages_say_what_is_wrong_at_once(client: httpx.Client) -> None:
    """The seeded faults are said: a silent node with its battery, one never heard of, lost packs."""
    text = client.get("/f/vale").text

    assert "Node n06 is silent" in text and "in its last pack" in text
    assert "Node n08 is silent" in text and "No contact yet" in text
    assert "3 packs lost." in text


def test_a_facility_without_plans_or_readings_is_not_green(client: httpx.Client) -> None:
    """Rosa was never measured."""
    text = client.get("/f/rosa").text

    assert "Not monitored: no plan in force" in text and "No contact yet" in text
    assert 'class="verdict green"' not in text


def test_the_overview_says_that_a_limit_of_water_is_exceeded(client: httpx.Client) -> None:
    """Cadmium and nickel of vale, as its page of water: row and verdict are red and say why; rosa has no plan."""
    text = client.get("/").text

    assert 'class="verdict red"' in text and "Vale do Sino exceeds a water limit." in text
    assert re.search(r'class="tag red".*?<span class="sub">2 water limits exceeded', text, re.DOTALL)
    assert "Rosa has no plan in force." in text


def test_the_page_of_data_offers_each_format_that_can_be_written(client: httpx.Client) -> None:
    """Those of the description, each at an address that answers with it."""
    text = client.get("/f/vale/data?ds=n02:vw1.level").text
    links = {html.unescape(one) for one in re.findall(r'href="(/api/v1/datastreams/[^"]*format=[^"]*)"', text)}
    formats = {link.rpartition("format=")[2] for link in links}

    assert formats == set(exports.names()) - {exports.JSON} and {"arrow", "netcdf"} < formats
    assert {client.head(link).status_code for link in links} == {200}


def test_a_file_says_where_it_was_measured(client: httpx.Client) -> None:
    """By the facility file (tests/data/vale.toml): the tip where one is stated, else the node; above which datum."""
    places = {}
    for name in ("n02:vw1.level", "n02:battery.voltage"):
        asked = {"format": "geojson", "limit": 1}
        told = client.get(f"/api/v1/datastreams/vale:{name}/observations", params=asked).json()["metadata"]
        place = told["datastreams"][f"vale:{name}"]["place"]
        places[name] = (
            place["elevation_m"],
            place["elevation_of"],
            place["vertical_datum"],
            place["lon"],
            place["lat"],
        )

    assert places == {
        "n02:vw1.level": (312.1, "tip", "Cascais 1938", -7.73, 40.16),
        "n02:battery.voltage": (325.0, "node", "Cascais 1938", -7.73, 40.16),
    }


def test_an_unknown_facility_asks_for_a_login(client: httpx.Client) -> None:
    """As one that is private does: nobody learns by it what there is."""
    answer = client.get("/f/nowhere")

    assert answer.status_code == 401 and "log in at /login" in answer.text


def test_the_link_holds_the_view(client: httpx.Client) -> None:
    """from, to and ds of the address are what the page draws."""
    address = "/f/vale?ds=n03:vw1.level,n01:pond.level&from=2026-05-03T00:00:00Z&to=2026-05-04T00:00:00Z"
    found = re.search(r'id="page">(.*?)</script>', client.get(address).text)
    assert found

    data = json.loads(found[1])

    assert data["chosen"] == ["n03:vw1.level", "n01:pond.level"]
    assert (data["fromTime"], data["toTime"]) == ("2026-05-03T00:00:00Z", "2026-05-04T00:00:00Z")


def test_the_query_form_gives_a_file(client: httpx.Client) -> None:
    """Times of the form are of the facility's zone; the CSV link works and has unit and quality columns."""
    text = client.get("/f/vale/data?ds=n02:vw1.level&from=2020-01-01T00:00&quality=1,2").text
    found = re.search(r'id="csv" href="([^"]+)"', text)
    assert found

    answer = client.get(found[1].replace("&amp;", "&"))

    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("phenomenon_time,result,unit,quality,tests\r\n")
    assert answer.text.count("\n") > 10_000


def test_the_ledger_of_the_nodes_page_adds_up(client: httpx.Client) -> None:
    """Sent is stored plus lost in the seeded ledger, and the sum row says it."""
    text = client.get("/f/vale/nodes").text
    sums = [int(re.sub(r"\D", "", cell)) for cell in re.findall(r"<td class=\"r num\"[^>]*><b>([^<]*)</b>", text)]

    sent, stored, late, twice, dropped, unreadable, lost, pending, quarantined = sums

    assert sent == stored + quarantined + dropped + unreadable + lost + pending
    assert (lost, late, twice) == (3, 14, 49)


def test_a_chosen_theme_is_in_the_first_byte(client: httpx.Client) -> None:
    """A dark page is dark before any script runs; another value of the cookie is ignored."""
    assert 'data-theme="dark"' in client.get("/", headers={"cookie": "theme=dark"}).text
    assert "data-theme" not in client.get("/", headers={"cookie": 'theme="><script>'}).text


def test_files_may_be_kept_for_ever_and_old_ones_are_gone(client: httpx.Client) -> None:
    """The address of a file changes with its content; an address of another version is not found."""
    found = re.search(r'href="(/static/\w+/)tailwatch.css"', client.get("/").text)
    assert found

    assert "immutable" in client.get(found[1] + "tailwatch.css").headers["cache-control"]
    assert client.get("/static/000000000000/tailwatch.css").status_code == 404
    assert client.get(found[1] + "../pages.py").status_code == 404
