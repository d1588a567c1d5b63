"""Traces a figure back to what was measured, and computes it again from there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import numpy as np

from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.observations import queries as observations
from api.observations.window import TimeWindow
from api.provenance import queries
from api.provenance.models import DerivationStep, Provenance
from api.provenance.queries import Observed
from tailings import facility as room
from tailings import formulas, tables
from tailings.digest import functions
from tailings.facility import BadFacility, Facility
from tailings.formulas import evaluate, history_s
from tailings.series import Series

MAX_STEPS: Final = 60
MAX_ROWS: Final = 20_000
SAME: Final = 1e-9
JUST_AFTER: Final = timedelta(milliseconds=1)


@dataclass(frozen=True)
class TracedFacility:
    """Whose figures are traced, and by which file."""

    database: DatabasePool
    facility: str
    file: Facility | None


async def trace(database: DatabasePool, datastream: Datastream, time: datetime | None) -> Provenance:
    """Return where the figure of a datastream at a time (or the last before it) comes from; raise NotFound.

    time: None: the newest there is, which the clock of the api may not have come to.
    """
    found = await queries.at(database, datastream.id, time)
    if found is None:
        raise NotFound(f"{datastream.name} has no observation at or before this time; give a later one.", "at")
    version = await queries.version(database, datastream.facility, found.cfg)
    place = TracedFacility(database, datastream.facility, _parsed(version.file) if version else None)
    return Provenance(
        datastream=datastream.name,
        time=found.time,
        steps=await _steps(place, datastream, found),
        replaced=await queries.replaced(database, datastream.id, found.time),
        facility_version=version.applied if version else None,
        functions=functions(),
    )


def _parsed(text: str) -> Facility | None:
    try:
        return room.parse(text)
    except BadFacility:
        return None


async def _steps(place: TracedFacility, datastream: Datastream, found: Observed) -> list[DerivationStep]:
    """Walk from the figure to what was measured, each datastream once, the nearest first."""
    steps: list[DerivationStep] = []
    waiting, known = [(datastream, found)], {datastream.name}
    while waiting and len(steps) < MAX_STEPS:
        one, observed = waiting.pop(0)
        step = await _step(place, one, observed)
        steps.append(step)
        names = [name for name in step.inputs.values() if name not in known]
        known.update(names)
        for source in await datastreams.some(place.database, place.facility, names) if names else ():
            earlier = await queries.at(place.database, source.id, observed.time)
            if earlier is not None:
                waiting.append((source, earlier))
    return steps


async def _step(place: TracedFacility, stream: Datastream, observed: Observed) -> DerivationStep:
    own = stream.name.removeprefix(f"{place.facility}:")
    stated = place.file.datastreams.get(own) if place.file else None
    formula = formulas.get(stated.formula) if stated and stated.formula else None
    recomputed = await _again(place, stream, observed) if formula else None
    calibration, *geometry = _facts(place, own, observed.time) if formula else [None]
    return DerivationStep(
        datastream=stream.name,
        id=stream.id,
        quantity=stream.quantity,
        unit=stream.unit,
        time=observed.time,
        result=observed.result,
        quality=observed.quality,
        tests=observed.tests,
        filters=list(stated.filters) if stated else [],
        formula=stream.formula,
        says=tables.summary(formula) if formula else "",
        source=tables.source(formula) if formula else "",
        parameters=_plain(stated.parameters) if stated else {},
        calibration=calibration,
        geometry=[entry for entry in geometry if entry is not None],
        inputs={role: f"{place.facility}:{name}" for role, name in stated.inputs.items()} if stated else {},
        recomputed=recomputed,
        is_equal=_is_same(recomputed, observed.result),
    )


def _is_same(recomputed: float | None, stored: float | None) -> bool | None:
    if recomputed is None or stored is None:
        return None
    return math.isclose(recomputed, stored, rel_tol=SAME, abs_tol=SAME)


def _plain(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value) if value is not None else {}
    return plain


def _facts(place: TracedFacility, name: str, time: datetime) -> list[dict[str, Any] | None]:
    """Give the calibration in force at a time, then the entries of the other dated lists that a figure counts from."""
    assert place.file is not None
    known = formulas.facts_at(place.file.datastreams[name], place.file, time)
    calibration = _plain(known.pop("calibration", None))
    if calibration:
        instrument = place.file.instruments[name.rpartition(".")[0]]
        calibration |= {"maker": instrument.maker, "model": instrument.model, "serial": instrument.serial}
    found = [calibration, *(_plain(entry) for entry in known.values())]
    return [{key: value for key, value in entry.items() if value is not None} or None for entry in found]


async def _again(place: TracedFacility, stream: Datastream, observed: Observed) -> float | None:
    """Compute the figure from its stored inputs by the same function; None where an input has nothing to give."""
    assert place.file is not None
    stated = place.file.datastreams[stream.name.removeprefix(f"{place.facility}:")]
    past_s = history_s(stated) + stated.expected_interval_s
    window = TimeWindow(observed.time - timedelta(seconds=past_s), observed.time + JUST_AFTER)
    names = {role: f"{place.facility}:{name}" for role, name in stated.inputs.items()}
    sources = {one.name: one for one in await datastreams.some(place.database, place.facility, names.values())}
    inputs = {role: await _series(place.database, sources[name], window) for role, name in names.items()}
    return _last(evaluate(stated, inputs, place.file).series, observed.time)


async def _series(database: DatabasePool, stream: Datastream, window: TimeWindow) -> Series:
    read = await observations.raw(database, stream, window, observations.EVERY, MAX_ROWS)
    times = read.time_us // 1000
    kept = np.concatenate(([True], np.diff(times) > 0)) if times.size else np.zeros(0, np.bool_)
    return Series.of(times[kept], read.result[kept], read.quality[kept])


def _last(series: Series, time: datetime) -> float | None:
    if len(series) == 0 or series.time_ms[-1] != math.floor(time.timestamp() * 1000):
        return None
    value = float(series.value[-1])
    return value if math.isfinite(value) else None
