"""Two facilities for tests of the pages: vale with a week of minutes and known faults, rosa never measured.

The facility file is the real one (tests/data/vale.toml), registered as ingest registers it; rows are as ingest writes
and counts them. Faults of vale: n03 has a gap, n04 suspect readings, n05 rejected ones, n06 has been silent for 26 h
after a low battery, n08 was never heard of, n07's second instrument never either. n04 stands above its yellow trigger,
and the laboratory's mean of cadmium in the river is above its limit. The seepage at n02 turns acid. One bench of the
study has no plan.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import psycopg
from psycopg.types.json import Jsonb

from ingest.migrate import migrate, migrations
from ingest.rollups import rebuild
from ingest.samples import water
from ingest.versions.facility import register
from tailings.facility import parse
from tests.api.site import commit, touch
from tests.dashboard.judging import judge, prove
from tests.dashboard.safety.plans import PLANS
from tests.dashboard.value import study
from tests.dashboard.water import sonde
from tests.servers import MIGRATED, Template, TestDatabase
from tests.tailings.water.tables import exceeded

Connection = psycopg.Connection[tuple[Any, ...]]

VALE = Path(__file__).parents[1] / "data" / "vale.toml"
DAYS, MINUTES = 7, 7 * 24 * 60
SILENT_MINUTES = 26 * 60
GAP = slice(MINUTES - 3 * 1440, MINUTES - 3 * 1440 + 300)
SUSPECT = (MINUTES - 2000, MINUTES - 1500, MINUTES - 40)
REJECTED = (MINUTES - 1200, MINUTES - 30)
LEVELS_M = {"n02": 321.9, "n03": 326.1, "n04": 330.36, "n05": 320.9, "n06": 325.2, "n07": 329.8}
SEED = 20261125
TESTS = {1: r"\N", 3: "spike", 4: "gross_range", 9: r"\N"}
"""What failed, by quality, as COPY writes it."""
DESIGN = """
[[sections.a.design_line]]
valid_from = 2024-06-12
source = "design report of 2019, figure 12"
line = [[-80.0, 338.0], [0.0, 330.0], [36.0, 321.0]]
"""
DIP = """
[instruments."n04:dip"]
driver = "sample_point"
[datastreams."n04:dip.level"]
quantity = "water-level"
unit = "m"
expected_interval_s = 259200
"""
BUDGETS = """
[[instruments."n01:pond".uncertainty]]
valid_from = 2024-06-12
source = "certificate 24-031"
terms = [{ quantity = "pond-level", kind = "calibration", value = 0.02, unit = "m", coverage_factor = 2 }]
[[instruments."n03:vw1".uncertainty]]
valid_from = 2024-06-12
source = "certificate 24-032"
terms = [{ quantity = "water-level", kind = "calibration", value = 0.12, unit = "m", coverage_factor = 2 }]
"""
ROSA = """
[facility]
id = "rosa"
name = "Rosa"
version = 1
timezone = "Europe/Lisbon"
location = { lon = -7.2, lat = 40.5 }
commissioned = 2019-05-01
"""
ENDED = "SELECT max(phenomenon_time) FROM latest"
GO_ON = """
WITH going AS (
    SELECT datastream_id, result, quality, tests, phenomenon_time AS last FROM latest
    WHERE phenomenon_time IN (%(ended)s, %(ended)s - %(silent)s)
), added AS (
    INSERT INTO observation (datastream_id, phenomenon_time, result, quality, tests, received_at)
    SELECT datastream_id, last + passed, result, quality, tests, last + passed FROM going,
        (SELECT interval '1 min' * generate_series(1, %(whole_minutes)s) UNION ALL SELECT %(passed)s) AS minute (passed)
    RETURNING datastream_id
)
UPDATE latest l SET phenomenon_time = phenomenon_time + %(passed)s, received_at = received_at + %(passed)s,
    observation_count = observation_count + a.rows
FROM (SELECT datastream_id, count(*) AS rows FROM added GROUP BY 1) a WHERE l.datastream_id = a.datastream_id
RETURNING l.datastream_id
"""
"""A reading a minute like the last; who is silent has been so no longer than the copy's original."""
AGE = """
WITH senders AS (UPDATE sequence_state SET updated_at = updated_at + %(passed)s),
agents AS (UPDATE agent_state SET reported_at = reported_at + %(passed)s)
UPDATE instrument_fault SET since = since + %(passed)s, at = at + %(passed)s"""
"""What was noted so long before the end of the copy is as long before now."""
DIPS = ((6.0, 330.31), (3.5, 330.36), (0.5, 330.42))
"""What was read by hand at n04: so many days before the newest reading, m a.s.l."""


def build(conninfo: str, *, is_judged: bool = True, newest: datetime | None = None) -> datetime:
    """Make schema and site in an empty database, or bring a copy of DAM up to now; return the time of the newest
    readings (a few seconds ago).

    is_judged: its plans are followed and an assessment and proofs of sight are stored, as ingest does.
    """
    newest = newest or datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=8)
    if not _catch_up(conninfo, newest):
        _fill(conninfo, newest)
    if is_judged:
        judge(conninfo)
        prove(conninfo)
    return newest


def text() -> str:
    """The facility file of vale."""
    return VALE.read_text() + PLANS + sonde.SONDE + DIP + DESIGN + BUDGETS


def _fill(conninfo: str, newest: datetime) -> None:
    with psycopg.connect(conninfo) as connection:
        migrate(connection, migrations())
        facility = parse(text(), str(VALE))
        register(connection, facility, text())
        document = facility.document() | {"id": "rosa", "name": "Rosa", "location": {"lon": -7.2, "lat": 40.5}}
        connection.execute(
            "INSERT INTO facility (id, name, document, file, version, hash) VALUES ('rosa', 'Rosa', %s, %s, 1, 'x')",
            (Jsonb(document, dumps=_json), ROSA),
        )
        ids = {name.removeprefix("vale:"): id for id, name in connection.execute("SELECT id, name FROM datastream")}
        for name, values, quality in _series():
            if name in ids:
                _store(connection, ids[name], newest, values, quality)
        _dips(connection, ids["n04:dip.level"], newest)
        _ledger(connection)
        water.take(connection, "vale", "year.csv", exceeded(newest).encode(), "system:1000")
        _words(connection)
        commit(connection, list(ids.values()))
        study.add(connection, "vale", study.inputs('"overtopping"', unguarded="Bench 4, pond", is_coarse=True))
        while rebuild(connection):
            pass


def _fill_template(database: TestDatabase) -> None:
    build(database.conninfo(), is_judged=False)


DAM: Final = Template("test_dam", _fill_template, MIGRATED)
"""The site, not judged: a copy takes a twentieth of its time, and `build` brings it up to now."""


def _catch_up(conninfo: str, newest: datetime) -> bool:
    """Go on where a copy ends, with a reading a minute like the last; say whether this is one."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(ENDED).fetchone()
        if row is None or row[0] is None:
            return False
        silent = timedelta(minutes=SILENT_MINUTES)
        passed = newest - row[0]
        whole_minutes = (passed - timedelta(seconds=1)) // timedelta(minutes=1)
        asked = {"ended": row[0], "silent": silent, "passed": passed, "whole_minutes": whole_minutes}
        ids = [id for (id,) in connection.execute(GO_ON, asked).fetchall()]
        connection.execute(AGE, asked)
        touch(connection, ids, row[0] - silent, newest)
        commit(connection, ids)
        while rebuild(connection):
            pass
    return True


def _words(connection: Connection) -> None:
    """The gateway works by version 0 and refused a file; n04 says that an instrument is at fault."""
    connection.execute(
        "INSERT INTO agent_state (facility_id, agent_id, is_online, reported_at, batches, cfg, cfg_hash, refused_hash,"
        " refused_reason, document) SELECT id, 'gw1', true, now(), 2, 0, 'old', hash,"
        " 'line 12: unknown key \"tipp\"', '{\"not_received\": {\"n05\": 3}}' FROM facility WHERE id = 'vale'"
    )
    connection.execute(
        "INSERT INTO instrument_fault VALUES ('vale', 'n04', 'vw1', 'no answer in 2000 ms', now() - interval '1 h',"
        " now(), 60), ('vale', 'n05', 'vw1', 'wrong CRC', now() - interval '9 d', now() - interval '8 d', 2)"
    )


def _json(document: object) -> bytes:
    return msgspec.json.encode(document)


def _series() -> Iterator[tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """A week of a dam: rain fills the pond, and the water in the wall follows, later and less the further down."""
    random = np.random.default_rng(SEED)
    minute = np.arange(MINUTES)
    rain = sum(2.4 * np.exp(-(((minute - at) / 150.0) ** 2)) for at in (1900, 5200, 5700, 8900)) / 60
    rain = np.where(rain > 0.004, rain, 0.0)
    pond = 339.12 + np.cumsum(rain) * 0.004 - minute * 4e-6 + random.normal(0, 0.002, MINUTES)
    good = np.ones(MINUTES, np.int16)
    yield "n01:rain.rain", rain, good
    yield "n01:pond.level", pond, good
    yield "n01:baro.pressure", 968.5 + 6 * np.sin(minute / 2900) + random.normal(0, 0.05, MINUTES), good
    for place, (node, base) in enumerate(LEVELS_M.items()):
        lag = 240 * (place + 1)
        late = np.concatenate((np.full(lag, pond[0]), pond[:-lag])) - pond[0]
        level = base + late * (0.8 - 0.1 * place) + random.normal(0, 0.004, MINUTES)
        values, quality = _with_faults(node, level)
        yield f"{node}:vw1.level", values, quality
        yield f"{node}:vw1.pressure", (values - 318.4) * 9.8068, quality
        yield f"{node}:vw1.temperature", 11.8 + random.normal(0, 0.01, MINUTES), np.where(quality == 9, 9, 1)
        low = np.where(minute > MINUTES - SILENT_MINUTES - 600, 3, 1) if node == "n06" else good
        yield f"{node}:battery.voltage", 3.62 - minute * (6e-5 if node == "n06" else 2e-6), low
    # Drawn last, so that the numbers of everything above stay what they were.
    yield from ((name, values, good) for name, values in sonde.series(MINUTES, random))


def _with_faults(node: str, level: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    values, quality = level.copy(), np.ones(MINUTES, np.int16)
    if node == "n04":
        quality[list(SUSPECT)] = 3
        values[list(SUSPECT)] += 0.35
    if node == "n05":
        quality[list(REJECTED)] = 4
        values[list(REJECTED)] += 40.0
    return values, quality


def _kept(name_of_node: str) -> list[int]:
    last = MINUTES - SILENT_MINUTES if name_of_node == "n06" else MINUTES
    hole = set(range(GAP.start, GAP.stop)) if name_of_node == "n03" else set()
    return [minute for minute in range(last) if minute not in hole]


def _store(
    connection: Connection, id: int, newest: datetime, values: np.ndarray[Any, Any], quality: np.ndarray[Any, Any]
) -> None:
    row = connection.execute("SELECT node_id FROM datastream WHERE id = %s", (id,)).fetchone()
    assert row is not None
    minutes = _kept(row[0])
    first = newest - timedelta(minutes=MINUTES - 1)
    times = np.datetime64(first.replace(tzinfo=None), "ms") + np.array(minutes) * np.timedelta64(1, "m")
    columns = zip(np.datetime_as_string(times), values[minutes].tolist(), quality[minutes].tolist(), strict=True)
    with connection.cursor().copy("COPY observation FROM STDIN") as copy:  # as text: row by row it takes twice as long
        copy.write(
            "".join(f"{id}\t{time}Z\t{value!r}\t{flag}\t{TESTS[flag]}\t\\N\t{time}Z\n" for time, value, flag in columns)
        )
    last = minutes[-1]
    time = first + timedelta(minutes=last)
    flag = int(quality[last])
    connection.execute(
        "INSERT INTO latest VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (id, time, float(values[last]), flag, "spike" if flag == 3 else None, time, len(minutes), first),
    )
    touch(connection, id, first, time)


def _dips(connection: Connection, id: int, newest: datetime) -> None:
    rows = [(id, newest - timedelta(days=days), level_m, 1) for days, level_m in DIPS]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO observation (datastream_id, phenomenon_time, result, quality) VALUES (%s, %s, %s, %s)", rows
        )
    first, last = rows[0][1], rows[-1]
    connection.execute(
        "INSERT INTO latest VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", (*last, None, last[1], len(rows), first)
    )
    touch(connection, id, first, last[1])


def _ledger(connection: Connection) -> None:
    for node in ("n01", "n02", "n03", "n04", "n05", "n06", "n07"):
        sent = MINUTES - (SILENT_MINUTES if node == "n06" else 300 if node == "n03" else 0)
        lost = 3 if node == "n03" else 0
        connection.execute(
            "INSERT INTO sequence_state (facility_id, sender, epoch, through, sent, stored, lost, late, duplicate,"
            " updated_at) VALUES ('vale', %s, %s, %s, %s, %s, %s, %s, 7, now() - %s * interval '1 minute')",
            (
                node,
                f"0000{node}",
                sent - 1,
                sent,
                sent - lost,
                lost,
                14 if node == "n07" else 0,
                SILENT_MINUTES if node == "n06" else 0,
            ),
        )


def renew(conninfo: str) -> None:
    """Store a reading of now, equal to the last, where none is silent: a long test run stays fresh."""
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute(
            "SELECT l.datastream_id, l.result, now() FROM latest l JOIN datastream d ON d.id = l.datastream_id"
            " WHERE d.node_id <> 'n06' AND l.phenomenon_time < now() - interval '30 s'"
        ).fetchall()
        if not rows:
            return
        connection.execute(
            "INSERT INTO observation SELECT d, now(), r, CASE WHEN r IS NULL THEN 9 ELSE 1 END"
            " FROM unnest(%s::int[], %s::float8[]) AS x (d, r)",
            ([row[0] for row in rows], [row[1] for row in rows]),
        )
        connection.execute(
            "UPDATE latest SET phenomenon_time = now(), quality = CASE WHEN result IS NULL THEN 9 ELSE 1 END,"
            " tests = NULL, observation_count = observation_count + 1 WHERE datastream_id = ANY (%s)",
            ([row[0] for row in rows],),
        )
        connection.execute("UPDATE sequence_state SET updated_at = now() WHERE sender NOT IN ('n06', 'n08')")
        connection.execute("UPDATE instrument_fault SET at = now() WHERE node_id = 'n04'")
        touch(connection, [row[0] for row in rows], rows[0][2], rows[0][2])
        commit(connection, [row[0] for row in rows])
        rebuild(connection)
    judge(conninfo)


def add(conninfo: str, name: str, result: float | None, quality: int = 1, tests: str | None = None) -> datetime:
    """Store one reading of now, as a transaction of ingest, and tell who waits; return its time."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT id FROM datastream WHERE name = %s", (name,)).fetchone()
        assert row is not None
        now = datetime.now(UTC)
        connection.execute(
            "INSERT INTO observation VALUES (%s, %s, %s, %s, %s, NULL)", (row[0], now, result, quality, tests)
        )
        connection.execute(
            "UPDATE latest SET phenomenon_time = %s, result = %s, quality = %s, tests = %s, received_at = now(),"
            " observation_count = observation_count + 1 WHERE datastream_id = %s",
            (now, result, quality, tests, row[0]),
        )
        touch(connection, row[0], now, now)
        commit(connection, [row[0]])
        rebuild(connection)
    return now
