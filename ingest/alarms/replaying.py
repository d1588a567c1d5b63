"""Replaying a plan on what is stored: what it would have done, beside the plan in the stored file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from ingest import rederive
from ingest.alarms import states
from ingest.alarms.acting import NotPossible
from ingest.rederive import Stored
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import Level
from tailings.series import Series, join

PIECE_MS: Final = 31 * 86_400_000
MAX_ROWS: Final = 20_000_000
"""What is kept in memory, 17 bytes a row."""
MAX_MARKS: Final = 500
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
    series = _read(connection, facility, names, question, tell)
    marks_ms = [_ms(mark) for mark in question.marks[:MAX_MARKS]]
    found = {name: _plain(tarp.back_test(plan, series, facility, marks_ms)) for name, plan in plans.items()}
    return {"plan": question.plan, "rows": sum(map(len, series.values())), **found}


def proposed_levels(plan: str, stated: Plan | None, levels: Sequence[Mapping[str, Any]]) -> Plan:
    """Return a plan with these levels; raise NotPossible with what is wrong in them."""
    try:
        read = tuple(msgspec.convert(level, Level) for level in levels)
    except msgspec.ValidationError as error:
        raise NotPossible(f"levels: {error}") from error
    if stated is not None:
        return msgspec.structs.replace(stated, levels=read)
    return Plan(plan, "proposed", read)


def _read(
    connection: Connection, facility: Facility, names: Sequence[str], question: Question, tell: Tell
) -> dict[str, Series]:
    ids = states.ids_of(connection, facility, names)
    start_ms, stop_ms = _ms(question.start), _ms(question.stop)
    if stop_ms <= start_ms:
        raise NotPossible("from must be before to")
    parts: dict[str, list[Series]] = {name: [] for name in ids}
    rows = 0
    for at_ms in range(start_ms, stop_ms, PIECE_MS):
        stored = rederive.read(connection, ids.values(), at_ms, min(at_ms + PIECE_MS, stop_ms))
        for name, id in ids.items():
            if id in stored:
                parts[name].append(_series(stored[id]))
                rows += len(stored[id])
        if rows > MAX_ROWS:
            raise NotPossible(f"more than {MAX_ROWS} readings: ask for a shorter time")
        tell(min(1.0, (at_ms + PIECE_MS - start_ms) / (stop_ms - start_ms)))
    return {name: join(some) for name, some in parts.items() if some}


def _series(rows: Stored) -> Series:
    return Series(rows.time_ms, rows.result, rows.quality)


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
