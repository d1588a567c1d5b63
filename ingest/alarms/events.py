"""Events of the dam: opened by a rise, raised further or again, noted as back, and corrected by values that come late.

Rises of one event belong together. Where the plan names a role that lowers, its level falls by that person alone.
Beside the event of the level a plan may have one for a reading that is doubted, and one for what it cannot see.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest import versions
from ingest.alarms import context, doubts, late, record
from ingest.alarms.record import FRESH, AlarmEvent, EventDraft, HistoryRow, Place, Type
from ingest.alarms.steps import Changed, LevelStep
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan
from tailings.facility.plans import LEVELS

BLIND_LEVEL: Final = 1
"""A plan that is blind is told to those who are told of its yellow."""
LOST: Final = "UPDATE alarm_event SET lost = %s WHERE id = %s AND lost <> %s"


class Round(msgspec.Struct, frozen=True):
    """What a round of following knows besides the changes: the level of the newest values, the clock, the approvals.

    is_part: more of the past is to be followed at once. is_far_back: it, or one of its parts, reaches back a day.
    """

    level: int
    now: datetime
    given: tarp.GivenApprovals = tarp.NOTHING
    is_part: bool = False
    is_far_back: bool = False


@dataclass(frozen=True, slots=True)
class Taking:
    """A plan whose changes are taken in; `corrected`: how often the past of each event was changed by them."""

    connection: Connection
    facility: Facility
    plan: Plan
    found: Round
    corrected: Counter[int] = field(default_factory=Counter)

    @property
    def place(self) -> Place:
        """Facility and plan."""
        return self.facility.id, self.plan.id

    @property
    def now(self) -> datetime:
        """The clock of this round."""
        return self.found.now


def take_in(connection: Connection, facility: Facility, plan: Plan, changed: Changed, found: Round) -> None:
    """Make of changes of level what they mean for the event of the level."""
    taking = Taking(connection, facility, plan, found)
    for step in changed.withdrawn:
        if covering := record.find_covering(connection, taking.place, step.at):
            reading = doubts.reading(connection, facility, plan, step.at)
            code = "taken-back" if reading is None else "doubted-by" if "tests" in reading else "doubted"
            _correct(taking, covering, step, code, **(reading or {}))
    last = changed.added[-1] if changed.added else None
    event = record.find_open(connection, taking.place)  # locked, so that no person changes it meanwhile
    for step in changed.added:
        event = _add(taking, event, step)
        event = _return(taking, event, step, is_last=step is last)
    for event_id, times in taking.corrected.items():
        record.count_corrections(connection, event_id, times)
    if event is not None:
        back_at = last.at if last is not None and last.after == 0 else found.now
        record.follow(connection, event, found.level, back_at, found.now)
    if found.is_far_back and not found.is_part:
        late.tell(connection, taking.place, found.now)


def take_in_suspect(
    connection: Connection,
    facility: Facility,
    plan: Plan,
    believed_level: int,
    level: int,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Let the event `suspect` stand while the values taken at face value reach more than those that can be trusted.

    believed_level: with doubted values as they are; level: with their error bounds; at: time of the newest value.
    """
    stands = believed_level if believed_level > level else 0
    _stand(connection, facility, plan, "suspect", stands, at=at, now=now)


def take_in_sight(
    connection: Connection,
    facility: Facility,
    plan: Plan,
    is_blind: bool,
    lost: Sequence[Mapping[str, str]],
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Let the event `blind` stand while the worst level of a plan cannot be seen.

    lost: what is missing, each {"code": why, "datastream": its name in the facility file}; kept while it is blind.
    """
    event = _stand(connection, facility, plan, "blind", BLIND_LEVEL if is_blind else 0, at=at, now=now)
    if event is not None and is_blind:
        plain = Jsonb([dict(one) for one in lost])
        connection.execute(LOST, (plain, event.id, plain))


def _stand(
    connection: Connection, facility: Facility, plan: Plan, type: Type, level: int, *, at: datetime, now: datetime
) -> AlarmEvent | None:
    """Open, raise or take back the event of a type beside the level; it falls by itself."""
    place = (facility.id, plan.id)
    event = record.find_open(connection, place, type)
    if event is None:
        if level == 0:
            return None
        is_simulated = not tarp.calls(plan, now.date(), versions.given(connection, facility.id))
        draft = EventDraft(type, level, is_simulated, at, now, context=context.gather(connection, facility, plan, at))
        event = record.add(connection, place, plan.failure_mode, draft)
        record.note(connection, event.id, HistoryRow("raised", level, at, noted_at=now, is_untold=is_simulated))
        return event
    if level > event.level:
        event = record.raise_to(connection, event, level)
        record.note(
            connection, event.id, HistoryRow("escalated", level, at, noted_at=now, is_untold=event.is_simulated)
        )
    elif 0 < level < event.signal:
        record.note(connection, event.id, HistoryRow("fell", level, at, noted_at=now))
    record.follow(connection, event, level, at, now)
    return event


def _add(taking: Taking, event: AlarmEvent | None, step: LevelStep) -> AlarmEvent | None:
    """Take one change in; the open event as it is then."""
    covering = record.find_covering(taking.connection, taking.place, step.at) if step.is_late else None
    if covering is not None and step.after <= covering.highest:
        _correct(taking, covering, step, "known-late")
    elif step.after <= step.before:
        if event is not None and step.after > 0:
            record.note(taking.connection, event.id, HistoryRow("fell", step.after, step.at, noted_at=taking.now))
    elif event is None:
        return _open(taking, step)
    else:
        return _raise(taking, event, step)
    return event


def _open(taking: Taking, step: LevelStep) -> AlarmEvent:
    connection, plan = taking.connection, taking.plan
    is_simulated = not tarp.calls(plan, step.at.date(), taking.found.given)
    seen = context.gather(connection, taking.facility, plan, step.at)
    draft = EventDraft("level", step.after, is_simulated, step.at, taking.now, lowered_by=plan.lowered_by, context=seen)
    event = record.add(connection, taking.place, plan.failure_mode, draft)
    record.note(connection, event.id, _rise("raised", event, step, taking.now))
    record.demand(connection, plan, event.id, range(1, step.after + 1), taking.now)
    return event


def _raise(taking: Taking, event: AlarmEvent, step: LevelStep) -> AlarmEvent:
    is_earlier = step.at < event.began_at
    if is_earlier:
        event = record.begin_earlier(taking.connection, event, step.at)
        _correct(taking, event, step, "began-earlier")
    if step.after <= event.level:
        return event if is_earlier else _raise_again(taking, event, step)
    before = event.highest
    event = record.raise_to(taking.connection, event, step.after)
    record.note(taking.connection, event.id, _rise("escalated", event, step, taking.now))
    record.demand(taking.connection, taking.plan, event.id, range(before + 1, step.after + 1), taking.now)
    return event


def _raise_again(taking: Taking, event: AlarmEvent, step: LevelStep) -> AlarmEvent:
    """The values had fallen and rise while the level still stands: whoever is told of the level they reach is called.

    Where they reach the level that stands, the answer that was given to it counts no more.
    """
    if step.after == event.level:
        event = record.raise_to(taking.connection, event, step.after)
    record.note(taking.connection, event.id, _rise("raised-again", event, step, taking.now))
    return event


def _rise(kind: str, event: AlarmEvent, step: LevelStep, now: datetime) -> HistoryRow:
    is_untold = event.is_simulated or now - step.at > FRESH
    return HistoryRow(kind, step.after, step.at, noted_at=now, is_untold=is_untold)


def _return(taking: Taking, event: AlarmEvent | None, step: LevelStep, *, is_last: bool) -> AlarmEvent | None:
    """Take a return to green in; the open event as it is then: none where it was over long before it became known.

    That of the last step is noted when the event follows it.
    """
    if step.after > 0 or event is None:
        return event
    if taking.now - step.at > FRESH and event.is_past and not event.acknowledged_at:
        record.close_past(taking.connection, event, step.at, taking.now)
        return None
    if not is_last and not step.is_late:
        record.note(taking.connection, event.id, HistoryRow("fell", 0, step.at, noted_at=taking.now))
    return event


def _correct(taking: Taking, event: AlarmEvent, step: LevelStep, code: str, **values: Any) -> None:
    """Note how the past of an event changed, as a code of `texts.record` and values."""
    taking.corrected[event.id] += 1
    change = {"before": LEVELS[step.before], "after": LEVELS[step.after], "changed_at": f"{step.at:%Y-%m-%dT%H:%M:%SZ}"}
    line = HistoryRow("corrected", step.after, step.at, noted_at=taking.now, detail={"code": code, **change, **values})
    record.note(taking.connection, event.id, line)
