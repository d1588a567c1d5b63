"""The headings of a table: found by those that a map names, in one row or in several with groups above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tailings.mapped_tables.faults import CellFault, TableRefused
from tailings.mapped_tables.table_map import TableMap
from toml_file.nearest import hint

MOST_SEARCHED: Final = 200
"""Rows in which the headings are looked for."""
MAX_WIDTH: Final = 2_000


class Header(Struct, frozen=True):
    """The headings of a table: the row of the lowest, each as one text, and the column of each that is one of a kind.

    A heading is known by its whole text with its groups, and by its lowest part.
    """

    row: int
    names: tuple[str, ...]
    columns: dict[str, int]

    def place(self, heading: str) -> int | None:
        """The column of a heading, whatever its capitals and blanks; None where there is none, or more than one."""
        return self.columns.get(same(heading))


def same(text: str) -> str:
    """What two texts have in common that differ in capitals and blanks only."""
    return " ".join(text.split()).casefold()


def found(table: Sequence[Sequence[str]], given: TableMap) -> Header:
    """Find the header with most of the headings that the map names; raises TableRefused where one is not in it."""
    wanted = [*given.columns, *given.only]
    starts = [given.header_row - 1] if given.header_row else range(min(MOST_SEARCHED, len(table)))
    headers = [of_rows(table, at, given.header_rows) for at in starts if at + given.header_rows <= len(table)]
    if not headers:
        raise TableRefused(CellFault(max(len(table), 1), "", "the table ends before its headings"))
    known = [sum(one.place(name) is not None for name in wanted) for one in headers]
    first = known.index(max(known))
    as_good = [at for at in range(first, first + given.header_rows) if known[at : at + 1] == [known[first]]]
    best = headers[as_good[-1]]  # one row higher, a blank line would be the row of groups
    missing = [name for name in wanted if best.place(name) is None]
    if missing:
        raise TableRefused(*(CellFault(best.row, name, _missing(name, best)) for name in missing))
    return best


def of_rows(table: Sequence[Sequence[str]], at: int, count: int) -> Header:
    """The headings of rows: a group stands above its first column, and over those beside it that have none."""
    parts = [[" ".join(cell.split()) for cell in row[:MAX_WIDTH]] for row in table[at : at + count]]
    width = max(map(len, parts))
    levels = [row + [""] * (width - len(row)) for row in parts]
    for level, row in enumerate(levels[:-1]):
        for place in range(1, width):
            has_below = any(lower[place - 1] for lower in levels[level + 1 :])
            has_own_above = any(upper[place] != upper[place - 1] for upper in levels[:level])
            if not row[place] and has_below and not has_own_above:
                row[place] = row[place - 1]
    stacked = list(zip(*levels, strict=True))
    names = tuple(" ".join(dict.fromkeys(part for part in column if part)) for column in stacked)
    lowest = [next((part for part in reversed(column) if part), "") for column in stacked]
    return Header(at + count, names, _once(lowest) | _once(names))


def _once(names: Sequence[str]) -> dict[str, int]:
    folded = [same(name) for name in names]
    counts = Counter(folded)
    return {name: place for place, name in enumerate(folded) if name and counts[name] == 1}


def _missing(name: str, header: Header) -> str:
    known = [one for one in header.names if one]
    if any(same(one) == same(name) for one in known):
        return "stands twice in the table; name it with its group, or rename one"
    return f"is no heading of the table{hint(name, known)}"
