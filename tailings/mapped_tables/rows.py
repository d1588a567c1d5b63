"""The rows of a table beneath its headings: those that count, and their cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from tailings.mapped_tables.faults import CellFault, TableRefused
from tailings.mapped_tables.header import Header, same
from tailings.mapped_tables.number_marks import cell_text
from tailings.mapped_tables.table_map import TableMap
from toml_file.nearest import hint

Row = Sequence[str]


def below(table: Sequence[Row], head: Header, given: TableMap) -> list[tuple[int, Row]]:
    first = head.row + given.units_row
    return [(at + 1, row) for at, row in enumerate(table) if at >= first and any(cell.strip() for cell in row)]


def chosen(rows: list[tuple[int, Row]], head: Header, given: TableMap) -> list[tuple[int, Row]]:
    """The rows that `only` names; raises TableRefused where a heading of `only` has none of the words."""
    for heading, words in given.only.items():
        place = head.columns[same(heading)]
        wanted = (words,) if isinstance(words, str) else words
        folded = {same(word) for word in wanted}
        taken = [(number, row) for number, row in rows if same(at(row, place)) in folded]
        if not taken:
            told = " or ".join(map(repr, wanted)) or "no word"
            near = hint(wanted[0] if wanted else "", {at(row, place) for _, row in rows} - {""})
            raise TableRefused(CellFault(head.row, heading, f"no row has {told} under it{near}"))
        rows = taken
    return rows


def is_missing(cell: str, words: Collection[str]) -> bool:
    whole, _, digits = same(cell).partition(".")
    return same(cell) in words or (not digits.strip("0") and whole in words)  # -9999.0 is -9999


def day(cell: str, form: str) -> str:
    try:
        return dt.datetime.strptime(cell, form).date().isoformat() if form else cell
    except ValueError:
        return cell


def at(row: Row, place: int) -> str:
    return cell_text(row[place]) if place < len(row) else ""
