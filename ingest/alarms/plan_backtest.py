"""Replaying a plan on what is stored: what it would have done, beside the plan in the stored file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from ingest.alarms import readings, states
from ingest.alarms.operator_actions import NotPossible
from ingest.alarms.value_extents import ValueExtents
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import Level
from tailings.series import Bounded

PIECE_ROWS: Final = 250_000
"""Aimed at in one piece: about half a second of reading and following, after which a command to stop is heard."""
SHORTEST_MS: Final = 60_000
FIRST_MS: Final = 86_400_000
LONGEST_MS: Final = 31 * 86_400_000
MAX_ROWS: Final = 20_000_000
"""Ten bytes a row and plan are kept."""
MAX_MARKS: Final = 500
MAX_STEPS: Final = 2000
MEASURED: Final = "SELECT min(first_time), max(phenomenon_time) FROM latest WHERE datastream_id = ANY (%s)"
Tell = Callable[[float], None]


class Question(msgspec.Struct, frozen=True):
    """Which plan, over which time [start, stop), and the events that somebody marked in it."""

    plan: str
    start: datetime
    stop: datetime
    marks: Sequence[datetime] = ()


def replay(
    connection: Connection, facility: Facility, question: Question, proposed: Plan | None, tell: Tell
) -> dict[str, Any]:
    """Return what the stated plan and the proposed one would have done, as plain tables; raise NotPossible.

    facility: of the stored file, or of the file that the proposed plan stands in.
    """
    stated = facility.tarp.get(question.plan)
    plans = {name: plan for name, plan in (("present", stated), ("proposed", proposed)) if plan is not None}
    if not plans:
        raise NotPossible(f"there is no plan {question.plan!r} in {facility.id}, and none is proposed")
    for plan in plans.values():
        if unknown := [name for name in plan.datastreams() if name not in facility.datastreams]:
            raise NotPossible(f"there is no datastream {unknown[0]!r} in {facility.id}")
    names = list(dict.fromkeys(name for plan in plans.values() for name in plan.datastreams()))
    lines: dict[str, list[tarp.Timeline]] = {name: [] for name in plans}
    memory = dict.fromkeys(plans, tarp.PlanMemory())
    ids = states.ids_of(connection, facility, names)
    rows, extents = 0, ValueExtents(facility, names, *_measured(connection, ids, question))
    for series, share in _pieces(connection, facility, ids, question):
        rows += sum(map(len, series.values()))
        if rows > MAX_ROWS:
            raise NotPossible(f"more than {MAX_ROWS} readings: ask for a shorter time")
        extents.add(series)
        for name, plan in plans.items():
            line, memory[name] = tarp.resume(plan, memory[name], series, facility)
            lines[name].append(line)
        tell(share)
    marks_ms = [_ms(mark) for mark in question.marks[:MAX_MARKS]]
    found = {name: _told(tarp.together(some), marks_ms, plans[name]) for name, some in lines.items()}
    return {"plan": question.plan, "rows": rows, "extents": extents.plain(), **found}


def proposed_levels(plan: str, stated: Plan | None, levels: Sequence[Mapping[str, Any]]) -> Plan:
    """Return a plan with these levels; raise NotPossible with what is wrong in them."""
    try:
        read = tuple(msgspec.convert(level, Level) for level in levels)
    except msgspec.ValidationError as error:
        raise NotPossible(f"levels: {error}") from error
    if stated is not None:
        return msgspec.structs.replace(stated, levels=read)
    return Plan(plan, "proposed", read)


def _measured(connection: Connection, ids: Mapping[str, int], question: Question) -> tuple[int, int]:
    """Return the part of the asked time that was measured, in Unix ms; where nothing was measured, all of it."""
    first, newest = connection.execute(MEASURED, (list(ids.values()),)).fetchone() or (None, None)
    start_ms, stop_ms = _ms(question.start), _ms(question.stop)
    if first is None or _ms(newest) < start_ms or _ms(first) >= stop_ms:
        return start_ms, stop_ms
    return max(start_ms, _ms(first)), min(stop_ms, _ms(newest) + 1)


def _pieces(
    connection: Connection, facility: Facility, ids: Mapping[str, int], question: Question
) -> Iterator[tuple[dict[str, Bounded], float]]:
    """Give what is stored piece by piece, each as long as the one before promises PIECE_ROWS, and the share done."""
    start_ms, stop_ms = _ms(question.start), _ms(question.stop)
    if stop_ms <= start_ms:
        raise NotPossible("from must be before to")
    at_ms, length_ms = start_ms, FIRST_MS
    while at_ms < stop_ms:
        end_ms = min(at_ms + length_ms, stop_ms)
        found = readings.read(connection, facility, ids, at_ms, end_ms)
        yield found, (end_ms - start_ms) / (stop_ms - start_ms)
        rows = max(sum(map(len, found.values())), 1)
        fitting_ms = round((end_ms - at_ms) * PIECE_ROWS / rows)
        at_ms, length_ms = end_ms, min(max(fitting_ms, SHORTEST_MS), LONGEST_MS, 4 * length_ms)


def _told(line: tarp.Timeline, marks_ms: Sequence[int], plan: Plan) -> dict[str, Any]:
    """What a plan would have done, its level from each change on (the newest MAX_STEPS), and its levels on values."""
    steps = tarp.events(line)
    return _plain(tarp.back_test(line, marks_ms)) | {
        "steps": [[_time(one.time_ms), one.after] for one in steps[-MAX_STEPS:]],
        "steps_left_out": max(len(steps) - MAX_STEPS, 0),
        "levels": {name: plan.levels_on(name) for name in plan.datastreams()},
    }


def _plain(found: tarp.BackTest) -> dict[str, Any]:
    return {
        "from": _time(found.start_ms),
        "to": _time(found.stop_ms),
        "alarms": found.alarms,
        "alarms_a_month": round(found.alarms_a_month, 3),
        "reached": found.reached,
        "by_month": found.by_month,
        "first": {name: None if ms is None else _time(ms) for name, ms in found.first_ms.items()},
        "time_in_s": found.time_in_s,
        "marked": [{"at": _time(one.time_ms), "lead_s": one.lead_s} for one in found.marked],
        "missed": found.missed,
    }


def _ms(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def _time(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat()
