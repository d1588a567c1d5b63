"""Studies and samples over the api, from the demo's synthetic assays."""

import io
from collections.abc import Iterator

import httpx
import psycopg
import pyarrow.parquet
import pytest

from api.studies.models import Outcomes, Ratings, Samples, Study, Valuation
from tests.api import site
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.dashboard.value import study
from tests.servers import Database, fresh_database
from tests.tailings.study.example import result

VALE = "/api/v1/facilities/vale"


@pytest.fixture(scope="module")
def client(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over a site with a study."""
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        with psycopg.connect(database.conninfo()) as connection:
            study.add(connection, "vale", study.inputs())
        server = ApiServer(tmp_path_factory.mktemp("studies"), database.conninfo(API_ROLE)).start()
        with httpx.Client(base_url=server.url, timeout=60) as client:
            yield client
        server.stop()


def test_the_study_names_what_it_was_made_from(client: httpx.Client) -> None:
    """Its figures are those reckoned without a database; its file has its hash and its label."""
    found = Study.model_validate(client.get(f"{VALE}/study").json())

    assert found.result.net == pytest.approx(result().net)
    assert [(file.name, file.synthetic, len(file.sha256)) for file in found.files] == [("demo.csv", study.LABEL, 64)]
    assert found.version == 1


def test_outcomes_without_factors_are_the_study_and_with_them_move(client: httpx.Client) -> None:
    """P90, P50 and P10 are the stored ones, both ways; a plant at 1.5 costs half of 14 M EUR more at the middle."""
    plain = Outcomes.model_validate(client.get(f"{VALE}/study/outcomes").json())
    dear = Outcomes.model_validate(client.get(f"{VALE}/study/outcomes?plant=1.5").json())

    assert (plain.net.p90, plain.net.p50, plain.net.p10) == pytest.approx(result().net)
    assert plain.npv is not None and dear.npv is not None and plain.currency == "EUR"
    assert (plain.npv.p90, plain.npv.p50, plain.npv.p10) == pytest.approx(result().npv)
    assert plain.npv.p50 - dear.npv.p50 == pytest.approx(7.1e6, rel=0.05)
    assert plain.net.p50 - dear.net.p50 == pytest.approx(7.1e6, rel=0.05)
    assert sum(plain.counts) == 10_000


def test_a_valuation_is_the_study_with_what_follows_from_it(client: httpx.Client) -> None:
    """The stored P90, P50 and P10; 1.90 Mt at 350 000 t a year are 5.42 years; with prices at 0.9 it is worth less."""
    found = Valuation.model_validate(client.get(f"{VALE}/value?price=0.9").json()).study
    assert found is not None and found.outcomes.years is not None
    net = found.outcomes.net

    assert (net.p90, net.p50, net.p10) == pytest.approx(result().net)
    assert (found.tonnes, found.outcomes.years.p50) == (pytest.approx(1.2e6 * 1.58), pytest.approx(5.42, abs=0.01))
    assert found.what_if.net.p50 < net.p50 and found.what_if.factors == {"price": 0.9}


def test_a_valuation_knows_no_water_level_where_nobody_measures_one(client: httpx.Client) -> None:
    """This site has no reading of the study's piezometers: no share is told of, and all tonnes are without a level."""
    found = Valuation.model_validate(client.get(f"{VALE}/value").json()).study
    assert found is not None

    assert (found.allowed.flooded, found.allowed.dry_and_reachable, found.year_ago.flooded) == (None, None, None)
    assert sum(one.share for one in found.allowed.unlevelled) == pytest.approx(1.0)
    assert [one.water_m for line in found.lines for one in line.holes if one.water_m] == []


def test_a_class_is_told_of_in_each_version_of_the_study(client: httpx.Client) -> None:
    """One version, rated as the study says; what no study has is rated nowhere."""
    tungsten, luck = (
        Ratings.model_validate(client.get(f"{VALE}/study/ratings?element={one}").json()) for one in ("W", "Xx")
    )
    (first,) = result().commodities[:1]

    assert [(one.version, one.unfc, len(one.criteria)) for one in tungsten.ratings] == [
        (1, first.unfc, len(first.criteria))
    ]
    assert luck.ratings == []


def test_a_factor_out_of_bounds_is_refused(client: httpx.Client) -> None:
    """And an unknown one; the answer names it."""
    assert client.get(f"{VALE}/study/outcomes?price=9").status_code == 422
    assert client.get(f"{VALE}/study/outcomes?weather=1").status_code == 422


def test_samples_come_in_pages(client: httpx.Client) -> None:
    """Two pages of 200 and 52; one hole alone; values stay as printed."""
    first = Samples.model_validate(client.get(f"{VALE}/samples?limit=200").json())
    second = Samples.model_validate(client.get(str(first.next)).json())
    hole = Samples.model_validate(client.get(f"{VALE}/samples?hole=DH-01").json())

    assert (len(first.samples), len(second.samples)) == (200, 52)
    assert {sample.hole for sample in hole.samples} == {"DH-01"}
    assert hole.samples[0].assays[0]["printed"] == "0.0993"


def test_without_a_study_it_is_not_found(client: httpx.Client) -> None:
    """The answer says how to make one."""
    answer = client.get("/api/v1/facilities/rosa/study")

    assert answer.status_code == 404
    assert "tailwatch study run" in answer.json()["detail"]
    assert client.get("/api/v1/facilities/rosa/value").json()["study"] is None


def test_realisations_are_a_file_by_form_or_accept(client: httpx.Client) -> None:
    """Parquet as `Accept` says, with the seed in its metadata and a row each of 500 panels in 100 realisations; 406 for
    PDF, and 422 for a form that is none."""
    found = client.get(f"{VALE}/study/realisations", headers={"accept": "application/vnd.apache.parquet"}, timeout=300)
    refused = [
        client.get(f"{VALE}/study/realisations", headers={"accept": "application/pdf"}),
        client.get(f"{VALE}/study/realisations?form=dxf"),
    ]

    file = pyarrow.parquet.ParquetFile(io.BytesIO(found.content))
    assert file.metadata.num_rows == 100 * 500 and b'"seed":2026' in file.schema_arrow.metadata[b"tailwatch"]
    assert found.headers["content-disposition"].endswith('-1-realisations.parquet"')
    assert [one.status_code for one in refused] == [406, 422]
