"""Who leads a drill: it is not begun on a plan that is blind, or that has an alarm from before."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ingest.database import connect
from ingest.store import commit
from tailings.drill import DrillScenario
from tailings.drill.readings import CalmReadings, DrillReadings
from tailings.drill.scenario import Expectation, Inject, Participant
from tailings.facility import parse
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.demo.history_import import Filling
from tailwatch.drill.dam import DrillDam
from tailwatch.drill.leader import Leader
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.waiting import until
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.drill import pond

SCENARIO = DrillScenario(
    "short",
    "The pond rises",
    "A culvert is blocked.",
    30.0,
    injects=(Inject(1.0, "It rises.", expect=(Expectation("overtopping", "yellow", 3.0),)),),
    people=(Participant("Ana"),),
)
SEES = """
INSERT INTO tarp_state (facility_id, plan, digest, since_ms, through_ms, commit_id, standing)
VALUES ('vale', 'overtopping', '', 0, %s, 0, jsonb_build_object('sight', jsonb_build_object('state', %s::text)))
ON CONFLICT (facility_id, plan) DO UPDATE SET standing = excluded.standing, through_ms = excluded.through_ms"""
PLAYED = """
INSERT INTO drill (facility_id, scenario, led_by, began_at, ended_at, record, sha256)
VALUES ('vale', '{}', 'system:0', now() - interval '30 hours', now() - %(hours)s * interval '1 hour', '{}',
    repeat('0', 64))"""
STANDS = """
INSERT INTO alarm_event (facility_id, family, rule, title, is_simulated, level, signal, highest, began_at, noted_at,
                         is_past) VALUES ('vale', 'dam', 'overtopping', '', false, 1, 1, 1, now(), now(), false)"""


def leader_of(database: TestDatabase, folder: Path, told: list[str], past_h: float = 0.0) -> Leader:
    """One who leads a drill of vale whose past, if there is one, is stored."""
    file = folder / CONNINFO
    file.parent.mkdir(exist_ok=True)
    file.write_text(database.conninfo("tailwatch_ingest"))

    def tell(part: str, line: str) -> None:
        told.append(line)

    scenario = msgspec.structs.replace(SCENARIO, past_h=past_h)
    dam = DrillDam(DrillReadings(parse(pond.FILE.read_text()), CalmReadings({}, {}), scenario))
    past = Filling([], "vale", folder, tell)
    return Leader("vale", folder, scenario, dam, past=past, wait_s=60.0, tell=tell)


@pytest.fixture
def database(cluster: Database) -> Iterator[TestDatabase]:
    """One that knows vale."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        yield fresh


@pytest.mark.parametrize(
    ("through_ms", "sight", "stands", "said"),
    [
        (1, "full", False, "begins at"),
        (1, "reduced", False, "begins at"),
        (1, "blind", False, "waits until plan overtopping can see"),
        (None, "full", False, "waits until plan overtopping can see"),
        (1, "full", True, "an alarm of plan overtopping stands from before"),
    ],
)
def test_it_begins_when_every_plan_sees_and_none_stands(
    database: TestDatabase, tmp_path: Path, through_ms: int | None, sight: str, stands: bool, said: str
) -> None:
    """And says once what it waits for; a plan with reduced sight can still reach its worst level."""
    told: list[str] = []
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        connection.execute(SEES, (through_ms, sight))
        if stands:
            connection.execute(STANDS)
        for _ in range(2):
            leader_of(database, tmp_path, told).turn()
        rows = connection.execute("SELECT count(*) FROM drill").fetchone()

    assert said in told[0]
    assert rows == (1 if said == "begins at" else 0,)


@pytest.mark.parametrize(
    ("past_h", "ago_h", "said"),
    [
        (25.0, 3, "waits: drill 1 was held here in the 25 h at which this one looks back; take a new --state folder"),
        (25.0, 26, "begins at"),
        (0.0, 3, "begins at"),
    ],
)
def test_it_does_not_begin_where_an_earlier_drill_lies_in_its_past(
    database: TestDatabase, tmp_path: Path, past_h: float, ago_h: int, said: str
) -> None:
    """What that one played is no calm past; one that looks back at nothing, or not so far, begins."""
    told: list[str] = []
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        connection.execute(SEES, (1, "full"))
        connection.execute(PLAYED, {"hours": ago_h})
    leader_of(database, tmp_path, told, past_h).turn()

    assert told[0].startswith(said)


def test_it_does_not_begin_before_its_past_was_followed(database: TestDatabase, tmp_path: Path) -> None:
    """A plan that was followed up to the commit before the last one sees, but not yet what was brought."""
    told: list[str] = []
    leader = leader_of(database, tmp_path, told)
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        connection.execute(SEES, (1, "full"))
        commit.write(connection, {"vale"}, [])
    leader.turn()
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        connection.execute("UPDATE tarp_state SET commit_id = (SELECT max(id) FROM commit_log)")

    def has_begun() -> bool:
        leader.turn()
        return len(told) > 1

    until(has_begun)

    assert told[0] == "waits until plan overtopping can see" and told[1].startswith("begins at")
