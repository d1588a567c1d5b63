"""A mapping: how the columns of a logger's file become datastreams. Nothing of it is guessed, the zone least of all."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from tailings.zones import UnknownZone, parse_zone

DEFAULT_MISSING: Final = ("", "NAN", "NaN", "nan", "NA", "null", "-")


class Mapping(Struct, frozen=True, forbid_unknown_fields=True):
    """How the columns of a logger's file become datastreams (`n01:pond.level`); the time zone is required.

    `header`: "names" is one line with the columns' names, "toa5" the four lines of Campbell's format (names in the
    second), "none" a file of rows alone, whose columns are called "1", "2", ... as Geokon's loggers write it
    (secondary: from users' files).
    `time_column` may be several: their cells are put together with blanks, for `time_format` to read.
    `units`: the UCUM unit of each column that is not in the unit of its datastream; its numbers are converted.
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
    decimal: str = "."
    """The decimal mark of its numbers."""
    missing: tuple[str, ...] = DEFAULT_MISSING
    """Cells that mean: no value."""
    header: Literal["names", "toa5", "none"] = "names"
    """What stands above the rows: names, the four lines of TOA5, or nothing."""
    units: dict[str, str] = {}
    """The UCUM unit of each column that is not in the unit of its datastream."""

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("columns: name at least one column and its datastream")
        if len(self.delimiter) != 1 or self.delimiter == self.decimal:
            raise ValueError("delimiter: one character, and not the decimal mark")
        if self.decimal not in {".", ","}:
            raise ValueError("decimal: '.' or ','")
        if not isinstance(self.time_column, str) and (not self.time_column or self.time_format is None):
            raise ValueError("time_column: several columns need a time_format, such as '%Y %m %d %H %M %S'")
        try:
            parse_zone(self.time_zone)
        except UnknownZone as error:
            raise ValueError(f"time_zone: {error}") from error

    @property
    def time_columns(self) -> tuple[str, ...]:
        """The columns that the time stands in."""
        return (self.time_column,) if isinstance(self.time_column, str) else self.time_column
