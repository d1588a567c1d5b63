"""What a page asks of the database, as it is kept and as it would be without: newest values, hours, one hour of all."""

from collections.abc import Mapping
from typing import Final

from bench.figures import Figure, WrongResult, figure
from bench.http_client import answered_ms
from bench.rounds import Measure
from bench.run import Run
from bench.storage_ways import Limit
from bench.testbed import DAY_S, Connection
from tailwatch.servers.database import API

HOUR_S, MINUTES = 3600, 60
LATEST: Final = "SELECT * FROM latest ORDER BY datastream_id LIMIT 1000"
LATEST_LATERAL: Final = """
SELECT d.id, l.* FROM datastream d CROSS JOIN LATERAL (
    SELECT phenomenon_time, result, quality FROM observation o WHERE o.datastream_id = d.id
    ORDER BY phenomenon_time DESC LIMIT 1) l ORDER BY d.id LIMIT 1000"""
HOURS: Final = "SELECT start, mean FROM hours_of({id}, to_timestamp({start}), to_timestamp({stop}))"
HOURS_OF_ROWS: Final = """
SELECT date_bin('1 hour', phenomenon_time, 'epoch'), avg(result) FROM observation WHERE datastream_id = {id}
AND phenomenon_time >= to_timestamp({start}) AND phenomenon_time < to_timestamp({stop}) GROUP BY 1"""
OF_ALL: Final = """
SELECT datastream_id, avg(result), max(quality) FROM observation
WHERE phenomenon_time >= to_timestamp({start}) AND phenomenon_time < to_timestamp({stop}) GROUP BY 1"""
ROWS: Final = "SELECT sum(observation_count)::bigint FROM latest"


def run(run: Run) -> list[Figure]:
    """Milliseconds of SQL with the rights of the api, until the last row is there."""
    connection = run.ground.connect(API)
    first_s, year_s = run.ground.first_s, run.size.series_days * DAY_S
    year = {"id": int(run.ground.ids[0]), "start": first_s - year_s, "stop": first_s}
    hour = _stored_hour(run)
    row = connection.execute(ROWS).fetchone()
    facts = {"table_rows": float(row[0]) if row and row[0] else 0.0}
    _expect(connection, HOURS.format(**year), year_s // HOUR_S)
    return [
        _figure(
            run,
            "SQL: newest value of 1,000 datastreams",
            "< 5 ms",
            {
                "ours": _asked(run, connection, LATEST),
                "a look for each": _asked(run, connection, LATEST_LATERAL),
            },
            facts,
        ),
        _figure(
            run,
            f"SQL: hourly means of {run.size.series_days} days",
            "< 15 ms",
            {
                "ours": _asked(run, connection, HOURS.format(**year)),
                "from rows": _asked(run, connection, HOURS_OF_ROWS.format(**year)),
            },
            facts,
        ),
        _figure(
            run,
            "SQL: one hour of all datastreams",
            "< 60 ms",
            {
                "ours": _asked(run, connection, OF_ALL.format(**hour)),
            },
            facts | {"rows": 1000.0 * MINUTES},
        ),
    ]


def _stored_hour(run: Run) -> dict[str, int]:
    """An hour of all datastreams, stored now and gone over by VACUUM as the database does it within a minute."""
    stretch = run.ground.stretch(MINUTES)
    Limit(run.ground).store(stretch)
    run.ground.vacuum()
    if (stored := run.ground.count(stretch)) != stretch.rows:
        raise WrongResult(f"{stored} of {stretch.rows} rows of the hour are stored")
    return {"start": stretch.start_s, "stop": stretch.end_s}


def _figure(run: Run, name: str, goal: str, contenders: Mapping[str, Measure], facts: Mapping[str, float]) -> Figure:
    return figure(name, "ms", run.rounds(name, contenders), goal=goal, facts=facts)


def _asked(run: Run, connection: Connection, query: str) -> Measure:
    return lambda: answered_ms(lambda: connection.execute(query.encode()).fetchall(), run.size.answers)


def _expect(connection: Connection, query: str, rows: int) -> None:
    found = len(connection.execute(query.encode()).fetchall())
    if found != rows:
        raise WrongResult(f"{found} hours came, {rows} are there")
