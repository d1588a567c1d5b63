"""A CSV file in chunks: resumed at any chunk, cut at any byte, and never a half number."""

from datetime import datetime
from pathlib import Path

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.receive.csv_file import MAX_NAMED_REFUSALS, TimeBounds, read_chunks, source_of
from edge_agent.receive.csv_rows import BadCsvFile
from edge_agent.values import FilePosition, Mapping

MAPPING = Mapping(time_column="Time", time_zone="UTC", columns={"P": "n01:baro.pressure"})
BOUNDS = TimeBounds(0, lambda: 4_000_000_000_000)
ROWS = [f"2020-06-01 {at // 60:02d}:{at % 60:02d},{900 + at / 4}" for at in range(200)]
TEXT = "\ufeffTime,P\r\n" + "".join(row + "\r\n" for row in ROWS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "logger.csv"
    made.write_bytes(TEXT.encode())
    return made


def values(file: Path, position: FilePosition | None = None) -> tuple[list[float], list[str], FilePosition]:
    found: list[float] = []
    refused: list[str] = []
    at = position or FilePosition("s")
    for chunk in read_chunks(file, MAPPING, BOUNDS, at):
        found += [value for _, column in chunk.columns.values() for value in column.tolist()]
        refused += [row.reason for row in chunk.refused]
        at = chunk.position
    return found, refused, at


def test_a_file_is_read_to_its_end(file: Path) -> None:
    """Every row once, the position at the end."""
    found, refused, at = values(file)

    assert (len(found), refused) == (200, [])
    assert (at.offset, at.lines, at.rows, at.is_done) == (len(TEXT.encode()), 201, 200, True)


def test_reading_goes_on_at_any_chunk(file: Path) -> None:
    """Stopped after each chunk and begun anew from the stored position, the rows are the same."""
    whole, _, _ = values(file)
    found: list[float] = []
    at = FilePosition("s")
    while not at.is_done:
        chunk = next(read_chunks(file, MAPPING, BOUNDS, at, block_bytes=300))
        found += [value for _, column in chunk.columns.values() for value in column.tolist()]
        at = chunk.position

    assert found == whole
    assert at.rows == 200


@given(st.integers(12, len(TEXT.encode())))
def test_a_file_cut_at_any_byte_gives_whole_rows_only(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """What remains of a cut line is refused; no shortened number comes through."""
    file = tmp_path_factory.mktemp("cut") / "cut.csv"
    file.write_bytes(TEXT.encode()[:cut])

    found, refused, _ = values(file)

    assert found == [900 + at / 4 for at in range(len(found))]
    assert refused in ([], ["no-line-end"])


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"Time,P", b"Time,P\n\x00\x01\x02", b"Time,P\n" + b"9" * 300_000, b"\xff\xfe\n", b"Time,P\r2020"],
)
def test_what_is_no_csv_file_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    """Empty, binary, without line ends, not UTF-8: one sentence, bounded memory."""
    file = tmp_path / "bad.csv"
    file.write_bytes(content)

    with pytest.raises(BadCsvFile):
        values(file)


def test_refusals_beyond_the_limit_are_counted_only(file: Path) -> None:
    """A file of rubbish cannot flood the quarantine."""
    file.write_text("Time,P\n" + "rubbish\n" * (MAX_NAMED_REFUSALS + 500))

    _, refused, at = values(file)

    assert len(refused) == MAX_NAMED_REFUSALS
    assert at.refused == MAX_NAMED_REFUSALS + 500


# The example of Trimble's T4D manual 4.6, "LoggerNet DAT file format": a piezometer on a CR1000.
TOA5 = b"""\
"TOA5","CR1000","32304"\r
"TIMESTAMP","RECORD","batt_volt_Min","PTemp","VWHz(1)","VWTemp(1)"\r
"TS","RN"\r
"","","Min","Smp","Smp","Smp"\r
"2010-08-25 10:40:00",50383,13.19,20.29,2810.662,20.53\r
"2010-08-25 10:41:00",50384,13.19,20.30,"NAN",20.53\r
"2010-08-25 10:42:00",50385,13.19,20.29,2810.671,20.54\r
"""
AS_TOA5 = Mapping("TIMESTAMP", "UTC", {"VWHz(1)": "n07:vw1.frequency"}, header="toa5")


def test_a_file_of_a_campbell_logger_is_read(tmp_path: Path) -> None:
    """Four lines of header, the names in the second, quotes, "NAN" as a failed read; lines count as in an editor."""
    file = tmp_path / "CR1000_Table1.dat"
    file.write_bytes(TOA5 + b'"2010-08-25 10:43:00",50386\r\n"2010-08-25 10:44:00",50387,13.2')

    (chunk,) = read_chunks(file, AS_TOA5, BOUNDS, FilePosition("s"))

    times, frequencies = chunk.columns["n07:vw1.frequency"]
    assert times.tolist() == [1_282_732_800_000 + 60_000 * at for at in range(3)]
    assert [str(value) for value in frequencies.tolist()] == ["2810.662", "nan", "2810.671"]
    assert [(row.line, row.reason) for row in chunk.refused] == [(8, "column-count"), (9, "no-line-end")]


AS_GEOKON = Mapping(
    ("2", "3", "4", "5", "6", "7"), "UTC", {"8": "n01:pond.level"}, time_format="%Y %m %d %H %M %S", header="none"
)


def test_a_file_of_rows_alone_loses_none(tmp_path: Path) -> None:
    """Without a header the first line is a reading too, also where it is read on in the middle."""
    file = tmp_path / "LC2.csv"
    file.write_text("".join(f"LC2,2020,6,1,{at // 60},{at % 60},0,{900 + at}\n" for at in range(200)))
    found: list[float] = []
    at = FilePosition("s")
    while not at.is_done:
        chunk = next(read_chunks(file, AS_GEOKON, BOUNDS, at, block_bytes=700))
        found += [value for _, column in chunk.columns.values() for value in column.tolist()]
        at = chunk.position

    assert found == [900.0 + minute for minute in range(200)]


@pytest.mark.parametrize(
    ("content", "mapping", "name"),
    [
        ("# our pond\n# in bars\nTime,P\n2020-06-01 00:00,1\n", msgspec.structs.replace(MAPPING, comment="#"), "P"),
        ("our pond\nTime,P\n2020-06-01 00:00,1\n", msgspec.structs.replace(MAPPING, skip_rows=1), "P"),
        ("Time,P\n2020-06-01 00:00,1\n", MAPPING, "P"),
        ("LC2,2020,6,1,0,0,0,1\n", AS_GEOKON, "8"),
        ("2020-06-01 00:00,1\n", Mapping("1", "UTC", {"2": "n01:baro.pressure"}, header="none"), "2"),
    ],
)
def test_a_byte_order_mark_stands_before_whatever_is_first(
    tmp_path: Path, content: str, mapping: Mapping, name: str
) -> None:
    """Comments, lines of words, names or the first reading: the file is read as without it, none of its rows lost."""
    file = tmp_path / "logger.csv"
    file.write_text(content, "utf-8-sig")

    (chunk,) = read_chunks(file, mapping, BOUNDS, FilePosition("s"))

    times, found = chunk.columns[mapping.columns[name]]
    assert (times.tolist(), found.tolist(), chunk.refused) == ([1_590_969_600_000], [1.0], ())


RDB = """\
# retrieved: 2020-06-02
# a second line of words
agency_cd\tsite_no\tdatetime\t69928_00065
5s\t15s\t20d\t14n
USGS\t01646500\t2020-06-01 00:00\t3.02
# in between
USGS\t01646500\t2020-06-01 00:15\t3.04
"""
"""As the United States Geological Survey writes it ("RDB", waterservices.usgs.gov): comments, names, widths, rows."""
AS_RDB = Mapping("datetime", "UTC", {"69928_00065": "n01:pond.level"}, delimiter="\t", comment="#", units_row=True)
CP1252 = "Notiz\nPegel der Woche\nZeit;Höhe über Null\n01.06.2020 00:00;338,4\n01.06.2020 00:15;338,5\n"
AS_CP1252 = Mapping(
    "Zeit",
    "UTC",
    {"Höhe über Null": "n01:pond.level"},
    time_format="%d.%m.%Y %H:%M",
    delimiter=";",
    decimal=",",
    encoding="cp1252",
    skip_rows=2,
)


@pytest.mark.parametrize(
    ("content", "mapping", "expected", "lines"),
    [
        (RDB.encode(), AS_RDB, [3.02, 3.04], 7),
        (CP1252.encode("cp1252"), AS_CP1252, [338.4, 338.5], 5),
    ],
)
def test_lines_before_the_rows_are_passed_over(
    tmp_path: Path, content: bytes, mapping: Mapping, expected: list[float], lines: int
) -> None:
    """Comments, a row of widths or units, lines of words, another encoding; lines count as in an editor."""
    file = tmp_path / "logger.txt"
    file.write_bytes(content)

    (chunk,) = read_chunks(file, mapping, BOUNDS, FilePosition("s"))

    times, found = chunk.columns["n01:pond.level"]
    assert (found.tolist(), chunk.refused, chunk.position.lines) == (expected, (), lines)
    assert times.tolist() == [1_590_969_600_000, 1_590_970_500_000]


def test_a_workbook_is_read_like_a_text_and_gone_on_with_at_a_row(tmp_path: Path) -> None:
    """Times and numbers as a spreadsheet keeps them, made by openpyxl; a text in place of a number is refused."""
    book = openpyxl.Workbook()
    for row in (["made by hand"], ["Time", "P"], [datetime(2020, 6, 1), 900.25], [datetime(2020, 6, 1, 0, 5), "many"]):
        book.active.append(row)
    for minute in range(10, 20):
        book.active.append([datetime(2020, 6, 1, 0, minute), 900 + minute])
    book.save(tmp_path / "dips.xlsx")
    mapping = Mapping("Time", "UTC", {"P": "n01:baro.pressure"}, skip_rows=1)

    (whole,) = read_chunks(tmp_path / "dips.xlsx", mapping, BOUNDS, FilePosition("s"))
    (rest,) = read_chunks(tmp_path / "dips.xlsx", mapping, BOUNDS, FilePosition("s", offset=12, lines=12))

    assert whole.columns["n01:baro.pressure"][1].tolist() == [900.25, *range(910, 920)]
    assert [(row.line, row.reason) for row in whole.refused] == [(4, "bad-number")]
    assert rest.columns["n01:baro.pressure"][1].tolist() == [918, 919]


@pytest.mark.parametrize("content", [TOA5[10:], TOA5.split(b"\n")[0], b'"TOA5","CR1000"\n"TIMESTAMP"\n'])
def test_a_file_that_is_not_toa5_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    """Another format, or a header without its end."""
    file = tmp_path / "bad.dat"
    file.write_bytes(content)

    with pytest.raises(BadCsvFile):
        list(read_chunks(file, AS_TOA5, BOUNDS, FilePosition("s")))


def test_the_source_is_the_content_and_the_mapping(file: Path, tmp_path: Path) -> None:
    """The same file under another name is known; read in another way it is another source."""
    copy = tmp_path / "copy.csv"
    copy.write_bytes(file.read_bytes())
    other = Mapping(time_column="Time", time_zone="UTC+01:00", columns=MAPPING.columns)

    assert source_of(copy, MAPPING) == source_of(file, MAPPING)
    assert source_of(file, other) != source_of(file, MAPPING)


def test_a_digit_in_the_middle_makes_another_source(tmp_path: Path) -> None:
    """A file of 4 MB that was exported again with one value corrected is not the one that was stored."""
    row = b"2020-06-01 00:00,960.8,338.48\n"
    files = [tmp_path / "first.csv", tmp_path / "again.csv"]
    files[0].write_bytes(b"Time,P,L\n" + row * 140_000)
    files[1].write_bytes(b"Time,P,L\n" + row * 70_000 + row.replace(b"960.8", b"960.9") + row * 69_999)

    first, again = (source_of(one, MAPPING) for one in files)

    assert first != again
