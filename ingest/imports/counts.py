"""What became of the cells of a file, column by column: every one of them is in exactly one of these numbers."""

from typing import Any

import msgspec

Refused = dict[str, tuple[int, int]]
"""How many cells were refused and the first line that is known (0: none is), by reason."""


class ColumnCount(msgspec.Struct):
    """The cells of one column, by what became of them.

    stored: let in, with `replaced` beside them for values that took the place of another; already: stored before with
    the same value; conflicts: stored before with another value, which stays; missing: words and sentinels for no
    reading, of which `sentinels` says how many stood there as which word. conflict: the first one as Unix ms, the
    value that is stored and the one of the file.
    """

    cells: int = 0
    stored: int = 0
    replaced: int = 0
    already: int = 0
    conflicts: int = 0
    missing: int = 0
    refused: Refused = {}
    sentinels: dict[str, int] = {}
    conflict: tuple[int, float | None, float] | None = None

    @property
    def refused_cells(self) -> int:
        """All that were refused."""
        return sum(count for count, _ in self.refused.values())

    @property
    def accounted(self) -> int:
        """All cells that some number has: as many as there are, or a cell was lost."""
        known = self.stored + self.replaced + self.already + self.conflicts
        return known + self.missing + self.refused_cells

    def add(self, other: "ColumnCount") -> None:
        """Count the cells of another part of the file too."""
        for name in ("cells", "stored", "replaced", "already", "conflicts", "missing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for reason, (count, line) in other.refused.items():
            known, first = self.refused.get(reason, (0, line))
            self.refused[reason] = (known + count, min(first, line) or max(first, line))
        for word, count in other.sentinels.items():
            self.sentinels[word] = self.sentinels.get(word, 0) + count
        self.conflict = self.conflict or other.conflict


class ReadingGap(msgspec.Struct, frozen=True):
    """Two neighbours further apart than one and a half expected intervals, and how many are missing between them."""

    first_ms: int
    last_ms: int
    missing: int


class PartCount(msgspec.Struct):
    """What became of one chunk of a file, or of all of it."""

    columns: dict[str, ColumnCount] = {}
    rows: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    gap_count: int = 0
    missing_instants: int = 0
    gaps: list[ReadingGap] = []
    """The first of them."""

    def add(self, later: "PartCount", most_gaps: int) -> None:
        """Count a later chunk too."""
        for name, count in later.columns.items():
            self.columns.setdefault(name, ColumnCount()).add(count)
        self.rows += later.rows
        spans = [one for one in (self.first_ms, self.last_ms, later.first_ms, later.last_ms) if one is not None]
        self.first_ms, self.last_ms = min(spans, default=None), max(spans, default=None)
        self.gap_count += later.gap_count
        self.missing_instants += later.missing_instants
        self.gaps = [*self.gaps, *later.gaps][:most_gaps]

    @property
    def is_whole(self) -> bool:
        """Whether every cell was taken, or was there: nothing was refused and nothing contradicts what is stored."""
        return not any(one.refused or one.conflicts for one in self.columns.values())


def part_of(document: Any) -> PartCount:
    """Return what a row of import_part holds."""
    return msgspec.convert(document, PartCount)
