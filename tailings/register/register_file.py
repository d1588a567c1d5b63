"""A register's table by its map: good rows as facilities, and every fault by row, field, reason and what helps.

Of each row that counts one thing becomes: it is taken, or refused with all its faults. What is not an error but worth a
look (no coordinates, mass without dry or wet, headings that were not read) is a note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tailings.mapped_tables import header, number_marks, rows
from tailings.mapped_tables.coordinates import ANGLES, METRES
from tailings.mapped_tables.faults import CellFault, TableRefused
from tailings.mapped_tables.header import Header, same
from tailings.mapped_tables.number_marks import MixedMarks, NumberMarks
from tailings.mapped_tables.rows import Row
from tailings.mapped_tables.table_map import MISSING
from tailings.register import cells, places, row_checks
from tailings.register.cells import BadCell
from tailings.register.columns import BASES, BY_NAME, NEEDED, OF_REGISTER, SYSTEM_COLUMNS, UNIT_COLUMNS, UNITS
from tailings.register.mapping import RegisterMap, split
from tailings.register.places import BadPlace
from tailings.register.values import RegisteredFacility, Values, digest
from tailings.table_file import SheetNumber

MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 300
OWN_CELLS: Final = (*METRES, *SYSTEM_COLUMNS, *ANGLES, *UNIT_COLUMNS)
"""What is read with another cell of its row."""
OF_AN_EXPORT: Final = ("fid", *OF_REGISTER)
"""Headings that our own exports have beside the columns."""


class ColumnOrigin(Struct, frozen=True):
    """Where a column comes from: heading, place in the file, factor of its unit, and what an empty cell means."""

    heading: str
    place: int | None
    constant: str
    factor: float = 1.0
    more: tuple[int, ...] = ()
    """Places of further headings whose cells stand behind it."""


class ParsedRegister(Struct, frozen=True):
    """The good rows of a file and the faults of the others; rows_in = facilities + rows that have a fault."""

    rows_in: int
    facilities: tuple[RegisteredFacility, ...]
    faults: tuple[CellFault, ...]
    notes: tuple[CellFault, ...] = ()
    refused_ids: tuple[str, ...] = ()
    """The ids of refused rows, as far as they could be read: what is refused is not gone."""

    @property
    def refused(self) -> int:
        """How many rows are not taken."""
        return len({fault.row for fault in self.faults})


def read_register(table: Sequence[Row], given: RegisterMap) -> ParsedRegister:
    """Read a table of cells by a map; faults of rows are returned.

    Raises TableRefused where the table has not what the map names, and BadMap.
    """
    if len(table) > MAX_ROWS or max(map(len, table), default=0) > MAX_COLUMNS:
        raise TableRefused(CellFault(1, "", f"a register has up to {MAX_ROWS} rows and {MAX_COLUMNS} columns"))
    head = header.found(table, given)
    taken = rows.chosen(rows.below(table, head, given), head, given)
    sources, notes = _sources(head, given)
    if missing := [name for name in NEEDED if name not in sources]:
        raise TableRefused(*(CellFault(head.row, one, "no heading is led to it under [columns]") for one in missing))
    try:
        decided = number_marks.decide(_numbers(taken, sources), given.decimal or ("" if given.columns else "."))
    except MixedMarks as error:
        raise TableRefused(CellFault(error.places[0], "", f"{error}{number_marks.OR_MAP}; no row is taken")) from error
    unsaid = _missing(sources, head, given)
    texts = [_texts(row, sources, given.date_format, unsaid) for _, row in taken]
    where = places.read(texts, given.crs, decided)
    words = {name: {same(word): ours for word, ours in one.items()} for name, one in given.words.items()}
    found, faults = [], []
    for (number, row), text, place in zip(taken, texts, where, strict=True):
        values, wrong = _values(text, place, sources, decided, words)
        values = row_checks.settled(values)
        wrong += _too_wide(row, head) or ([] if wrong else list(row_checks.faults(values, given.register.day)))
        found.append((number, values))
        faults += [(number, column, fault) for column, fault in wrong]
    bad = {number for number, _, _ in faults}
    good = [RegisteredFacility(number, values) for number, values in found if number not in bad]
    once, again = _once(good)
    headings = {name: one.heading for name, one in sources.items()}
    told = sorted((_fault(*one, headings) for one in [*faults, *again]), key=lambda one: one.row)
    notes += [CellFault(*one) for one in row_checks.notes(once)]
    bad |= {number for number, _, _ in again}
    ids = {str(values["id"]) for number, values in found if number in bad and "id" in values}
    return ParsedRegister(len(taken), tuple(once), tuple(told), tuple(notes), tuple(sorted(ids)))


def _sources(head: Header, given: RegisterMap) -> tuple[dict[str, ColumnOrigin], list[CellFault]]:
    """Where each column comes from: as the map says, then headings that need no map; and what is not read."""
    constants = {
        name: value if isinstance(value, str) else SheetNumber(repr(value)) for name, value in given.constants.items()
    }
    found: dict[str, ColumnOrigin] = {}
    for heading, target in given.named:
        column, factor, basis = split(target)
        if column in found and (further := head.place(heading)) is not None and given.joins(column):
            first = found[column]
            found[column] = replace(first, heading=f"{first.heading}, {heading}", more=(*first.more, further))
            continue
        found[column] = ColumnOrigin(heading, head.place(heading), constants.get(column, ""), factor)
        if basis:
            constants.setdefault("tonnage_basis", basis)
    used = {place for one in found.values() for place in (one.place, *one.more)} | {
        head.place(name) for name in given.only
    }
    notes = []
    for place, heading in enumerate(head.names):
        if place in used or not heading or heading in OF_AN_EXPORT:
            continue
        column, factor = _by_itself(heading)
        if column and column not in found and not (column in ANGLES and METRES[0] in found):
            found[column] = ColumnOrigin(heading, place, constants.get(column, ""), factor)
        elif not any(fnmatchcase(heading, pattern) for pattern in given.ignore):
            notes.append(
                CellFault(head.row, heading, "is not read; say what it is under [columns], or name it in ignore")
            )
    return {name: ColumnOrigin("", None, constant) for name, constant in constants.items()} | found, notes


def _by_itself(heading: str) -> tuple[str, float]:
    """The column that a heading names as the map would; "" where it does not."""
    try:
        column, factor, basis = split(heading)
    except (KeyError, ValueError):
        return "", 1.0
    return ("", 1.0) if basis else (column, factor)


def _numbers(numbered: Sequence[tuple[int, Row]], sources: Mapping[str, ColumnOrigin]) -> Iterator[tuple[int, str]]:
    """The cells that hold numbers, without units behind them, each with its row."""
    columns = [
        (name, one.place)
        for name, one in sources.items()
        if one.place is not None and name not in ANGLES and (name in METRES or _is_number(name))
    ]
    for number, row in numbered:
        yield from ((number, cells.number_of(rows.at(row, place), name)[0]) for name, place in columns)


def _is_number(name: str) -> bool:
    return name in BY_NAME and BY_NAME[name].kind == "number"


def _missing(columns: Iterable[str], head: Header, given: RegisterMap) -> dict[str, set[str]]:
    """The words by which a cell of each column says nothing.

    A country has none, for NA is one; nor has a text of our own export, unless the map says some: it is empty there.
    """
    words = {same(word) for word in given.missing}
    is_export = given.missing == MISSING and set(OF_REGISTER) <= set(head.names)
    bare = ("country", "text") if is_export else ("country",)
    none: set[str] = set()
    return {name: none if name in BY_NAME and BY_NAME[name].kind in bare else words for name in columns}


def _texts(
    row: Row, sources: Mapping[str, ColumnOrigin], date_format: str, missing: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """The cells of a row by column; those that mean nothing hold what the map states."""
    found = {}
    for name, source in sources.items():
        cell = "" if source.place is None else rows.at(row, source.place)
        is_empty = not cell or rows.is_missing(cell, missing[name])
        if source.more:
            cell = _joined(row, [source.place, *source.more], missing[name])
            is_empty = not cell
        if name in BY_NAME and BY_NAME[name].kind == "day" and not is_empty:
            cell = rows.day(cell, date_format)
        found[name] = source.constant if is_empty else cell
    return found


def _joined(row: Row, places_: Sequence[int | None], missing: Collection[str]) -> str:
    """The cells of several headings that say something, in their order, each once."""
    found = [rows.at(row, place) for place in places_ if place is not None]
    return ", ".join(dict.fromkeys(cells.shown(cell) for cell in found if cell and not rows.is_missing(cell, missing)))


def _values(
    texts: Mapping[str, str],
    place: places.Place | BadPlace | None,
    sources: Mapping[str, ColumnOrigin],
    decided: NumberMarks,
    words: Mapping[str, Mapping[str, str]],
) -> tuple[Values, list[tuple[str, str]]]:
    """The values of a row, and what is wrong with it: column and fault."""
    values: Values = {}
    faults = []
    for name, column in BY_NAME.items():
        text = texts.get(name, "")
        if name in ANGLES or not text:
            if name in NEEDED:
                faults.append((name, "is empty; each facility needs it"))
            continue
        try:
            factor = _factor(name, texts, sources[name].factor)
            values[name] = cells.read(text, column, decided, factor=factor, words=words.get(name, {}))
        except BadCell as error:
            faults.append((name, str(error)))
    if isinstance(place, BadPlace):
        faults.append((place.column, str(place)))
    elif place is not None:
        values["longitude"], values["latitude"] = place
    if "tonnage_t" not in values and texts.get("tonnage_basis") in BASES:
        values.pop("tonnage_basis", None)
    return values, faults


def _factor(name: str, texts: Mapping[str, str], factor: float) -> float:
    """The factor of a number's unit, where the row itself names the unit; raises BadCell."""
    quantity = next((one for one, (column, _) in UNITS.items() if column == name), "")
    unit = texts.get(f"{quantity}_unit", "") if quantity else ""
    if not unit:
        return factor
    known = UNITS[quantity][1]
    if unit not in known:
        raise BadCell(f"{unit!r} beside it is no unit of {quantity}; write one of {', '.join(known)}")
    return known[unit]


def _too_wide(row: Row, head: Header) -> list[tuple[str, str]]:
    if not any(cell.strip() for cell in row[len(head.names) :]):
        return []
    return [("", f"has {len(row)} cells for {len(head.names)} headings; quote cells that hold the delimiter")]


def _once(good: Sequence[RegisteredFacility]) -> tuple[list[RegisteredFacility], list[tuple[int, str, str]]]:
    """Those whose id stands once. The first of equal rows is taken; of unequal ones none, for nobody knows which."""
    by_id: dict[str, list[RegisteredFacility]] = {}
    for one in good:
        by_id.setdefault(one.id, []).append(one)
    taken, faults = [], []
    for id, same_id in by_id.items():
        first, *others = same_id
        if len({digest(one.values) for one in same_id}) == 1:
            taken.append(first)
            faults += [(one.row, "id", f"{id!r} is row {first.row} again; leave one of them out") for one in others]
            continue
        for one in same_id:
            other = next(two for two in same_id if digest(two.values) != digest(one.values))
            differs = ", ".join(sorted(_differing(one.values, other.values)))
            faults.append((one.row, "id", f"{id!r} stands in row {other.row} with another {differs}; keep one of them"))
    return taken, faults


def _differing(one: Values, other: Values) -> Collection[str]:
    return [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]


def _fault(number: int, column: str, fault: str, headings: Mapping[str, str]) -> CellFault:
    """With the file's heading beside ours."""
    heading = headings.get(column, "")
    return CellFault(number, f"{heading} ({column})" if heading and heading != column else column, fault)
