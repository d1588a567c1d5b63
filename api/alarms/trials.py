"""What another setting of a plan would have brought: replayed on the last 30 days by the engine of the back-test.

Only for a few plans at once, on a bounded number of readings, and not more often than every ten minutes. No page waits
for it.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final, Literal, NamedTuple

import msgspec
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.alarms.models import Trial, TrialOutcome
from api.datastreams import queries as datastreams
from api.facilities import files
from api.http.database import DatabasePool
from api.observations import plan_series
from runtime.log import log_of
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS, Condition
from tailings.series import Series

tell = log_of(__name__)
DAYS: Final = 30
READINGS: Final = 3
"""The fewest readings in a row that are tried."""
WIDER: Final = 2.0
MAX_PLANS: Final = 3
MAX_READINGS: Final = 100_000
"""Of each datastream; where there are more, nothing is computed: a part would say too little."""
KEPT_MIN: Final = 10
WAIT_S: Final = 0.3
"""So long a page waits: who is called at night must see the alarm, not a proposal."""
Place = tuple[str, str]
"""Facility and plan."""


class Change(NamedTuple):
    """A setting that is tried: readings in a row, or the dead bands so many times as wide (None: as it is)."""

    for_n: int | None = None
    times: float | None = None


class Trials:
    """Computes beside the answers, one plan after the other, and keeps what was computed in the last ten minutes."""

    def __init__(self) -> None:
        self._tasks: dict[tuple[Place, str, datetime], asyncio.Task[Trial]] = {}
        self._turn = asyncio.Lock()

    async def of(self, database: DatabasePool, places: Sequence[Place], now: datetime) -> list[Trial]:
        """Return the trials of the first few of these plans; those that take longer than WAIT_S are computing.

        A plan of which no file can be read has none.
        """
        end = now.replace(minute=now.minute // KEPT_MIN * KEPT_MIN, second=0, microsecond=0)
        asked: dict[Place, asyncio.Task[Trial]] = {}
        for place in places[:MAX_PLANS]:
            facility = await files.facility(database, place[0])
            plan = facility.tarp.get(place[1]) if facility else None
            if facility is not None and plan is not None:
                key = (place, tarp.digest(plan), end)
                if key not in self._tasks:
                    task = asyncio.create_task(self._compute(database, facility, plan, end), name=plan.id)
                    self._tasks[key] = task
                    task.add_done_callback(_tell)
                asked[place] = self._tasks[key]
        if asked:
            await asyncio.wait(asked.values(), timeout=WAIT_S)
        self._tasks = {key: task for key, task in self._tasks.items() if key[2] == end or not task.done()}
        return [_stands(place, asked.get(place)) for place in places[:MAX_PLANS]]

    async def _compute(self, database: DatabasePool, facility: Facility, plan: Plan, end: datetime) -> Trial:
        async with self._turn:
            full = [f"{facility.id}:{name}" for name in plan.datastreams()]
            streams = await datastreams.some(database, facility.id, full)
            names = {one.id: one.name.removeprefix(f"{facility.id}:") for one in streams}
            series = await plan_series.read(database, names, end - timedelta(days=DAYS), end, MAX_READINGS)
            if any(len(one) == MAX_READINGS for one in series.values()):
                return Trial(facility=facility.id, plan=plan.id, days=DAYS, state="none", alarms=None, outcomes=[])
            return await run_in_threadpool(trial, plan, series, facility)


@cache
def of_app(app: FastAPI) -> Trials:
    """Return what was computed in this process."""
    return Trials()


def _stands(place: Place, task: asyncio.Task[Trial] | None) -> Trial:
    if task is not None and task.done() and not _failed(task):
        return task.result()
    state: Literal["computing", "none"] = "computing" if task is not None and not task.done() else "none"
    return Trial(facility=place[0], plan=place[1], days=DAYS, state=state, alarms=None, outcomes=[])


def _failed(task: asyncio.Task[Trial]) -> bool:
    return task.cancelled() or task.exception() is not None


def _tell(task: asyncio.Task[Trial]) -> None:
    """Say why there is no trial: an answer does without, a person must know."""
    if not task.cancelled() and (error := task.exception()) is not None:
        tell("WARNING", "no-trial", plan=task.get_name(), error=error)


def trial(plan: Plan, series: Mapping[str, Series], facility: Facility) -> Trial:
    """Replay a plan as it is and with each change that would change it."""
    present = tarp.back_test(tarp.timeline(plan, series, facility))
    outcomes = [_outcome(plan, series, facility, change, present) for change in _changes(plan)]
    return Trial(facility=facility.id, plan=plan.id, days=DAYS, state="done", alarms=present.alarms, outcomes=outcomes)


def _outcome(
    plan: Plan, series: Mapping[str, Series], facility: Facility, change: Change, present: tarp.BackTest
) -> TrialOutcome:
    found = tarp.back_test(tarp.timeline(changed(plan, change), series, facility))
    own = [one.level for one in plan.levels]
    before, after = (min(filter(None, one.first_ms.values()), default=None) for one in (present, found))
    return TrialOutcome(
        for_n=change.for_n,
        dead_band_times=change.times,
        alarms=found.alarms,
        later_s=None if before is None or after is None else (after - before) / 1000,
        lost=[level for level in LEVELS if level in own and present.reached[level] and not found.reached[level]],
    )


def changed(plan: Plan, change: Change) -> Plan:
    """Return the plan with this change made to each of its tests."""
    levels = tuple(msgspec.structs.replace(level, when=_with(level.when, change)) for level in plan.levels)
    return msgspec.structs.replace(plan, levels=levels)


def _changes(plan: Plan) -> Iterator[Change]:
    leaves = [leaf for level in plan.levels for leaf in level.when.leaves()]
    counts = [leaf.for_n for leaf in leaves]
    yield Change(for_n=READINGS if min(counts) < READINGS else 2 * max(counts))
    if any(leaf.hysteresis for leaf in leaves):
        yield Change(times=WIDER)


def _with(when: Condition, change: Change) -> Condition:
    if when.datastream is None:
        groups = {name: tuple(_with(part, change) for part in getattr(when, name)) for name in ("all", "any")}
        return msgspec.structs.replace(when, **groups)
    for_n, hysteresis = max(when.for_n, change.for_n or 1), when.hysteresis * (change.times or 1.0)
    return msgspec.structs.replace(when, for_n=for_n, hysteresis=hysteresis)
