"""Tests of tables from bytes; workbooks are made by openpyxl itself."""

import io
import zipfile

import openpyxl
import pytest

from tailings import table_file
from tailings.laboratory import BadTable, read_table


def workbook(rows: list[list[object]]) -> bytes:
    """The bytes of an XLSX with these rows."""
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
    with pytest.raises(BadTable):
        read_table(content)


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with something else in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            assert not name.endswith(part) or old in data
            after.writestr(name, data.replace(old, new) if name.endswith(part) else data)
    return out.getvalue()


def test_blank_rows_stay_blank() -> None:
    """A cell far below the table, as a format somebody gave to a column leaves it: what lies between is nothing."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["B1"], book.active["A100000"] = "sample", "W ppm", "x"
    book.save(out)

    found = read_table(out.getvalue())

    assert (len(found), found[0], found[1], found[-1]) == (100_000, ["sample", "W ppm"], [], ["x", ""])


def test_a_sheet_that_says_it_fills_the_grid_is_read_by_its_cells() -> None:
    """The dimension is a hint of the program that wrote it."""
    whole = changed(workbook([["sample"], ["S1"]]), "sheet1.xml", b'ref="A1:A2"', b'ref="A1:XFD1048576"')

    assert read_table(whole) == [["sample"], ["S1"]]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("sheet1.xml", b"</sheetData>", b""),
        ("sheet1.xml", b'r="A1"', b'r="!!"'),
        ("workbook.xml", b"</workbook>", b""),
        ("sheet1.xml", b'<row r="2"', b'<row r="99999999"'),
    ],
)
def test_a_broken_workbook_is_refused(part: str, old: bytes, new: bytes) -> None:
    """By the exception that tells its author, wherever it is broken."""
    with pytest.raises(BadTable):
        read_table(changed(workbook([["sample"], ["S1"]]), part, old, new))


def test_a_formula_that_nobody_worked_out_is_refused() -> None:
    """openpyxl writes the formula alone, as any program that is no spreadsheet does: its cell would be no result."""
    made = workbook([["sample", "W ppm"], ["S1", 5], ["S2", "=B2*2"]])

    with pytest.raises(BadTable, match="cell B3 is a formula that nobody has worked out"):
        read_table(made)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (b'<c r="B3"><f>B2*2</f><v>10</v></c>', "10"),
        (b'<c r="B3" t="str"><f>IF(B2&gt;9,B2,"")</f><v></v></c>', ""),
        (b'<c t="str" r="B3"><f>IF(B2&gt;9,B2,"")</f></c>', ""),
        (b'<c r="B3" t="e"><f>B2/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c r="B3"/><c r="C3"><v>3</v></c>', ""),
        (b'<c r="B3"><f t="shared" si="0"/><v>10</v></c>', "10"),
        (b'<c r="B3"><f t="shared" si="0"/></c>', None),
        (b'<c r="B3"><f t="array" ref="B3">SUM(B2)</f><v/></c>', None),
        (b'<c s="1" r="B3" t="n"><f>B2</f>  </c>', None),
    ],
)
def test_a_formula_is_read_by_the_value_beside_it(cell: bytes, found: str | None) -> None:
    """Cells as Excel and LibreOffice save them (ISO/IEC 29500-1, 18.3.1.4, secondary): an empty text is a value."""
    made = workbook([["sample", "W ppm"], ["S1", 5], ["S2", 7]])
    made = changed(made, "sheet1.xml", b'<c r="B3" t="n"><v>7</v></c>', cell)
    made = changed(made, "workbook.xml", b' fullCalcOnLoad="1"', b"")

    if found is None:
        with pytest.raises(BadTable, match="cell B3 is a formula"):
            read_table(made)
    else:
        assert read_table(made)[2][1] == found


@pytest.mark.parametrize("mark", [b'fullCalcOnLoad="1"', b'fullCalcOnLoad="true"'])
def test_a_zero_that_stands_in_for_a_formula_is_no_result(mark: bytes) -> None:
    """A sheet as XlsxWriter 3.3.1 writes it: 0 with each formula, and the mark that all are to be worked out."""
    made = workbook([["sample", "W ppm"], ["S1", 5], ["S2", 7]])
    made = changed(made, "sheet1.xml", b'<c r="B3" t="n"><v>7</v></c>', b'<c r="B3"><f>B2*2</f><v>0</v></c>')
    marked = changed(made, "workbook.xml", b'fullCalcOnLoad="1"', mark)

    with pytest.raises(BadTable, match="cell B3 is a formula that nobody has worked out"):
        read_table(marked)
    assert read_table(changed(made, "workbook.xml", b'fullCalcOnLoad="1"', b""))[2] == ["S2", "0"]


@pytest.mark.parametrize("block_bytes", [1, 13, 64, 400])
def test_a_formula_that_lies_between_two_blocks_is_found(monkeypatch: pytest.MonkeyPatch, block_bytes: int) -> None:
    """Wherever a sheet is cut to be read."""
    monkeypatch.setattr(table_file, "BLOCK_BYTES", block_bytes)

    with pytest.raises(BadTable, match="cell B4 is a formula"):
        read_table(workbook([["sample", "W ppm"], ["S1", 5], ["S2", 7], ["S3", "=SUM(B2:B3)"], ["S4", 1]]))


@pytest.mark.parametrize("packed_as", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_workbook_that_is_packed_otherwise_is_refused(packed_as: int) -> None:
    """No spreadsheet program packs so; a damaged stream of these raised OSError (found by fuzzing)."""
    out = io.BytesIO()
    made = io.BytesIO(workbook([["sample"], ["S1"]]))
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(out, "w", packed_as) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))

    with pytest.raises(BadTable, match="save it again"):
        read_table(out.getvalue())


def test_too_many_cells_are_refused() -> None:
    """Rows that each have a cell in the last column of the grid."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in range(1, 200):
        book.active[f"XFD{row}"] = "x"
    book.save(out)

    with pytest.raises(BadTable, match="cells"):
        read_table(out.getvalue())
