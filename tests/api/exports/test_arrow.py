"""Arrow streams, read back by pyarrow, against SQL of our own and against rows that hypothesis makes."""

import json
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings

from api.exports import Chunk, FileHead, arrow
from tests.api import site
from tests.api.exports import stored
from tests.api.exports.written import LEVEL, PRESSURE, ROWS, Row, written
from tests.servers import TestDatabase

COLUMNS = ("phenomenon_time", "result", "quality", "tests")


def test_every_row_is_what_is_stored(client: httpx.Client, read_database: TestDatabase) -> None:
    """Times in UTC, flags and names of tests, and null where there is no result."""
    answer = client.get(stored.OBSERVATIONS, params={"format": "arrow"})
    table = pa.ipc.open_stream(answer.content).read_all()

    assert list(zip(*(table[name].to_pylist() for name in COLUMNS), strict=True)) == stored.rows(read_database)
    assert table.schema.field("phenomenon_time").type == pa.timestamp("us", "UTC")
    assert (table["result"].null_count, answer.headers["content-type"]) == (1, "application/vnd.apache.arrow.stream")


def test_the_past_is_what_had_been_received(client: httpx.Client, read_database: TestDatabase) -> None:
    """As of an instant the rows that came later are not there, and asked again the file is the same to the byte."""
    asked = {"format": "arrow", "as_of": stored.AS_OF.isoformat()}
    one, two = client.get(stored.OBSERVATIONS, params=asked), client.get(stored.OBSERVATIONS, params=asked)
    table = pa.ipc.open_stream(one.content).read_all()

    found = list(zip(*(table[name].to_pylist() for name in COLUMNS), strict=True))
    assert found == stored.rows(read_database, as_of=stored.AS_OF) and 0 < len(found) < site.LEVEL_ROWS
    assert one.content == two.content


def test_the_schema_says_what_the_numbers_are(client: httpx.Client) -> None:
    """Unit, flags, name, licence, place and citation, in words of their own and in the document of the archive."""
    schema = pa.ipc.open_stream(client.get(stored.OBSERVATIONS, params={"format": "arrow"}).content).schema
    told = json.loads(schema.metadata[b"tailwatch"])
    place = told["datastreams"][stored.LEVEL]["place"]

    assert schema.field("result").metadata == {b"unit": b"m"}
    assert (schema.metadata[b"licence"], schema.metadata[b"name"]) == (b"CC-BY-4.0", b"Vale do Sino")
    assert (place["lon"], place["lat"], place["location_of"]) == (-7.73, 40.16, "facility")
    assert told["quality"]["scheme"] == "QARTOD" and stored.LEVEL in schema.metadata[b"citation"].decode()


def test_of_several_each_row_has_its_name_and_its_unit(client: httpx.Client, read_database: TestDatabase) -> None:
    """One datastream after the other, with flags of line and marks."""
    asked = {"datastream": [stored.LEVEL, stored.BATTERY], "quality": "1,2,9", "marks": "3,4", "format": "arrow"}
    table = pa.ipc.open_stream(client.get(stored.SERIES, params=asked).content).read_all()
    found = [tuple(row.values()) for row in table.to_pylist()]
    wanted = [(stored.LEVEL, "m", *row) for row in stored.rows(read_database)]
    wanted += [(stored.BATTERY, "V", *row) for row in stored.rows(read_database, site.BATTERY)]

    assert found == wanted and json.loads(table.schema.metadata[b"tailwatch"])["datastreams"].keys() == {
        stored.LEVEL,
        stored.BATTERY,
    }


def held(format: object, rows: list[Row], others: list[Row]) -> None:
    """Write both as one file, and hold what pyarrow reads against them."""
    whole = pa.ipc.open_stream(written(format, [rows, others], LEVEL, PRESSURE)).read_all()
    wanted = [(LEVEL.name, "m", *row) for row in rows] + [(PRESSURE.name, "kPa", *row) for row in others]

    assert [tuple(row.values()) for row in whole.to_pylist()] == wanted


@settings(max_examples=60, deadline=None, database=None)
@given(rows=ROWS, others=ROWS)
def test_whatever_is_stored_comes_back(rows: list[Row], others: list[Row]) -> None:
    """Any time, number, flag and text, in one datastream or two, with or without rows."""
    held(arrow, rows, others)


def test_a_writer_that_makes_zero_of_missing_is_found() -> None:
    """The comparison that passes above fails for a format that is broken on purpose."""

    async def filled(chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        async for chunk in chunks:
            chunk.content.result[chunk.content.result != chunk.content.result] = 0.0
            yield chunk

    def write(chunks: AsyncIterator[Chunk], head: FileHead) -> AsyncIterator[bytes]:
        return arrow.write(filled(chunks), head)

    @settings(max_examples=200, deadline=None, database=None, phases=[Phase.generate])
    @given(rows=ROWS)
    def broken(rows: list[Row]) -> None:
        held(SimpleNamespace(write=write), rows, [])

    with pytest.raises(AssertionError):
        broken()


def test_a_cut_stream_has_no_end_marker(client: httpx.Client) -> None:
    """A whole stream ends with the eight bytes of the Arrow format; whatever is cut before has not."""
    whole = client.get(stored.OBSERVATIONS, params={"format": "arrow"}).content

    assert whole.endswith(b"\xff\xff\xff\xff\0\0\0\0") and not whole[:-1].endswith(b"\xff\xff\xff\xff\0\0\0\0")
    with pytest.raises((pa.ArrowInvalid, OSError)):
        pa.ipc.open_stream(whole[: len(whole) // 2]).read_all()
