"""What is answered about a facility does not depend on other facilities: on their number, order, zone or readings.

Two sites have the same dam; one of them has a neighbour in another time zone, registered first, with readings of its
own at the same places. Each answer about the dam is asked of both, and only what numbers rows may differ.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg
import pytest

from ingest.migrate import migrate, migrations
from ingest.versions.facility import register
from tailings import parse
from tests.ingest.conftest import vale_in
from tests.servers import MIGRATED, Database, fresh_database

from . import site
from .dams import DAYS, Dam, between, paths, side_by_side
from .judging import judge, prove

ZONE: Final = "Asia/Kathmandu"
NORTH_TOO: Final = """
WITH of_vale AS (
    SELECT v.id AS vale, n.id AS north FROM datastream v JOIN datastream n
    ON v.facility_id = 'vale' AND n.facility_id = 'north' AND split_part(v.name, ':', 2) = split_part(n.name, ':', 2)
    AND split_part(v.name, ':', 3) = split_part(n.name, ':', 3)
), measured AS (
    INSERT INTO observation SELECT north, phenomenon_time + interval '7 min', result * 1.03 + 0.2, quality, tests, cfg,
        received_at FROM observation JOIN of_vale ON vale = datastream_id
), newest AS (
    INSERT INTO latest SELECT north, phenomenon_time + interval '7 min', result * 1.03 + 0.2, quality, tests,
        received_at, observation_count, first_time + interval '7 min' FROM latest JOIN of_vale ON vale = datastream_id
)
INSERT INTO sequence_state (facility_id, sender, epoch, through, sent, stored, lost)
SELECT 'north', sender, epoch, through, sent + 10, stored, lost + 10 FROM sequence_state WHERE facility_id = 'vale'"""
SOME_TOUCHED: Final = """
INSERT INTO dirty_span
SELECT array_agg(datastream_id), array_agg(newest_ms - 290000000), array_agg(newest_ms - 280000000)
FROM (SELECT datastream_id, (extract(epoch FROM phenomenon_time) * 1000)::bigint AS newest_ms FROM latest) l"""
"""Some hours in the middle of the week, of every datastream."""
WITH_THE_FAULT: Final = "0007_rollup.sql"
"""Where `dirty_of` took the clock of the facility that was registered first, once facilities had numbers."""


@pytest.fixture(scope="module")
def dams(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dam, Dam]]:
    """The dam alone, and beside a neighbour."""
    with fresh_database(cluster, MIGRATED) as alone, fresh_database(cluster, MIGRATED) as beside:
        _north(beside.conninfo())
        for _ in ("filled", "brought up to now"):  # to fill them takes long where others work too
            newest = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=8)
            for database in (alone, beside):
                site.build(database.conninfo(), is_judged=False, newest=newest)
        with psycopg.connect(beside.conninfo()) as owner:
            owner.execute(NORTH_TOO)
        for database in (alone, beside):
            _judge(database.conninfo())
        with side_by_side(alone, beside, tmp_path_factory) as both:
            yield both


def _north(conninfo: str) -> None:
    text = vale_in(ZONE, name="north")
    with psycopg.connect(conninfo) as owner:
        migrate(owner, migrations())
        register(owner, parse(text), text)


def _judge(conninfo: str) -> None:
    """Judge the site as ingest does, and leave some hours and days to be counted anew."""
    judge(conninfo)
    prove(conninfo)
    with psycopg.connect(conninfo) as owner:
        owner.execute(SOME_TOUCHED)


def test_a_facility_is_answered_for_as_if_it_were_alone(dams: tuple[Dam, Dam]) -> None:
    """Verdicts, figures, hours, days, alarms, water, value and books of the dam are the same with a neighbour."""
    alone, beside = dams
    asked = paths(alone.served.client)
    told = {path: (alone.answer(path), beside.answer(path)) for path in asked}  # one right after the other

    assert len(asked) > 40
    assert {path: one for path, (one, _) in told.items() if one[0] != 200} == {}
    assert {path: where for path, pair in told.items() if (where := between(pair))} == {}


def test_what_depends_on_the_neighbour_is_seen(dams: tuple[Dam, Dam]) -> None:
    """The control: hours and days that began by the clock of whoever was registered first are found."""
    written = next(one.sql for one in migrations() if one.name == WITH_THE_FAULT)
    fault = re.search(r"CREATE (FUNCTION dirty_of.*?\$\$;)", written, re.DOTALL)
    assert fault is not None
    with psycopg.connect(dams[1].database.conninfo()) as owner:
        owner.execute(f"CREATE OR REPLACE {fault[1]}".encode())

    for path in DAYS:
        assert between((dams[0].answer(path), dams[1].answer(path)))
