"""The one way to the studies of facilities, for their addresses and for their pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from api.facilities import files
from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.overview import answers as overviews
from api.overview.models import Overview
from api.safety import standings
from api.studies import document, draws, origins, queries, today, valuation
from api.studies.document import StudyDocument
from api.studies.models import AssayImports, Outcomes, Ratings, Study, Valuation, Worths
from api.studies.origins.models import Origin
from api.studies.valuation import KnownStudy
from tailings.assess.model import Assessment
from tailings.study import StudyResult

MAX_SAMPLES: Final = 5_000
MAX_IMPORTS: Final = 100


async def all_studies(database: DatabasePool, seen: frozenset[str] | None) -> Worths:
    """Return the newest study of each facility that is seen (None: all), in short."""
    return Worths(studies=await queries.worths(database, seen))


async def newest(database: DatabasePool, facility: str) -> Study:
    """Return the newest study; raise NotFound where there is none."""
    found = await _newest(database, facility)
    if found is None:
        raise NotFound(f"There is no study of {facility} yet; `tailwatch study run` makes one.", "facility")
    return found


async def outcomes(
    database: DatabasePool, facility: str, factors: Mapping[str, float], reachable: float = 1.0
) -> Outcomes:
    """Return the draws of the newest study with factors on its inputs; raise NotFound."""
    study = await newest(database, facility)
    drawn = (facility, study.version, study.result, factors, reachable)
    return await asyncio.to_thread(draws.of_study, *drawn)


async def of_facility(database: DatabasePool, facility: str, now: datetime, factors: Mapping[str, float]) -> Valuation:
    """Return what the waste would bring at `now`, and with factors on the inputs of the study; raise NotFound."""
    overview = await overviews.of_facility(database, facility, now)
    found = await _newest(database, facility)
    if found is None:
        return Valuation(facility=facility, overview=overview, study=None)
    known = await _known(database, overview, found)
    return Valuation(
        facility=facility, overview=overview, study=await asyncio.to_thread(valuation.answer, known, factors)
    )


async def origin(
    database: DatabasePool, facility: str, figure: str, now: datetime, factors: Mapping[str, float]
) -> Origin:
    """Return where a figure of the newest study comes from, as it is at `now` and with factors; raise NotFound."""
    overview, found = await overviews.of_facility(database, facility, now), await newest(database, facility)
    known = await _known(database, overview, found)
    name, _, of = figure.partition(":")
    is_rated = name == origins.OF_RATINGS and any(of == one.element for one in found.result.commodities)
    rated = (await ratings(database, facility, of)).ratings if is_rated else []

    def traced() -> Origin:
        return origins.trace(origins.KnownOrigin(known, valuation.answer(known, factors), rated), figure)

    return await asyncio.to_thread(traced)


async def document_of(database: DatabasePool, facility: str, now: datetime) -> tuple[StudyDocument, Valuation]:
    """Return the study of Article 27(2) of the newest study, as it is at `now`, and the valuation that it is made of.

    Raises NotFound.
    """
    overview, found = await overviews.of_facility(database, facility, now), await newest(database, facility)
    known = await _known(database, overview, found)
    rated = {one.element: (await ratings(database, facility, one.element)).ratings for one in found.result.commodities}

    def made() -> tuple[StudyDocument, Valuation]:
        study = valuation.answer(known, {})
        answer = Valuation(facility=facility, overview=overview, study=study)
        return document.of(origins.KnownOrigin(known, study), rated), answer

    return await asyncio.to_thread(made)


async def _known(database: DatabasePool, overview: Overview, found: Study) -> KnownStudy:
    """Return a study with what is known of its facility at the instant of the overview."""
    (state,), facility = overview.facilities, found.facility
    file = await files.facility(database, facility)
    assessment = msgspec.convert(state.assessment, Assessment, from_attributes=True)
    stand = await standings.of_facility(database, facility, assessment, file)
    return KnownStudy(
        overview,
        found,
        plans=today.plan_levels(stand, await queries.latched(database, facility)),
        water=today.water_now(overview, found.result),
        then=await today.water_then(database, overview, found.result, overview.now - today.YEAR),
        samples=await queries.samples_of_study(database, facility, found.made_at, MAX_SAMPLES),
        sections=tuple(file.sections.values()) if file else (),
    )


async def imports(database: DatabasePool, facility: str) -> AssayImports:
    """Return the newest imports of assays."""
    return AssayImports(facility=facility, imports=await queries.imports(database, facility, MAX_IMPORTS))


async def ratings(database: DatabasePool, facility: str, element: str) -> Ratings:
    """Return the UNFC class of a commodity in each version of the study, the newest first."""
    return Ratings(facility=facility, element=element, ratings=await queries.ratings(database, facility, element))


async def _newest(database: DatabasePool, facility: str) -> Study | None:
    row = await queries.newest(database, facility)
    if row is None:
        return None
    since = await queries.samples_since(database, facility, row)
    return Study(
        facility=facility,
        version=row.version,
        author=row.author,
        made_at=row.made_at,
        inputs=row.inputs,
        inputs_sha256=row.inputs_sha256,
        samples_sha256=row.samples_sha256,
        files=await queries.files(database, facility, row.files),
        changed_samples=since.changed,
        withdrawn_samples=since.withdrawn,
        result=msgspec.convert(row.result, StudyResult),
    )
