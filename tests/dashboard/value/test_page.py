"""The value page as it is served: words from data, downloads, what the dam allows, and benches that close and open."""

import csv
import io
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, expect

from ingest import studies
from ingest.migrate import migrate, migrations
from ingest.versions.facility import register
from tailings.facility import parse
from tests.api.server import ApiServer
from tests.api.site import commit, touch
from tests.dashboard.conftest import open_page
from tests.dashboard.judging import judge
from tests.dashboard.safety.plans import PLANS
from tests.dashboard.site import VALE
from tests.dashboard.value import study
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.study.example import result

GREEN_M, YELLOW_M = 339.0, 340.3
"""Pond levels below and above the yellow trigger of 340.0 m of the plan against overtopping."""


@pytest.fixture(scope="module")
def guarded(cluster: Database) -> Iterator[TestDatabase]:
    """Vale with its plans, and a study whose benches the plan against overtopping guards."""
    with fresh_database(cluster) as database, psycopg.connect(database.conninfo()) as connection:
        migrate(connection, migrations())
        text = VALE.read_text() + PLANS
        register(connection, parse(text, str(VALE)), text)
        study.add(connection, "vale", study.inputs('"overtopping"'))
        connection.commit()
        yield database


@pytest.fixture(scope="module")
def guarded_client(guarded: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the pages over it."""
    running = ApiServer(tmp_path_factory.mktemp("value"), guarded.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=running.url, timeout=60) as client:
        yield client
    running.stop()


def pond(database: TestDatabase, level_m: float) -> None:
    """Three readings of the pond, in the last seconds and after every one that was written before."""
    with psycopg.connect(database.conninfo()) as connection:
        row = connection.execute("SELECT id FROM datastream WHERE name = 'vale:n01:pond.level'").fetchone()
        assert row is not None
        now = datetime.now(UTC)
        newest = connection.execute(
            "SELECT max(phenomenon_time) FROM observation WHERE datastream_id = %s AND phenomenon_time > %s",
            (row[0], now - timedelta(seconds=3)),
        ).fetchone()
        start = (newest and newest[0]) or now - timedelta(seconds=3)
        for third in (1, 2, 3):
            time = start + (now - start) * third / 3
            connection.execute("INSERT INTO observation VALUES (%s, %s, %s, 1, NULL, NULL)", (row[0], time, level_m))
        connection.execute(
            "INSERT INTO latest VALUES (%s, %s, %s, 1, NULL, %s, 3, %s) ON CONFLICT (datastream_id)"
            " DO UPDATE SET phenomenon_time = excluded.phenomenon_time, result = excluded.result",
            (row[0], time, level_m, time, time),
        )
        commit(connection, [row[0]])
    judge(database.conninfo())


def test_a_yellow_level_closes_benches_and_green_opens_them(
    guarded: TestDatabase, guarded_client: httpx.Client
) -> None:
    """The next page after the reading says closed and by what, and zero of the tonnes reachable; and back."""
    pond(guarded, GREEN_M)
    before = guarded_client.get("/f/vale/value").text
    pond(guarded, YELLOW_M)
    raised = guarded_client.get("/f/vale/value").text
    pond(guarded, GREEN_M)
    after = guarded_client.get("/f/vale/value").text

    assert "No bench closed" in before
    assert "overtopping is yellow" in raised
    assert "Closed while overtopping is yellow" in raised
    assert "No bench closed" in after


def test_an_open_page_closes_benches_and_holes_within_a_minute_and_opens_them(
    browser: Browser, guarded: TestDatabase, guarded_client: httpx.Client
) -> None:
    """Nobody loads it again: a reading that comes a minute after the last renewal is said at once, and its end too."""
    pond(guarded, GREEN_M)
    page = browser.new_page(base_url=str(guarded_client.base_url))
    page.clock.install()
    open_page(page, "/f/vale/value")
    expect(page.locator("#live")).to_contain_text("Live")
    expect(page.locator("#rows")).to_contain_text("No bench closed")
    for level_m, bench, hole in ((YELLOW_M, "overtopping is yellow", "Closed while"), (GREEN_M, "No bench", "Open")):
        page.clock.fast_forward(61_000)
        pond(guarded, level_m)
        expect(page.locator("#rows")).to_contain_text(bench)
        expect(page.locator("#holes li", has_text=re.compile(r"^\s*DH-")).first).to_contain_text(hole)
    page.close()


def test_the_page_and_the_list_say_screening_beside_each_class(guarded_client: httpx.Client) -> None:
    """Head and table of the page, and the row of the list: nobody has signed the study."""
    page, listed = (guarded_client.get(address).text for address in ("/f/vale/value", "/value"))

    assert page.count("Screening, not an estimate") >= 2
    assert "Screening, not an estimate" in listed


def test_the_class_keeps_its_history(guarded: TestDatabase, guarded_client: httpx.Client) -> None:
    """A second study with a settled permit: both classes stand at the origin, with the reason of each."""
    settled = study.inputs('"overtopping"').replace(
        'number = 2\nreason = "Waste permit held', 'number = 1\nreason = "All held', 1
    )
    with psycopg.connect(guarded.conninfo()) as connection:
        studies.make(connection, "vale", settled, "system:1000")
    steps = guarded_client.get("/api/v1/facilities/vale/study/origin?figure=unfc:W").json()["steps"]
    rated = [one for one in steps if one["kind"] == "rating"]
    said = guarded_client.get("/f/vale/value/provenance?figure=unfc:W").text

    assert [one["name"]["values"] for one in rated] == [{"version": 2}, {"version": 1}]
    assert [one["notes"][0]["values"]["number"] for one in rated] == [1, 2]
    assert "E1 Permit: All held; " in said and "no more: E2 Permit: Waste permit held" in said


def test_a_year_ago_is_reckoned_from_the_stored_levels_of_that_day(
    guarded: TestDatabase, guarded_client: httpx.Client
) -> None:
    """Nothing is stored of that day until late readings come: 333 m floods 15 of 20 m."""
    pond(guarded, GREEN_M)
    before = guarded_client.get("/f/vale/value").text
    then = datetime.now(UTC) - timedelta(days=365, seconds=1)  # an answer is of a whole second
    with psycopg.connect(guarded.conninfo()) as connection:
        row = connection.execute("SELECT id FROM datastream WHERE name = 'vale:n01:pond.level'").fetchone()
        assert row is not None
        connection.execute("INSERT INTO observation VALUES (%s, %s, 333.0, 1, NULL, NULL)", (row[0], then))
        touch(connection, row[0], then, then)
        commit(connection, [row[0]])
    after = guarded_client.get("/f/vale/value").text

    assert "A year ago: no level stored for that day." in before
    assert "A year ago: 75 %." in after
    assert "From 1 of 3 levels." in after


def test_the_page_says_what_the_study_found(client: httpx.Client) -> None:
    """P50, the label of synthetic assays, the hash of the file, and the denominator that nobody has entered."""
    text = client.get("/f/vale/value").text
    middle = round(result().net[1] / 1e6)

    assert f"Net value after costs, undiscounted: +{middle} M EUR (P50)" in text
    for words in ("Synthetic:", "SHA-256", "denominator missing", "E2;F2;", "not an estimate", "UNFC"):
        assert words in text


def test_the_part_of_the_sliders_moves_with_them(client: httpx.Client) -> None:
    """At half the prices money is lost in more than nine of ten draws; the part alone is a few kB."""
    part = client.get("/f/vale/value?part=net&price=0.5").text

    assert "<html" not in part
    assert 'id="net-words"' in part
    assert "chance of a loss" in part
    assert len(part) < 20_000


def test_wild_factors_of_an_address_are_left_out(client: httpx.Client) -> None:
    """A factor that is none, or out of bounds, gives the study itself."""
    plain = client.get("/f/vale/value?part=net").text

    assert client.get("/f/vale/value?part=net&price=abc&cost=99").text == plain


TABLES = "/api/v1/facilities/vale/study/tables"


def test_the_file_has_units_sources_and_label(client: httpx.Client) -> None:
    """Four commodities, each with source, label and hash; no column is money for what lies in the ground."""
    rows = list(csv.DictReader(io.StringIO(client.get(f"{TABLES}/commodities").text)))

    assert [row["element"] for row in rows] == ["W", "Cu", "Sn", "Zn"]
    assert all(row["synthetic"] and row["price_source"] and len(row["samples_sha256"]) == 64 for row in rows)
    assert [name for name in rows[0] if name.endswith("_eur")] == ["recoverable_p50_eur"]
    assert client.get(f"{TABLES.replace('vale', 'rosa')}/commodities").status_code == 404


def test_samples_are_a_file_as_the_laboratory_printed_them(client: httpx.Client) -> None:
    """Each result with what was printed, what it means in mg/kg of the element, and the row of the file."""
    rows = list(csv.DictReader(io.StringIO(client.get(f"{TABLES}/samples").text)))
    first = rows[0]

    assert len(rows) == 4 * 252
    assert (first["sample"], first["hole"], first["printed"], first["unit"]) == ("S0001", "DH-01", "0.0993", "%")
    assert float(first["mg_per_kg"]) == pytest.approx(993 * 183.84 / 231.837, abs=0.1)
    assert (first["file"], first["file_row"], len(first["file_sha256"])) == ("demo.csv", "2", 64)


def test_every_file_that_the_page_offers_is_there(client: httpx.Client) -> None:
    """Tables as CSV and Parquet, the Article 27 record as JSON and GeoJSON: each with a name and what it is."""
    offered = set(re.findall(r'href="(/[^"]+)" download', client.get("/f/vale/value").text))
    answers = [client.get(address) for address in sorted(offered)]

    assert len(offered) == 18
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["content-type"].partition(";")[0] for answer in answers} == {
        "text/csv",
        "application/vnd.apache.parquet",
        "application/json",
        "application/geo+json",
    }
    assert all("attachment; filename=" in answer.headers["content-disposition"] for answer in answers)


def test_holes_are_laid_along_the_section_that_is_asked_for(client: httpx.Client) -> None:
    """Section A is nearest to most holes; its links lead to the others, and a line that is none gives the first."""
    first, axis = (client.get(f"/f/vale/value{query}").text for query in ("", "?section=axis"))

    assert "Drill holes along Section A" in first
    assert "Not drawn, more than 60 m off the line: DH-05" in first
    assert "Drill holes along their own axis" in axis
    assert "Drill holes along Section A" in client.get("/f/vale/value?section=none").text


def test_without_a_study_the_page_says_how_to_make_one(client: httpx.Client) -> None:
    """The commands stand there."""
    text = client.get("/f/rosa/value").text

    assert "No study yet" in text
    assert "tailwatch study run" in text


def test_all_facilities_stand_by_value_and_those_without_a_study_last(client: httpx.Client) -> None:
    """Vale has one, with both its ranges, class and label; Rosa says that it has none, not zero."""
    text = client.get("/value").text
    rows = text[text.index("<tbody") :].split("<tr>")[1:]

    assert "Studies: 1 of 2 facilities" in text
    assert all(words in rows[0] for words in ("Vale", "M EUR", "\u22122.1 to +33", "\u22124.5 to +24", "E2;F2;"))
    assert "synthetic assays" in rows[0]
    assert "Rosa" in rows[1] and "No study yet" in rows[1]


def test_every_figure_of_the_overview_opens_its_origin(client: httpx.Client) -> None:
    """Each cell with a figure is a way to an origin, and each way ends at the figure that the cell shows."""
    text = client.get("/value").text
    cells = re.findall(r"<td[^>]*>.*?</td>", text[text.index("<tbody") : text.index("</tbody")], re.DOTALL)
    figures = [cell for cell in cells if re.search(r">[^<]*[0-9]", cell) and '/value"><b>' not in cell]
    ways = [re.search(r'data-provenance href="([^"]+)">([^<]+)<', cell) for cell in figures]

    assert len(ways) == 7
    for way in ways:
        assert way is not None
        page = client.get(way[1]).text
        assert all(part in page for part in way[2].split(" to "))


def test_facilities_stand_by_confidence_or_by_state(client: httpx.Client) -> None:
    """The order that is asked for is marked and named above the list; another one is refused."""
    for by in ("confidence", "state"):
        text = client.get(f"/value?by={by}").text
        assert f'/value?by={by}" aria-current="true"' in text
        assert f"By {by}" in text
    assert client.get("/value?by=luck").status_code == 422


@pytest.mark.parametrize("figure", ["unfc:%00", "hole:%00", "%00", "unfc:Xx"])
def test_a_figure_that_no_study_has_is_not_found(client: httpx.Client, figure: str) -> None:
    """Whatever stands in the address, a zero byte too, which no text of the database can have."""
    found = client.get(f"/f/vale/value/provenance?figure={figure}")

    assert found.status_code == 404


def test_only_who_may_approve_is_offered_to_bring_a_file(client: httpx.Client) -> None:
    """A stranger reads the page and sees no form for a laboratory file."""
    assert 'id="bring"' not in client.get("/f/vale/value").text


def test_realisations_are_offered_where_a_study_has_them(client: httpx.Client) -> None:
    """In both forms; the api makes them when they are asked for (tests/api/studies)."""
    text = client.get("/f/vale/value").text

    assert [f'study/realisations?form={form}"' in text for form in ("gslib", "parquet")] == [True, True]


def test_the_study_by_article_27_is_a_pdf_in_the_language_of_the_reader(client: httpx.Client) -> None:
    """The page leads to it; its version is that of the api's document, by English and by Spanish address.

    It cites the laboratory's file, and not each of 864 assays on 54 pages.
    """
    assert 'href="/f/vale/value/study.pdf"' in client.get("/f/vale/value").text
    told = client.get("/api/v1/facilities/vale/study/document").json()

    for language, words in (("en", b"preliminary economic assessment study"), ("es", b"preliminar")):
        found = client.get(f"/f/vale/value/study.pdf?lang={language}")
        facts = subprocess.run(["pdfinfo", "-"], input=found.content, capture_output=True, check=True).stdout
        assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf")
        assert words in facts and b"Tagged:          yes" in facts
        assert int(facts.partition(b"Pages:")[2].split()[0]) < 15
        assert f"vale-study-{told['study']}-article-27.pdf" in found.headers["content-disposition"]


def test_without_a_study_there_is_no_document(client: httpx.Client) -> None:
    """What to do is said, and the page does not lead to it."""
    found = client.get("/f/rosa/value/study.pdf")

    assert (found.status_code, "tailwatch study run" in found.text) == (404, True)
    assert "study.pdf" not in client.get("/f/rosa/value").text
