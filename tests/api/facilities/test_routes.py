"""Facilities, nodes and datastreams, as the site of tests/api/site.py has them."""

from datetime import UTC, datetime

import httpx
import psycopg
import pytest

from api.datastreams.models import Datastream, Datastreams
from api.facilities.models import Facilities, FacilityDocument
from api.nodes.models import Node, Nodes
from tests.api import site
from tests.api.server import ApiServer
from tests.servers import TestDatabase


def test_facilities_tell_the_state_of_their_datastreams(client: httpx.Client) -> None:
    """Fresh, stale and never measured add up to all datastreams."""
    rosa, vale = Facilities.model_validate_json(client.get("/api/v1/facilities").content).facilities

    assert (rosa.id, rosa.last_time, rosa.counts.datastreams) == ("rosa", None, 0)
    assert (vale.counts.fresh, vale.counts.stale, vale.counts.never) == (1, 2, 2)
    assert (vale.counts.datastreams, vale.counts.nodes) == (5, 3)


def test_facilities_come_in_pages(client: httpx.Client) -> None:
    """Following `next` gives every facility once."""
    found, address = [], "/api/v1/facilities?limit=1"
    while address:
        page = client.get(address).json()
        found += [facility["id"] for facility in page["facilities"]]
        address = page["next"]

    assert found == ["rosa", "vale"]


def test_one_facility_has_its_file(client: httpx.Client) -> None:
    """A single facility carries the whole document that was applied."""
    vale = FacilityDocument.model_validate_json(client.get("/api/v1/facilities/vale").content)

    assert vale.document == site.DOCUMENT
    assert (vale.region, vale.crest_m, vale.licence) == ("PTI14", 342.0, "CC-BY-4.0")


@pytest.fixture
def nodes(client: httpx.Client) -> dict[str, Node]:
    answer = client.get("/api/v1/facilities/vale/nodes")
    return {node.id: node for node in Nodes.model_validate_json(answer.content).nodes}


def test_a_node_is_silent_after_three_intervals(nodes: dict[str, Node]) -> None:
    """A node that spoke three days ago is silent; one that never spoke is not called so."""
    assert (nodes["n01"].is_silent, nodes["n07"].is_silent, nodes["n09"].is_silent) == (True, False, False)
    assert nodes["n09"].last_pack_at is None


def test_a_node_that_reads_is_not_silent_for_want_of_packs(own_server: ApiServer, own_database: TestDatabase) -> None:
    """n01 sent its last pack three days ago, n07 none ever; both have a reading of now, as of a logger's file.

    n09 was never heard: of three nodes one is not heard, and none is where nobody says when it is due.
    """
    figures = []
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:
        owner.execute("UPDATE sequence_state SET stored_at = now() - interval '3 days' WHERE sender = 'n01'")
        for datastream in (site.BARO, site.BATTERY):
            site.store(owner, datastream, datetime.now(UTC).replace(microsecond=0), 3.3)
        found = httpx.get(f"{own_server.url}/api/v1/facilities/vale/nodes", timeout=60)
        for change in ("SELECT 1", "UPDATE node SET expected_interval_s = NULL WHERE id = 'n09'"):
            owner.execute(change)
            text = httpx.get(f"{own_server.url}/metrics", timeout=60).text
            (line,) = [one for one in text.splitlines() if one.startswith('tailwatch_silent_nodes{facility="vale"}')]
            figures.append(float(line.split()[-1]))
    silent = {node.id: node.is_silent for node in Nodes.model_validate_json(found.content).nodes}

    assert silent == {"n01": False, "n07": False, "n09": False}
    assert figures == [1, 0]


def test_a_node_tells_its_battery_and_epochs(nodes: dict[str, Node]) -> None:
    """The newest battery voltage stands beside the node, and its epochs with the newest first."""
    battery = nodes["n07"].battery

    assert battery is not None
    assert (battery.datastream, battery.result, battery.unit) == ("vale:n07:battery.voltage", 3.31, "V")
    assert [epoch.epoch for epoch in nodes["n07"].epochs] == ["0000bbbb", "0000aaaa"]


OTHER_BATTERY = """
WITH made AS (INSERT INTO instrument (facility_id, node_id, id, driver, retired_at)
              VALUES ('vale', 'n07', 'accu', 'battery', {retired})),
     named AS (INSERT INTO datastream (name, facility_id, node_id, instrument_id, quantity, unit, retired_at)
              VALUES ('vale:n07:accu.voltage', 'vale', 'n07', 'accu', 'voltage', 'V', {retired}) RETURNING id)
INSERT INTO latest SELECT id, now() - interval '1 year', 12.6, {quality}, NULL, now(), 1, now() FROM named"""


@pytest.mark.parametrize(
    ("retired", "quality", "shown"), [("now()", 1, 3.31), ("NULL", 1, 12.6), ("NULL", 3, 12.6), ("now()", 3, 3.31)]
)
def test_a_node_tells_the_battery_that_it_has(
    own_database: TestDatabase, own_server: ApiServer, retired: str, quality: int, shown: float
) -> None:
    """One that left the facility file a year ago, at 12.6 V, says nothing; of two that it has the first by its name."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(OTHER_BATTERY.format(retired=retired, quality=quality).encode())
    found = httpx.get(own_server.url + "/api/v1/facilities/vale/nodes", timeout=60).json()

    assert [node["battery"]["result"] for node in found["nodes"] if node["id"] == "n07"] == [shown]


def test_of_two_batteries_the_doubted_one_is_told(own_database: TestDatabase, own_server: ApiServer) -> None:
    """A second battery at 12.6 V comes first by its name; the other's doubted 3.31 V count, as its alarm has it."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(OTHER_BATTERY.format(retired="NULL", quality=1).encode())
        owner.execute("UPDATE latest SET quality = 3 WHERE datastream_id = %s", (site.BATTERY,))
    found = httpx.get(own_server.url + "/api/v1/facilities/vale/nodes", timeout=60).json()

    assert [node["battery"]["result"] for node in found["nodes"] if node["id"] == "n07"] == [3.31]


def test_a_node_that_is_read_from_files_since_its_packs_ended_is_heard(
    own_database: TestDatabase, own_server: ApiServer
) -> None:
    """n01 (every hour) sent its last pack ten days ago and is read since, newest 5 s ago: it is not silent."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute("UPDATE sequence_state SET stored_at = now() - interval '10 days' WHERE sender = 'n01'")
        owner.execute(
            "UPDATE latest SET phenomenon_time = now() - interval '5 s' WHERE datastream_id = %s", (site.BARO,)
        )
    found = httpx.get(own_server.url + "/api/v1/facilities/vale/nodes", timeout=60).json()

    assert [node["is_silent"] for node in found["nodes"] if node["id"] == "n01"] == [False]


@pytest.fixture
def datastreams(client: httpx.Client) -> dict[int, Datastream]:
    answer = client.get("/api/v1/facilities/vale/datastreams")
    return {one.id: one for one in Datastreams.model_validate_json(answer.content).datastreams}


def test_a_datastream_tells_newest_observation_and_coverage(datastreams: dict[int, Datastream]) -> None:
    """Value, quality, unit, age and coverage are those of the stored rows."""
    level = datastreams[site.LEVEL]

    assert level.latest is not None
    assert (level.latest.result, level.latest.quality, level.unit) == (site.level(site.MINUTES - 1)[0], 1, "m")
    assert (level.coverage.first, level.coverage.count) == (site.T0, site.LEVEL_ROWS)


def test_stale_is_older_than_three_intervals(datastreams: dict[int, Datastream]) -> None:
    """Old is stale, new is not, never measured has no latest and is not stale."""
    never = datastreams[site.NEVER]

    assert (datastreams[site.LEVEL].is_stale, datastreams[site.BATTERY].is_stale) == (True, False)
    assert (never.latest, never.is_stale, never.coverage.count) == (None, False, 0)


def test_datastreams_come_in_pages(client: httpx.Client) -> None:
    """Following `next` gives every datastream once, in order."""
    found: list[int] = []
    address = "/api/v1/facilities/vale/datastreams?limit=2"
    while address:
        page = client.get(address).json()
        found += [datastream["id"] for datastream in page["datastreams"]]
        address = page["next"]

    assert found == [1, 2, 3, 4, 5]


def test_datastreams_are_filtered(client: httpx.Client) -> None:
    """Node and quantity choose datastreams."""
    answer = client.get("/api/v1/facilities/vale/datastreams", params={"node": "n07", "quantity": "water-level"})

    assert [datastream["name"] for datastream in answer.json()["datastreams"]] == ["vale:n07:vw1.level"]


def test_agents_and_faults_stand_beside_the_nodes(own_database: TestDatabase, own_server: ApiServer) -> None:
    """Which file an agent works by and why it refused the stored one; what a node said of an instrument."""
    with psycopg.connect(own_database.conninfo()) as owner:
        owner.execute(
            "INSERT INTO agent_state (facility_id, agent_id, is_online, cfg, cfg_hash, refused_reason, document)"
            " VALUES ('vale', 'gw1', true, 0, 'old', 'unknown key', %s)",
            (
                '{"not_received": {"n01": 4}, "nodes": {"n01": {"lost_ms": 1764079200500},'
                ' "n07": {"asks_time": true, "refused": "no room"}}}',
            ),
        )
        owner.execute("INSERT INTO instrument_fault VALUES ('vale', 'n07', 'vw1', 'no answer', now(), now(), 2)")
    found = httpx.get(own_server.url + "/api/v1/facilities/vale/nodes", timeout=60).json()
    (agent,) = found["agents"]
    faults = {node["id"]: [(one["instrument"], one["text"]) for one in node["faults"]] for node in found["nodes"]}

    assert (agent["version"], agent["stored_version"], agent["is_current"]) == (0, 1, False)
    assert (agent["refused"], agent["not_received"]) == ("unknown key", {"n01": 4})
    assert [(node["link_lost_at"], node["asks_time"]) for node in found["nodes"]] == [
        ("2025-11-25T14:00:00.500000Z", False),
        (None, True),
        (None, False),
    ]
    assert [node["configuration_refused"] for node in found["nodes"]] == [None, "no room", None]
    assert faults == {"n01": [], "n07": [("vw1", "no answer")], "n09": []}
