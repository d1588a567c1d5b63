"""Who leads a drill: it is not begun on a plan that is blind, or that has an alarm from before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.database import connect
from tailings.drill import DrillScenario
from tailings.drill.readings import CalmReadings, DrillReadings
from tailings.drill.scenario import Expectation, Inject, Participant
from tailings.facility import parse
from tailwatch.commands._ingest_rights import CONNINFO
from tailwatch.drill.dam import DrillDam
from tailwatch.drill.leader import Leader
from tests.ingest.conftest import KNOWS_VALE
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
STANDS = """
INSERT INTO alarm_event (facility_id, family, rule, title, is_simulated, level, signal, highest, began_at, noted_at,
                         is_past) VALUES ('vale', 'dam', 'overtopping', '', false, 1, 1, 1, now(), now(), false)"""


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
    file = tmp_path / CONNINFO
    file.parent.mkdir()
    file.write_text(database.conninfo("tailwatch_ingest"))
    told: list[str] = []
    dam = DrillDam(DrillReadings(parse(pond.FILE.read_text()), CalmReadings({}, {}), SCENARIO))
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        connection.execute(SEES, (through_ms, sight))
        if stands:
            connection.execute(STANDS)
        for _ in range(2):
            leader = Leader("vale", tmp_path, SCENARIO, dam, wait_s=60.0, tell=lambda part, line: told.append(line))
            leader.turn()
        rows = connection.execute("SELECT count(*) FROM drill").fetchone()

    assert said in told[0]
    assert rows == (1 if said == "begins at" else 0,)
