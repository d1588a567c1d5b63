"""A small site in the database for tests of the api: rows as ingest writes them, by SQL.

vale: n07 with level (two days of minutes from T0, with faults at known places), frequency and battery; n01, silent;
n09, never heard of. rosa: nothing yet.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ingest.migrate import migrate, migrations
from ingest.rollups import rebuild

Connection = psycopg.Connection[tuple[Any, ...]]

T0 = datetime(2026, 5, 1, tzinfo=UTC)
MINUTES = 2 * 24 * 60
MISSING_AT, SUSPECT_AT, FAIL_AT = 100, 200, 300
GAP_FIRST, GAP_LAST = 1000, 1009  # minutes without a row
LEVEL_ROWS = MINUTES - 10
LEVEL, FREQUENCY, BATTERY, BARO, NEVER = 1, 2, 3, 4, 5
DATASTREAMS = (
    (LEVEL, "n07", "vw1", "level", "water-level", "m", "piezometric_level", 60),
    (FREQUENCY, "n07", "vw1", "frequency", "frequency", "Hz", None, 60),
    (BATTERY, "n07", "battery", "voltage", "voltage", "V", None, 60),
    (BARO, "n01", "baro", "pressure", "barometric-pressure", "kPa", None, 3600),
    (NEVER, "n09", "vw1", "level", "water-level", "m", "piezometric_level", 60),
)
DOCUMENT = {
    "id": "vale",
    "name": "Vale do Sino",
    "timezone": "Europe/Lisbon",
    "region": "PTI14",
    "location": {"lon": -7.73, "lat": 40.16},
    "commissioned": "2019-05-01",
    "geometry": [{"valid_from": "2024-06-12T00:00:00+01:00", "crest_m": 342.0}],
    "public": True,
    "licence": "CC-BY-4.0",
}
COMMIT_LOCK = 7_411_002


def build(conninfo: str) -> None:
    """Make schema and site in an empty database."""
    with psycopg.connect(conninfo) as connection:
        migrate(connection, migrations())
        _facilities(connection)
        _observations(connection)
        _ledger(connection)
        rebuild(connection)


def _facilities(connection: Connection) -> None:
    for facility, name in (("vale", "Vale do Sino"), ("rosa", "Rosa")):
        connection.execute(
            "INSERT INTO facility (id, name, document, file, version, hash) VALUES (%s, %s, %s, '', 1, 'x')",
            (facility, name, Jsonb(DOCUMENT | {"id": facility, "name": name})),
        )
    for node, interval_s in (("n01", 3600), ("n07", 60), ("n09", 60)):
        connection.execute("INSERT INTO node VALUES ('vale', %s, 'gw1', NULL, %s)", (node, interval_s))
    for node, instrument in sorted({(row[1], row[2]) for row in DATASTREAMS}):
        driver = "battery" if instrument == "battery" else "vw_piezometer"
        connection.execute("INSERT INTO instrument VALUES ('vale', %s, %s, %s)", (node, instrument, driver))
    for id, node, instrument, channel, quantity, unit, formula, interval_s in DATASTREAMS:
        connection.execute(
            "INSERT INTO datastream (id, name, facility_id, node_id, instrument_id, quantity, unit, formula,"
            " expected_interval_s) OVERRIDING SYSTEM VALUE VALUES (%s, %s, 'vale', %s, %s, %s, %s, %s, %s)",
            (id, f"vale:{node}:{instrument}.{channel}", node, instrument, quantity, unit, formula, interval_s),
        )
    connection.execute("SELECT setval(pg_get_serial_sequence('datastream', 'id'), 100)")


def level(minute: int) -> tuple[float | None, int, str | None]:
    """The level of one minute: result, quality, tests."""
    if minute == MISSING_AT:
        return None, 9, None
    if minute == SUSPECT_AT:
        return 400.5, 3, "gross_range,spike"
    if minute == FAIL_AT:
        return 9999.0, 4, "gross_range"
    return 318 + minute / 1024, 1, None


def level_minutes() -> list[int]:
    """The minutes that have a row."""
    return [minute for minute in range(MINUTES) if not GAP_FIRST <= minute <= GAP_LAST]


def _observations(connection: Connection) -> None:
    with connection.cursor().copy("COPY observation FROM STDIN") as copy:
        for minute in level_minutes():
            copy.write_row((LEVEL, T0 + timedelta(minutes=minute), *level(minute), 1, T0 + timedelta(minutes=minute)))
    now = datetime.now(UTC).replace(microsecond=0)  # ingest stores whole milliseconds
    store(connection, BATTERY, now - timedelta(seconds=5), 3.31)
    store(connection, BARO, now - timedelta(days=3), 96.1)
    last = MINUTES - 1
    connection.execute(
        "INSERT INTO latest VALUES (%s, %s, %s, 1, NULL, %s, %s, %s)",
        (LEVEL, T0 + timedelta(minutes=last), level(last)[0], T0 + timedelta(minutes=last), LEVEL_ROWS, T0),
    )
    touch(connection, LEVEL, T0, T0 + timedelta(minutes=last))


def store(connection: Connection, datastream: int, time: datetime, result: float | None) -> None:
    """Store one observation and make it the latest of its datastream."""
    quality = 9 if result is None else 1
    connection.execute(
        "INSERT INTO observation VALUES (%s, %s, %s, %s, NULL, NULL, %s)", (datastream, time, result, quality, time)
    )
    connection.execute(
        "INSERT INTO latest VALUES (%(id)s, %(time)s, %(result)s, %(quality)s, NULL, now(), 1, %(time)s)"
        " ON CONFLICT (datastream_id) DO UPDATE SET phenomenon_time = %(time)s, result = %(result)s,"
        " quality = %(quality)s, observation_count = latest.observation_count + 1",
        {"id": datastream, "time": time, "result": result, "quality": quality},
    )
    touch(connection, datastream, time, time)


def touch(connection: Connection, datastreams: int | list[int], first: datetime, last: datetime) -> None:
    """Say, as ingest does, which span a transaction stored; the rollups need it."""
    ids = [datastreams] if isinstance(datastreams, int) else datastreams
    spans = [ids, *([round(time.timestamp() * 1000)] * len(ids) for time in (first, last))]
    connection.execute("INSERT INTO dirty_span VALUES (%s, %s, %s)", spans)


def _ledger(connection: Connection) -> None:
    columns = "facility_id, sender, epoch, through, sent, stored, quarantined, dropped, unreadable, lost, pending, late"
    for sender, epoch, counts in (
        ("n07", "0000aaaa", (99, 100, 90, 2, 4, 1, 3, 0, 5)),
        ("n07", "0000bbbb", (9, 12, 9, 0, 0, 0, 0, 3, 0)),
        ("n01", "0000cccc", (4, 5, 5, 0, 0, 0, 0, 0, 0)),
        ("_edge/gw1", "0000dddd", (19, 20, 20, 0, 0, 0, 0, 0, 0)),
    ):
        row = ("vale", sender, epoch, *counts)
        connection.execute(f"INSERT INTO sequence_state ({columns}) VALUES ({', '.join(['%s'] * len(row))})", row)
    connection.execute("UPDATE sequence_state SET updated_at = now() - interval '3 days' WHERE sender = 'n01'")
    for day, stored, lost in (("2026-05-01", 60, 3), ("2026-05-02", 30, 0)):
        connection.execute(
            "INSERT INTO ledger_day (facility_id, sender, epoch, day, stored, lost)"
            " VALUES ('vale', 'n07', '0000aaaa', %s, %s, %s)",
            (day, stored, lost),
        )
    for number in range(7):
        connection.execute(
            "INSERT INTO quarantine (facility_id, sender, epoch, seq, received_at, reason, field, fix, raw, bytes,"
            " stage) VALUES ('vale', 'n07', '0000aaaa', %s, %s, 'relative-time', 'bt', 'set the clock', %s, 3, 'edge')",
            (number, T0, bytes([number, 0, 255])),
        )


def commit(connection: Connection, datastreams: list[int], facilities: tuple[str, ...] = ("vale",)) -> int:
    """End a transaction as ingest does: lock, commit_log, notify, commit; return the commit's id."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (COMMIT_LOCK,))
    row = connection.execute(
        "INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES (%s, %s, %s) RETURNING id",
        (list(facilities), datastreams, len(datastreams)),
    ).fetchone()
    assert row is not None
    connection.execute("SELECT pg_notify('tailwatch_commit', %s)", (str(row[0]),))
    connection.commit()
    return int(row[0])
