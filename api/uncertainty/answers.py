"""The one way to the uncertainty of a series: its rows and those behind it, worked out by `tailings.uncertainty`."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from api.datastreams.models import Datastream
from api.facilities import files
from api.http.database import DatabasePool
from api.observations.window import TimeWindow, observed
from api.uncertainty import queries
from api.uncertainty.models import SeriesUncertainty, Uncertainties, UncertaintySource
from tailings import formulas, uncertainty
from tailings.assess import bounds
from tailings.facility import Facility
from tailings.geometry import in_force
from tailings.series import Series
from tailings.uncertainty import Propagation, Source, Uncertainty


async def of_series(
    database: DatabasePool,
    facility: str,
    asked: Sequence[tuple[Datastream, TimeWindow]],
    count: int,
    as_of: datetime | None = None,
) -> Uncertainties:
    """Return the uncertainty of some datastreams of a facility, at `count` of their times or fewer.

    as_of: of what was known then, readings and facility file.
    """
    file = await files.facility(database, facility, as_of)
    series = [
        await _one(database, file, datastream, replace(window, as_of=as_of), count) for datastream, window in asked
    ]
    return Uncertainties(facility=facility, version=file.version if file else None, series=series)


async def _one(
    database: DatabasePool, file: Facility | None, datastream: Datastream, window: TimeWindow, count: int
) -> SeriesUncertainty:
    name = datastream.name.partition(":")[2]
    chosen = await queries.chosen(database, datastream.id, observed(window, datastream.coverage), count)
    if file is None or name not in file.datastreams or not chosen:
        return _answer(datastream, [], np.zeros(0), None)
    at = [time for time, _ in chosen]
    rows = await _rows(database, file, name, at, window.as_of)
    if rows is None or name not in rows:
        return _answer(datastream, [], np.zeros(0), None)
    tests = {name: {queries.milliseconds(time): tests for time, tests in chosen if tests}}
    known = await asyncio.to_thread(lambda: Propagation(file, rows, tests).of(name))
    time_ms = np.array([queries.milliseconds(time) for time in at])
    where = np.searchsorted(rows[name].time_ms, time_ms)
    found = known.rows(where)
    return _answer(datastream, at, rows[name].value[where], found, _sources(file, found, at[-1]))


async def _rows(
    database: DatabasePool, file: Facility, name: str, at: Sequence[datetime], as_of: datetime | None
) -> dict[str, Series] | None:
    """The rows of a datastream and of all behind it at these instants, or whole where a formula looks at a window."""
    sources = bounds.sources(file, [name])
    ids = await queries.ids(database, file.id, sources)
    if any(formulas.is_windowed(file.datastreams[source]) for source in sources):
        back = timedelta(seconds=bounds.looked_back_s(file, sources))
        found = await queries.whole(database, list(ids), TimeWindow(at[0] - back, at[-1], as_of))
    else:
        found = await queries.before(database, list(ids), at, as_of)
    return None if found is None else {ids[id]: series for id, series in found.items()}


def _sources(file: Facility, known: Uncertainty, at: datetime) -> list[UncertaintySource]:
    found = [_source(file, source, abs(float(share[-1])), at) for source, share in known.shares.items() if share[-1]]
    return sorted(found, key=lambda one: -one.standard)


def _source(file: Facility, source: Source, standard: float, at: datetime) -> UncertaintySource:
    model = in_force(file.datastreams[source.datastream].geometry, at) if source.kind == "model" else None
    stated = uncertainty.stated_terms(file.datastreams[source.datastream], file, at.astimezone(UTC))
    term = next((one for one in stated if one.term.kind == source.kind), None)
    return UncertaintySource(
        datastream=source.datastream,
        kind=source.kind,
        standard=standard,
        source=term.source if term else model and model.source,
        checked=term.checked if term else "formula",
    )


def _answer(
    datastream: Datastream,
    at: Sequence[datetime],
    results: np.ndarray,
    known: Uncertainty | None,
    sources: Sequence[UncertaintySource] = (),
) -> SeriesUncertainty:
    return SeriesUncertainty(
        datastream=datastream.name,
        id=datastream.id,
        unit=datastream.unit,
        coverage_factor=uncertainty.COVERAGE_FACTOR,
        times=list(at),
        results=results.tolist(),
        expanded=[] if known is None else [None if np.isnan(one) else one for one in known.expanded.tolist()],
        not_stated=[] if known is None else sorted(known.unstated),
        sources=list(sources),
    )
