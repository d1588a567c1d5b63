"""GeoJSON, as a map reads it, against SQL of our own."""

import httpx

from tailings.instants import rfc3339
from tests.api import site
from tests.api.exports import stored
from tests.servers import TestDatabase


def test_every_observation_is_a_point_where_it_was_measured(client: httpx.Client, read_database: TestDatabase) -> None:
    """With time, result or null, flag and tests; the collection says licence and citation."""
    answer = client.get(stored.OBSERVATIONS, params={"format": "geojson"})
    whole = answer.json()
    told = [one["properties"] for one in whole["features"]]
    found = [(one["phenomenon_time"], one["result"], one["quality"], one["tests"]) for one in told]

    assert found == [(rfc3339(time), *row) for time, *row in stored.rows(read_database)]
    assert {str(one["geometry"]) for one in whole["features"]} == {"{'type': 'Point', 'coordinates': [-7.73, 40.16]}"}
    assert (whole["type"], whole["metadata"]["licence"]) == ("FeatureCollection", "CC-BY-4.0")


def test_several_follow_each_other(client: httpx.Client, read_database: TestDatabase) -> None:
    """Each feature names its datastream and its unit; as of an instant what came later is not there."""
    asked = {"datastream": [stored.LEVEL, stored.BATTERY], "format": "geojson"}
    told = [one["properties"] for one in client.get(stored.SERIES, params=asked).json()["features"]]
    past = client.get(stored.OBSERVATIONS, params={"format": "geojson", "as_of": stored.AS_OF.isoformat()}).json()

    assert {(one["datastream"], one["unit"]) for one in told} == {(stored.LEVEL, "m"), (stored.BATTERY, "V")}
    assert len(past["features"]) == len(stored.rows(read_database, as_of=stored.AS_OF)) < site.LEVEL_ROWS


def test_no_observation_is_an_empty_collection(client: httpx.Client) -> None:
    """A datastream that was never measured."""
    answer = client.get("/api/v1/datastreams/vale:n09:vw1.level/observations", params={"format": "geojson"})

    assert answer.json()["features"] == []
