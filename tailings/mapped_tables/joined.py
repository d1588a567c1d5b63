"""Two tables of drill holes as one: intervals with their results, and beside each the place of its hole.

Loggers keep collars in a table of their own; what is imported is one table, which is stored and hashed as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from tailings.mapped_tables.header import same
from tailings.mapped_tables.rows import Row, at
from tailings.table_file import BadTable
from toml_file.nearest import hint

DIPS: Final = frozenset({"dip", "inclination", "buzamiento", "inclinación", "mergulho", "inclinação"})
PLUMB_DEG: Final = 90.0
LEAST_INCLINED_DEG: Final = 5.0


class JoinedTable(Struct, frozen=True):
    """Rows with headings, how many holes they are of, the holes that the table of collars does not have, and those that
    it calls inclined: their samples do not lie below their collars."""

    rows: list[list[str]]
    holes: int
    without: tuple[str, ...]
    inclined: tuple[str, ...] = ()


def join(intervals: Sequence[Row], collars: Sequence[Row], on: str) -> JoinedTable:
    """Put the columns of the collars behind those of the intervals; headings stand in the first row of both.

    on: the heading of the hole in both. Raises BadTable where one has no such heading, both have another heading in
    common, or a hole has two collars.
    """
    key, other = _place(intervals, on, "intervals"), _place(collars, on, "collars")
    added = [place for place in range(len(collars[0])) if place != other and at(collars[0], place)]
    known = {same(at(intervals[0], place)) for place in range(len(intervals[0]))}
    for place in added:
        if same(at(collars[0], place)) in known:
            raise BadTable(f"both tables have the heading {at(collars[0], place)!r}; rename it in one of them")
    places: dict[str, list[str]] = {}
    for number, row in enumerate(collars[1:], start=2):
        hole = same(at(row, other))
        if hole in places:
            raise BadTable(f"row {number} of the collars: {at(row, other)} has one already; leave one of the two")
        if hole:
            places[hole] = [at(row, place) for place in added]
    width = len(intervals[0])
    found = [[*_wide(intervals[0], width), *(at(collars[0], place) for place in added)]]
    missing: dict[str, None] = {}
    for row in intervals[1:]:
        if not any(cell.strip() for cell in row):
            continue
        hole = at(row, key)
        if same(hole) not in places:
            missing[hole] = None
        found.append([*_wide(row, width), *places.get(same(hole), [""] * len(added))])
    holes = {same(row[key]) for row in found[1:]}
    inclined = tuple(hole for hole in _inclined(collars, other) if same(hole) in holes)
    return JoinedTable(found, len(holes), tuple(missing), inclined)


def _inclined(collars: Sequence[Row], key: int) -> Iterator[str]:
    """Holes of which a column states an angle that is neither that of a plumb line nor left at 0."""
    dips = [place for place in range(len(collars[0])) if same(at(collars[0], place)) in DIPS]
    for row in collars[1:]:
        for angle in (_degrees(at(row, place)) for place in dips):
            if angle and abs(abs(angle) - PLUMB_DEG) > LEAST_INCLINED_DEG:
                yield at(row, key)
                break


def _degrees(text: str) -> float:
    """The angle of a cell; one that is no number says nothing of the hole."""
    try:
        return float(text.replace(",", ".").strip("° "))
    except ValueError:
        return 0.0


def _place(table: Sequence[Row], on: str, what: str) -> int:
    head = [at(table[0], place) for place in range(len(table[0]))] if table else []
    for place, heading in enumerate(head):
        if same(heading) == same(on):
            return place
    raise BadTable(f"the {what} have no heading {on!r} in their first row{hint(on, set(head) - {''})}")


def _wide(row: Row, width: int) -> list[str]:
    return [at(row, place) for place in range(width)]
