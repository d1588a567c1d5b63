"""The local alarm: the plans of the facility, followed on the gateway and latched, with or without the centre.

`tailings.tarp` decides; here is only what must be remembered. A level rises by itself and falls when a person releases
it. When a later verdict doubts the reading that raised it, it stays, for only a person may silence a siren, and says so
(`doubt`). Of readings that come more than a day late it says which level they had reached (`learned`), and raises here
when that stands by the newest ones and nothing newer comes within a minute. The centre's event is the one of record:
silence here never acknowledges it. Plans that need a datastream of another agent cannot be followed here. A plan that
nobody approved is followed, but switches nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import numpy as np

from edge_agent.alarm.memory import AlarmRow, DoubtedReading, Learned, Release, Remembered, decode, encode
from edge_agent.alarm.sources import Sources
from edge_agent.alarm.steps import PlanSteps, learn
from edge_agent.outputs import BLIND, PLANS, Condition, Output, Switched
from edge_agent.process.derive import Judged
from runtime.log import Log
from tailings import tarp
from tailings.facility import Datastream, Facility, Plan
from tailings.facility.plans import LEVELS
from tailings.series import Bounded, Series
from wire import clock
from wire import quality as flag

LEVEL: Final = "alarm-level"
FRESH_MS: Final = 86_400_000  # what is older is told as learned late, and raises only when nothing newer ends it
LATE_WAIT_MS: Final = 60_000  # what is still on its way may say that it is over
MAX_STEPS: Final = 500  # instants of one group that are looked at one by one, the newest ones
MS_PER_S: Final = 1000
STALE: Final = "stale"
LOOK_EVERY_MS: Final = 1000  # sight is lost in minutes; outputs are shown many times a second
DOUBTED: Final = "raised-by-suspect"


class Switch(msgspec.Struct, frozen=True):
    """An output with its settings: when it is on."""

    settings: Switched
    output: Output


class FollowedPlan:
    """One plan: its latched level, what the tests remember, and the datastream that carries the level."""

    def __init__(self, plan: Plan, carrier: Datastream | None, stored: AlarmRow | None) -> None:
        self.plan, self.carrier = plan, carrier
        self.level, self.since_ms = (stored.level, stored.since_ms) if stored else (0, 0)
        self.known = decode(stored.memory, plan) if stored else Remembered()
        self.told_ms = 0
        self.taken_ms: int | None = None  # when readings came last

    def row(self) -> AlarmRow:
        return AlarmRow(self.plan.id, self.level, self.since_ms, encode(self.known, self.plan))


class Alarm:
    """The plans that can be followed here."""

    def __init__(self, facility: Facility, nodes: Sequence[str], stored: Iterable[AlarmRow], log: Log) -> None:
        rows = {row.plan: row for row in stored}
        self._facility, self._log = facility, log
        self._steps = {plan.id: PlanSteps(plan, facility) for plan in facility.tarp.values()}
        self._sources = Sources(facility)
        self.changes = 0  # how often a level changed
        self._blind: frozenset[str] = frozenset()
        self._looked_ms: int | None = None
        self._followed = {
            plan.id: FollowedPlan(plan, carrier_of(facility, plan, nodes), rows.get(plan.id))
            for plan in facility.tarp.values()
            if not strangers(facility, plan, nodes)
        }

    def follow(
        self, judged: Sequence[Judged], verdicts: Sequence[Judged], now_ms: int
    ) -> tuple[list[Judged], tuple[AlarmRow, ...]]:
        """Carry the plans on over new rows, and over verdicts on rows that it had before.

        Returns rows of the levels that are due, and what must be stored.
        """
        fresh = self._sources.bounded(judged, verdicts)
        again = {one.datastream.name for one in verdicts}
        levels: list[Judged] = []
        rows: list[AlarmRow] = []
        for followed in self._followed.values():
            names = followed.plan.datastreams()
            if any(name in fresh or name in again for name in names):
                doubt = self._judge_again(followed, [one for one in verdicts if one.datastream.name in names], now_ms)
                standing = self._carry_on(followed, {name: fresh[name] for name in names if name in fresh}, now_ms)
                followed.taken_ms = now_ms
                self._doubt(followed, doubt)
                levels += _due(followed, standing, now_ms)
                rows.append(followed.row())
        return levels, tuple(rows)

    def settle_late(self, now_ms: int) -> tuple[AlarmRow, ...]:
        """Raise what became known late, still stands by the newest values, and is not ended by what came since."""
        rows = []
        for followed in self._followed.values():
            if followed.known.level <= followed.level:
                continue
            if followed.taken_ms is None:
                followed.taken_ms = now_ms  # after a restart: what was on its way then may come now
            if now_ms - followed.taken_ms >= LATE_WAIT_MS:
                self._stand(followed, followed.known.level, now_ms, "alarm-raised", learned_late=True)
                rows.append(followed.row())
        return tuple(rows)

    def release(self, plan: str, now_ms: int, reason: str = "") -> AlarmRow | None:
        """A person lowers the level to what the newest values say; None when no such plan is followed here."""
        followed = self._followed.get(plan)
        if followed is None:
            return None
        released = Release(now_ms, followed.known.level, reason)
        followed.known = msgspec.structs.replace(followed.known, doubt=None, released=released)
        self._stand(followed, followed.known.level, now_ms, "alarm-released", reason=reason)
        return followed.row()

    def standings(self, now_ms: int) -> dict[str, tarp.PlanOutcome]:
        """What the plans say and can see now, also when nothing comes any more."""
        return {
            name: tarp.standing(one.plan, one.known.memory, self._facility, now_ms)
            for name, one in self._followed.items()
        }

    def is_on(self, settings: Switched, now_ms: int, conditions: frozenset[Condition] = frozenset()) -> bool:
        """Whether an output is on: by a plan that calls or is blind, or by a condition of the gateway."""
        if conditions.intersection(settings.switched_by):
            return True
        wanted = [self._followed[plan] for plan in settings.plans or self._followed if plan in self._followed]
        calling = [followed for followed in wanted if _calls(followed.plan, now_ms)]
        is_past = any(followed.level >= LEVELS.index(settings.from_level) for followed in calling)
        if is_past and PLANS in settings.switched_by:
            return True
        return BLIND in settings.switched_by and any(one.plan.id in self._blind_at(now_ms) for one in calling)

    def _blind_at(self, now_ms: int) -> frozenset[str]:
        """The plans of which nothing that is left could detect the worst level."""
        if self._looked_ms is None or not 0 <= now_ms - self._looked_ms < LOOK_EVERY_MS:
            self._looked_ms = now_ms
            self._blind = frozenset(plan for plan, one in self.standings(now_ms).items() if one.sight.state == "blind")
        return self._blind

    def _judge_again(self, followed: FollowedPlan, verdicts: Sequence[Judged], now_ms: int) -> DoubtedReading | None:
        """Follow the newest readings anew with what is thought of them now; without a bad one the level may rise."""
        steps, before = self._steps[followed.plan.id], followed.known.level
        followed.known, doubt = steps.judge_again(followed.known, verdicts)
        if followed.known.level > max(followed.level, before):
            newest_ms = followed.known.newest[-1].time_ms
            followed.known = msgspec.structs.replace(followed.known, raised_ms=newest_ms)
            self._stand(followed, followed.known.level, now_ms, "alarm-raised")
        return doubt

    def _carry_on(self, followed: FollowedPlan, fresh: Mapping[str, Bounded], now_ms: int) -> tarp.PlanOutcome:
        """Follow one plan instant by instant; returns where it stands now."""
        plan, steps = followed.plan, self._steps[followed.plan.id]
        known = steps.forget_ahead(followed.known, clock.latest_ms(now_ms))
        late = {name: _up_to(series, known.seen_ms.get(name)) for name, series in fresh.items()}
        later = {name: _after(series, known.seen_ms.get(name)) for name, series in fresh.items()}
        known, (reached, reached_ms) = steps.insert(known, late)
        if reached > followed.level and reached_ms >= now_ms - FRESH_MS:
            known = msgspec.structs.replace(known, raised_ms=reached_ms)
            self._stand(followed, reached, now_ms, "alarm-raised")
        for at_ms, piece, is_old in _pieces(later, now_ms - FRESH_MS):
            if is_old:
                learned = self._learn(followed, learn(known.learned, steps.line(known, piece)))
                known = msgspec.structs.replace(steps.settle(known, at_ms, piece), learned=learned)
            else:
                known = steps.take(known, at_ms, piece)
            if at_ms >= now_ms - FRESH_MS and known.level > followed.level:
                known = msgspec.structs.replace(known, raised_ms=at_ms)
                self._stand(followed, known.level, now_ms, "alarm-raised")
        if known.learned is not None and known.learned.to_ms is None and known.level < known.learned.level:
            ended = msgspec.structs.replace(known.learned, to_ms=max(known.seen_ms.values(), default=now_ms))
            known = msgspec.structs.replace(known, learned=ended)
        followed.known = known
        return tarp.standing(plan, known.memory, self._facility, now_ms)

    def _learn(self, followed: FollowedPlan, learned: Learned | None) -> Learned | None:
        """Say once that a level above the one that stands was reached before it became known, and when it ended."""
        known = followed.known.learned
        if learned is None or learned.level <= followed.level:
            return known
        if learned != known:
            self.changes += 1
            span = {"from_ms": learned.from_ms, "to_ms": learned.to_ms}
            self._log("WARNING", "alarm-learned-late", plan=followed.plan.id, was=LEVELS[learned.level], **span)
        return learned

    def _doubt(self, followed: FollowedPlan, doubt: DoubtedReading | None) -> None:
        """Say when the latched level would not have been reached without a reading that is doubted now."""
        known, steps = followed.known, self._steps[followed.plan.id]
        doubt = doubt or known.doubt
        first_ms = known.newest[0].time_ms if known.newest else known.raised_ms + 1
        if doubt is None or followed.level == 0 or (known.doubt is None and known.raised_ms < first_ms):
            return
        reached_ms = steps.reaches(known, followed.level)
        if reached_ms is not None:
            followed.known = msgspec.structs.replace(known, doubt=None, raised_ms=reached_ms)
        elif known.doubt is None:
            followed.known, followed.told_ms = msgspec.structs.replace(known, doubt=doubt), 0
            self.changes += 1
            self._log(
                "WARNING",
                "alarm-doubted",
                plan=followed.plan.id,
                datastream=doubt.datastream,
                time_ms=doubt.time_ms,
                tests=doubt.tests,
                next="it stays until a person releases it",
            )

    def _stand(self, followed: FollowedPlan, level: int, now_ms: int, event: str, **more: Any) -> None:
        if level != followed.level:
            followed.level, followed.since_ms, followed.told_ms = level, now_ms, 0
            self.changes += 1
            simulated = not _calls(followed.plan, now_ms)
            self._log("ERROR", event, plan=followed.plan.id, now=LEVELS[level], simulated=simulated, **more)


def _calls(plan: Plan, now_ms: int) -> bool:
    return tarp.calls(plan, datetime.fromtimestamp(now_ms / MS_PER_S, UTC).date())


def strangers(facility: Facility, plan: Plan, nodes: Sequence[str]) -> list[str]:
    """The datastreams of a plan that another agent measures."""
    return sorted(name for name in plan.datastreams() if facility.datastreams[name].node not in nodes)


def carrier_of(facility: Facility, plan: Plan, nodes: Sequence[str]) -> Datastream | None:
    """The raw datastream of the quantity alarm-level whose instrument names this plan in its settings."""
    return next(
        (
            one
            for one in facility.datastreams.values()
            if one.quantity == LEVEL and one.is_raw and one.node in nodes
            if getattr(facility.instruments[one.instrument].settings, "plan", None) == plan.id
        ),
        None,
    )


def _after(rows: Bounded, seen_ms: int | None) -> Bounded:
    return rows if seen_ms is None else rows.rows(rows.time_ms > seen_ms)


def _up_to(rows: Bounded, seen_ms: int | None) -> Bounded:
    return rows.rows(slice(0) if seen_ms is None else rows.time_ms <= seen_ms)


def _pieces(fresh: Mapping[str, Bounded], cut_ms: int) -> Iterator[tuple[int, dict[str, Bounded], bool]]:
    """What is old as one piece, then the rows of one instant after the other; whether it is the old one."""
    if not fresh:
        return
    times_ms = np.unique(np.concatenate([series.time_ms for series in fresh.values()]))
    first = max(int(np.searchsorted(times_ms, cut_ms)), times_ms.size - MAX_STEPS)
    if first > 0:
        at_ms = int(times_ms[first - 1])
        yield at_ms, {name: series.rows(series.time_ms <= at_ms) for name, series in fresh.items()}, True
    for at_ms in times_ms[first:].tolist():
        yield at_ms, {name: series.rows(series.time_ms == at_ms) for name, series in fresh.items()}, False


def _due(followed: FollowedPlan, standing: tarp.PlanOutcome, now_ms: int) -> Iterator[Judged]:
    """A row of the level when it has changed, and else as often as its datastream expects one."""
    carrier = followed.carrier
    if carrier is None or 0 <= now_ms - followed.told_ms < carrier.expected_interval_s * MS_PER_S:
        return  # a clock that was set back does not wait for the time that it had
    followed.told_ms = now_ms
    said = ((DOUBTED, followed.known.doubt), (STALE, standing.stale), (BLIND, standing.sight.state == "blind"))
    why = [word for word, is_so in said if is_so]
    series = Series.of([now_ms], [float(followed.level)], [flag.SUSPECT if why else flag.PASS])
    yield Judged(carrier, series, [",".join(why) or None], None)
