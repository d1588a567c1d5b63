"""Series of one datastream with a value a minute: an hour, a month, a year as a chart; and the year as a file."""

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.figures import Figure, WrongResult, figure
from bench.http_client import Asking, answered_ms
from bench.plant import FACILITY
from bench.rounds import Measure
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, ThroughBroker
from bench.stretch import MINUTE_S, Stretch, messages, names
from bench.testbed import DAY_S, Connection
from codec.postgres_arrays import EPOCH_US
from tailwatch.servers.database import API

HOUR_S: Final = 3600
MINUTES_A_DAY: Final = DAY_S // MINUTE_S
CHART_POINTS: Final = 1200
CHART_S: Final = 21_600
PAGE_ROWS: Final = 50_000
OF_ONE: Final = """
FROM observation WHERE datastream_id = {id} AND phenomenon_time >= to_timestamp({start}) AND
phenomenon_time < to_timestamp({end})"""
ROWS: Final = "SELECT phenomenon_time, result, quality, tests" + OF_ONE + " ORDER BY phenomenon_time"
BUCKETS: Final = (
    "SELECT date_bin('{width} s', phenomenon_time, 'epoch') AS bucket, min(result), max(result), avg(result),"
    " count(result), max(quality)" + OF_ONE + " GROUP BY bucket ORDER BY bucket"
)
RECEIVED: Final = "SELECT min(received_at) - interval '1 us', max(received_at)" + OF_ONE
"""When nothing of it was here, and when all of it was: as of the first the api has to leave out every row."""
PACKS_A_BATCH: Final = 60
ROLLED_UP_WITHIN_S: Final = 300.0
CHART_GOAL: Final = "< 60 ms"
FILE_GOAL: Final = ">= 0.8 of the limit"
COPY_HEAD_BYTES: Final = 19
COPIED: Final = np.dtype(
    [
        ("fields", ">i2"),
        ("time_size", ">i4"),
        ("time", ">i8"),
        ("result_size", ">i4"),
        ("result", ">f8"),
        ("quality_size", ">i4"),
        ("quality", ">i2"),
        ("tests_size", ">i4"),
    ]
)
"""A row of COPY in binary without tests (PostgreSQL 17, "COPY", binary format)."""


class Year:
    """A year of some datastreams with a value a minute, and the addresses of the first; `rows`: of each.

    It ends `ago` years before all that other cases store: two cases with the same year would find it there.
    """

    def __init__(self, run: Run, datastreams: int = 1, *, ago: int = 0) -> None:
        self._last_s = run.ground.first_s - ago * run.size.series_days * DAY_S
        self._first_s = self._last_s - run.size.series_days * DAY_S
        self.rows, self.datastreams = run.size.series_days * MINUTES_A_DAY, datastreams
        self._ids = [int(one) for one in run.ground.ids[:datastreams]]
        self._path = f"/api/v1/datastreams/{FACILITY}:{names()[0]}/observations"
        self.rollup_s = self._fill(run)

    def _fill(self, run: Run) -> float:
        """Bring the year in by way of ingest; return how long its hours and days took afterwards [s]."""
        stretch, before = Stretch(self._first_s, self.rows, self.datastreams), run.ground.rows_told()
        with Sender(run.ground, [ACK_TOPIC]) as sender:
            ingest = ThroughBroker(run.ground, sender)
            ingest.seconds(messages(stretch, run.ground.numbers, PACKS_A_BATCH))
        if (stored := run.ground.rows_told() - before) != stretch.rows:
            raise WrongResult(f"{stored} of {stretch.rows} rows are new")
        start_s = time.monotonic()
        ingest.program.wait_until(run.ground.is_rolled_up, ROLLED_UP_WITHIN_S)
        run.ground.analyze()
        return time.monotonic() - start_s

    def sql(self, query: str, seconds: int | None = None, of: int = 0) -> str:
        """The query over the last so many seconds of a datastream; None: all of it."""
        start_s = self._first_s if seconds is None else self._last_s - seconds
        return query.format(id=self._ids[of], start=start_s, end=self._last_s, width=CHART_S)

    def path(self, words: str = "", seconds: int | None = None) -> str:
        """The same interval as an address of the api."""
        start_s = self._first_s if seconds is None else self._last_s - seconds
        return f"{self._path}?from={rfc3339(start_s)}&to={rfc3339(self._last_s)}{words}"

    def file_path(self, datastreams: int, format: str) -> str:
        """All of the first so many datastreams as one file."""
        query = urlencode(
            [("datastream", f"{FACILITY}:{name}") for name in names()[:datastreams]] + [("format", format)]
        )
        return f"/api/v1/facilities/{FACILITY}/series?{query}&from={rfc3339(self._first_s)}&to={rfc3339(self._last_s)}"


def run(run: Run) -> list[Figure]:
    """Milliseconds for what a page asks, rows/s for what a file holds."""
    year, connection = Year(run), run.ground.connect(API)
    with Asking.api(run.ground) as asking:
        asking.program.forget_peak()
        return [
            _raw(run, year, connection, asking, "one hour", seconds=HOUR_S),
            _raw(run, year, connection, asking, "30 days", seconds=30 * DAY_S),
            _chart(run, year, connection, asking),
            _file(run, year, connection, asking),
            _pages(run, year, connection, asking),  # before what stays in memory: the past, and pyarrow
            _past(run, year, connection, asking, "a month", words=f"&limit={PAGE_ROWS}", seconds=30 * DAY_S),
            _past(run, year, connection, asking, "all for a chart", words=f"&max_points={CHART_POINTS}", seconds=None),
            _columns(
                run, year, connection, asking, format="arrow", read=lambda body: pa.ipc.open_stream(body).read_all()
            ),
            _columns(
                run, year, connection, asking, format="parquet", read=lambda body: pq.read_table(io.BytesIO(body))
            ),
        ]


def _raw(run: Run, year: Year, connection: Connection, asking: Asking, name: str, seconds: int) -> Figure:
    rows = seconds // MINUTE_S
    path = year.path(f"&limit={PAGE_ROWS}", seconds)
    expect(asking.json(path)["count"], rows)
    query, binary = year.sql(ROWS, seconds), copy_out(year.sql(ROWS, seconds), "BINARY")
    times = run.size.answers
    contenders: dict[str, Measure] = {
        "COPY TO, binary": lambda: answered_ms(lambda: read_copy(connection, binary), times),
        "ours": lambda: answered_ms(lambda: asking.get(path), times),
        "SELECT into Python": lambda: answered_ms(lambda: connection.execute(query.encode()).fetchall(), times),
    }
    found = run.rounds(f"api: {name}, raw", contenders)
    return figure(f"series, {name} raw ({rows:,} rows), JSON", "ms", found, limit="COPY TO, binary")


def _chart(run: Run, year: Year, connection: Connection, asking: Asking) -> Figure:
    path = year.path(f"&max_points={CHART_POINTS}&time_format=unix")
    expect(sum(asking.json(path)["counts"] or [0]), year.rows)
    buckets, raw, times = year.sql(BUCKETS).encode(), year.sql(ROWS).encode(), max(2, run.size.answers // 4)
    contenders: dict[str, Measure] = {
        "ours": lambda: answered_ms(lambda: asking.get(path), times),
        "buckets by SQL": lambda: answered_ms(lambda: connection.execute(buckets).fetchall(), times),
        "every row by SELECT": lambda: answered_ms(lambda: connection.execute(raw).fetchall(), 1),
    }
    found = run.rounds("api: a year as a chart", contenders)
    name = f"series, {run.size.series_days} days for a chart ({year.rows:,} rows)"
    facts = {"bytes": len(asking.get(path)), "rolled_up_s": round(year.rollup_s, 1)}
    return figure(name, "ms", found, goal=CHART_GOAL, facts=facts)


def _past(
    run: Run, year: Year, connection: Connection, asking: Asking, name: str, *, words: str, seconds: int | None
) -> Figure:
    """What `as_of` costs: where nothing came since, as a past is usually asked, and where all of it did."""
    row = connection.execute(year.sql(RECEIVED, seconds).encode()).fetchone()
    none, whole = (f"{words}&as_of={instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" for instant in row or ())
    rows = (year.rows * MINUTE_S if seconds is None else seconds) // MINUTE_S
    paths = {"ours": whole, "all of it came later": none, "without as_of": words}
    found = {key: _count(asking.json(year.path(more, seconds))) for key, more in paths.items()}
    expect(found["ours"], rows)
    expect(found["without as_of"], rows)
    expect(found["all of it came later"], 0)
    contenders = {key: _asked(run, asking, year.path(more, seconds)) for key, more in paths.items()}
    rounds = run.rounds(f"api: {name} as of an instant", contenders)
    return figure(f"series, {name}, as of an instant ({rows:,} rows)", "ms", rounds, limit="without as_of")


def _asked(run: Run, asking: Asking, path: str) -> Measure:
    return lambda: answered_ms(lambda: asking.get(path), max(2, run.size.answers // 4))


def _count(answer: dict[str, Any]) -> int:
    """How many rows an answer is made of, as a page or as buckets."""
    return int(sum(answer["counts"])) if answer.get("counts") else int(answer["count"])


def _file(run: Run, year: Year, connection: Connection, asking: Asking) -> Figure:
    path, lines = year.path("&format=csv"), copy_out(year.sql(ROWS), "CSV")
    expect(asking.get(path).count(b"\n") - 1, year.rows)
    contenders: dict[str, Measure] = {
        "COPY TO, CSV": lambda: rate(lambda: read_copy(connection, lines), year.rows),
        "ours": lambda: rate(lambda: asking.get(path), year.rows),
    }
    asking.program.forget_peak()
    found = run.rounds("api: a year as CSV", contenders)
    memory_mb = asking.program.peak_mb()
    return figure("export, CSV", "rows/s", found, limit="COPY TO, CSV", memory_mb=memory_mb)


def _columns(
    run: Run, year: Year, connection: Connection, asking: Asking, *, format: str, read: Callable[[bytes], Any]
) -> Figure:
    """A file of columns until it is a table, against the same rows by COPY until they are one."""
    path, binary = year.path(f"&format={format}"), copy_out(year.sql(ROWS), "BINARY")
    expect(read(asking.get(path)).num_rows, year.rows)
    expect(_table(connection, binary).num_rows, year.rows)
    contenders: dict[str, Measure] = {
        "COPY TO, binary, decoded": lambda: rate(lambda: _table(connection, binary), year.rows),
        "ours": lambda: rate(lambda: read(asking.get(path)), year.rows),
    }
    asking.program.forget_peak()
    found = run.rounds(f"api: a year as {format}", contenders)
    facts = {"bytes": len(asking.get(path))}
    memory_mb = asking.program.peak_mb()
    limit = "COPY TO, binary, decoded"
    return figure(f"export, {format}", "rows/s", found, limit=limit, goal=FILE_GOAL, memory_mb=memory_mb, facts=facts)


def _table(connection: Connection, copy_out: bytes) -> Any:
    """Read COPY in binary into an Arrow table: numpy reads the rows, which here have one length, as none has tests."""
    sent = bytearray()
    with connection.cursor() as cursor, cursor.copy(copy_out) as copy:
        for row in copy:
            sent += row
    rows = np.frombuffer(sent, COPIED, offset=COPY_HEAD_BYTES, count=(len(sent) - COPY_HEAD_BYTES) // COPIED.itemsize)
    if not np.all(rows["tests_size"] == -1):
        raise WrongResult("a row has tests, so the rows have no one length")
    time_us = rows["time"].astype(np.int64) + EPOCH_US
    columns = [pa.array(time_us).view(pa.timestamp("us", "UTC")), pa.array(rows["result"].astype(np.float64))]
    columns += [pa.array(rows["quality"].astype(np.int8)), pa.nulls(len(rows), pa.string())]
    return pa.table(columns, ["phenomenon_time", "result", "quality", "tests"])


def _pages(run: Run, year: Year, connection: Connection, asking: Asking) -> Figure:
    path, binary = year.path(f"&limit={PAGE_ROWS}"), copy_out(year.sql(ROWS), "BINARY")
    expect(_all_pages(asking, path), year.rows)
    contenders: dict[str, Measure] = {
        "COPY TO, binary": lambda: rate(lambda: read_copy(connection, binary), year.rows),
        "ours": lambda: rate(lambda: _all_pages(asking, path), year.rows),
    }
    asking.program.forget_peak()
    found = run.rounds("api: a year as JSON", contenders)
    memory_mb = asking.program.peak_mb()
    return figure(
        "export, JSON columns in pages", "rows/s", found, limit="COPY TO, binary", goal="1,000,000", memory_mb=memory_mb
    )


def _all_pages(asking: Asking, path: str) -> int:
    """Follow `next` to the end; return the number of rows."""
    count = 0
    while path:
        page = msgspec.json.decode(asking.get(path), type=Page)
        count += page.count
        path = page.next or ""
    return count


class Page(msgspec.Struct):
    """What of a page is needed to go on; the columns are not decoded."""

    count: int
    next: str | None


def rate(work: Callable[[], object], rows: int) -> float:
    start_s = time.monotonic()
    work()
    return rows / (time.monotonic() - start_s)


def copy_out(query: str, form: str) -> bytes:
    return f"COPY ({query}) TO STDOUT (FORMAT {form})".encode()


def read_copy(connection: Connection, copy_out: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(copy_out) as copy:
        for _ in copy:
            pass


def expect(found: object, wanted: int) -> None:
    if found != wanted:
        raise WrongResult(f"{found} rows came, {wanted} are there")


def rfc3339(time_s: int) -> str:
    """Write Unix seconds as the api reads them."""
    return datetime.fromtimestamp(time_s, UTC).isoformat().replace("+00:00", "Z")
