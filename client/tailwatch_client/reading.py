"""Observations out of a site, page after page: by Arrow where pyarrow is installed, else by JSON.

A site that cannot write Arrow answers the same question in JSON: which of the two it is stands in each answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tailwatch_client.connection import BadAnswer, Connection
from tailwatch_client.rows import PAGE_ROWS, Interval, Rows, written

if TYPE_CHECKING:
    import httpx
    import pyarrow

ARROW: Final = "application/vnd.apache.arrow.stream"
ACCEPT: Final = f"{ARROW}, application/json;q=0.5"
END: Final = b"\xff\xff\xff\xff\0\0\0\0"
"""The last bytes of a whole Arrow stream (Arrow columnar format, "IPC Streaming Format")."""


class Selection(NamedTuple):
    """Observations of one datastream over an interval; `as_of`: as they were known then; `quality`: these flags."""

    datastream: str
    interval: Interval
    as_of: datetime | None = None
    quality: tuple[int, ...] = ()
    page_rows: int = PAGE_ROWS

    @property
    def address(self) -> str:
        """Where they stand."""
        return f"/api/v1/datastreams/{self.datastream}/observations"

    @property
    def question(self) -> dict[str, str | int | None]:
        """What is asked there for the first page."""
        return {
            "from": written(self.interval.start),
            "to": written(self.interval.stop),
            "as_of": written(self.as_of),
            "quality": ",".join(map(str, self.quality)) or None,
            "limit": self.page_rows,
        }


def has_arrow() -> bool:
    """Say whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


def rows(connection: Connection, chosen: Selection, by_arrow: bool | None = None) -> Iterator[Rows]:
    """Give the observations page after page as lists; by_arrow: None is where pyarrow is installed."""
    if has_arrow() if by_arrow is None else by_arrow:
        yield from map(_rows_of, tables(connection, chosen))
        return
    for page in connection.pages(chosen.address, chosen.question):
        yield Rows.of(page)


def tables(connection: Connection, chosen: Selection) -> Iterator[pyarrow.Table]:
    """Give the observations page after page as tables of phenomenon_time, result, quality and tests."""
    answer = connection.answer(chosen.address, chosen.question, ACCEPT)
    while True:
        table, following = _page_of(answer)
        yield table
        if following is None:
            return
        answer = connection.answer(following, None, ACCEPT)


def schema() -> pyarrow.Schema:
    """Return the columns of `tables`: times in UTC; a result is null where the read failed."""
    import pyarrow as pa

    return pa.schema(
        {
            "phenomenon_time": pa.timestamp("us", "UTC"),
            "result": pa.float64(),
            "quality": pa.int8(),
            "tests": pa.string(),
        }
    )


def _page_of(answer: httpx.Response) -> tuple[pyarrow.Table, str | None]:
    """Return the observations of an answer, and where it goes on."""
    import pyarrow as pa

    if answer.headers.get("content-type", "").partition(";")[0] != ARROW:
        document = Connection.document(answer)
        return _table_of(Rows.of(document)), document["next"]
    if not answer.content.endswith(END):
        raise BadAnswer(f"{answer.url} answered a part of an Arrow stream: ask again")
    try:
        table = pa.ipc.open_stream(answer.content).read_all().select(schema().names).cast(schema())
    except (pa.ArrowException, KeyError) as error:
        raise BadAnswer(f"{answer.url} answered an Arrow stream of something else: {error}") from error
    return table, answer.links.get("next", {}).get("url")


def _rows_of(table: pyarrow.Table) -> Rows:
    import pyarrow as pa

    times: list[int] = table["phenomenon_time"].cast(pa.int64()).to_pylist()
    others: list[list[Any]] = [table[name].to_pylist() for name in ("result", "quality", "tests")]
    return Rows(times, *others)


def _table_of(found: Rows) -> pyarrow.Table:
    import pyarrow as pa

    columns = (found.times_us, found.results, found.qualities, found.tests)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema().types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema())
