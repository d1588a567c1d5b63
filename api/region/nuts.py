"""In which loaded region each row of a register lies: reckoned once for each file that comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import NamedTuple

from api.http.database import DatabasePool
from api.region import queries
from api.region.models import RegionName, RegionSource
from api.region.operator_files import LoadedRegions
from tailings.register.same_facility import Member


class RowCodes(NamedTuple):
    """The code of each row that lies in a region, and those of the rows that a register still has."""

    all: Mapping[int, str]
    not_gone: Mapping[int, str]


NONE = RowCodes({}, {})


class EntryCodes:
    """The codes of all entries, as they are with the newest file of any register and the regions of now."""

    def __init__(self) -> None:
        self._made_for: tuple[int, LoadedRegions] | None = None
        self._codes = NONE

    async def codes(self, database: DatabasePool, regions: LoadedRegions | None, newest: int) -> RowCodes:
        """Return the codes of entries; nothing without regions. newest: the newest import."""
        if regions is None:
            return NONE
        if self._made_for is None or self._made_for[0] != newest or self._made_for[1] is not regions:
            placed = await queries.placed(database)
            longitudes, latitudes = [one.longitude for one in placed], [one.latitude for one in placed]
            codes = await asyncio.to_thread(regions.polygons.codes, longitudes, latitudes)
            found = {one.id: code for one, code in zip(placed, codes, strict=True) if code}
            gone = {one.id for one in placed if one.is_gone}
            self._codes = RowCodes(found, {number: code for number, code in found.items() if number not in gone})
            self._made_for = (newest, regions)
        return self._codes


def names(lying: Mapping[str, Collection[Member]], regions: LoadedRegions | None) -> list[RegionName]:
    """Return the regions that facilities lie in, by code. lying: which do."""
    known = {} if regions is None else {one.code: one.name for one in regions.boundaries.regions}
    return [
        RegionName(code=code, name=known.get(code, ""), facilities=len(found)) for code, found in sorted(lying.items())
    ]


def chosen(
    nuts: str | None, lying: Mapping[str, Collection[Member]], regions: LoadedRegions | None
) -> RegionName | None:
    """Return the region that is asked for, with how many facilities lie in it; None: none is asked for, or there is no
    such one among the loaded ones."""
    if nuts is None:
        return None
    facilities = {one for code, found in lying.items() if code.startswith(nuts) for one in found}
    known = {} if regions is None else {one.code: one.name for one in regions.boundaries.regions}
    if facilities or any(code.startswith(nuts) for code in known):
        return RegionName(code=nuts, name=known.get(nuts, ""), facilities=len(facilities))
    return None


def source(regions: LoadedRegions | None) -> RegionSource | None:
    """Return whose boundaries they are."""
    if regions is None:
        return None
    found = regions.boundaries
    return RegionSource(title=found.title, licence=found.licence, day=found.day, regions=len(found.regions))
