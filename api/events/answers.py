"""The one way to the events of a facility and a window, for its address and for every chart."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from api.events import queries
from api.events.models import FacilityEvent, FacilityEvents
from api.facilities import files
from api.http import times
from api.http.database import DatabasePool
from api.observations import trends
from tailings import rain_storms, units
from tailings.assess.gauges import RAIN, is_rain_gauge
from tailings.facility import Facility
from tailings.rain_storms import RainHours, RainStorm

MAX_OF_A_KIND: Final = 100
MAX_GAUGES: Final = 10
STORMS: Final = timedelta(days=366)
"""So many of the last days of a window are looked through for storms: hours are read, one row each."""
BEYOND: Final = timedelta(hours=72)
"""A storm that had begun before the window, or went on after it, is told whole."""


async def of_facility(database: DatabasePool, facility: str, start: datetime, end: datetime) -> FacilityEvents:
    """Return what happened in [start, end), the first first; at most MAX_OF_A_KIND of each kind, the newest."""
    since = max(start, end - STORMS)
    kinds = [*await queries.of_facility(database, facility, start, end, MAX_OF_A_KIND + 1)]
    file = await files.facility(database, facility)
    kinds.append(sorted(_calibrations(file, start, end), key=lambda one: one.time, reverse=True) if file else [])
    kinds.append([_storm(one) for one in reversed(await _storms(database, facility, since, end))])
    told = [one for kind in kinds for one in kind[:MAX_OF_A_KIND]]
    return FacilityEvents(
        facility=facility,
        start=start,
        end=end,
        storms_from=since,
        is_cut=any(len(kind) > MAX_OF_A_KIND for kind in kinds),
        events=sorted(told, key=lambda one: (one.time, one.code)),
    )


def _calibrations(file: Facility, start: datetime, end: datetime) -> Iterator[FacilityEvent]:
    for name, instrument in file.instruments.items():
        for entry in instrument.calibrations:
            if start <= entry.valid_from < end:
                yield FacilityEvent(code="calibrated", time=entry.valid_from, instrument=name)


async def _storms(database: DatabasePool, facility: str, start: datetime, end: datetime) -> list[RainStorm]:
    streams = [one for one in await queries.rain(database, facility) if is_rain_gauge(RAIN, one.formula)]
    mm = {one.id: units.difference(1.0, one.unit, "mm") for one in streams[:MAX_GAUGES]}
    found = await trends.hours(database, list(mm), start - BEYOND, end + BEYOND) if mm else {}
    gauges = [RainHours(one.start_ms, one.mean * one.results * mm[id]) for id, one in found.items()]
    return [one for one in rain_storms.of_gauges(gauges) if _time(one.end_ms) > start and _time(one.start_ms) < end]


def _storm(one: RainStorm) -> FacilityEvent:
    return FacilityEvent(
        code="rain-storm",
        time=_time(one.start_ms),
        end=_time(one.end_ms),
        depth_mm=round(one.depth_mm, 1),
        is_least=one.is_least,
    )


def _time(time_ms: int) -> datetime:
    return times.from_microseconds(time_ms * 1000)
