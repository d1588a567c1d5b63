"""Following the plans of all facilities over what is stored, as a job of the scheduler; one process at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec
import numpy as np

from ingest import versions
from ingest.alarms import approvals, change_signal, events, operator_actions, readings, states, steps
from ingest.alarms.checkpoints import DAY_MS, DENSE_MS, Checkpoint, Checkpoints
from ingest.alarms.events import Round
from ingest.alarms.files import Files
from ingest.alarms.record import FRESH
from ingest.alarms.states import FollowState
from ingest.values import Connection
from tailings import tarp
from tailings.assess import freshness
from tailings.facility import Facility, Plan
from tailings.series import Bounded

LOCK: Final = 7_411_014
"""Any number that no other lock of this database uses."""
TRY_LOCK: Final = "SELECT pg_try_advisory_xact_lock(%s)"
SPAN_MS: Final = 6 * 3_600_000
"""A checkpoint stands at each multiple of it: no more than this is read again when a value comes."""
MAX_SPANS: Final = 160
"""What one transaction takes on: forty days."""
LATE_MS: Final = 3_600_000
SILENCE_EVERY: Final = timedelta(seconds=10)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Work:
    """One plan of one facility in one round. `is_whole`: the round before had followed it to its end."""

    connection: Connection
    facility: Facility
    plan: Plan
    ids: dict[str, int]
    state: FollowState
    newest_ms: int
    now: datetime
    given: tarp.GivenApprovals
    is_whole: bool
    out_of_reach: frozenset[int]
    """Tests of the plan that no reading can meet."""
    began: datetime
    """Since when somebody listens."""

    @property
    def has_listened(self) -> bool:
        """Whether every datastream of the plan could have been heard: after an absence of the centre none could yet."""
        intervals = (self.facility.datastreams[name].expected_interval_s for name in self.plan.datastreams())
        longest_s = max((freshness.stale_after_s(one) for one in intervals), default=0.0)
        return (self.now - self.began).total_seconds() > longest_s

    @property
    def place(self) -> tuple[str, str]:
        """Facility and plan."""
        return self.facility.id, self.plan.id

    @property
    def is_far_back(self) -> bool:
        """Whether what was touched lies more than a day back."""
        return self.state.dirty_ms is not None and _ms(self.now - FRESH) > self.state.dirty_ms

    @property
    def is_late(self) -> bool:
        """Whether what was touched lies far before what was followed already, or far back at all: more may follow."""
        dirty_ms, through_ms = self.state.dirty_ms, self.state.through_ms
        return dirty_ms is not None and through_ms is not None and (dirty_ms < through_ms - LATE_MS or self.is_far_back)


class Suspect(NamedTuple):
    """The highest level that only suspect values reached, of those that this round took in, and when."""

    level: int
    at: datetime


class Levels:
    """Remembers between rounds the parsed facility files, the newest checkpoints, and when it looked.

    What arrives far in the past (a file of history, a drained backlog) is followed every `late_every`, not with every
    commit: each time all that came after it has to be followed again.
    """

    def __init__(
        self,
        clock: Clock = lambda: datetime.now(UTC),
        late_every: timedelta = timedelta(seconds=15),
        files: Files | None = None,
    ) -> None:
        self._clock, self._late_every, self._began = clock, late_every, clock()
        self._files = files or Files()
        self._checkpoints = Checkpoints()
        self._due: dict[tuple[str, str, str], datetime] = {}
        self._whole: set[tuple[str, str]] = set()
        """Plans that were followed to their end since the start; of others a part was, and the rest follows at once."""

    def follow(self, connection: Connection) -> bool:
        """Carry every plan on inside the open transaction; True: there is more to do at once."""
        if connection.execute(TRY_LOCK, (LOCK,)).fetchone() != (True,):
            return False
        with change_signal.told(connection):
            operator_actions.end_expired(connection, self._clock())
            return self._all(connection)

    def _all(self, connection: Connection) -> bool:
        is_more = False
        for facility in self._files.known(connection):
            given = versions.given(connection, facility.id)
            for plan in facility.tarp.values():
                now = self._clock()
                is_more |= self._plan(connection, facility, plan, given, now)
                approvals.take_in(connection, facility.id, plan, given, now)
        return is_more

    def _plan(
        self, connection: Connection, facility: Facility, plan: Plan, given: tarp.GivenApprovals, now: datetime
    ) -> bool:
        """Follow one plan from where it was touched; True when only a part was done."""
        ids = states.ids_of(connection, facility, plan.datastreams())
        state = states.look(connection, facility, plan, ids)
        newest_ms = states.newest_ms(connection, ids)
        is_new = state.through_ms is None
        work = Work(
            connection,
            facility,
            plan,
            ids,
            state,
            newest_ms=newest_ms or 0,
            now=now,
            given=given,
            is_whole=(facility.id, plan.id) in self._whole,
            out_of_reach=self._files.out_of_reach(facility).get(plan.id, frozenset()),
            began=self._began,
        )
        if newest_ms is None or (state.dirty_ms is None and is_new):
            states.keep(connection, facility.id, plan.id, state)
            _look(work, tarp.PlanMemory(), None)
            return False
        if state.dirty_ms is None:
            if self._is_due(work, "silence", SILENCE_EVERY):
                _note_silence(work, _begin(work, self._checkpoints))
            return False
        if work.is_late and work.is_whole and not self._is_due(work, "late", self._late_every):
            states.keep(connection, facility.id, plan.id, state)
            return False
        is_more = _follow(work, self._checkpoints)
        (self._whole.discard if is_more else self._whole.add)(work.place)
        return is_more

    def _is_due(self, work: Work, what: str, every: timedelta) -> bool:
        key = (*work.place, what)
        if work.now < self._due.get(key, work.now):
            return False
        self._due[key] = work.now + every
        return True


def _follow(work: Work, checkpoints: Checkpoints) -> bool:
    connection, facility, plan, state, now = work.connection, work.facility, work.plan, work.state, work.now
    begun = _begin(work, checkpoints)
    stop_ms = min(work.newest_ms + 1, begun.at_ms + MAX_SPANS * SPAN_MS)
    after, found, suspect = _carry(work, checkpoints, begun, stop_ms)
    counted = _counted(found, begun, state.since_ms, steps.level_at(connection, work.place, state.since_ms))
    span_ms = (max(begun.at_ms, state.since_ms + 1), max(stop_ms, state.since_ms + 2))
    changed = steps.settle(connection, work.place, counted, span_ms, state.through_ms, now=now)
    is_part = stop_ms <= work.newest_ms
    level = state.level if is_part and state.through_ms is not None else after.level
    is_far_back = work.is_far_back or not work.is_whole
    events.take_in(connection, facility, plan, changed, Round(level, now, work.given, is_part, is_far_back))
    through_ms = max(stop_ms - 1, state.through_ms or stop_ms - 1)
    fresh = msgspec.structs.replace(state, through_ms=through_ms, dirty_ms=stop_ms if is_part else None, level=level)
    states.keep(connection, facility.id, plan.id, fresh)
    if not is_part:
        _look(work, after.memory, suspect)
    return is_part


def _look(work: Work, memory: tarp.PlanMemory, suspect: Suspect | None) -> None:
    """Store where the plan stands now, and tell of suspect values past a level and of lost sight."""
    place = (work.connection, work.facility, work.plan)
    standing = tarp.standing(work.plan, memory, work.facility, _ms(work.now), out_of_reach=work.out_of_reach)
    states.keep_standing(work.connection, *work.place, standing)
    if suspect is not None and suspect.level > standing.believed:  # it came and went between two rounds
        events.take_in_suspect(*place, suspect.level, standing.level, at=suspect.at, now=work.now)
    events.take_in_suspect(*place, standing.believed, standing.level, at=work.now, now=work.now)
    is_blind = standing.sight.state == "blind"
    if work.has_listened or not is_blind:
        lost = [{"code": one.reason, "datastream": one.datastream} for one in standing.sight.lost]
        events.take_in_sight(*place, is_blind, lost, at=work.now, now=work.now)


def _counted(found: list[tarp.LevelChange], begun: Checkpoint, since_ms: int, old_level: int) -> list[tarp.LevelChange]:
    """The changes under the present conditions; where they took over, what they say differently is a change too."""
    later = [one for one in found if one.time_ms > since_ms]
    if begun.at_ms > since_ms:
        return later
    level = next((one.after for one in reversed(found) if one.time_ms <= since_ms), begun.level)
    return later if level == old_level else [tarp.LevelChange(since_ms + 1, old_level, level), *later]


def _begin(work: Work, checkpoints: Checkpoints) -> Checkpoint:
    """Return where to go on from; without a checkpoint the span of the first row, or a month before a changed plan."""
    at_ms = work.newest_ms + 1 if work.state.dirty_ms is None else work.state.dirty_ms
    if found := checkpoints.newest(work.connection, work.place, at_ms):
        return found
    if work.state.since_ms == states.BEGINNING_MS:
        first_ms = min(states.oldest_ms(work.connection, work.ids), at_ms)
    else:
        first_ms = min(at_ms, work.state.since_ms) - states.WARM_MS
    return Checkpoint(first_ms // SPAN_MS * SPAN_MS, 0, tarp.PlanMemory())


def _carry(
    work: Work, checkpoints: Checkpoints, begun: Checkpoint, stop_ms: int
) -> tuple[Checkpoint, list[tarp.LevelChange], Suspect | None]:
    """Follow the rows of [begun, stop) span by span, and leave a checkpoint at the end of each, of old ones a day."""
    series = _read(work, begun.at_ms, stop_ms)
    found: list[tarp.LevelChange] = []
    suspect: Suspect | None = None
    while begun.at_ms < stop_ms:
        end_ms = min((begun.at_ms // SPAN_MS + 1) * SPAN_MS, stop_ms)
        piece = {name: _between(one, begun.at_ms, end_ms) for name, one in series.items()}
        line, memory = tarp.resume(work.plan, begun.memory, piece, work.facility)
        found += tarp.events(line, begun.level)
        suspect = max((one for one in (suspect, _suspect(work, line)) if one), default=None)
        level = int(line.level[-1]) if line.level.size else begun.level
        begun = Checkpoint(end_ms, level, memory)
        if end_ms % (SPAN_MS if end_ms > work.newest_ms - DENSE_MS else DAY_MS) == 0:
            checkpoints.keep(work.connection, work.place, begun)
            checkpoints.thin(work.connection, work.place, work.newest_ms)
    return begun, found, suspect


def _suspect(work: Work, line: tarp.Timeline) -> Suspect | None:
    """What only suspect values say in rows that are new to this round, and of the last day."""
    known_ms = work.state.through_ms if work.state.through_ms is not None else states.BEGINNING_MS
    since_ms = max(known_ms, _ms(work.now - FRESH))
    is_new = (line.time_ms > since_ms) & (line.believed > line.level)
    if not is_new.any():
        return None
    level = int(np.max(line.believed[is_new]))
    at_ms = int(line.time_ms[is_new & (line.believed == level)][0])
    return Suspect(level, datetime.fromtimestamp(at_ms / 1000, UTC))


def _read(work: Work, start_ms: int, stop_ms: int) -> dict[str, Bounded]:
    return readings.read(work.connection, work.facility, work.ids, start_ms, stop_ms)


def _between(series: Bounded, start_ms: int, stop_ms: int) -> Bounded:
    first, last = np.searchsorted(series.time_ms, [start_ms, stop_ms]).tolist()
    return series.rows(slice(first, last))


def _note_silence(work: Work, begun: Checkpoint) -> None:
    """Nothing new: only what is stale may have changed. The rows since the checkpoint are looked at again."""
    series = _read(work, begun.at_ms, work.newest_ms + 1)
    _, memory = tarp.resume(work.plan, begun.memory, series, work.facility)
    states.keep(work.connection, work.facility.id, work.plan.id, work.state)
    _look(work, memory, None)


def _ms(now: datetime) -> int:
    return round(now.timestamp() * 1000)
