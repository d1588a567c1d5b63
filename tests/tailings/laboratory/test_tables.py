"""Tests of tables from bytes; workbooks are made by openpyxl itself."""

import io

import pytest

from tailings.laboratory import BadFile, read_table


def workbook(rows: list[list[object]]) -> bytes:
    """The bytes of an XLSX with these rows."""
    openpyxl = pytest.importorskip("openpyxl")
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_its_delimiter(delimiter: str) -> None:
    """Comma, semicolon (with decimal commas) and tab, with and without a byte-order mark."""
    text = delimiter.join(["sample", "W ppm"]) + "\n" + delimiter.join(["S1", "5"])

    assert read_table(b"\xef\xbb\xbf" + text.encode()) == [["sample", "W ppm"], ["S1", "5"]]


def test_a_workbook_gives_the_same_cells_as_text() -> None:
    """Numbers keep their digits, and rows are as wide as the heading."""
    found = read_table(workbook([["sample", "W ppm", "kind"], ["S1", 0.1, None], ["S2", "<5"]]))

    assert found == [["sample", "W ppm", "kind"], ["S1", "0.1", ""], ["S2", "<5", ""]]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00x", b"PK\x03\x04nothing", b'a,"b\n', b"x" * 4_000_001])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    """Other encodings, broken archives, broken quotes and too many bytes."""
    with pytest.raises(BadFile):
        read_table(content)
