"""A mapping: how the columns of a file of observations become datastreams. Nothing of it is guessed, the zone least."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from tailings.plugins import hint
from tailings.zones import UnknownZone, parse_zone

DEFAULT_MISSING: Final = ("", "NAN", "NaN", "nan", "NA", "null", "-")
DEFAULT_SENTINELS: Final = ("-9999", "-99999", "7999", "-7999", "#N/A", "INF", "-INF", "+INF")
"""What loggers and spreadsheets write in the place of a reading: a number is meant as a number (-9999.0 too), a word in
any case. 7999 is the end of Campbell's two-byte number (FP2)."""
CHOICES: Final = {
    "header": ("names", "toa5", "none"),
    "encoding": ("utf-8", "cp1252", "latin-1"),
    "doubled_hour": ("refuse", "by-order"),
    "decimal": (".", ","),
}
"""In each of the encodings a line ends with one byte."""
MAX_SKIPPED_ROWS: Final = 1000
NUMBER: Final = r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?"
LINE: Final = re.compile(rf"([+-]?{NUMBER})\*x(?:([+-]{NUMBER}))?", re.ASCII)


class Mapping(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the columns of a file of observations become datastreams (`n01:pond.level`); the time zone is required.

    `header`: "names" is one line with the columns' names, "toa5" the four lines of Campbell's format (names in the
    second), "none" a file of rows alone, whose columns are called "1", "2", ... as Geokon's loggers write it
    (secondary: from users' files). `skip_rows` lines stand before the header, `units_row` one with units behind the
    names; a line that begins with `comment` counts nowhere.
    `time_column` may be several: their cells are put together with blanks, for `time_format` to read.
    `doubled_hour`: of the hour that a clock change doubles, "refuse" its rows, or take them "by-order": the first time
    it stands in the file is the earlier one.
    `units`: the UCUM unit of each column that is not in the unit of its datastream; its numbers are converted.
    `scale`: what is made of the numbers of a column before that, as "0.1*x-3".
    `missing` words are missing readings; so are `sentinels`, which are counted by name.
    """

    time_column: str | tuple[str, ...]
    time_zone: str
    columns: dict[str, str]
    time_format: str | None = None
    delimiter: str = ","
    decimal: str = "."
    missing: tuple[str, ...] = DEFAULT_MISSING
    header: str = "names"
    units: dict[str, str] = {}
    encoding: str = "utf-8"
    skip_rows: int = 0
    comment: str = ""
    units_row: bool = False
    scale: dict[str, str] = {}
    doubled_hour: str = "refuse"
    sentinels: tuple[str, ...] = DEFAULT_SENTINELS

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("columns: name at least one column and its datastream")
        if len(self.delimiter) != 1 or self.delimiter == self.decimal:
            raise ValueError("delimiter: one character, and not the decimal mark")
        if not isinstance(self.time_column, str) and (not self.time_column or self.time_format is None):
            raise ValueError("time_column: several columns need a time_format, such as '%Y %m %d %H %M %S'")
        for key, choices in CHOICES.items():
            if getattr(self, key) not in choices:
                raise ValueError(f"{key}: {getattr(self, key)!r} is none of {', '.join(choices)}")
        if not 0 <= self.skip_rows <= MAX_SKIPPED_ROWS:
            raise ValueError(f"skip_rows: between 0 and {MAX_SKIPPED_ROWS}")
        for column, text in self.scale.items():
            if column not in self.columns:
                raise ValueError(f"scale: there is no column {column!r} in this mapping{hint(column, self.columns)}")
            line_of(text)
        try:
            parse_zone(self.time_zone)
        except UnknownZone as error:
            raise ValueError(f"time_zone: {error}") from error

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
