"""In which loaded region each row of a register lies: reckoned once for each file that comes in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

from api.http.database import DatabasePool
from api.region import queries
from api.region.models import RegionName, RegionSource
from api.region.operator_files import LoadedRegions

NONE: Mapping[int, str] = {}


class EntryCodes:
    """The codes of all entries, as they are with the newest file of any register and the regions of now."""

    def __init__(self) -> None:
        self._made_for: tuple[int, LoadedRegions] | None = None
        self._codes: Mapping[int, str] = NONE

    async def codes(self, database: DatabasePool, regions: LoadedRegions | None, newest: int) -> Mapping[int, str]:
        """Return the code of each entry that lies in a region; nothing without regions. newest: the newest import."""
        if regions is None:
            return NONE
        if self._made_for is None or self._made_for[0] != newest or self._made_for[1] is not regions:
            placed = await queries.placed(database)
            longitudes, latitudes = [one.longitude for one in placed], [one.latitude for one in placed]
            codes = await asyncio.to_thread(regions.polygons.codes, longitudes, latitudes)
            self._codes = {one.id: code for one, code in zip(placed, codes, strict=True) if code}
            self._made_for = (newest, regions)
        return self._codes


def names(codes: Iterable[str], regions: LoadedRegions | None) -> list[RegionName]:
    """Return the regions that facilities lie in, by code."""
    known = {} if regions is None else {one.code: one.name for one in regions.boundaries.regions}
    return [
        RegionName(code=code, name=known.get(code, ""), facilities=count)
        for code, count in sorted(Counter(code for code in codes if code).items())
    ]


def chosen(nuts: str | None, codes: Iterable[str], regions: LoadedRegions | None) -> RegionName | None:
    """Return the region that is asked for, with how many facilities lie in it; None: none is asked for, or there is no
    such one among the loaded ones."""
    if nuts is None:
        return None
    facilities = sum(code.startswith(nuts) for code in codes)
    known = {} if regions is None else {one.code: one.name for one in regions.boundaries.regions}
    if facilities or any(code.startswith(nuts) for code in known):
        return RegionName(code=nuts, name=known.get(nuts, ""), facilities=facilities)
    return None


def source(regions: LoadedRegions | None) -> RegionSource | None:
    """Return whose boundaries they are."""
    if regions is None:
        return None
    found = regions.boundaries
    return RegionSource(title=found.title, licence=found.licence, day=found.day, regions=len(found.regions))
