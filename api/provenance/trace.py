"""Traces a figure back to what was measured, and computes it again from there.

The inputs are those that were known when the figure was written: a later revision of them does not change how it came
about, and the figure that it makes anew has a time of writing of its own.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.facilities import files
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import NotFound
from api.observations import past
from api.observations import queries as observations
from api.observations.window import TimeWindow
from api.provenance import queries
from api.provenance.models import DerivationStep, EquationNumber, InputUsed, Provenance, WorkedEquation
from api.provenance.queries import Observed
from tailings import formulas, tables
from tailings.digest import functions
from tailings.facility import Facility
from tailings.facility.model import Datastream as Stated
from tailings.formulas import evaluate, explain, history_s
from tailings.series import Series

MAX_STEPS: Final = 60
MAX_ROWS: Final = 20_000
SAME: Final = 1e-9
JUST_AFTER: Final = timedelta(milliseconds=1)


class TracedFacility:
    """Whose figures are traced, and the versions of its file that derived them."""

    def __init__(self, database: DatabasePool, facility: str) -> None:
        self.database, self.facility = database, facility
        self._files: dict[int | None, Facility | None] = {}

    async def file(self, number: int | None) -> Facility | None:
        """Return a version of the facility file; None where there is none, or it cannot be read any more."""
        if number not in self._files:
            version = await queries.version(self.database, self.facility, number)
            self._files[number] = files.parsed(version.file) if version else None
        return self._files[number]

    def full(self, name: str) -> str:
        """Return the name of a datastream of the file as the database has it."""
        return f"{self.facility}:{name}"


class Traced(NamedTuple):
    """An observation on the way, and the version of the file that it is traced by."""

    stream: Datastream
    observed: Observed
    version: int | None


async def trace(database: DatabasePool, datastream: Datastream, time: datetime | None) -> Provenance:
    """Return where the figure of a datastream at a time (or the last before it) comes from; raise NotFound.

    time: None: the newest there is, which the clock of the api may not have come to.
    """
    found = await queries.at(database, datastream.id, time)
    if found is None:
        raise NotFound(f"{datastream.name} has no observation at or before this time; give a later one.", "at")
    version = await queries.version(database, datastream.facility, found.cfg)
    place = TracedFacility(database, datastream.facility)
    return Provenance(
        datastream=datastream.name,
        time=found.time,
        steps=await _steps(place, Traced(datastream, found, found.cfg)),
        replaced=await queries.replaced(database, datastream.id, found.time),
        facility_version=version.applied if version else None,
        functions=functions(),
    )


async def _steps(place: TracedFacility, first: Traced) -> list[DerivationStep]:
    """Walk from the figure to what was measured, each datastream once, the nearest first."""
    steps: list[DerivationStep] = []
    waiting, known = [first], {first.stream.name}
    while waiting and len(steps) < MAX_STEPS:
        traced = waiting.pop(0)
        step = await _step(place, traced)
        steps.append(step)
        times = {one.datastream: one.time for one in step.used if one.time and one.datastream not in known}
        known.update(times)
        for source in await datastreams.some(place.database, place.facility, list(times)) if times else ():
            if earlier := await queries.known(place.database, source.id, times[source.name], step.as_of):
                version = traced.version if earlier.cfg is None else earlier.cfg
                waiting.append(Traced(source, earlier, version))
    return steps


async def _step(place: TracedFacility, traced: Traced) -> DerivationStep:
    stream, observed, file = traced.stream, traced.observed, await place.file(traced.version)
    own = stream.name.removeprefix(f"{place.facility}:")
    stated = file.datastreams.get(own) if file else None
    formula = formulas.get(stated.formula) if stated and stated.formula else None
    again = await _again(place, stated, file, observed) if formula and stated and file else NOT_AGAIN
    calibration, *geometry = _facts(file, own, observed.time) if formula and file else [None]
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
        inputs={role: place.full(name) for role, name in stated.inputs.items()} if stated else {},
        as_of=observed.as_of,
        used=again.used,
        equation=again.equation,
        recomputed=again.result,
        is_equal=_is_same(again.result, observed.result),
    )


def _is_same(recomputed: float | None, stored: float | None) -> bool | None:
    if recomputed is None or stored is None:
        return None
    return math.isclose(recomputed, stored, rel_tol=SAME, abs_tol=SAME)


def _plain(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value) if value is not None else {}
    return plain


def _facts(file: Facility, name: str, time: datetime) -> list[dict[str, Any] | None]:
    """Give the calibration in force at a time, then the entries of the other dated lists that a figure counts from."""
    known = formulas.facts_at(file.datastreams[name], file, time)
    calibration = _plain(known.pop("calibration", None))
    if calibration:
        instrument = file.instruments[name.rpartition(".")[0]]
        calibration |= {"maker": instrument.maker, "model": instrument.model, "serial": instrument.serial}
    found = [calibration, *(_plain(entry) for entry in known.values())]
    return [{key: value for key, value in entry.items() if value is not None} or None for entry in found]


class Again(NamedTuple):
    """A figure computed again from its inputs by the same function, and how; None where an input has no value."""

    result: float | None
    equation: WorkedEquation | None
    used: list[InputUsed]


NOT_AGAIN: Final = Again(None, None, [])


async def _again(place: TracedFacility, stated: Stated, file: Facility, observed: Observed) -> Again:
    past_s = history_s(stated) + stated.expected_interval_s
    start, end = observed.time - timedelta(seconds=past_s), observed.time + JUST_AFTER
    names = {role: place.full(name) for role, name in stated.inputs.items()}
    sources = {one.name: one for one in await datastreams.some(place.database, place.facility, names.values())}
    inputs = {}
    for role, name in names.items():
        _, window = await past.asked(place.database, sources[name], start, end, observed.as_of)
        inputs[role] = await _series(place.database, sources[name], window)
    explained = explain(stated, inputs, file, _ms(observed.time))
    return Again(
        _last(evaluate(stated, inputs, file).series, observed.time),
        _equation(explained.equation) if explained.equation else None,
        [_used(role, sources[names[role]], one) for role, one in explained.inputs.items()],
    )


def _equation(made: formulas.Equation) -> WorkedEquation | None:
    numbers = [EquationNumber(name=name, value=_finite(one.value), unit=one.unit) for name, one in made.numbers.items()]
    return WorkedEquation(line=made.line, method=made.method, numbers=numbers) if made.line or made.method else None


def _used(role: str, stream: Datastream, used: formulas.UsedInput) -> InputUsed:
    return InputUsed(
        role=role,
        datastream=stream.name,
        quantity=stream.quantity,
        unit=stream.unit,
        use=used.use,
        time=None if used.time_ms is None else times.EPOCH + timedelta(milliseconds=used.time_ms),
        value=None if used.value is None else _finite(used.value),
        quality=used.quality,
    )


async def _series(database: DatabasePool, stream: Datastream, window: TimeWindow) -> Series:
    read = await observations.raw(database, stream, window, observations.EVERY, MAX_ROWS)
    time_ms = read.time_us // 1000
    kept = np.concatenate(([True], np.diff(time_ms) > 0)) if time_ms.size else np.zeros(0, np.bool_)
    return Series.of(time_ms[kept], read.result[kept], read.quality[kept])


def _ms(time: datetime) -> int:
    return (time - times.EPOCH) // timedelta(milliseconds=1)


def _last(series: Series, time: datetime) -> float | None:
    if len(series) == 0 or series.time_ms[-1] != _ms(time):
        return None
    return _finite(float(series.value[-1]))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
