"""A map of a register: which register it is, of which day, and which of its headings are our columns.

Without `columns` the file has our own headings, as an export has them.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from msgspec import Meta, Struct, field

from tailings.mapped_tables import table_map
from tailings.mapped_tables.coordinates import ANGLES, METRES, UTM_HALF, epsg
from tailings.mapped_tables.table_map import TableMap, Targets, Text
from tailings.register.columns import BASES, BY_NAME, NEEDED, SYSTEM_COLUMNS, UNIT_COLUMNS, UNITS
from toml_file.nearest import hint

KNOWN: Final = (*BY_NAME, *METRES, *SYSTEM_COLUMNS, *UNIT_COLUMNS)
RegisterId = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]


class RegisterSource(Struct, frozen=True, forbid_unknown_fields=True):
    """Which register a file is: each of its rows keeps this."""

    id: RegisterId
    """Under which it is known here; a later file of the same register has the same."""
    title: Text
    """What its publisher calls it."""
    day: dt.date
    """Of which day the file is."""
    licence: Text
    """By which its rows may be used: an SPDX name, or what the publisher says."""
    publisher: Annotated[str, Meta(max_length=200)] = ""
    """Whose it is."""
    address: Annotated[str, Meta(max_length=500)] = ""
    """Where it was taken from."""
    whole: bool = True
    """Whether the file is the whole register, so that what is not in it is gone."""
    public: bool = False
    """Whether everybody may read it here."""


class RegisterMap(TableMap, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a table of a register is read.

    A heading is a column, easting_m and northing_m (with utm_zone or crs), volume_unit or tonnage_unit, or a quantity
    with its unit ("tonnage kt dry", "volume Mm3").
    """

    register: RegisterSource
    """Which register it is."""
    columns: dict[str, Targets] = field(default_factory=dict)
    """For each heading what it is here; several as a list. Several headings may be one text, parted by commas."""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """The file's words for those of a column."""
    crs: Annotated[str, Meta(max_length=200)] = ""
    """The reference system of eastings and northings: EPSG:25829, or UTM 19 south (WGS 84).

    UTM south where a column says the zone; where a column says the whole system, that of empty cells.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.constants:
            if name not in KNOWN:
                raise ValueError(f"constants: {name!r} is no column{hint(name, KNOWN)}")
        for name, words in self.words.items():
            known = BY_NAME[name].words if name in BY_NAME else ()
            if not known:
                raise ValueError(f"words: {name!r} is no column of words{hint(name, BY_NAME)}")
            for word in words.values():
                if word not in known:
                    raise ValueError(f"words.{name}: {word!r} is none of {', '.join(known)}{hint(word, known)}")
        self._check_places()

    def joins(self, target: str) -> bool:
        """Texts may, such as commodities in three columns; an id and a name stand in one."""
        return target not in NEEDED and target in BY_NAME and BY_NAME[target].kind == "text"

    def _check_places(self) -> None:
        targets = {target for _, target in self.named}
        for pair in (METRES, ANGLES):
            if len(set(pair) & targets) == 1:
                raise ValueError(f"columns: {pair[0]} and {pair[1]} come together")
        if set(METRES) & targets and set(ANGLES) & targets:
            raise ValueError("columns: a facility has one place; leave easting_m or longitude")
        if UTM_HALF.fullmatch(self.crs.strip()):
            if "utm_zone" not in targets:
                raise ValueError(f"crs: {self.crs!r} says no zone; lead a heading to utm_zone, or write UTM 19 south")
        elif self.crs and not epsg(self.crs):
            raise ValueError(f"crs: {self.crs!r} is no reference system; write EPSG:25829, or UTM 19 south")
        elif "utm_zone" in targets:
            raise ValueError("crs: write UTM north or UTM south beside utm_zone, which says the zone alone")
        if set(METRES) & targets and not self.crs and "crs" not in targets:
            raise ValueError("crs: is missing; it says in which system easting_m and northing_m are")


def split(target: str) -> tuple[str, float, str]:
    """The column that a target is, the factor of its unit, and whether it is dry or wet ("": not said).

    Raises KeyError for what is no target.
    """
    if target in KNOWN:
        return target, 1.0, ""
    quantity, unit, *rest = target.split()
    column, units = UNITS[quantity]
    basis = rest[0] if rest else ""
    if len(rest) > 1 or (basis and (basis not in BASES or column != "tonnage_t")):
        raise KeyError(target)
    return column, units[unit], basis


def read_map(toml: str) -> RegisterMap:
    """Read a map; raises BadMap with each fault and its line."""
    return table_map.read_map(toml, RegisterMap, _problem)


def _problem(target: str) -> str:
    """What is wrong with what a heading is; "" where nothing is."""
    try:
        split(target)
    except (KeyError, ValueError):
        quantity, *rest = target.split()
        if quantity in UNITS:
            units = ", ".join(UNITS[quantity][1])
            dry = ", with dry or wet behind it" if quantity == "tonnage" else ""
            return f"{' '.join(rest)!r} is no unit of {quantity}; write one of {units}{dry}"
        return f"{target!r} is no column{hint(target, (*KNOWN, *UNITS))}"
    return ""
