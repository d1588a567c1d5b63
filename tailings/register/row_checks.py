"""What one row of a register says twice, or cannot say together: class and system, years, mass over volume, reviews."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from tailings.mapped_tables.header import same
from tailings.register.columns import DONE
from tailings.register.values import RegisteredFacility, Values
from toml_file.nearest import choices

LEAST_T_M3: Final = 0.3
MOST_T_M3: Final = 5.0
"""Our own rule: no waste is lighter or heavier, also where mass and volume are of different years."""
MOST_NOTED: Final = 200


def faults(values: Values, day: dt.date) -> Iterator[tuple[str, str]]:
    """Column and fault of each, of values that are `settled`; day: that of the register."""
    yield from _class(values)
    started, closed = values.get("year_started"), values.get("year_closed")
    if isinstance(started, int) and isinstance(closed, int) and closed < started:
        yield "year_closed", f"{closed} is before year_started, {started}"
    for name in DONE:
        if str(values.get(name, "")) > day.isoformat():
            yield name, f"{values[name]} is after the day of the register, {day}; check date_format"
    last, following = values.get("last_review"), values.get("next_review")
    if isinstance(last, str) and isinstance(following, str) and following < last:
        yield "next_review", f"{following} is before last_review, {last}"
    tonnage, volume = values.get("tonnage_t"), values.get("volume_m3")
    if isinstance(tonnage, float) and isinstance(volume, float) and tonnage > 0 and volume > 0:
        density = tonnage / volume
        if not LEAST_T_M3 <= density <= MOST_T_M3:
            yield "tonnage_t", f"{tonnage:g} t in {volume:g} m3 would be {density:.3g} t/m3; check the units of both"


def _class(values: Values) -> Iterator[tuple[str, str]]:
    given, system = values.get("consequence_class"), values.get("consequence_system")
    known = gistm()["consequence"]
    if given is not None and system is None:
        yield "consequence_class", f"{given!r} says nothing without its system; give consequence_system, such as GISTM"
    elif given is not None and system == known["system"] and given not in known["classes"]:
        yield "consequence_class", f"{given!r} is no class of GISTM{choices(str(given), known['classes'])}"


def settled(values: Values) -> Values:
    """The same, with a class of GISTM as GISTM writes it, and no system (a constant of the map) beside no class."""
    given, system, known = values.get("consequence_class"), values.get("consequence_system"), gistm()["consequence"]
    if given is None:
        return {name: value for name, value in values.items() if name != "consequence_system"}
    if same(str(system)) != same(known["system"]):
        return values
    found = next((one for one in known["classes"] if same(one) == same(str(given))), given)
    return values | {"consequence_class": found, "consequence_system": known["system"]}


@cache
def gistm() -> dict[str, Any]:
    """What GISTM has disclosed, with its source."""
    return tomllib.loads(resources.files(__package__).joinpath("gistm.toml").read_text())


def notes(good: Sequence[RegisteredFacility]) -> list[tuple[int, str, str]]:
    """What is taken and worth a look: row, column and sentence."""
    found: list[tuple[int, str, str]] = []
    for one in good:
        values = one.values
        if "longitude" not in values:
            found.append((one.row, "longitude", "has no coordinates; it is taken without a place"))
        if "tonnage_t" in values and "tonnage_basis" not in values:
            found.append((one.row, "tonnage_t", "does not say whether dry or wet"))
    return found[:MOST_NOTED]
