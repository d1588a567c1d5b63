"""Reads what the value page is made of: the newest study, its outcomes, levels of plans and of water now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import msgspec

from api.facilities import files
from api.http.database import DatabasePool
from api.observations import trends
from api.observations.queries import ONE_US
from api.safety import standings as plans
from api.safety.standings import Standing
from api.studies import queries as studies
from api.studies.models import AssayFile, Sample
from api.studies.queries import Rating
from dashboard import reads, states
from dashboard.reads import Shown
from dashboard.view_models import FacilityRow
from tailings.estimate.outcomes import Bar, Outcomes, tornado
from tailings.facility import SurveyedSection
from tailings.facility.plans import LEVELS
from tailings.study import Allowed, StudyResult, WaterLevel, allowed, net_values
from tailings.study.allowed import flooded
from tailings.study.what_if import FACTORS, LEAST_FACTOR, MOST_FACTOR, moved

MAX_SAMPLES: Final = 5_000
DAY: Final = timedelta(days=1)
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True)
class Study:
    """The newest study, read."""

    version: int
    made_at: datetime
    author: str
    inputs: str
    inputs_sha256: str
    samples_sha256: str
    files: tuple[AssayFile, ...]
    result: StudyResult


@dataclass(frozen=True)
class WhatIf:
    """A what-if: factors by name, those that are not one; its outcomes, and the study that they were drawn from."""

    factors: dict[str, float]
    drawn: Outcomes
    bars: list[Bar]
    result: StudyResult


@dataclass(frozen=True)
class Valued:
    """All that the page shows. Without a study there is nothing but the facility."""

    shown: Shown
    study: Study | None
    asked: WhatIf | None = None
    plain: Outcomes | None = None
    today: Outcomes | None = None
    can: Allowed | None = None
    levels: Mapping[str, str | None] | None = None
    water: Sequence[WaterLevel] = ()
    samples: Sequence[Sample] = ()
    standings: Sequence[Standing] = ()
    sections: Sequence[SurveyedSection] = ()
    water_then: Sequence[WaterLevel] = ()
    ratings: Sequence[Rating] = ()

    @property
    def facility(self) -> FacilityRow:
        return self.shown.facilities[0]

    @property
    def flooded_then(self) -> float | None:
        """Which share of this study's tonnes lay below the water a year ago; None without a level of that day."""
        wet = None if self.study is None else flooded(self.study.result, self.water_then)
        return None if wet is None else float(wet.mean())


async def gather(database: DatabasePool, facility: str, now: datetime, query: Mapping[str, str]) -> Valued:
    """Read one facility with its outcomes; raises NotFound."""
    valued = await ground(database, facility, now)
    if valued.study is None or valued.can is None:
        return valued
    drawn = await asyncio.to_thread(_drawn, valued.study.result, factors(query), valued.can.reachable)
    return replace(valued, plain=drawn[0], today=drawn[1], asked=drawn[2])


async def ground(database: DatabasePool, facility: str, now: datetime) -> Valued:
    """Read one facility without drawing anything: study, samples, levels of plans and of water; raises NotFound."""
    shown = await reads.one(database, facility, now)
    study = await newest(database, facility)
    if study is None:
        return Valued(shown, None)
    row = shown.facilities[0]
    file = await files.facility(database, facility)
    standings = await plans.of_facility(database, facility, row.assessment, file)
    # A plan that cannot see says nothing of what may be dug.
    now_at = {one.plan.id: one.level if one.is_raised or one.mode.sight != states.BLIND else None for one in standings}
    levels = held(now_at, await studies.latched(database, facility))
    water = waters(row, study.result)
    can = allowed(study.result, levels, water)
    samples = await studies.samples(database, facility, "", MAX_SAMPLES)
    sections = tuple(file.sections.values()) if file else ()
    then = await waters_then(database, row, study.result, now - YEAR)
    return Valued(
        shown,
        study,
        None,
        None,
        None,
        can=can,
        levels=levels,
        water=water,
        samples=samples,
        standings=standings,
        sections=sections,
        water_then=then,
    )


async def rated(database: DatabasePool, valued: Valued, figure: str) -> Valued:
    """Add the class in each version of the study, where a figure is one of those."""
    name, _, element = figure.partition(":")
    if name != "unfc":
        return valued
    return replace(valued, ratings=await studies.ratings(database, valued.facility.id, element))


async def newest(database: DatabasePool, facility: str) -> Study | None:
    """Read the newest study, None when there is none."""
    row = await studies.newest(database, facility)
    if row is None:
        return None
    files = await studies.files(database, facility, row.files)
    result = msgspec.convert(row.result, StudyResult)
    return Study(
        row.version,
        row.made_at,
        row.author,
        row.inputs,
        row.inputs_sha256,
        samples_sha256=row.samples_sha256,
        files=tuple(files),
        result=result,
    )


def what_if(result: StudyResult, wanted: Mapping[str, float]) -> WhatIf:
    """Draw the study again with factors."""
    return WhatIf(dict(wanted), net_values(result, wanted), tornado(moved(result.case, wanted, 1.0)), result)


def factors(query: Mapping[str, str]) -> dict[str, float]:
    """Read the factors of an address; what is none, or out of bounds, is left out."""
    found: dict[str, float] = {}
    for name in FACTORS:
        try:
            value = float(query.get(name, "1"))
        except ValueError:
            continue
        if LEAST_FACTOR <= value <= MOST_FACTOR and value != 1.0:
            found[name] = value
    return found


def held(now_at: Mapping[str, str | None], latched: Mapping[str, int]) -> dict[str, str | None]:
    """Give the level of each plan: as the values are, or higher as an alarm stands until a person lowers it."""
    found = dict(now_at)
    for plan, level in latched.items():
        standing = found.get(plan)
        if level and (standing is None or LEVELS.index(standing) < level):
            found[plan] = LEVELS[level]
    return found


def waters(row: FacilityRow, result: StudyResult) -> list[WaterLevel]:
    """Give the water levels now; a stale or rejected one has none."""
    return [
        WaterLevel(one.datastream, one.chainage_m, one.offset_m, trusted(row, one.datastream))
        for one in result.piezometers
    ]


def trusted(row: FacilityRow, name: str) -> float | None:
    """Give the value of a datastream now; a stale or rejected one has none."""
    stream = next((one for one in row.datastreams if one.name == name), None)
    is_fresh = stream is not None and stream.is_usable and stream.state not in (states.STALE, states.UNKNOWN)
    return stream.value if stream is not None and is_fresh else None


async def waters_then(
    database: DatabasePool, row: FacilityRow, result: StudyResult, then: datetime
) -> list[WaterLevel]:
    """Give the mean levels of the day that a time lies in; a day without a trusted reading has none."""
    ids = {one.name: one.id for one in row.datastreams}
    asked = [ids[one.datastream] for one in result.piezometers if one.datastream in ids]
    days = await trends.days(database, asked, then - DAY + ONE_US, then + ONE_US)
    found = []
    for one in result.piezometers:
        day = days.get(ids.get(one.datastream, -1))
        found.append(WaterLevel(one.datastream, one.chainage_m, one.offset_m, float(day.mean[0]) if day else None))
    return found


def _drawn(result: StudyResult, wanted: Mapping[str, float], reachable: float) -> tuple[Outcomes, Outcomes, WhatIf]:
    return net_values(result, {}), net_values(result, {}, reachable), what_if(result, wanted)
