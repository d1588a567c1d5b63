"""What is wrong with a table or with its map, for the person who sends it."""

from __future__ import annotations

from msgspec import Struct


class CellFault(Struct, frozen=True):
    """What is wrong in one cell: row as a spreadsheet counts it, the column's heading, what to do."""

    row: int
    column: str
    fault: str


class BadMap(ValueError):
    """A map that cannot be used; the sentences name line, key and fix."""


class TableRefused(ValueError):
    """A table that has not what its map names; `faults` say what and where."""

    def __init__(self, *faults: CellFault) -> None:
        super().__init__(str(faults))
        self.faults = faults
