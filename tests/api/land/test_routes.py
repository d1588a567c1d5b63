"""Land use through the api: what layers say around a facility, who sees which, files in and out."""

import math
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ingest.database import connect
from tailings.land import layer_file
from tests.api import people
from tests.api.conftest import API_ROLE
from tests.api.land import vale
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database

LAND = "/api/v1/land"
LAYERS = f"{LAND}/layers"
OF_VALE = "/api/v1/facilities/vale/land"


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api over vale with five layers, of which protected areas and towns are public; ingest carries out commands."""
    with fresh_database(cluster, KNOWS_VALE) as database:
        vale.place(database.conninfo())
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            vale.load(connection, "natura", "towns", is_public=True)
            vale.load(connection, "rivers", "flood", "outline")
        server = ApiServer(tmp_path_factory.mktemp("land"), database.conninfo(API_ROLE)).start(wait_for=LAYERS)
        with command_runner_of(database):
            yield server, database
        server.stop()


@pytest.fixture(scope="module")
def anybody(served: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client without a key."""
    with httpx.Client(base_url=served[0].url, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def approver(served: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client who may read and approve in every facility."""
    key = bearer(people.add_key(served[1].conninfo(), "read", "approve", facilities=("*",)))
    with httpx.Client(base_url=served[0].url, timeout=60, headers=key) as client:
        yield client


def finding(answer: dict[str, Any], kind: str) -> Any:
    """What the only layer of a kind found; None without one."""
    (one,) = (one for one in answer["kinds"] if one["kind"] == kind)
    return one["layers"][0] if one["layers"] else None


def test_the_nearest_of_each_kind_stands_with_way_overlap_and_licence(approver: httpx.Client) -> None:
    """From the outline of 800 m by 400 m: an area over a part of it, one 2.6 km away, and whose layer it is."""
    found = finding(approver.get(OF_VALE).json(), "protected-area")

    assert [(one["name"], round(one["distance_m"]), round(one["shared_m2"])) for one in found["nearest"]] == [
        ("Ribeira", 0, 400 * 200),
        ("Serra", 2_600, 0),
    ]
    assert (found["layer"]["licence"], found["layer"]["day"]) == ("CC-BY-4.0", "2026-01-31")


def test_no_layer_is_not_nothing_near(approver: httpx.Client, anybody: httpx.Client) -> None:
    """Plans are not loaded, and rivers not for everybody: their kinds stand there without a layer."""
    everything, public = approver.get(OF_VALE).json(), anybody.get(OF_VALE).json()

    assert finding(everything, "plan") is None
    assert finding(public, "river") is None and finding(everything, "river") is not None
    assert (public["outline"], public["waterways"], public["inundations"]) == (None, [], [])


def test_a_layer_says_how_far_it_is_whole(approver: httpx.Client) -> None:
    """The stated box reaches beyond the look; that of two rivers ends with them."""
    answer = approver.get(OF_VALE).json()
    stated, own = finding(answer, "protected-area"), finding(answer, "river")

    assert stated["complete_within_m"] > answer["reach_m"] and stated["layer"]["is_stated"]
    assert own["complete_within_m"] == 0 and not own["layer"]["is_stated"]


def test_who_lives_near_is_counted_by_distance(approver: httpx.Client) -> None:
    """Without a number a settlement is counted as one without."""
    found = finding(approver.get(OF_VALE).json(), "settlement")["people"]

    assert [(one["radius_m"], one["settlements"], one["people"], one["without_number"]) for one in found] == [
        (1_000, 1, 0.0, 1),
        (5_000, 2, 420.0, 1),
        (10_000, 3, 21_420.0, 1),
    ]


def test_the_water_is_followed_and_what_lies_beside_it_named(approver: httpx.Client) -> None:
    """100 m from the outline to the brook, then 9 km; the town 200 m from the river, and the area across it."""
    (way,) = approver.get(OF_VALE).json()["waterways"]

    assert (way["start"], round(way["start_m"]), round(way["length_m"], -1)) == ("Brook", 100, 9_000)
    assert [one["name"] for one in way["beside"]] == ["Serra", "Ribeira", "Vila"]
    assert way["ends"] == ["network"]


def test_what_lies_in_the_inundation_area_is_named(approver: httpx.Client) -> None:
    """The town and what it shares with both protected areas; kinds without a layer are not listed."""
    (found,) = approver.get(OF_VALE).json()["inundations"]

    assert found["area_m2"] == pytest.approx(4_100 * 6_050, rel=1e-4)
    assert {one["name"]: one["shared_m2"] and round(one["shared_m2"], -3) for one in found["inside"]} == {
        "Serra": pytest.approx(1_000 * 50, abs=2_000),
        "Ribeira": pytest.approx(1_000 * 150, abs=2_000),
        "Vila": None,
        "Brook": None,
        "River": None,
    }
    assert found["kinds"] == ["protected-area", "river", "settlement"]


def test_who_reads_not_everything_sees_public_layers(anybody: httpx.Client, approver: httpx.Client) -> None:
    """The others are not even said to be there, nor given out."""
    assert [one["layer"] for one in anybody.get(f"{LAND}/layers").json()["layers"]] == ["natura", "towns"]
    assert len(approver.get(f"{LAND}/layers").json()["layers"]) >= 5
    assert [one.get(f"{LAND}/layers/flood/export").status_code for one in (anybody, approver)] == [404, 200]


@pytest.mark.parametrize("form", ["geojson", "gpkg"])
def test_a_layer_out_is_as_it_came_in(anybody: httpx.Client, form: str) -> None:
    """The same shapes, read again."""
    out = anybody.get(f"{LAND}/layers/natura/export", params={"form": form}).content

    read = layer_file.read(out, vale.source("natura", name="name"))
    assert read == layer_file.read(vale.content("natura"), vale.source("natura"))


def command(client: httpx.Client, content: bytes, **said: str) -> dict[str, Any]:
    """A file brought, and the command as it ended."""
    asked = {"file": "x.geojson", "id": "new", "kind": "plan", **vale.SAID, **said}
    given = client.post(f"{LAND}/file", params=asked, content=content)
    assert given.status_code == 202, given.text
    place = given.headers["location"]
    until(lambda: client.get(place).json()["state"] not in ("issued", "running"))
    found: dict[str, Any] = client.get(place).json()
    return found


def test_a_layer_is_brought_looked_at_and_removed_by_who_approves_everywhere(
    approver: httpx.Client, anybody: httpx.Client
) -> None:
    """A preview stores nothing; a broken file is refused with its feature; without a licence it is not taken."""
    seen = command(approver, vale.content("natura"), preview="true", covers="-9,37,-6,42")
    refused = command(approver, b'{"type":"FeatureCollection","features":[{"type":"Feature"}]}')
    without = approver.post(f"{LAND}/file", params={"file": "x", "id": "new", "kind": "plan"}, content=b"{}")
    unknown = approver.delete(f"{LAYERS}/new").headers["location"]
    until(lambda: approver.get(unknown).json()["state"] == "refused")

    assert (seen["state"], seen["outcome"]["features"], seen["outcome"]["covers"]) == ("done", 2, [-9, 37, -6, 42])
    assert refused["state"] == "refused" and "feature 1: it has no geometry" in refused["outcome"]["reason"]
    assert without.status_code == 422
    assert anybody.delete(f"{LAYERS}/natura").status_code == 401


def test_a_facility_for_inspire_has_its_series(anybody: httpx.Client) -> None:
    """GML with the place of the facility, as an observing capability each datastream that is not retired."""
    found = anybody.get("/api/v1/facilities/vale/inspire")
    series = anybody.get("/api/v1/facilities/vale/datastreams?limit=500").json()["datastreams"]

    assert found.headers["content-type"].startswith("application/gml+xml")
    assert found.text.count("<ef:ObservingCapability ") == len(series) > 0
    assert "38.2000000 -7.5000000" in found.text


def test_the_comparison_has_protected_areas_of_layers(anybody: httpx.Client, approver: httpx.Client) -> None:
    """Vale lies at the edge of one, by the layer that anybody may read."""
    for client in (anybody, approver):
        (found,) = client.get("/api/v1/comparison", params={"of": "facilities"}).json()["facilities"]
        (told,) = [one for one in found["indicators"] if one["name"] == "protected"]

        assert (told["low"], told["high"], told["source"], told["numbers"]) == (1.0, 1.0, "layer", [0.0, 0.0])
        assert told["dated"].startswith("2026-01-31")


def test_the_comparison_has_people_of_layers(anybody: httpx.Client, approver: httpx.Client) -> None:
    """Vila of 420 lies in the inundation area, which not everybody may read: without it nothing is known."""
    told = []
    for client in (anybody, approver):
        (found,) = client.get("/api/v1/comparison", params={"of": "facilities"}).json()["facilities"]
        told += [one for one in found["indicators"] if one["name"] == "people"]

    assert [(one["is_known"], one["source"], one["numbers"]) for one in told] == [
        (False, None, []),
        (True, "layer", [420.0, 420.0]),
    ]


def test_the_picture_has_ways_as_long_as_the_distances(approver: httpx.Client) -> None:
    """For each of the nearest that is drawn, to 2 m (whole metres at both ends)."""
    answer = approver.get(OF_VALE, params={"reach_m": 10_000}).json()
    ways = {(one["layer"], one["number"]): one["way"] for one in answer["picture"]["shapes"]}
    near = [
        (ways[one["layer"]["layer"], shape["number"]], shape["distance_m"])
        for kind in answer["kinds"]
        for one in kind["layers"]
        for shape in one["nearest"]
        if (one["layer"]["layer"], shape["number"]) in ways
    ]

    assert len(near) == 7
    for way, distance_m in near:
        assert (way is None) == (distance_m == 0)
        assert way is None or math.dist(*way) == pytest.approx(distance_m, abs=2)
