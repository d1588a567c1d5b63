"""One part as a Parquet file: a row group or more for each datastream, and all a reader needs in the metadata."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet

from ingest.archive.contents import COLUMNS
from ingest.values import Connection
from tailings import file_metadata
from tailings.arrow_columns import NAME

SCHEMA: Final = pa.schema([NAME, *COLUMNS])
RECEIVED: Final = COLUMNS.field("received_at")
GROUP_ROWS: Final = 200_000
FACILITY: Final = "SELECT name, version, hash, file, document FROM facility WHERE id = %s"
DATASTREAMS: Final = """
SELECT name, quantity, unit, formula, origin FROM datastream WHERE facility_id = %s ORDER BY name"""


def metadata(connection: Connection, facility: str, month: str, part: int) -> dict[str, Any]:
    """Return what stands in the file beside the rows: units, calibrations, flags, licence, the facility file itself."""
    row = connection.execute(FACILITY, (facility,)).fetchone()
    assert row is not None
    name, version, hash_, file, document = row
    datastreams = {
        full: file_metadata.of_datastream(quantity, unit, formula, origin)
        for full, quantity, unit, formula, origin in connection.execute(DATASTREAMS, (facility,))
    }
    calibrations = {key: one["calibrations"] for key, one in document["instruments"].items() if one["calibrations"]}
    return {
        **file_metadata.of_facility(facility, name, document),
        "month": month,
        "part": part,
        "datastreams": datastreams,
        "calibrations": calibrations,
        "version": version,
        "hash": hash_,
        "facility_file": file,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def write(file: Path, told: dict[str, Any], tables: Iterator[tuple[str, Any]]) -> int:
    """Write the tables of all datastreams, by full name, into a new file; return the number of rows."""
    schema = SCHEMA.with_metadata({file_metadata.KEY: msgspec.json.encode(told), "licence": told["licence"] or ""})
    rows = 0
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd", version="2.6") as out:
        for name, table in tables:
            out.write_table(_named(name, table), row_group_size=GROUP_ROWS)
            rows += table.num_rows
    return rows


def read(file: Path) -> Iterator[tuple[str, Any]]:
    """Give the tables of all datastreams, by full name, one after the other."""
    with pyarrow.parquet.ParquetFile(file, read_dictionary=["datastream", "tests"]) as source:
        name = ""
        groups: list[Any] = []
        for group in range(source.num_row_groups):
            table = source.read_row_group(group, use_threads=False)
            if not table.num_rows:
                continue
            this = table["datastream"][0].as_py()
            if groups and this != name:
                yield name, _joined(groups)
                groups = []
            name = this
            groups.append(table.drop_columns(["datastream"]))
        if groups:
            yield name, _joined(groups)


def _joined(groups: list[Any]) -> Any:
    table = pa.concat_tables(groups).unify_dictionaries()
    if RECEIVED.name not in table.column_names:  # written before observations had it
        table = table.append_column(RECEIVED, pa.nulls(table.num_rows, RECEIVED.type))
    return table.cast(COLUMNS)


def _named(name: str, table: Any) -> Any:
    names = pa.DictionaryArray.from_arrays(pa.array([0] * table.num_rows, pa.int32()), pa.array([name]))
    return table.add_column(0, NAME, names).cast(SCHEMA)
