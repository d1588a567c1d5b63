"""JSON lines of one datastream and of several, as they are downloaded from the whole app over a real database."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.reference import OPENAPI
from api.settings import Settings
from tailings.instants import rfc3339
from tailwatch.api import build
from tests.api import site
from tests.servers import Database, fresh_database

LEVEL = "vale:n07:vw1.level"
OBSERVATIONS = "/api/v1/datastreams/{datastream}/observations"


@pytest.fixture(scope="module")
def client(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole app in this process."""
    secret = tmp_path_factory.mktemp("app") / "database_url"
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        secret.write_text(database.conninfo("tailwatch_api"))
        secret.chmod(0o600)
        with TestClient(build(Settings(database_url_file=secret)), base_url="http://localhost") as client:
            yield client


def test_each_line_is_what_is_stored(client: TestClient) -> None:
    """Every stored row comes once, in order; a failed read is null, and the file has its ending."""
    answer = client.get(OBSERVATIONS.format(datastream=LEVEL), params={"format": "ndjson"})
    wanted = [(rfc3339(site.T0 + timedelta(minutes=at)), *site.level(at)[:2]) for at in site.level_minutes()]
    lines = [json.loads(line) for line in answer.text.splitlines()]

    assert [(one["time"], one["result"], one["quality"]) for one in lines] == wanted
    assert {(one["datastream"], one["unit"]) for one in lines} == {(LEVEL, "m")}
    assert answer.headers["content-disposition"] == 'attachment; filename="vale_n07_vw1.level.ndjson"'


def test_several_follow_each_other(client: TestClient) -> None:
    """One datastream after the other, each line under its own name."""
    asked = {"datastream": [LEVEL, "3"], "quality": "1,2,9", "marks": "3", "format": "ndjson"}
    lines = client.get("/api/v1/facilities/vale/series", params=asked).text.splitlines()

    assert [json.loads(line)["datastream"] for line in (lines[0], lines[-1])] == [LEVEL, "vale:n07:battery.voltage"]


def test_the_description_lists_it(client: TestClient) -> None:
    """Among the values of `format`, and with its media type."""
    described = client.get(OPENAPI).json()["paths"][OBSERVATIONS]["get"]
    (parameter,) = [one for one in described["parameters"] if one["name"] == "format"]

    assert parameter["schema"]["enum"][0] == "json" and "ndjson" in parameter["schema"]["enum"]
    assert "application/x-ndjson" in described["responses"]["200"]["content"]
