"""Events of the dam: opened by a rise, raised further or again, noted as back, and corrected by values that come late.

Rises of one event belong together. Where the plan names a role that lowers, its level falls by that person alone.
Beside the event of the level a plan may have one for a reading that is doubted, and one for what it cannot see.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest import versions
from ingest.alarms import context, doubts, late, record
from ingest.alarms.record import FRESH, Draft, Event, Line, Type
from ingest.alarms.steps import Changed, Step
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS

BLIND_LEVEL: Final = 1
"""A plan that is blind is told to those who are told of its yellow."""
LOST: Final = "UPDATE alarm_event SET lost = %s WHERE id = %s AND lost <> %s"
Corrected = Counter[int]
"""How often the past of each event was changed in this round."""


class Round(msgspec.Struct, frozen=True):
    """What a round of following knows besides the changes: the level of the newest values, the clock, the approvals.

    is_part: more of the past is to be followed at once. is_far_back: it, or a part before it, reaches back beyond a day.
    """

    level: int
    now: datetime
    given: tarp.Given = tarp.NOTHING
    is_part: bool = False
    is_far_back: bool = False


def take_in(connection: Connection, facility: Facility, plan: Plan, changed: Changed, found: Round) -> None:
    """Make of changes of level what they mean for the event of the level."""
    place, now = (facility.id, plan.id), found.now
    corrected: Corrected = Counter()
    for step in changed.withdrawn:
        if covering := record.find_covering(connection, place, step.at):
            why = doubts.said(connection, facility, plan, step.at) or "by values that came later"
            _correct(connection, corrected, covering, step, now, f"{_words(step)} is taken back {why}")
    last = changed.added[-1] if changed.added else None
    event = record.find_open(connection, place)  # locked, so that no person changes it while the steps are taken in
    for step in changed.added:
        event = _add(connection, corrected, facility, plan, event, step, found)
        event = _return_past(connection, event, step, now)
    for event_id, times in corrected.items():
        record.count_corrections(connection, event_id, times)
    if event is not None:
        back_at = last.at if last is not None and last.after == 0 else now
        record.follow(connection, event, found.level, back_at, now)
    if found.is_far_back and not found.is_part:
        late.tell(connection, place, now)


def take_in_suspect(
    connection: Connection, facility: Facility, plan: Plan, believed_level: int, level: int, at: datetime, now: datetime
) -> None:
    """Let the event `suspect` stand while the values taken at face value reach more than those that can be trusted.

    believed_level: with doubted values as they are; level: with their error bounds; at: time of the newest value.
    """
    stands = believed_level if believed_level > level else 0
    _stand(connection, facility, plan, "suspect", stands, at, now)


def take_in_sight(
    connection: Connection, facility: Facility, plan: Plan, is_blind: bool, lost: Sequence[Mapping[str, str]],
    at: datetime, now: datetime,
) -> None:  # fmt: skip
    """Let the event `blind` stand while the worst level of a plan cannot be seen.

    lost: what is missing, each {"code": why, "datastream": its name in the facility file}; kept while it is blind.
    """
    event = _stand(connection, facility, plan, "blind", BLIND_LEVEL if is_blind else 0, at, now)
    if event is not None and is_blind:
        plain = Jsonb([dict(one) for one in lost])
        connection.execute(LOST, (plain, event.id, plain))


def _stand(
    connection: Connection, facility: Facility, plan: Plan, type: Type, level: int, at: datetime, now: datetime
) -> Event | None:
    """Open, raise or take back the event of a type beside the level; it falls by itself."""
    place = (facility.id, plan.id)
    event = record.find_open(connection, place, type)
    if event is None:
        if level == 0:
            return None
        is_simulated = not tarp.calls(plan, now.date(), versions.given(connection, facility.id))
        draft = Draft(type, level, is_simulated, at, now, context=context.gather(connection, facility, plan, at))
        event = record.add(connection, place, plan.failure_mode, draft)
        record.note(connection, event.id, Line("raised", level, at, noted_at=now, is_untold=is_simulated))
        return event
    if level > event.level:
        event = record.raise_to(connection, event, level)
        record.note(connection, event.id, Line("escalated", level, at, noted_at=now, is_untold=event.is_simulated))
    elif 0 < level < event.signal:
        record.note(connection, event.id, Line("fell", level, at, noted_at=now))
    record.follow(connection, event, level, at, now)
    return event


def _add(
    connection: Connection, corrected: Corrected, facility: Facility, plan: Plan, event: Event | None, step: Step,
    found: Round,
) -> Event | None:  # fmt: skip
    """Take one change in; the open event as it is then."""
    place, now = (facility.id, plan.id), found.now
    covering = record.find_covering(connection, place, step.at) if step.is_late else None
    if covering is not None and step.after <= covering.highest:
        _correct(connection, corrected, covering, step, now, f"{_words(step)} became known by values that came late")
    elif step.after <= step.before:
        if event is not None and step.after > 0:
            record.note(connection, event.id, Line("fell", step.after, step.at, noted_at=now))
    elif event is None:
        return _open(connection, facility, plan, step, found)
    else:
        return _raise(connection, corrected, plan, event, step, now)
    return event


def _open(connection: Connection, facility: Facility, plan: Plan, step: Step, found: Round) -> Event:
    is_simulated = not tarp.calls(plan, step.at.date(), found.given)
    seen = context.gather(connection, facility, plan, step.at)
    draft = Draft("level", step.after, is_simulated, step.at, found.now, plan.lowered_by, seen)
    event = record.add(connection, (facility.id, plan.id), plan.failure_mode, draft)
    record.note(connection, event.id, _rise("raised", event, step, found.now))
    record.demand(connection, plan, event.id, range(1, step.after + 1), found.now)
    return event


def _raise(connection: Connection, corrected: Corrected, plan: Plan, event: Event, step: Step, now: datetime) -> Event:
    is_earlier = step.at < event.began_at
    if is_earlier:
        event = record.begin_earlier(connection, event, step.at)
        text = f"{_words(step)} became known by values that came late: it began earlier"
        _correct(connection, corrected, event, step, now, text)
    if step.after <= event.level:
        return event if is_earlier else _raise_again(connection, event, step, now)
    before = event.highest
    event = record.raise_to(connection, event, step.after)
    record.note(connection, event.id, _rise("escalated", event, step, now))
    record.demand(connection, plan, event.id, range(before + 1, step.after + 1), now)
    return event


def _raise_again(connection: Connection, event: Event, step: Step, now: datetime) -> Event:
    """The values had fallen and rise while the level still stands: whoever is told of the level they reach is called.

    Where they reach the level that stands, the answer that was given to it counts no more.
    """
    if step.after == event.level:
        event = record.raise_to(connection, event, step.after)
    record.note(connection, event.id, _rise("raised-again", event, step, now))
    return event


def _rise(kind: str, event: Event, step: Step, now: datetime) -> Line:
    is_untold = event.is_simulated or now - step.at > FRESH
    return Line(kind, step.after, step.at, noted_at=now, is_untold=is_untold)


def _return_past(connection: Connection, event: Event | None, step: Step, now: datetime) -> Event | None:
    """Close an event that was over long before it became known; then none is open."""
    if step.after > 0 or now - step.at <= FRESH or event is None or not event.is_past or event.acknowledged_at:
        return event
    record.close_past(connection, event, step.at, now)
    return None


def _correct(connection: Connection, corrected: Corrected, event: Event, step: Step, now: datetime, text: str) -> None:
    corrected[event.id] += 1
    record.note(connection, event.id, Line("corrected", step.after, step.at, text=text, noted_at=now))


def _words(step: Step) -> str:
    return f"{LEVELS[step.before]} to {LEVELS[step.after]} at {step.at:%Y-%m-%dT%H:%M:%SZ}"
