"""Whatever the database can hold comes back by the formats that are texts, through the api: CSV, GeoJSON and JSON."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import psycopg
from hypothesis import given, settings

from tests.api import site
from tests.api.exports import stored
from tests.api.exports.written import Row, rows_between
from tests.api.server import ApiServer
from tests.servers import TestDatabase

BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet calculates (OWASP, CSV Injection); the file has ' before it."""
ADD: Final = """
INSERT INTO observation (datastream_id, phenomenon_time, result, quality, tests)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
FIRST, LAST = datetime(2004, 1, 1), datetime(2050, 1, 1)
"""An answer is over 50 years at most."""
EXAMPLES: Final = 25


def of_csv(body: str) -> list[Row]:
    lines = list(csv.reader(io.StringIO(body, newline="")))[1:]
    return [(instant(t), float(r) if r else None, int(q), unguarded(tests) or None) for t, r, _, q, tests in lines]


def of_geojson(body: str) -> list[Row]:
    told = [feature["properties"] for feature in json.loads(body)["features"]]
    return [(instant(one["phenomenon_time"]), one["result"], one["quality"], one["tests"]) for one in told]


def of_json(body: str) -> list[Row]:
    told = json.loads(body)
    columns = (told[name] for name in ("times", "results", "qualities", "tests"))
    return [(instant(time), *rest) for time, *rest in zip(*columns, strict=True)]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def unguarded(text: str) -> str:
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in BEGINS_A_FORMULA else text


READERS: Final[dict[str, Callable[[str], list[Row]]]] = {"csv": of_csv, "geojson": of_geojson, "json": of_json}


def add(owner: psycopg.Connection[Any], rows: Sequence[Row]) -> None:
    """Store rows of a datastream that has none; what is stored is never taken back, so a time that has one keeps it."""
    with owner.transaction(), owner.cursor() as cursor:
        cursor.executemany(ADD, [(site.NEVER, *row) for row in rows])


def read(server: ApiServer, format: str) -> list[Row]:
    asked = {"format": format, "quality": "1,2,3,4,9", "from": f"{FIRST:%FT%TZ}", "to": f"{LAST:%FT%TZ}"}
    answer = httpx.get(f"{server.url}/api/v1/datastreams/{site.NEVER}/observations", params=asked, timeout=60)
    assert answer.status_code == 200, answer.text
    return READERS[format](answer.content.decode())


def test_whatever_is_stored_comes_back(own_server: ApiServer, own_database: TestDatabase) -> None:
    """Any time, number, flag and text, added to what is there already."""
    with psycopg.connect(own_database.conninfo(), autocommit=True) as owner:

        @settings(max_examples=EXAMPLES, deadline=None, database=None)
        @given(rows=rows_between(FIRST, LAST - timedelta(microseconds=1)))
        def held(rows: list[Row]) -> None:
            add(owner, rows)
            wanted = stored.rows(own_database, site.NEVER)
            assert {row[0] for row in rows} <= {row[0] for row in wanted}
            for format in READERS:
                assert read(own_server, format) == wanted, format

        held()
