"""A laboratory's or a survey's table under our headings, as its map says: what `read_assays` then reads like any other.

Other facilities' rows are left out and places turned into the facility's frame; each row keeps its number in the file,
and each column the heading that a person looks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct

from tailings.facility.mappings import line_of
from tailings.laboratory import places
from tailings.laboratory.assay_file import BODY, COLUMNS, NEEDED, NUMBERS, TWICE, read_assays
from tailings.laboratory.contents import BadContent, read_content
from tailings.laboratory.mapping import COMPUTED, INTERVAL, AssayMap
from tailings.laboratory.result import signed
from tailings.laboratory.samples import ParsedAssays
from tailings.mapped_tables import coordinates, header, number_marks, rows
from tailings.mapped_tables.coordinates import ANGLES, METRES
from tailings.mapped_tables.faults import CellFault, TableRefused, unnamed
from tailings.mapped_tables.header import Header, same
from tailings.mapped_tables.number_marks import BadNumber, MixedMarks, NumberMarks
from tailings.mapped_tables.rows import Row
from tailings.table_file import SheetNumber

NamedColumns = dict[str, list[str]]
NOWHERE: Final = " (nowhere)"
"""Behind coordinates that lie not near the facility, so that nobody takes them for a chainage."""
STATE_IT: Final = "lead a heading to it under [columns] of the map, or state it under [constants]"
NAME_IT: Final = "say what it is under [columns] of the map, or name it in ignore"


class ColumnSource(Struct, frozen=True):
    """Where a column comes from: its heading in the file and place there, and what stands in an empty cell."""

    heading: str
    place: int | None
    constant: str


def read_mapped(table: Sequence[Row], given: AssayMap, stored: Collection[str] = ()) -> ParsedAssays:
    """Read a table of cells by a map; faults are returned, never raised. Raises BadMap where its grid is no frame.

    stored: names of samples of earlier files.
    """
    try:
        head = header.found(table, given)
        taken = rows.chosen(rows.below(table, head, given), head, given)
        sources, odd = _sources(head, given)
        if not any(fnmatchcase("", pattern) for pattern in given.ignore):
            odd += unnamed(head.names, taken)
        decided = number_marks.decide(_numbers(taken, sources), given.decimal)
    except TableRefused as error:
        return ParsedAssays((), error.faults)
    except MixedMarks as error:
        return ParsedAssays((), (CellFault(error.places[0], "", f"{error}{number_marks.OR_MAP}; no row is taken"),))
    columns = {name: list(_cells(taken, name, one, given, decided)) for name, one in sources.items()}
    if given.sample_by_interval:
        columns["sample"] = [_named(row, sources) for _, row in taken]
    headings = {name: one.heading for name, one in sources.items() if one.heading} | _lay(columns, given, decided)
    cells = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    read = read_assays(cells, (head.row, *(number for number, _ in taken)), decided.decimal, stored)
    return _told(read, head.row, headings, odd)


def _sources(head: Header, given: AssayMap) -> tuple[dict[str, ColumnSource], list[CellFault]]:
    """Where each column comes from: as the map says, then headings that need no map; and those that stand twice."""
    constants = {
        name: value if isinstance(value, str) else SheetNumber(repr(value)) for name, value in given.constants.items()
    }
    found = {target: ColumnSource(name, head.place(name), constants.get(target, "")) for name, target in given.named}
    used = {one.place for one in found.values()} | {head.place(name) for name in given.only}
    faults = []
    for place, heading in enumerate(head.names):
        if place in used or not heading or any(fnmatchcase(heading, pattern) for pattern in given.ignore):
            continue
        name = given.target(heading)
        if name in found:
            faults.append(CellFault(head.row, heading, f"{TWICE}; {NAME_IT}"))
        else:
            found[name] = ColumnSource(heading, place, constants.get(name, ""))
    return {name: ColumnSource("", None, constant) for name, constant in constants.items()} | found, faults


def _numbers(numbered: Sequence[tuple[int, Row]], sources: Mapping[str, ColumnSource]) -> Iterator[tuple[int, str]]:
    columns = [one.place for name, one in sources.items() if one.place is not None and _has_numbers(name)]
    for number, row in numbered:
        yield from ((number, signed(rows.at(row, place))[1]) for place in columns)


def _has_numbers(name: str) -> bool:
    try:
        return name in (*NUMBERS, *BODY, *METRES) or (name not in (*COLUMNS, *ANGLES) and bool(read_content(name)))
    except BadContent:
        return False


def _cells(
    numbered: Sequence[tuple[int, Row]], name: str, source: ColumnSource, given: AssayMap, decided: NumberMarks
) -> Iterator[str]:
    is_result = name not in (*COLUMNS, *METRES, *ANGLES)
    line = line_of(given.scale[source.heading]) if source.heading in given.scale else None
    kinds = {same(word): kind for word, kind in given.kinds.items()}
    missing = {same(word) for word in given.missing}
    for _, row in numbered:
        cell = "" if source.place is None else rows.at(row, source.place)
        if not cell or rows.is_missing(cell, missing):
            yield source.constant
            continue
        if is_result and given.negative_is_below and cell[0] == "-":
            cell = type(cell)(f"<{cell[1:]}")
        if line is not None:
            yield _scaled(cell, line, decided)
        elif name == "kind":
            yield kinds.get(same(cell), cell)
        elif name == "sampled":
            yield rows.day(cell, given.date_format)
        else:
            yield cell


def _named(row: Row, sources: Mapping[str, ColumnSource]) -> str:
    """A sample by its hole and depths, as the file prints them; "" where one of them is missing."""
    hole, top, bottom = (rows.at(row, sources[name].place or 0) for name in INTERVAL)
    return f"{hole} {top}-{bottom}" if hole and top and bottom else ""


def _scaled(cell: str, line: tuple[float, float], decided: NumberMarks) -> str:
    sign, digits = signed(cell)
    try:
        return SheetNumber(f"{sign}{line[0] * decided.number(digits) + line[1]:.9g}")
    except BadNumber:
        return cell


def _lay(columns: NamedColumns, given: AssayMap, decided: NumberMarks) -> dict[str, str]:
    """Put chainage and offset in the place of coordinates, and give the headings of what they come from.

    What is no coordinate stays, and is a fault there.
    """
    pair = next((one for one in (METRES, ANGLES) if one[0] in columns), None)
    if pair is None or given.grid is None:
        return {}
    texts = [columns.pop(name) for name in pair]
    x, y = (np.array([_coordinate(cell, pair is ANGLES, decided) for cell in column]) for column in texts)
    laid = places.in_grid(x, y, given.grid, pair is ANGLES)
    told = ["; ".join(filter(None, both)) for both in zip(*texts, strict=True)]
    for name, values in zip(COMPUTED, laid, strict=True):
        columns[name] = [
            SheetNumber(f"{value:.3f}") if np.isfinite(value) else cell and f"{cell}{NOWHERE}"
            for value, cell in zip(values, told, strict=True)
        ]
    return dict(zip(COMPUTED, (next(name for name, one in given.named if one == axis) for axis in pair), strict=True))


def _coordinate(cell: str, is_degrees: bool, decided: NumberMarks) -> float:
    try:
        value = coordinates.degrees(cell) if is_degrees else decided.number(cell)
    except BadNumber:
        return np.nan
    return np.nan if value is None else value


def _told(
    read: ParsedAssays, header_row: int, headings: Mapping[str, str], faults: Sequence[CellFault]
) -> ParsedAssays:
    """The same with the file's headings beside ours, and what a map can do about a heading."""

    def told(fault: CellFault) -> CellFault:
        ours, heading = fault.column, headings.get(fault.column, "")
        column = f"{heading} ({ours})" if heading and heading != ours else ours
        said, is_nowhere, _ = fault.fault.partition(f"{NOWHERE}'")
        if is_nowhere:
            return CellFault(fault.row, column, f"{said}' is no place near the facility; check axes, zone and digits")
        is_heading = fault.row == header_row and bool(ours)
        what_helps = f"; {STATE_IT if ours in NEEDED else NAME_IT}" if is_heading else ""
        return CellFault(fault.row, column, fault.fault + what_helps)

    return msgspec.structs.replace(read, faults=(*faults, *map(told, read.faults)), notes=tuple(map(told, read.notes)))
