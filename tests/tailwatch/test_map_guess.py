"""A map guessed from a file: read back by the same reader, it finds the cells that the maker of the file put there.

The forms are those of the vendors' manuals where one is named, else as users' files have them (secondary).
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

import edge_agent
from edge_agent import FilePosition, TimeBounds, read_guarded
from tailings.facility import parse
from tailwatch import map_guess
from tailwatch.survey import CannotImport

FACILITY = parse(Path("tests/data/vale.toml").read_text())
START = datetime(2025, 11, 13, 0, 0)
ROWS = 6
HOUR_MS = 3_600_000
START_MS = 1_762_992_000_000
"""In Lisbon, where it is winter, as in UTC."""
IN_HOURS = [(START_MS + at * HOUR_MS, 2800 + at / 2) for at in range(ROWS)]
BOUNDS = TimeBounds(0, lambda: 4_000_000_000_000)
RDB = "# retrieved today\n# by hand\nagency_cd\tdatetime\tn07:vw1.frequency\n5s\t20d\t14n\n"
TOA5 = '"TOA5","CR6","1"\n"TIMESTAMP","RECORD","vw1.frequency"\n"TS","RN","Hz"\n"","","Smp"\n'
RST = "Logger,DT2055\nSerial,0815\nDate/Time,n07:vw1.frequency,Batt\n,Hz,V\n"


def lines(form: str, row: str, decimal: str = ".") -> list[str]:
    """Rows an hour apart: `form` of the time, and what stands in a row; the frequency goes up by 0.5."""
    moments = [(START + timedelta(hours=at), f"{2800 + at / 2}".replace(".", decimal)) for at in range(ROWS)]
    return [row.format(time=moment.strftime(form), value=value) for moment, value in moments]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ((RDB, lines("%Y-%m-%d %H:%M", "USGS\t{time}\t{value}")), ['comment = "#"', "units_row = true"]),
        ((TOA5, lines("%Y-%m-%d %H:%M:%S", '"{time}",7,{value}')), ['header = "toa5"']),
        (("", lines("%Y,%m,%d,%H,%M,%S", "LC2,{time},{value},21.5")), ['header = "none"', '"%Y %m %d %H %M %S"']),
        ((RST, lines("%Y/%m/%d %H:%M:%S", "{time},{value},12.1")), ["skip_rows = 2", "units_row = true"]),
        (("\ufeff# our dam\ntime,n07:vw1.frequency\n", lines("%Y-%m-%d %H:%M", "{time},{value}")), ['comment = "#"']),
        (("sep=;\nZeit;vw1 frequency\n", lines("%d.%m.%Y %H:%M", "{time};{value}", ",")), ["skip_rows = 1"]),
        (("time,n07:vw1.frequency\n", lines("%Y-%m-%dT%H:%M:%S", "{time},{value}")), ['delimiter = ","']),
        (
            ("\ufeffZeit;vw1 frequency\n", lines("%d.%m.%Y %H:%M", "{time};{value}", ",")),
            ['decimal = ","', '"%d.%m.%Y %H:%M"'],
        ),
    ],
)
def test_a_guessed_map_reads_its_file(content: tuple[str, list[str]], says: list[str], tmp_path: Path) -> None:
    """USGS, Campbell, Geokon, RST, plain, and comments or semicolons with decimal commas behind a byte-order mark."""
    file = tmp_path / "logger.csv"
    file.write_text(content[0] + "\n".join(content[1]) + "\n", "utf-8")

    text = map_guess.write_beside(file, FACILITY).read_text()

    assert all(one in text for one in says), text
    assert values(file, text) == [2800 + at / 2 for at in range(ROWS)]


@pytest.mark.parametrize(
    ("head", "row", "mark"),
    [
        ("date,time,n07:vw1.frequency", "%Y-%m-%d,%H:%M,", "."),
        ("Datum;Zeit;n07:vw1.frequency", "%d.%m.%Y;%H:%M:%S;", ","),
        ("No\tDay\tHour\tn07:vw1.frequency", "1\t%Y/%m/%d\t%I:%M:%S %p\t", "."),
    ],
)
def test_a_day_and_an_hour_beside_it_are_one_time(head: str, row: str, mark: str, tmp_path: Path) -> None:
    """The day alone is a time too, of midnight: every reading of the day stood there, or was refused as the same."""
    file = tmp_path / "a.csv"
    file.write_text("\n".join([head, *lines(row, "{time}{value}", mark)]) + "\n")

    assert readings(file, map_guess.write_beside(file, FACILITY).read_text()) == IN_HOURS


def test_a_day_and_an_hour_of_a_workbook_are_one_time(tmp_path: Path) -> None:
    """A sheet keeps them as a date, whose hour is none, and as a time of the day."""
    book = openpyxl.Workbook()
    book.active.append(["date", "time", "n07:vw1.frequency"])
    for at in range(ROWS):
        moment = START + timedelta(hours=at)
        book.active.append([moment.date(), moment.time(), 2800 + at / 2])
    book.save(tmp_path / "a.xlsx")

    assert readings(tmp_path / "a.xlsx", map_guess.write_beside(tmp_path / "a.xlsx", FACILITY).read_text()) == IN_HOURS


def test_a_first_row_without_a_number_is_no_row_of_units(tmp_path: Path) -> None:
    """It has a time, so it is a reading: refused where it is no number, and not passed over without a word."""
    file = tmp_path / "a.csv"
    file.write_text("time;n07:vw1.frequency\n13.11.2025 00:00;2.800,5\n13.11.2025 01:00;950,5\n")

    text = map_guess.write_beside(file, FACILITY).read_text()

    assert "units_row" not in text and readings(file, text) == [(START_MS + HOUR_MS, 950.5)]


def test_a_workbook_and_another_encoding_are_guessed_too(tmp_path: Path) -> None:
    """Two files of a spreadsheet: saved as it is, and as CSV by a German Windows."""
    book = openpyxl.Workbook()
    book.active.append(["Zeit", "n07:vw1.frequency"])
    for at in range(ROWS):
        book.active.append([START + timedelta(hours=at), 2800 + at / 2])
    book.save(tmp_path / "a.xlsx")
    text = "Zeit (örtlich);n07:vw1.frequency\n" + "\n".join(lines("%d.%m.%Y %H:%M", "{time};{value}", ",")) + "\n"
    (tmp_path / "b.csv").write_bytes(text.encode("cp1252"))

    made = {name: map_guess.write_beside(tmp_path / name, FACILITY).read_text() for name in ("a.xlsx", "b.csv")}

    assert 'encoding = "cp1252"' in made["b.csv"]
    for name, map_ in made.items():
        assert values(tmp_path / name, map_) == [2800 + at / 2 for at in range(ROWS)]


def test_a_day_that_could_be_a_month_is_told(tmp_path: Path) -> None:
    """03/04/2025 is both; what goes forward in time is taken, and the other one named."""
    file = tmp_path / "a.csv"
    file.write_text("time,n07:vw1.frequency\n03/04/2025 00:00,2800\n04/04/2025 00:00,2801\n")

    text = map_guess.write_beside(file, FACILITY).read_text()

    assert 'time_format = "%d/%m/%Y %H:%M"  # CHECK: %m/%d/%Y %H:%M would fit too' in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00\x01\n", "binary"),
        (b"one\ntwo\n", "two columns"),
        (b"a,b\n1,2\n", "no column is a time"),
        (b"PK\x03\x04nothing", "no XLSX workbook"),
    ],
)
def test_what_cannot_be_guessed_is_told_and_nothing_is_written(content: bytes, says: str, tmp_path: Path) -> None:
    """Nor is a map that is there already."""
    file = tmp_path / "a.csv"
    file.write_bytes(content)

    with pytest.raises(CannotImport, match=says):
        map_guess.write_beside(file, FACILITY)
    assert not (tmp_path / "a.csv.toml").exists()


def values(file: Path, text: str) -> list[float]:
    """What the reader takes of the frequency."""
    return [value for _, value in readings(file, text)]


def readings(file: Path, text: str) -> list[tuple[int, float]]:
    """The frequencies with their times [ms], where a person has chosen what an unclear column is."""
    text = re.sub(r'(?m)^# ("8"|"vw1.frequency") = ".*', r'\1 = "n07:vw1.frequency"', text)
    map_file = file.with_suffix(".map.toml")
    map_file.write_text(text, "utf-8")
    chunks = read_guarded(file, edge_agent.load_mapping(map_file), BOUNDS, FilePosition("x"))
    columns = [chunk.columns["n07:vw1.frequency"] for chunk in chunks]
    return [pair for times, found in columns for pair in zip(times.tolist(), found.tolist(), strict=True)]
