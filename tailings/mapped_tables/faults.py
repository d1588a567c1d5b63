"""What is wrong with a table or with its map, for the person who sends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct


class CellFault(Struct, frozen=True):
    """What is wrong in one cell: row as a spreadsheet counts it, the column's heading, what to do."""

    row: int
    column: str
    fault: str


def unnamed(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> list[CellFault]:
    """A fault for each column that has values and no heading, at the first of them: nobody knows what they are of.

    rows: by their number in the file.
    """
    places = {at for at, heading in enumerate(headings) if not heading.strip()}
    first: dict[int, int] = {}
    for number, cells in rows if places else ():
        for at in places - first.keys():
            if at < len(cells) and cells[at].strip():
                first[at] = number
    said = "column {} has values and no heading; give it one, or leave the column out"
    return [CellFault(number, "", said.format(at + 1)) for at, number in sorted(first.items())]


class BadMap(ValueError):
    """A map that cannot be used; the sentences name line, key and fix."""


class TableRefused(ValueError):
    """A table that has not what its map names; `faults` say what and where."""

    def __init__(self, *faults: CellFault) -> None:
        super().__init__(str(faults))
        self.faults = faults
