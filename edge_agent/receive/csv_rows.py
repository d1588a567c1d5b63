"""Lines of a file of observations as columns of times and numbers; what does not fit is refused by line and reason.

A row without a time of its own is refused whole; of the others each cell stands alone. The last line without a line end
is refused too: a logger or a copy that stopped in the middle of a number leaves a plausible value behind.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from edge_agent.receive.local_times import LocalClock
from edge_agent.values import CellCount, Indexes, Mapping, Numbers, RefusedRow, Times
from tailings import plugins
from tailings.facility.mappings import line_of
from tailings.table_file import cells_of
from tailings.zones import parse_zone
from wire.reasons import FIXES

MAX_COLUMNS: Final = 4096
MAX_TEXT: Final = 200
MAX_TOLD: Final = 100
LARGEST: Final = 1e300  # of a number: in any unit it is still one

LOGGER_FIXES: Final = {  # where a file needs other words than a node
    "before-facility": "check the logger's clock, or `commissioned` in facility.toml",
    "clock-ahead": "check the logger's clock and the time zone of the mapping",
}
Columns = dict[str, tuple[Times, Numbers]]


class BadCsvFile(Exception):
    """The whole file cannot be read with this mapping; the sentence says why and what to do."""


class CsvColumns:
    """The header of one file matched with its mapping. Raises BadFile when a column is not there, or twice.

    header: the line with the names; without one in the file, its first row.
    """

    def __init__(self, header: str, mapping: Mapping) -> None:
        self._mapping = mapping
        names = [name.strip() for name in cells_of(header, mapping.delimiter)]
        if mapping.header == "none":
            names = [str(at) for at in range(1, len(names) + 1)]
        self.width = len(names)
        if self.width > MAX_COLUMNS:
            raise BadCsvFile(f"{self.width} columns; more than {MAX_COLUMNS} cannot be right, check the delimiter")
        self._time_field = " ".join(mapping.time_columns)
        self._time_indexes = [_index(names, column) for column in mapping.time_columns]
        self._indexes = {_index(names, column): name for column, name in mapping.columns.items()}
        self._lines = {mapping.columns[column]: line_of(text) for column, text in mapping.scale.items()}
        zone, is_by_order = parse_zone(mapping.time_zone), mapping.doubled_hour == "by-order"
        self._clock = LocalClock(zone, mapping.time_format, is_by_order)
        self._missing = frozenset(mapping.missing)
        self._words = {word.upper() for word in mapping.sentinels}
        self._sentinels = np.array([one for one in map(_number, mapping.sentinels) if abs(one) <= LARGEST])

    def read(
        self, lines: Sequence[str], first_line: int, earliest_ms: int, latest_ms: int
    ) -> tuple[Columns, list[RefusedRow], dict[str, CellCount]]:
        """Columns by datastream name (times ascending, NaN = missing), what is refused, and the count of the cells.

        Blank lines, and those that begin with the mapping's comment, are skipped.
        """
        comment = self._mapping.comment
        rows = [
            (first_line + at, cells_of(line, self._mapping.delimiter))
            for at, line in enumerate(lines)
            if line.strip() and not (comment and line.startswith(comment))
        ]
        whole, times, table = self._times(rows, earliest_ms, latest_ms)
        taken, again = _in_order(times, np.array([at for at in range(len(rows)) if at not in whole], dtype=np.intp))
        whole |= dict.fromkeys(again, ("same-time", self._time_field))
        refused = {(at, ""): reason for at, reason in whole.items()}
        counts = {name: CellCount(len(rows)) for name in self._indexes.values()}
        columns: Columns = {}
        for index, name in self._indexes.items():
            numbers, bad = self._numbers(
                [table[at][index] for at in taken.tolist()], counts[name], self._lines.get(name)
            )
            is_good = np.ones(len(taken), bool)
            is_good[bad] = False
            refused |= {(int(taken[at]), name): ("bad-number", name) for at in bad}
            if is_good.any():
                columns[name] = times[taken[is_good]], numbers[is_good]
        for (at, name), (reason, _) in refused.items():
            for count in [counts[name]] if name else counts.values():
                count.refuse(reason, 1, rows[at][0])
        told = [
            _refusal(rows[at][0], *why, lines[rows[at][0] - first_line]) for (at, _), why in sorted(refused.items())
        ]
        return columns, told, counts

    def _times(
        self, rows: list[tuple[int, list[str]]], earliest_ms: int, latest_ms: int
    ) -> tuple[dict[int, tuple[str, str]], Times, list[list[str]]]:
        """The rows that are refused whole, the time of each row, and its cells; the first reason of a row stands."""
        refused = {at: ("column-count", "") for at, (_, cells) in enumerate(rows) if len(cells) != self.width}
        table = [cells if at not in refused else [""] * self.width for at, (_, cells) in enumerate(rows)]
        times, wrong = self._clock.unix_ms(self._time_texts(table))
        for at, reason in [*wrong.items(), *_outside(times, earliest_ms, latest_ms).items()]:
            refused.setdefault(at, (reason, self._time_field))
        return refused, times, table

    def _time_texts(self, table: list[list[str]]) -> list[str]:
        if len(self._time_indexes) == 1:
            return [cells[self._time_indexes[0]] for cells in table]
        return [" ".join(cells[at].strip() for at in self._time_indexes) for cells in table]

    def _numbers(
        self, cells: list[str], count: CellCount, line: tuple[float, float] | None
    ) -> tuple[Numbers, list[int]]:
        """float64[n] on their line, NaN for missing, and the rows that are no number; the missing ones are counted."""
        cells = [cell.strip() for cell in cells]
        if self._mapping.decimal == ",":
            cells = [cell.replace(".", "x").replace(",", ".") for cell in cells]
        is_missing = np.array([cell in self._missing for cell in cells], dtype=bool)
        words = ["nan" if missing else cell for cell, missing in zip(cells, is_missing.tolist(), strict=True)]
        try:
            numbers = np.array(words, dtype=np.float64)
        except ValueError:
            numbers = np.array([_number(word) for word in words], dtype=np.float64)
        is_odd = np.array(["_" in word for word in words], dtype=bool)
        is_sentinel = np.isin(numbers, self._sentinels) & ~is_odd
        for at in np.flatnonzero(~(np.abs(numbers) <= LARGEST) & ~is_missing).tolist():
            is_sentinel[at] = words[at].upper() in self._words
        for at in np.flatnonzero(is_sentinel).tolist():
            count.sentinels[words[at]] = count.sentinels.get(words[at], 0) + 1
        is_missing |= is_sentinel
        numbers[is_missing] = np.nan
        count.missing += int(is_missing.sum())
        if line is not None:
            numbers = numbers * line[0] + line[1]
        return numbers, np.flatnonzero((~(np.abs(numbers) <= LARGEST) & ~is_missing) | is_odd).tolist()


def refused_end(line: str, number: int) -> RefusedRow:
    """The refusal of a last line without a line end."""
    return _refusal(number, "no-line-end", "", line)


def fix_of(reason: str) -> str:
    """What helps against a refusal of a line or cell."""
    return LOGGER_FIXES.get(reason) or FIXES[reason]


def _refusal(number: int, reason: str, field: str, text: str) -> RefusedRow:
    return RefusedRow(number, reason, field or "line", fix_of(reason), text.rstrip("\r\n")[:MAX_TEXT])


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
