"""The facilities of this site as a region shows them, and which of them meet what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from api.overview import selection
from api.overview.selection import Listed, OverviewQuery
from api.region.filters import RegionFilter
from api.region.models import MeasuredFacility
from api.region.operator_files import LoadedRegions
from api.register.matches import GISTM, NUTS, gistm_class
from tailings.register import countries

OF_NUTS: Final = {"EL": "GR", "UK": "GB"}
"""The two countries of which NUTS has another code than ISO 3166."""
COUNTRY_LETTERS: Final = 2
MAX_KEPT: Final = 10_000


def facilities(listed: Sequence[Listed], regions: LoadedRegions | None) -> list[MeasuredFacility]:
    """Return all of them, the worst first."""
    worst_first = selection.chosen(listed, OverviewQuery())
    codes = _codes(worst_first, regions)
    return [_facility(one, code) for one, code in zip(worst_first, codes, strict=True)]


def chosen(
    found: Sequence[MeasuredFacility], listed: Sequence[Listed], which: RegionFilter, of_rows: frozenset[str]
) -> list[MeasuredFacility]:
    """Return those that meet what is asked for; of_rows: that a person said are one of the rows that meet it."""
    query = OverviewQuery(state=which.state, search=which.search, box=which.box)
    ids = {one.facility.id for one in selection.chosen(listed, query)}
    return [
        one
        for one in found
        if one.facility in ids
        and (which.country is None or one.country == which.country)
        and (which.nuts is None or one.nuts.startswith(which.nuts))
        and (which.consequence is None or one.consequence == which.consequence)
        and (which.commodity is None or which.commodity.lower() in map(str.lower, one.elements))
        and (not which.is_of_rows or one.facility in of_rows)
    ]


def _codes(listed: Sequence[Listed], regions: LoadedRegions | None) -> list[str]:
    """Where regions are loaded, that in which a facility lies; else what its file states."""
    stated = [one.facility.region or "" for one in listed]
    if regions is None:
        return stated
    at = [number for number, one in enumerate(listed) if one.facility.location]
    points = [listed[number].facility.location for number in at]
    found = regions.polygons.codes([one.lon for one in points if one], [one.lat for one in points if one])
    return [dict(zip(at, found, strict=True)).get(number) or code for number, code in enumerate(stated)]


def _facility(one: Listed, nuts: str) -> MeasuredFacility:
    facility, at = one.facility, one.facility.location
    said = facility.consequence_class
    return MeasuredFacility(
        facility=facility.id,
        name=facility.name,
        operator=facility.operator,
        state=one.state,
        country=_country(nuts, None if at is None else (at.lon, at.lat)),
        nuts=nuts,
        consequence=f"{GISTM}: {gistm_class(said)}" if said else "",
        elements=list(one.elements),
        last_time=facility.last_time,
        sample_data=facility.sample_data or "",
        lon=at.lon if at else None,
        lat=at.lat if at else None,
    )


def _country(nuts: str, place: tuple[float, float] | None) -> str:
    if NUTS.fullmatch(nuts):
        letters = nuts[:COUNTRY_LETTERS]
        return OF_NUTS.get(letters, letters)
    return _country_at(*place) if place else ""


_country_at = lru_cache(MAX_KEPT)(countries.at)
