"""The dam of the pages' tests twice, side by side: filled as ingest does, asked everything, and answers compared."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import httpx
import psycopg
import pytest

from codec.batch import BatchObservation
from ingest import revisions
from ingest.database import connect
from ingest.rollups import rebuild
from ingest.samples import water
from ingest.store import Store
from ingest.versions.facility import register
from tailings import parse
from tests.differences import differences, is_close
from tests.ingest.batches import arrival, message
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.water.tables import exceeded

from . import site
from .judging import judge, prove
from .test_answers import Served, serving

DAY: Final = timedelta(days=1)
HOUR_MS: Final = 3_600_000
Reading = BatchObservation
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
READINGS: Final = """
SELECT d.node_id || ':' || d.instrument_id || '.' || split_part(d.name, '.', 2),
       (extract(epoch FROM o.phenomenon_time) * 1000)::bigint, o.result, o.quality, o.tests, d.formula IS NOT NULL
FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.facility_id = 'vale' AND o.phenomenon_time > %s ORDER BY 2, 1"""


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


@contextmanager
def side_by_side(
    first: TestDatabase, second: TestDatabase, folders: pytest.TempPathFactory
) -> Iterator[tuple[Dam, Dam]]:
    """Both served, at one instant that stands still."""
    now = datetime.now(UTC)
    with serving(first, folders.mktemp("first"), now) as one, serving(second, folders.mktemp("second"), now) as other:
        yield Dam(first, one), Dam(second, other)


def readings(cluster: Database, newest: datetime) -> list[Reading]:
    """The last day of the dam of the pages' tests, in order of time."""
    with fresh_database(cluster, site.DAM) as source, psycopg.connect(source.conninfo()) as owner:
        site.build(source.conninfo(), is_judged=False, newest=newest)
        rows = owner.execute(READINGS, (newest - DAY,)).fetchall()
    return [
        BatchObservation(
            name,
            time_ms,
            value,
            quality,
            tests,
            cfg=1 if is_derived else None,
            unit=None,
            missing="timeout" if value is None else None,
        )
        for name, time_ms, value, quality, tests, is_derived in rows
    ]


def by_the_hour(all_of_them: Sequence[Reading]) -> list[list[Reading]]:
    """What a gateway with a good link sends."""
    hours: dict[int, list[Reading]] = {}
    for one in all_of_them:
        hours.setdefault(one.time_ms // HOUR_MS, []).append(one)
    return [hours[hour] for hour in sorted(hours)]


def fill(database: TestDatabase, parts: Sequence[Sequence[Reading]], newest: datetime, text: str = "") -> None:
    """Register the dam and store its readings part by part, as ingest does; then count and judge.

    text: its facility file, "": that of the site.
    """
    with psycopg.connect(database.conninfo()) as owner:
        text = text or site.text()
        register(owner, parse(text), text)
    with connect(database.conninfo("tailwatch_ingest")) as connection:
        store = Store(3600, revisions.take_verdicts)
        store.greet(connection)
        for seq, part in enumerate(parts):
            with connection.transaction():
                written = store.write(connection, [arrival(message(seq, part))])
            store.committed(written)
        water.take(connection, "vale", "year.csv", exceeded(newest).encode(), "system:1000")
        while rebuild(connection):
            connection.commit()
    judge(database.conninfo())
    prove(database.conninfo())


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
