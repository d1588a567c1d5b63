"""Files as loggers and spreadsheets write them, with every fault that one cell or one row can have, and their maps.

How many cells a file has is known by its maker, who counts rows times columns, and by nobody that reads it.
"""

import csv
import io
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import openpyxl
from hypothesis import strategies as st

COLUMNS: Final = {"P": "n01:baro.pressure", "Höhe": "n01:pond.level", "T": "n01:pond.temperature"}
START: Final = datetime(2026, 3, 1)
INSTANTS: Final = 60
GOOD: Final = st.integers(1, 400).map(lambda number: str(number / 4))
ODD: Final = st.sampled_from(
    ["", "NAN", "-9999", "-9999.0", "7999", "#N/A", "INF", "many", "1_0", "1.2.3", "1e999", '5"']
)


class LoggerFile(NamedTuple):
    """A file's name and bytes, its map, and how many rows of cells were written into it."""

    name: str
    content: bytes
    map: str
    rows: int


class Row(NamedTuple):
    instant: int
    cells: list[str]
    fault: str


def rows() -> st.SearchStrategy[list[Row]]:
    """Rows of an hour, in any order, some twice; a few with a time that is none, or with a cell too few."""
    cell = st.one_of(GOOD, GOOD, GOOD, ODD)
    fault = st.sampled_from(["", "", "", "", "", "time", "short"])
    row = st.builds(Row, st.integers(0, INSTANTS - 1), st.lists(cell, min_size=3, max_size=3), fault)
    return st.lists(row, min_size=1, max_size=25)


def _texts(some: list[Row], form: str, decimal: str = ".") -> list[list[str]]:
    """The cells of each row, its time first."""
    found = []
    for row in some:
        moment = (START + timedelta(minutes=row.instant)).strftime(form)
        cells = [cell.replace(".", decimal) if decimal == "," else cell for cell in row.cells]
        line = ["yesterday" if row.fault == "time" else moment, *cells]
        found.append(line[:-1] if row.fault == "short" else line)
    return found


def _csv(lines: list[list[str]], delimiter: str, encoding: str, before: str = "") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
    return (before + out.getvalue()).encode(encoding)


def _map(time: str, columns: dict[str, str], *more: str) -> str:
    named = [f'"{column}" = "{name}"' for column, name in columns.items()]
    return "\n".join([f"time_column = {time}", 'time_zone = "UTC"', *more, "[columns]", *named]) + "\n"


def plain(some: list[Row]) -> LoggerFile:
    """A CSV of any program."""
    lines = [["Zeit", *COLUMNS], *_texts(some, "%Y-%m-%dT%H:%M:%S")]
    return LoggerFile("plain.csv", _csv(lines, ",", "utf-8"), _map('"Zeit"', COLUMNS), len(some))


def spreadsheet(some: list[Row], encoding: str) -> LoggerFile:
    """Semicolons, decimal commas; of an older Windows, or with a byte-order mark."""
    lines = [["Zeit", *COLUMNS], *_texts(some, "%d.%m.%Y %H:%M", ",")]
    mark = "\ufeff" if encoding == "utf-8" else ""
    more = ('time_format = "%d.%m.%Y %H:%M"', 'delimiter = ";"', 'decimal = ","', f'encoding = "{encoding}"')
    content = _csv(lines, ";", encoding, mark + "Blatt;;;\r\n")
    return LoggerFile("sheet.csv", content, _map('"Zeit"', COLUMNS, *more, "skip_rows = 1"), len(some))


def usgs(some: list[Row]) -> LoggerFile:
    """The tab-separated form of the United States Geological Survey (RDB)."""
    lines = [["datetime", *COLUMNS], ["20d", "14n", "14n", "14n"], *_texts(some, "%Y-%m-%d %H:%M")]
    more = ('delimiter = "\\t"', 'comment = "#"', "units_row = true")
    content = _csv(lines, "\t", "utf-8", "# retrieved\r\n# today\r\n")
    return LoggerFile("usgs.rdb", content, _map('"datetime"', COLUMNS, *more), len(some))


def campbell(some: list[Row]) -> LoggerFile:
    """TOA5, as Campbell's loggers write it: four lines before the rows."""
    head = [["TOA5", "CR6", "1", "x"], ["TIMESTAMP", *COLUMNS], ["TS", "", "", ""], ["", "Smp", "Smp", "Smp"]]
    content = _csv([*head, *_texts(some, "%Y-%m-%d %H:%M:%S")], ",", "utf-8")
    return LoggerFile("cr6.dat", content, _map('"TIMESTAMP"', COLUMNS, 'header = "toa5"'), len(some))


def geokon(some: list[Row]) -> LoggerFile:
    """Rows alone, the time in six columns (secondary: from users' files)."""
    lines = []
    for row, cells in zip(some, _texts(some, "%Y,%m,%d,%H,%M,%S"), strict=True):
        time = ["yesterday"] * 6 if row.fault == "time" else cells[0].split(",")
        lines.append(["LC2", *time, *cells[1:]])
    whole = ["LC2", "2026", "3", "2", "0", "0", "0", "1", "2", "3"]
    time = '["2", "3", "4", "5", "6", "7"]'
    named = dict(zip(("8", "9", "10"), COLUMNS.values(), strict=True))
    more = ('header = "none"', 'time_format = "%Y %m %d %H %M %S"')
    return LoggerFile("lc2.csv", _csv([whole, *lines], ",", "utf-8"), _map(time, named, *more), len(some) + 1)


def workbook(some: list[Row]) -> LoggerFile:
    """XLSX; numbers as numbers where they are some, and a row that is too short as one with an empty cell."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Zeit", *COLUMNS])
    for line in _texts(some, "%Y-%m-%d %H:%M:%S"):
        book.active.append([_number(cell) for cell in line])
    book.save(out)
    return LoggerFile("dips.xlsx", out.getvalue(), _map('"Zeit"', COLUMNS), len(some))


def _number(cell: str) -> Any:
    try:
        return float(cell) if cell not in {"", "NAN", "INF", "1e999"} and "_" not in cell else cell
    except ValueError:
        return cell


def files() -> st.SearchStrategy[LoggerFile]:
    """A file of any of these kinds."""
    makers = st.sampled_from([plain, usgs, campbell, geokon, workbook, _windows, _marked])
    return st.tuples(makers, rows()).map(lambda both: both[0](both[1]))


def _windows(some: list[Row]) -> LoggerFile:
    return spreadsheet(some, "cp1252")


def _marked(some: list[Row]) -> LoggerFile:
    return spreadsheet(some, "utf-8")
