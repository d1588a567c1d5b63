"""What is answered about a facility does not depend on other facilities: on their number, order, zone or readings.

Two sites have the same dam; one of them has a neighbour in another time zone, registered first, with readings of its
own at the same places. Each answer about the dam is asked of both, and only what numbers rows may differ.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import httpx
import psycopg
import pytest

from ingest.migrate import migrate, migrations
from ingest.versions.facility import register
from tailings import parse
from tests.differences import differences, is_close
from tests.ingest.conftest import vale_in
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

from . import site
from .judging import judge, prove
from .test_answers import Served, serving

ZONE: Final = "Asia/Kathmandu"
NUMBERED: Final = frozenset({"id", "commit", "number", "next", "audit_number", "audit_digest"})
"""What counts rows of all facilities together."""
OF_DAM: Final = {
    "facility": "vale",
    "instrument": "n04:vw1",
    "plan": "overtopping",
    "year": str(datetime.now(UTC).year),
}
NAMED: Final = tuple(
    OF_DAM | {"datastream": f"vale:{name}"}
    for name in ("n04:vw1.level", "n01:rain.rain", "n03:vw1.pressure", "n01:pond.level")
)
LEVEL: Final = "/api/v1/datastreams/vale:n04:vw1.level"
OF_VALE: Final = "/api/v1/facilities/vale"
DAYS: Final = (f"{LEVEL}/observations?max_points=50", f"{LEVEL}/observations?max_points=10")
QUERIES: Final = (
    f"{LEVEL}/observations?max_points=2000",
    f"{OF_VALE}/series?datastream=vale:n04:vw1.level&datastream=vale:n01:pond.level&max_points=60",
    f"{OF_VALE}/uncertainty?datastream=vale:n04:vw1.level",
    f"{OF_VALE}/study/ratings?element=W",
)
LEFT_OUT: Final = (
    *("/series", "/uncertainty", "/changes", "/study/ratings"),  # they want a parameter
    "/study/realisations",  # large, and the study's other answers are made of it
    f"/sight/{OF_DAM['year']}",  # shares of the time since the proofs, which were made just now
)
"""Ends of addresses."""
WORKED_OUT_WITHIN_S: Final = 60
RUNS_FOR: Final = timedelta(minutes=5)
"""Less than the readings of the neighbour are later."""
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


class Dam(NamedTuple):
    """A site with the dam, and what may ask it everything."""

    database: TestDatabase
    served: Served

    def answer(self, path: str) -> tuple[int, Any]:
        """Its status, and what was told where that is JSON, once it is worked out."""
        deadline_s = time.monotonic() + WORKED_OUT_WITHIN_S
        while True:
            answer = self.served.client.get(path, headers=self.served.key)
            told = answer.json() if answer.headers["content-type"].endswith("json") else None
            if not isinstance(told, dict) or told.get("state") != "computing":
                return answer.status_code, told
            assert time.monotonic() < deadline_s, path
            time.sleep(0.05)


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
        now = datetime.now(UTC)
        with (
            serving(alone, tmp_path_factory.mktemp("alone"), now) as first,
            serving(beside, tmp_path_factory.mktemp("beside"), now) as second,
        ):
            yield Dam(alone, first), Dam(beside, second)


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


def paths(client: httpx.Client) -> list[str]:
    """The addresses that name a facility or a datastream and nothing else, for the dam."""
    described = client.get("/api/v1/openapi.json").json()["paths"]
    asked = [path for path, methods in described.items() if "get" in methods and "{" in path]
    found = []
    for path in asked:
        for words in NAMED:
            named = path
            for word, value in words.items():
                named = named.replace(f"{{{word}}}", value)
            if "{" not in named and not named.endswith(LEFT_OUT) and named not in found:
                found.append(named)
    return [*found, *QUERIES, *DAYS]


def as_good_as(key: str, one: object, other: object) -> bool:
    """Whether two times or ages are of now in both, or two sums the same but for the order in which they were made."""
    if isinstance(one, str) and isinstance(other, str):
        with suppress(ValueError):
            return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) < RUNS_FOR
    if key == "age_s" and isinstance(one, float) and isinstance(other, float):
        return timedelta(seconds=abs(one - other)) < RUNS_FOR
    return is_close(key, one, other)


def between(pair: tuple[Any, Any]) -> list[str]:
    """Where the answers about the two dams differ."""
    return list(differences(*pair, NUMBERED, as_good_as))


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
