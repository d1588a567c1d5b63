"""What the maps of all tables say: where the headings stand, how cells are written, which rows and columns count.

Its words are those of the maps of observations (`tailings.facility.mappings`): `columns` leads from a heading of the
file to what it is here, `units_row`, `delimiter`, `decimal`, `encoding` and `missing` mean the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Final, Literal, TypeVar

from msgspec import Meta, Struct

from tailings.facility.mappings import DEFAULT_MISSING, Encoding
from tailings.mapped_tables.faults import BadMap
from tailings.mapped_tables.tables import TableForm
from toml_file import shapes, text
from toml_file.lines import key_lines
from toml_file.problems import Report

MAX_BYTES: Final = 20_000
MISSING: Final = (*DEFAULT_MISSING, "-9999", "-99999", "-999")
A_DAY: Final = dt.datetime(2026, 5, 31)
YEARS: Final = ("%Y", "%y", "%x", "%c")
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Targets = Text | Annotated[tuple[Text, ...], Meta(min_length=1, max_length=10)]


class TableMap(Struct, frozen=True, forbid_unknown_fields=True):
    """How a table is read, whatever its columns are."""

    columns: dict[str, Targets]
    """For each heading what it is here; several as a list."""
    constants: dict[str, str | int | float] = {}
    """What a column holds where the file has none, or an empty cell."""
    only: dict[str, str | tuple[str, ...]] = {}
    """The rows that count: what stands under a heading."""
    ignore: tuple[str, ...] = ()
    """Headings that are not imported; * stands for anything."""
    sheet: str = ""
    """The sheet of a workbook; by default the first."""
    header_row: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The row with the headings; by default the first that has those named here."""
    header_rows: Annotated[int, Meta(ge=1, le=4)] = 1
    """How many rows make the headings: the upper ones are groups."""
    units_row: bool = False
    """Whether a row of units stands beneath the headings."""
    delimiter: Annotated[str, Meta(max_length=1)] = ""
    decimal: Literal["", ".", ","] = ""
    """The decimal mark of its texts; by default the one that its numbers show."""
    encoding: Encoding | Literal[""] = ""
    missing: tuple[str, ...] = MISSING
    """Cells that mean: nothing."""
    date_format: str = ""
    """How a day is written, in the letters of strptime; by default 2026-05-31."""

    def __post_init__(self) -> None:
        named = self.named
        targets = [target for _, target in named]
        for heading, target in named:
            if targets.count(target) > 1 and not self.joins(target):
                raise ValueError(f"columns: {heading!r} is {target}, and another heading too{self.apart}")
        if self.date_format and not _reads_days(self.date_format):
            raise ValueError(f"date_format: {self.date_format!r} is no form of a day; write it like %d/%m/%Y")

    @property
    def apart(self) -> str:
        """What parts two headings of one target."""
        return "; leave one out"

    def joins(self, _target: str) -> bool:
        """Whether several headings may be one target: their cells stand in it one after the other."""
        return False

    @property
    def named(self) -> list[tuple[str, str]]:
        """Each heading with what it is; a heading of several stands several times."""
        return [
            (heading, self.target(target))
            for heading, targets in self.columns.items()
            for target in ((targets,) if isinstance(targets, str) else targets)
        ]

    def target(self, name: str) -> str:
        """What a heading is, as the map says it or as the heading itself does."""
        return name

    @property
    def form(self) -> TableForm:
        """What it says of the file as a whole."""
        return TableForm(self.sheet, self.encoding, self.delimiter, tuple(self.columns))


def _reads_days(form: str) -> bool:
    try:
        return any(year in form for year in YEARS) and dt.datetime.strptime(A_DAY.strftime(form), form) == A_DAY
    except (ValueError, re.error):
        return False


AnyMap = TypeVar("AnyMap", bound=TableMap)


def read_map(toml: str, shape: type[AnyMap], problem: Callable[[str], str]) -> AnyMap:
    """Read a map; raises BadMap with each fault and its line. problem: what is wrong with a target, "" for nothing."""
    try:
        tables = text.tables(toml, MAX_BYTES)
    except text.NotToml as error:
        raise BadMap(f"map: {error}") from error
    report = Report(lambda: key_lines(toml))
    found = shapes.read(report, (), tables, shape)
    for heading, target in found.named if found else ():
        if told := problem(target):
            report.add(("columns", heading), told)
    if report.problems:
        raise BadMap("; ".join(f"map: {one}" for one in report.problems))
    assert isinstance(found, shape)
    return found
