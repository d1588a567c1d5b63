"""Parquet files, read back by pyarrow and by DuckDB, against SQL of our own and against rows that hypothesis makes."""

import io
import json
from pathlib import Path

import duckdb
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from api.exports import parquet
from tests.api import site
from tests.api.exports import stored
from tests.api.exports.written import LEVEL, ROWS, Row, written
from tests.servers import TestDatabase

QUERY = "SELECT epoch_us(phenomenon_time), result, quality, tests FROM read_parquet(?) ORDER BY phenomenon_time"
LAYOUT = "SELECT sum(num_values) FROM parquet_metadata(?) WHERE path_in_schema = 'result'"


def test_duckdb_reads_what_is_stored(client: httpx.Client, read_database: TestDatabase, tmp_path: Path) -> None:
    """Another engine finds every row, null where there is no result, and flags and tests as they are."""
    file = tmp_path / "level.parquet"
    file.write_bytes(client.get(stored.OBSERVATIONS, params={"format": "parquet"}).content)
    wanted = [(round(time.timestamp() * 1e6), *row) for time, *row in stored.rows(read_database)]

    with duckdb.connect() as other:
        assert other.execute(QUERY, [str(file)]).fetchall() == wanted
        assert other.execute(LAYOUT, [str(file)]).fetchall() == [(site.LEVEL_ROWS,)]


def test_the_footer_says_what_the_numbers_are(client: httpx.Client) -> None:
    """Unit, licence and the document of the archive stand in the metadata that every reader shows."""
    file = pq.ParquetFile(io.BytesIO(client.get(stored.OBSERVATIONS, params={"format": "parquet"}).content))
    told = json.loads(file.metadata.metadata[b"tailwatch"])

    assert (told["datastreams"][stored.LEVEL]["unit"], told["licence"]) == ("m", "CC-BY-4.0")
    assert file.schema_arrow.field("result").metadata[b"unit"] == b"m"
    assert file.schema_arrow.field("phenomenon_time").type == pa.timestamp("us", "UTC")


@settings(max_examples=40, deadline=None, database=None)
@given(rows=ROWS)
def test_whatever_is_stored_comes_back(rows: list[Row]) -> None:
    """Any time, number, flag and text, in as many row groups as there were chunks."""
    file = pq.ParquetFile(io.BytesIO(written(parquet, [rows], LEVEL)))

    assert [tuple(row.values()) for row in file.read().to_pylist()] == rows
    assert file.num_row_groups == -(-len(rows) // 7)


def test_a_cut_file_has_no_footer(client: httpx.Client) -> None:
    """A reader refuses it, wherever it was cut."""
    whole = client.get(stored.OBSERVATIONS, params={"format": "parquet"}).content

    assert whole.startswith(b"PAR1") and whole.endswith(b"PAR1")
    with pytest.raises(pa.ArrowInvalid):
        pq.ParquetFile(io.BytesIO(whole[:-100]))
