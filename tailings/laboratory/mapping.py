"""A map of assays: which headings of a laboratory's or a survey's table are our columns, and where its places lie.

Its words are those of the maps of observations (`tailings.facility.mappings`): `columns` leads from a heading of the
file to what it is here, `units_row`, `delimiter`, `decimal`, `encoding`, `missing` and `scale` mean the same.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tailings.commodities import substances
from tailings.facility.mappings import DEFAULT_MISSING, Encoding, line_of
from tailings.laboratory.assay_file import COLUMNS
from tailings.laboratory.contents import BadContent, read_content
from tailings.laboratory.tables import TableForm
from toml_file import shapes, text
from toml_file.lines import key_lines
from toml_file.nearest import hint
from toml_file.problems import Report

MAX_BYTES: Final = 20_000
METRES: Final = ("easting_m", "northing_m")
DEGREES: Final = ("longitude", "latitude")
COMPUTED: Final = ("chainage_m", "offset_m")
"""What easting and northing, or longitude and latitude, become."""
MISSING: Final = (*DEFAULT_MISSING, "-9999", "-99999", "-999")
EPSG: Final = re.compile(r"EPSG:\d{4,6}", re.IGNORECASE | re.ASCII)
UTM: Final = re.compile(r"UTM\s*(\d{1,2})\s*(north|south)", re.IGNORECASE | re.ASCII)
UTM_ZONES: Final = 60
EPSG_OF_UTM: Final = {"north": 32600, "south": 32700}
"""Of WGS 84, zone 0 (EPSG registry, through pyproj in the tests)."""
A_DAY: Final = dt.datetime(2026, 5, 31)
YEARS: Final = ("%Y", "%y", "%x", "%c")
Text = Annotated[str, Meta(min_length=1, max_length=200)]
Targets = Text | Annotated[tuple[Text, ...], Meta(min_length=1, max_length=10)]


class BadMap(ValueError):
    """A map that cannot be used; the sentences name line, key and fix."""


def epsg(crs: str) -> str:
    """The code of a reference system as people write it; "" for anything else, which PROJ might take for a file."""
    found = UTM.fullmatch(crs.strip())
    if found and 1 <= int(found[1]) <= UTM_ZONES:
        return f"EPSG:{EPSG_OF_UTM[found[2].lower()] + int(found[1])}"
    return crs.strip().upper() if EPSG.fullmatch(crs.strip()) else ""


class FacilityGrid(Struct, frozen=True, forbid_unknown_fields=True):
    """The frame of the facility's nodes on the map: chainage 0, another point of the crest, and where downstream is."""

    zero: tuple[float, float]
    """Easting and northing of chainage 0 and offset 0, in metres of `crs`."""
    toward: tuple[float, float]
    """Easting and northing of a point with offset 0 and a higher chainage."""
    downstream: Literal["left", "right"]
    """On which hand downstream lies, where offsets are positive, when one looks from zero toward that point."""
    crs: Text
    """The projected reference system of both: EPSG:32719, or UTM 19 south (WGS 84)."""
    points: Text | None = None
    """That of the file's coordinates: by default WGS 84 for longitudes, and `crs` for eastings."""

    def __post_init__(self) -> None:
        for name, crs in (("crs", self.crs), ("points", self.points)):
            if crs is not None and not epsg(crs):
                raise ValueError(f"{name}: {crs!r} is no reference system; write EPSG:32719, or UTM 19 south")
        if self.zero == self.toward:
            raise ValueError("toward: the point of the crest must be another one than zero")


class AssayMap(Struct, frozen=True, forbid_unknown_fields=True):
    """How a table of assays is read."""

    columns: dict[str, Targets]
    """For each heading what it is: a column of the assay file, easting_m, northing_m, longitude, latitude, or a result
    with its unit and method ("WO3 % [XRF]"); several as a list. Of several results of an element the first counts."""
    constants: dict[str, str | int | float] = {}
    """What a column holds where the file has none, or an empty cell."""
    only: dict[str, str | tuple[str, ...]] = {}
    """The rows of this facility: what stands under a heading."""
    ignore: tuple[str, ...] = ()
    """Headings that are not imported; * stands for anything."""
    kinds: dict[str, Literal["primary", "duplicate", "blank", "standard"]] = {}
    """The file's words for the kinds of samples."""
    scale: dict[str, str] = {}
    """What is made of the numbers of a heading, as a line: 0.3048*x makes metres of feet."""
    grid: FacilityGrid | None = None
    """How eastings, or longitudes, become chainages."""
    sheet: str = ""
    """The sheet of a workbook; by default the first."""
    header_row: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The row with the headings; by default the first that has those named here."""
    header_rows: Annotated[int, Meta(ge=1, le=4)] = 1
    """How many rows make the headings: the upper ones are groups."""
    unit: str = ""
    """The unit of results whose headings name a substance alone (Cu)."""
    units_row: bool = False
    """Whether a row of units stands beneath the headings."""
    delimiter: Annotated[str, Meta(max_length=1)] = ""
    decimal: Literal["", ".", ","] = ""
    """The decimal mark of its texts; by default the one that its numbers show."""
    encoding: Encoding | Literal[""] = ""
    missing: tuple[str, ...] = MISSING
    """Cells that mean: no result."""
    negative_is_below: bool = False
    """Whether -0.5 means <0.5, as surveys write it."""
    date_format: str = ""
    """How a day is written, in the letters of strptime; by default 2026-05-31."""

    def __post_init__(self) -> None:
        named = self.named
        targets = [target for _, target in named]
        for heading, target in named:
            if targets.count(target) > 1:
                raise ValueError(f"columns: {heading!r} is {target}, and another heading too; give methods in brackets")
        for name in self.constants:
            if name not in COLUMNS:
                raise ValueError(f"constants: {name!r} is no column{hint(name, COLUMNS)}")
        for heading, line in self.scale.items():
            if heading not in self.columns:
                raise ValueError(f"scale: there is no heading {heading!r} in columns{hint(heading, self.columns)}")
            line_of(line)
        self._check_places(targets)
        if self.date_format and not _reads_days(self.date_format):
            raise ValueError(f"date_format: {self.date_format!r} is no form of a day; write it like %d/%m/%Y")

    def _check_places(self, targets: list[str]) -> None:
        for pair in (METRES, DEGREES):
            if len(set(pair) & set(targets)) == 1:
                raise ValueError(f"columns: {pair[0]} and {pair[1]} come together")
        mapped = [pair for pair in (METRES, DEGREES, COMPUTED) if set(pair) & set(targets)]
        if len(mapped) > 1:
            raise ValueError(f"columns: a sample has one place; leave {mapped[0][0]} or {mapped[1][0]}")
        if mapped and mapped[0] is not COMPUTED and self.grid is None:
            raise ValueError("grid: is missing; it says where chainage 0 lies and which way chainages rise")

    @property
    def named(self) -> list[tuple[str, str]]:
        """Each heading with what it is; a heading of several stands several times."""
        return [
            (heading, self.with_unit(target))
            for heading, targets in self.columns.items()
            for target in ((targets,) if isinstance(targets, str) else targets)
        ]

    def with_unit(self, name: str) -> str:
        """A heading with the unit of the map, where it is a substance alone."""
        return f"{name} {self.unit}" if self.unit and substances.is_known(name) else name

    @property
    def form(self) -> TableForm:
        """What it says of the file as a whole."""
        return TableForm(self.sheet, self.encoding, self.delimiter, tuple(self.columns))


def _reads_days(form: str) -> bool:
    try:
        return any(year in form for year in YEARS) and dt.datetime.strptime(A_DAY.strftime(form), form) == A_DAY
    except (ValueError, re.error):
        return False


def read_map(toml: str) -> AssayMap:
    """Read a map; raises BadMap with each fault and its line."""
    try:
        tables = text.tables(toml, MAX_BYTES)
    except text.NotToml as error:
        raise BadMap(f"map: {error}") from error
    report = Report(lambda: key_lines(toml))
    found = shapes.read(report, (), tables, AssayMap)
    for heading, target in found.named if found else ():
        if problem := _problem(target):
            report.add(("columns", heading), problem)
    if report.problems:
        raise BadMap("; ".join(f"map: {one}" for one in report.problems))
    assert isinstance(found, AssayMap)
    return found


def _problem(target: str) -> str:
    """What is wrong with what a heading is; "" where nothing is."""
    known = (*COLUMNS, *METRES, *DEGREES)
    try:
        if target not in known:
            read_content(target)
    except BadContent as error:
        return str(error) if " " in target.strip() else f"{target!r} is no column and no result{hint(target, known)}"
    return ""
