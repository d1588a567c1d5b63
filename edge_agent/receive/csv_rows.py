"""Lines of a logger's file as columns of times and numbers; what does not fit is refused by its line and a reason.

A row is taken whole or not at all. The last line without a line end is refused too: a logger or a copy that stopped
in the middle of a number leaves a plausible value behind.
"""

import csv
from collections.abc import Sequence
from typing import Final

import numpy as np

from edge_agent.receive.local_times import LocalClock
from edge_agent.values import Indexes, Mapping, Numbers, RefusedRow, Times
from tailings import plugins
from tailings.zones import parse_zone
from wire.reasons import FIXES

BOM: Final = "\ufeff"
MAX_COLUMNS: Final = 4096
MAX_TEXT: Final = 200
MAX_TOLD: Final = 100
LARGEST: Final = 1e300  # of a number: in any unit it is still one

LOGGER_FIXES: Final = {  # where a file needs other words than a node
    "before-facility": "check the logger's clock, or `commissioned` in facility.toml",
    "clock-ahead": "check the logger's clock and the time zone of the mapping",
}


class BadCsvFile(Exception):
    """The whole file cannot be read with this mapping; the sentence says why and what to do."""


class CsvColumns:
    """The header of one file matched with its mapping. Raises BadFile when a column is not there, or twice.

    header: the line with the names; without one in the file, its first row.
    """

    def __init__(self, header: str, mapping: Mapping) -> None:
        self._mapping = mapping
        names = [name.strip() for name in _split(header.removeprefix(BOM), mapping.delimiter)]
        if mapping.header == "none":
            names = [str(at) for at in range(1, len(names) + 1)]
        self.width = len(names)
        if self.width > MAX_COLUMNS:
            raise BadCsvFile(f"{self.width} columns; more than {MAX_COLUMNS} cannot be right, check the delimiter")
        self._time_field = " ".join(mapping.time_columns)
        self._time_indexes = [_index(names, column) for column in mapping.time_columns]
        self._indexes = {_index(names, column): name for column, name in mapping.columns.items()}
        self._clock = LocalClock(parse_zone(mapping.time_zone), mapping.time_format)
        self._missing = frozenset(mapping.missing)

    def read(
        self, lines: Sequence[str], first_line: int, earliest_ms: int, latest_ms: int
    ) -> tuple[dict[str, tuple[Times, Numbers]], list[RefusedRow]]:
        """Columns by datastream name (times ascending, NaN = missing) and refused rows; blank lines are skipped."""
        rows = [
            (first_line + at, _split(line, self._mapping.delimiter)) for at, line in enumerate(lines) if line.strip()
        ]
        refused: dict[int, tuple[str, str]] = {
            at: ("column-count", "") for at, (_, cells) in enumerate(rows) if len(cells) != self.width
        }
        table = [cells if at not in refused else [""] * self.width for at, (_, cells) in enumerate(rows)]
        times, wrong = self._clock.unix_ms(self._time_texts(table))
        self._refuse(refused, wrong, self._time_field)
        self._refuse(refused, _outside(times, earliest_ms, latest_ms), self._time_field)
        values = {}
        for index, name in self._indexes.items():
            values[name], bad = self._numbers([cells[index] for cells in table])
            self._refuse(refused, dict.fromkeys(bad, "bad-number"), name)
        taken = np.array([at for at in range(len(rows)) if at not in refused], dtype=np.intp)
        taken, again = _in_order(times, taken)
        self._refuse(refused, dict.fromkeys(again, "same-time"), self._time_field)
        columns = {name: (times[taken], column[taken]) for name, column in values.items()} if taken.size else {}
        return columns, [_refusal(rows[at][0], *refused[at], lines[rows[at][0] - first_line]) for at in sorted(refused)]

    def _time_texts(self, table: list[list[str]]) -> list[str]:
        if len(self._time_indexes) == 1:
            return [cells[self._time_indexes[0]] for cells in table]
        return [" ".join(cells[at].strip() for at in self._time_indexes) for cells in table]

    @staticmethod
    def _refuse(refused: dict[int, tuple[str, str]], wrong: dict[int, str], field: str) -> None:
        """Add refusals; the first reason of a row stands."""
        for at, reason in wrong.items():
            refused.setdefault(at, (reason, field))

    def _numbers(self, cells: list[str]) -> tuple[Numbers, list[int]]:
        """float64[n] with NaN for missing, and the rows that are no number."""
        cells = [cell.strip() for cell in cells]
        if self._mapping.decimal == ",":
            cells = [cell.replace(".", "x").replace(",", ".") for cell in cells]
        is_missing = np.array([cell in self._missing for cell in cells], dtype=bool)
        words = ["nan" if missing else cell for cell, missing in zip(cells, is_missing.tolist(), strict=True)]
        try:
            numbers = np.array(words, dtype=np.float64)
        except ValueError:
            numbers = np.array([_number(word) for word in words], dtype=np.float64)
        bad = ~(np.abs(numbers) <= LARGEST) & ~is_missing
        odd = [at for at, word in enumerate(words) if "_" in word]
        return numbers, [*np.flatnonzero(bad).tolist(), *odd]


def refused_end(line: str, number: int) -> RefusedRow:
    """The refusal of a last line without a line end."""
    return _refusal(number, "no-line-end", "", line)


def _refusal(number: int, reason: str, field: str, text: str) -> RefusedRow:
    fix = LOGGER_FIXES.get(reason) or FIXES[reason]
    return RefusedRow(number, reason, field or "line", fix, text.rstrip("\r\n")[:MAX_TEXT])


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of a line; none, as if it had no column, where its quotes cannot be read."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _index(names: list[str], column: str) -> int:
    found = [at for at, name in enumerate(names) if name == column]
    if not found:
        raise BadCsvFile(f"the header has no column {column!r}{plugins.hint(column, names[:MAX_TOLD])}")
    if len(found) > 1:
        raise BadCsvFile(f"{len(found)} columns of the header are called {column!r}; give each a name of its own")
    return found[0]


def _outside(times: Times, earliest_ms: int, latest_ms: int) -> dict[int, str]:
    wrong = {int(at): "before-facility" for at in np.flatnonzero(times < earliest_ms)}
    wrong.update({int(at): "clock-ahead" for at in np.flatnonzero(times > latest_ms)})
    return wrong


def _in_order(times: Times, rows: Indexes) -> tuple[Indexes, list[int]]:
    """The rows by ascending time, and those whose time stood in an earlier row."""
    _, first = np.unique(times[rows], return_index=True)
    kept = rows[first]
    return kept, np.setdiff1d(rows, kept).tolist()


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return np.inf
