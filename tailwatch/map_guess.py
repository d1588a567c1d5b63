"""A mapping guessed from the first lines of a file, written as TOML with what is to be checked beside each guess.

Of each guess the line says on what it rests. The time zone is never in a file: it is that of the facility until a
person has looked. Columns are matched with datastreams by name; the others stand there as comments.
Source of the forms: see `tailings.facility.mappings` and docs/operating/import.md.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from runtime import limited_child
from tailings import table_file
from tailings.facility import Facility
from tailings.facility.mappings import DEFAULT_MISSING
from tailings.table_file import CELL_END, cells_of
from tailwatch.survey import CannotImport
from tailwatch.toml import plain

NEAR: Final = 0.6
APART: Final = 0.1
"""How much more like the nearest datastream than the next one a column must be called."""
TOA5_LINES: Final = 4
COMMENT: Final = "#"
MIN_COLUMNS: Final = 2
ISO: Final = "ISO 8601"
TIME_FORMATS: Final = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%m-%Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
)
DAYS: Final = ("%Y-%m-%d", "%Y-%m-%d 00:00:00", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d")
"""A day alone; of a sheet it has an hour that says nothing."""
HOURS: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
PARTS: Final = {
    "%Y %m %d %H %M %S": ((1990, 2100), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59)),
    "%Y %j %H%M": ((1990, 2100), (1, 366), (0, 2359)),
}
"""Times in several columns, as loggers without a header write them: Geokon's, and Campbell's arrays."""
DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?", re.ASCII)
WIDTHS: Final = re.compile(r"\d+[sdn]", re.ASCII)
"""The row behind the names of an RDB file: the width and kind of each column."""


class _Form(Struct):
    """What was seen of a file, and why each of it is thought so."""

    delimiter: str
    why_delimiter: str
    header: str = "names"
    skip_rows: int = 0
    comment: str = ""
    units_row: bool = False
    names: list[str] = []
    rows: list[list[str]] = []


def write_beside(file: Path, facility: Facility) -> Path:
    """Write the guessed map of a file beside it, as FILE.toml; raises CannotImport or OSError."""
    target = file.with_suffix(file.suffix + ".toml")
    if target.exists():
        raise CannotImport(f"{target} is there already; import with --map {target}, or move it away")
    try:
        head = msgspec.json.decode(limited_child.run(f"{table_file.__name__}:head", str(file.resolve()).encode()))
    except limited_child.TooCostly as error:
        raise CannotImport(str(error)) from error
    if isinstance(head, str):
        raise CannotImport(f"{file}: {head}")
    encoding, lines = head
    target.write_text(guess(lines, encoding, facility), "utf-8")
    return target


def guess(lines: Sequence[str], encoding: str, facility: Facility) -> str:
    """The TOML text of a mapping for a file that begins with these lines; raises CannotImport."""
    lines = [line.rstrip("\r\n") for line in lines]
    if not any(line.strip() for line in lines):
        raise CannotImport("the file is empty")
    form = _form(lines)
    decimal = "," if form.delimiter != "," and _has_decimal_commas(form.rows) else "."
    time_columns, time_format, why = _time(form)
    times = f"[{', '.join(map(plain, time_columns))}]" if len(time_columns) > 1 else plain(time_columns[0])
    parts = [
        "# Guessed from the first lines of the file. Check each line, the time zone first, then import with --map.",
        f"time_column = {times}",
        "# CHECK: the zone is that of the facility, for no file says its own; without summer time it is UTC-06:00",
        f"time_zone = {plain(facility.timezone)}",
    ]
    parts += [f"time_format = {plain(time_format)}  # {why}"] if time_format else []
    if form.delimiter != CELL_END:
        shown = "\\t" if form.delimiter == "\t" else form.delimiter
        parts.append(f'delimiter = "{shown}"  # {form.why_delimiter}')
        parts.append(f'decimal = "{decimal}"  # CHECK' if decimal == "," else 'decimal = "."')
        parts.append(f'encoding = "{encoding}"')
    parts.append(f'header = "{form.header}"')
    parts += [f"skip_rows = {form.skip_rows}  # lines before the names"] if form.skip_rows else []
    parts += [f'comment = "{form.comment}"  # lines that begin with it'] if form.comment else []
    parts += ["units_row = true  # the line behind the names"] if form.units_row else []
    parts += [
        f"# missing = [{', '.join(map(plain, DEFAULT_MISSING))}]",
        "# sentinels are known: -9999, 7999, #N/A, INF",
    ]
    parts += [_TEXT_DOUBLED, "", "[columns]", *_columns(form, time_columns, facility)]
    return "\n".join(parts) + "\n"


_TEXT_DOUBLED: Final = '# doubled_hour = "by-order"  # where the clock of the logger follows summer time'


def _form(lines: list[str]) -> _Form:
    if lines[0].lstrip("\ufeff").startswith('"TOA5"') or lines[0].lstrip("\ufeff").startswith("TOA5"):
        rows = [cells_of(line, ",") for line in lines[TOA5_LINES:] if line.strip()]
        return _Form(",", "TOA5", header="toa5", names=cells_of(lines[1], ","), rows=rows)
    said = table_file.said_delimiter(lines[0])
    told = [at for at, line in enumerate(lines) if line.strip() and not line.startswith(COMMENT)]
    begin = next(iter(told[1:] if said else told), 0)
    comment = COMMENT if begin and any(line.startswith(COMMENT) for line in lines[:begin]) else ""
    body = lines[begin:]
    delimiter = CELL_END if CELL_END in body[0] + body[-1] else said or _delimiter(body)
    table = [cells_of(line.removeprefix("\ufeff"), delimiter) for line in body]
    width = max((len(row) for row in table), key=[len(row) for row in table if len(row) > 1].count)
    first = next(at for at, row in enumerate(table) if len(row) == width)
    if width < MIN_COLUMNS:
        raise CannotImport("no line has two columns; write the map by hand (docs/operating/import.md)")
    form = _Form(delimiter, f"the one that parts most lines, into {width}", comment=comment)
    form.skip_rows = first if comment else begin + first
    names = [name.strip() for name in table[first]]
    rows = [row for row in table[first + 1 :] if len(row) == width]
    if _is_data(names):
        form.header, names, rows = "none", [str(at) for at in range(1, width + 1)], [table[first], *rows]
    elif rows and not _is_data(rows[0]) and not any(_formats_of([cell.strip()]) for cell in rows[0]):
        form.units_row, rows = True, rows[1:]
    form.names, form.rows = names, rows
    return form


def _delimiter(lines: list[str]) -> str:
    """The one with which most lines have the same number of columns, more than one; a comma last."""

    def agreeing(delimiter: str) -> tuple[int, int]:
        widths = [len(cells_of(line, delimiter)) for line in lines if line.strip()]
        most = max(set(widths), key=widths.count)
        return (widths.count(most) if most > 1 else 0, most)

    return max(("\t", ";", ","), key=agreeing)


def _is_data(cells: list[str]) -> bool:
    """Whether a row has numbers: then it is no header and no row of units."""
    return sum(bool(NUMBER.fullmatch(cell.strip())) for cell in cells) >= 1


def _has_decimal_commas(rows: list[list[str]]) -> bool:
    return any(DECIMAL_COMMA.fullmatch(cell.strip()) for row in rows for cell in row)


def _time(form: _Form) -> tuple[list[str], str | None, str]:
    """The columns of the time, their format where it is not ISO 8601, and on what that rests."""
    columns = [[row[at].strip() for row in form.rows if row[at].strip()] for at in range(len(form.names))]
    if (apart := _day_and_hour(form.names, columns)) is not None:
        return apart
    for name, cells in zip(form.names, columns, strict=True):
        if (found := _format_of(cells)) is not None:
            others = [one for one in _formats_of(cells) if one != found]
            why = f"CHECK: {' and '.join(others)} would fit too" if others else "fits all lines that were looked at"
            return [name], None if found == ISO else found, why
    for time_format, spans in PARTS.items():
        for at in range(len(form.names) - len(spans) + 1):
            if form.rows and all(_within(row[at : at + len(spans)], spans) for row in form.rows):
                return form.names[at : at + len(spans)], time_format, "CHECK: columns whose numbers could be that"
    raise CannotImport("no column is a time in a form that is known; write time_column and time_format by hand")


def _day_and_hour(names: list[str], columns: list[list[str]]) -> tuple[list[str], str, str] | None:
    """A column of days with one of hours beside it: a day alone would put all of its readings to midnight."""
    days = [(name, found) for name, cells in zip(names, columns, strict=True) if (found := _fitting(cells, DAYS))]
    hours = [(name, found) for name, cells in zip(names, columns, strict=True) if (found := _fitting(cells, HOURS))]
    if not days or not hours:
        return None
    (day, forms), (hour, (clock, *_)) = days[0], hours[0]
    others = "".join(f"; {one} {clock} would fit too" for one in forms[1:])
    return [day, hour], f"{forms[0]} {clock}", f"CHECK: day and hour stand apart{others}"


def _fitting(cells: list[str], forms: tuple[str, ...]) -> list[str]:
    """The forms in which every cell is a time, those first in which the times do not go back."""
    fitting = [one for one in forms if cells and all(_read(cell, one) is not None for cell in cells)]

    def steps_back(time_format: str) -> int:
        times = [_read(cell, time_format) or datetime.min for cell in cells]
        return sum(later < earlier for earlier, later in pairwise(times))

    return sorted(fitting, key=steps_back)


def _within(cells: list[str], spans: tuple[tuple[int, int], ...]) -> bool:
    return all(
        cell.strip().isdigit() and low <= int(cell) <= high for cell, (low, high) in zip(cells, spans, strict=True)
    )


def _format_of(cells: list[str]) -> str | None:
    return next(iter(_formats_of(cells)), None)


def _formats_of(cells: list[str]) -> list[str]:
    """All forms of an instant in which every cell is one."""
    return _fitting(cells, (ISO, *TIME_FORMATS))


def _read(cell: str, time_format: str) -> datetime | None:
    if time_format == ISO and NUMBER.fullmatch(cell):
        return None  # 20200601 may be a number
    try:
        if time_format == ISO:
            return datetime.fromisoformat(cell[:11] + "0" + cell[11:] if cell[12:13] == ":" else cell).replace(
                tzinfo=None
            )
        return datetime.strptime(cell, time_format)
    except ValueError:
        return None


def _columns(form: _Form, time_columns: list[str], facility: Facility) -> list[str]:
    """A line for each column; where two datastreams are equally near, or none is, it stands behind a comment sign."""
    raw = sorted(name for name, one in facility.datastreams.items() if one.is_raw)
    free, lines = [name for name in raw if name not in form.names], []
    for name in form.names:
        if name in time_columns or not name:
            continue
        if name in raw:
            lines.append(f"{plain(name)} = {plain(name)}")
            continue
        near = sorted(free, key=lambda one: -_alike(name, one))[:2]
        likeness = [_alike(name, one) for one in near]
        if near and likeness[0] >= NEAR and (len(near) == 1 or likeness[0] - likeness[1] >= APART):
            free.remove(near[0])
            lines.append(f"{plain(name)} = {plain(near[0])}  # CHECK: by its name")
        else:
            others = f"  # or {near[1]}" if len(near) > 1 else ""
            lines.append(f"# {plain(name)} = {plain(near[0] if near else 'n01:pond.level')}{others}")
    return [*lines, f"# raw datastreams without a column: {', '.join(free) or 'none'}"]


def _alike(column: str, datastream: str) -> float:
    """How much a column is called like a datastream, with its node or without, 0 to 1."""
    names = (datastream, datastream.partition(":")[2])
    return max(difflib.SequenceMatcher(None, column.lower(), one).ratio() for one in names)
