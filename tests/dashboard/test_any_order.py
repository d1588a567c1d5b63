"""What is answered about a dam does not depend on the order in which its readings came: live, late, in parts, or twice.

Two sites have the same readings; at one they came hour by hour, at the other in small parts, shuffled, some twice.
Both are judged when all is there, and each answer is asked of both.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest

from codec.batch import BatchObservation
from ingest import revisions
from ingest.database import connect
from ingest.rollups import rebuild
from ingest.samples import water
from ingest.store import Store
from ingest.versions.facility import register
from tailings.facility import parse
from tests.ingest.batches import arrival, message
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database
from tests.tailings.water.tables import exceeded

from . import site
from .judging import judge, prove
from .test_answers import serving
from .test_neighbours import LEVEL, Dam, between, paths

DAYS: Final = 1
HOUR_MS: Final = 3_600_000
COUNTS_MESSAGES: Final = "/ledger"
"""The end of an address that tells of messages."""
ONE_MORE: Final = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality)
SELECT l.datastream_id, l.first_time + interval '90.5 min', l.result, 1
FROM latest l JOIN datastream d ON d.id = l.datastream_id WHERE d.name = 'vale:n04:vw1.level'"""
READINGS: Final = """
SELECT d.node_id || ':' || d.instrument_id || '.' || split_part(d.name, '.', 2),
       (extract(epoch FROM o.phenomenon_time) * 1000)::bigint, o.result, o.quality, o.tests, d.formula IS NOT NULL
FROM observation o JOIN datastream d ON d.id = o.datastream_id
WHERE d.facility_id = 'vale' AND o.phenomenon_time > %s ORDER BY 2, 1"""
LEVEL_NOW: Final = f"{LEVEL}/observations"
Reading = BatchObservation


def readings(database: TestDatabase, newest: datetime) -> list[Reading]:
    """The last days of the dam, in order of time."""
    with psycopg.connect(database.conninfo()) as owner:
        rows = owner.execute(READINGS, (newest - timedelta(days=DAYS),)).fetchall()
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


def shuffled(all_of_them: Sequence[Reading]) -> list[list[Reading]]:
    """Twenty minutes at a time, in any order, some twice; what is derived comes with what it is made of."""
    parts: dict[int, list[Reading]] = {}
    for one in all_of_them:
        parts.setdefault(one.time_ms // (HOUR_MS // 3), []).append(one)
    drawn, some = random.Random(7), list(parts.values())
    some += [list(one) for one in some[::5]]
    for one in some:
        drawn.shuffle(one)
    drawn.shuffle(some)
    return some


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


@pytest.fixture(scope="module")
def dams(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dam, Dam]]:
    """The dam with readings in order, and in any."""
    newest = datetime.now(UTC).replace(microsecond=0)
    with fresh_database(cluster, site.DAM) as source:
        site.build(source.conninfo(), is_judged=False, newest=newest)
        all_of_them = readings(source, newest)
    with fresh_database(cluster, MIGRATED) as live, fresh_database(cluster, MIGRATED) as late:
        fill(live, by_the_hour(all_of_them), newest)
        fill(late, shuffled(all_of_them), newest)
        now = datetime.now(UTC)
        with (
            serving(live, tmp_path_factory.mktemp("live"), now) as first,
            serving(late, tmp_path_factory.mktemp("late"), now) as second,
        ):
            yield Dam(live, first), Dam(late, second)


def test_readings_in_any_order_give_the_same_answers(dams: tuple[Dam, Dam]) -> None:
    """Verdicts, figures, hours, days, charts, water and sight."""
    live, late = dams
    asked = [path for path in paths(live.served.client) if not path.endswith(COUNTS_MESSAGES)]
    told: dict[str, tuple[Any, Any]] = {path: (live.answer(path), late.answer(path)) for path in asked}

    assert len(asked) > 40
    assert {path: where for path, pair in told.items() if (where := between(pair))} == {}


def test_a_reading_too_many_is_seen(dams: tuple[Dam, Dam]) -> None:
    """The control: one beside 50,000, in the list of them."""
    live, late = dams
    with psycopg.connect(late.database.conninfo()) as owner:
        assert owner.execute(ONE_MORE).rowcount == 1

    assert between((live.answer(LEVEL_NOW), late.answer(LEVEL_NOW)))
