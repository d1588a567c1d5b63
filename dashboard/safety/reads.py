"""Reads what the safety page is made of, by the api's own queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from api.alarms import queries as alarms
from api.http.database import Database
from api.observations import trends
from api.observations.trends import Then
from api.revisions import queries as revisions
from dashboard import reads, stored
from dashboard.rows import DatastreamRow, FacilityRow
from tailings.facility import Facility

from . import limits, profile, standing
from .standing import Standing
from .watched import WINDOW_S, Watched

TOLD: Final = (
    "water-level",
    "pond-level",
    "freeboard",
    "seepage-flow",
    "turbidity",
    "displacement",
    "tilt",
    "rain",
    "ph",
    "conductivity",
    "conductivity-25",
    "redox-potential",
    "evaporation",
)
"""The quantities whose hours the page tells of."""
DAILY: Final = ("water-level", "pond-level", "seepage-flow", "rain", "evaporation")
DAYS: Final = timedelta(days=60)
BEFORE: Final = timedelta(days=30)
NEAR: Final = timedelta(days=1)
MAX_TOLD: Final = 120
NEWEST: Final = 2**63 - 1
MAX_LOG: Final = 20
BY_ITSELF: Final = ("verdict",)
"""Revisions of every day, which would leave no room in the log for those of persons."""
PROFILES: Final = 4
OPEN: Final[revisions.Filters] = {"start": None, "end": None, "withdrawn": False}

Value = TypeVar("Value")


async def gather(database: Database, facility: str, now: datetime) -> Watched:
    """Read one facility; raises NotFound."""
    shown = await reads.one(database, facility, now)
    file = await stored.in_force(database, facility, now.date())
    row = shown.facilities[0]
    told = _told(row)
    ids = {one.id: one.name for one in told}
    daily = [one.id for one in told if one.quantity in DAILY]
    hours = await trends.hours(database, list(ids), now - timedelta(seconds=WINDOW_S) - NEAR, now)
    days = await trends.days(database, daily, now - DAYS, now)
    before = await trends.at(database, list(ids), now - BEFORE, NEAR)
    standing_now = await standings(database, row, file)
    changes = await revisions.of_facility(database, facility, NEWEST, MAX_LOG, BY_ITSELF)
    words = await revisions.annotations(database, facility, NEWEST, MAX_LOG, OPEN)
    profiles = await _profiles(database, row, file, now)
    return Watched(
        shown,
        file,
        tuple(limits.of_assessment(row.assessment)),
        tuple(standing_now),
        _named(hours, ids),
        days=_named(days, ids),
        before=_named(before, ids),
        profiles=profiles,
        revisions=tuple(changes),
        annotations=tuple(words),
    )


async def _profiles(
    database: Database, row: FacilityRow, file: Facility | None, now: datetime
) -> dict[datetime, dict[str, Then]]:
    """Read the displacements along the chains now and one, two and three months ago."""
    names = {point.datastream for chain in profile.chains(file, now) for point in chain.points} if file else set()
    ids = {one.id: one.name for one in row.datastreams if one.name in names}
    times = [now - months * BEFORE for months in range(PROFILES)] if ids else []
    return {time: _named(await trends.at(database, list(ids), time, NEAR), ids) for time in times}


def _told(row: FacilityRow) -> list[DatastreamRow]:
    return [one for one in row.datastreams if one.quantity in TOLD and one.time is not None][:MAX_TOLD]


def _named(found: Mapping[int, Value], ids: Mapping[int, str]) -> dict[str, Value]:
    return {ids[id]: value for id, value in found.items()}


async def standings(database: Database, row: FacilityRow, file: Facility | None) -> list[Standing]:
    """Return where the plans that count stand, with their alarms of record."""
    if file is None:
        return []
    record = await alarms.listed(database, "now", NEWEST, MAX_LOG, row.id, family="dam", seen=None)
    return standing.of_assessment(row.assessment, record, file)
