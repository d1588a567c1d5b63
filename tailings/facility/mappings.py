"""A mapping: how the columns of a file of observations become datastreams. Nothing of it is guessed, the zone least."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tailings.zones import UnknownZone, parse_zone
from toml_file.nearest import hint

DEFAULT_MISSING: Final = ("", "NAN", "NaN", "nan", "NA", "null", "-")
DEFAULT_SENTINELS: Final = ("-9999", "-99999", "7999", "-7999", "#N/A", "INF", "-INF", "+INF")
"""What loggers and spreadsheets write in the place of a reading: a number is meant as a number (-9999.0 too), a word in
any case. 7999 is the end of Campbell's two-byte number (FP2)."""
Encoding = Literal["utf-8", "cp1252", "latin-1"]
"""In each of them a line ends with one byte."""
MAX_SKIPPED_ROWS: Final = 1000
NUMBER: Final = r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?"
LINE: Final = re.compile(rf"([+-]?{NUMBER})\*x(?:([+-]{NUMBER}))?", re.ASCII)


class Mapping(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the columns of a file of observations become datastreams (`n01:pond.level`); the time zone is required.

    `header`: "names" is one line with the columns' names, "toa5" the four lines of Campbell's format (names in the
    second), "none" a file of rows alone, whose columns are called "1", "2", ... as Geokon's loggers write it
    (secondary: from users' files). `time_format` reads several columns put together with blanks.
    """

    time_column: str | tuple[str, ...]
    """The column of the time, or several that are put together with blanks."""
    time_zone: str
    """The zone of the logger's clock: an IANA name, UTC or an offset such as UTC-06:00."""
    columns: dict[str, str]
    """For each column the raw datastream that it becomes."""
    time_format: str | None = None
    """How the time is written, in the letters of strptime; without it ISO 8601."""
    delimiter: str = ","
    """What stands between two cells: one character."""
    decimal: Literal[".", ","] = "."
    """The decimal mark of its numbers."""
    missing: tuple[str, ...] = DEFAULT_MISSING
    """Cells that mean: no value."""
    header: Literal["names", "toa5", "none"] = "names"
    """What stands above the rows: names, the four lines of TOA5, or nothing."""
    units: dict[str, str] = {}
    """The UCUM unit of each column that is not in the unit of its datastream."""
    encoding: Encoding = "utf-8"
    """The code that its letters are written in."""
    skip_rows: Annotated[int, Meta(ge=0, le=MAX_SKIPPED_ROWS)] = 0
    """How many lines stand before the header."""
    comment: str = ""
    """A line that begins with this counts nowhere."""
    units_row: bool = False
    """Whether a line with units stands behind the names."""
    scale: dict[str, str] = {}
    """What is made of the numbers of a column before its unit is converted, as a line a*x+b."""
    doubled_hour: Literal["refuse", "by-order"] = "refuse"
    """Rows of the hour that a clock change doubles: refused, or those that stand first in the file are the earlier."""
    sentinels: tuple[str, ...] = DEFAULT_SENTINELS
    """What stands in the place of a reading, counted by name as missing."""

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("columns: name at least one column and its datastream")
        if len(self.delimiter) != 1 or self.delimiter == self.decimal:
            raise ValueError("delimiter: one character, and not the decimal mark")
        if not isinstance(self.time_column, str) and (not self.time_column or self.time_format is None):
            raise ValueError("time_column: several columns need a time_format, such as '%Y %m %d %H %M %S'")
        for column, text in self.scale.items():
            if column not in self.columns:
                raise ValueError(f"scale: there is no column {column!r} in this mapping{hint(column, self.columns)}")
            line_of(text)
        try:
            parse_zone(self.time_zone)
        except UnknownZone as error:
            raise ValueError(f"time_zone: {error}") from error

    def said_units(self) -> dict[str, str]:
        """Datastream -> the unit of its column, where that is another."""
        return {self.columns[column]: unit for column, unit in self.units.items()}

    @property
    def time_columns(self) -> tuple[str, ...]:
        """The columns that the time stands in."""
        return (self.time_column,) if isinstance(self.time_column, str) else self.time_column


def line_of(text: str) -> tuple[float, float]:
    """Slope and intercept of "a*x+b" or "a*x"; raises ValueError."""
    found = LINE.fullmatch(text.replace(" ", ""))
    if found is None:
        raise ValueError(f"scale: {text!r} is no line; write it as '0.1*x-3' or '1000*x'")
    return float(found[1]), float(found[2] or 0)
