"""Proof of sight: whether the failure of one plan would be seen and told, by what, and what may fail meanwhile.

A proof is made of a `Shadow`: the failure is carried through once with everything that works now, and once more without
each instrument, node and gateway that it hangs on. What is said to see is so because it was seen to see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

from msgspec.structs import replace

from tailings import tarp
from tailings.facility.lint.examination import Examination
from tailings.facility.model import Facility
from tailings.facility.plans import LEVELS, Condition, Plan
from tailings.levels import LevelWord
from tailings.sight import diagnosis
from tailings.sight.model import BlindReason, Loss, LossKind, Mend, ProofState, SightProof
from tailings.sight.scenario import crossed_after_s
from tailings.sight.shadow import Carried, Followed, Shadow, chain_of, without
from tailings.sight.telling import OutboxMessage, Ways, held_until_ms

MAX_TRIED: Final = 24
"""So many instruments are taken away one by one; of a plan with more, those without which it is surely blind."""
MAX_WAYS: Final = 200
"""Sets of instruments that are looked at for the smallest one that restores sight."""


class TestSight(NamedTuple):
    """One test of the worst level in the failure: whether it was met, and the instruments that it hangs on.

    returns: silent or flagged instruments whose return may let it see; None: it is not for want of an instrument.
    """

    test: Condition
    is_met: bool
    needs: frozenset[str]
    returns: frozenset[str] | None = None
    reasons: tuple[BlindReason, ...] = ()


@dataclass(eq=False)
class ProofOfPlan:
    """One plan under proof; ways: who is told of it."""

    plan: Plan
    shadow: Shadow
    facility: Facility
    ways: Ways
    examination: Examination = field(repr=False)

    def make(self, digest: str = "") -> SightProof:
        """Carry the failure through, and say what came of it."""
        worst, shadow = self.plan.levels[-1], self.shadow
        made_at = datetime.fromtimestamp(shadow.now_ms / 1000, UTC)
        month = tarp.month_of(self.facility, made_at)
        told = self._told(self.reached)
        first = next((one for one in told if one.level > self.standing), None)
        seen = [one for one in self.tests if one.is_met]
        is_seen = self._seen_s(told) is not None
        return SightProof(
            facility=self.facility.id,
            plan=self.plan.id,
            digest=digest,
            made_at=made_at,
            state=self._state(is_seen=is_seen),
            level=_word(worst.rank),
            scenario=shadow.scenario,
            crossed_s=crossed_after_s(worst.when, shadow.scenario, shadow.present, month),
            first_level=None if first is None else _word(first.level),
            first_s=None if first is None else first.after_s,
            seen_s=self._seen_s(told),
            datastreams=tuple(dict.fromkeys(one.test.datastream or "" for one in seen)),
            instruments=tuple(dict.fromkeys(self._instrument(one.test) for one in seen)),
            may_fail=self._may_fail() if is_seen else 0,
            recipients=tuple(dict.fromkeys(one.recipient for one in told if one.level >= worst.rank)),
            reasons=tuple(dict.fromkeys(self._reasons())),
            mend=None if is_seen else self._mend(),
            losses=tuple(self._losses()) if is_seen else (),
        )

    @cached_property
    def base(self) -> Carried:
        """The failure with everything that works now."""
        return self.shadow.run()

    @cached_property
    def standing(self) -> int:
        """The level that stands before."""
        return self.shadow.standing()

    @cached_property
    def tests(self) -> tuple[TestSight, ...]:
        """The tests of the worst level, in the order of the file."""
        leaves = list(self.plan.levels[-1].when.leaves())
        bent = sorted(frozenset[str]().union(*(self._bending(leaf) for leaf in leaves)) - self.shadow.silent)
        runs = {one: self.shadow.run({one}) for one in bent[:MAX_TRIED]}
        return tuple(self._test(leaf, runs) for leaf in leaves)

    def _test(self, leaf: Condition, runs: dict[str, Carried]) -> TestSight:
        shadow, hard, bending = self.shadow, self._hard(leaf), self._bending(leaf)
        if shadow.reached_ms(self.base.followed, leaf):
            fatal = {one for one in bending if one in runs and not shadow.reached_ms(runs[one].followed, leaf)}
            return TestSight(leaf, True, hard | fatal | (bending - shadow.silent - runs.keys()))
        names = list(dict.fromkeys(leaf.names()))
        found = tuple(diagnosis.reasons(shadow, self.base, names, hard | bending))
        return TestSight(leaf, False, hard, self._returns(leaf, found), found)

    def _returns(self, leaf: Condition, reasons: tuple[BlindReason, ...]) -> frozenset[str] | None:
        """The instruments that must come back for a test, those first that it cannot do without."""
        silent, hard = self.shadow.silent, self._hard(leaf)
        flagged = {self.facility.datastreams[one.subject].instrument for one in reasons if one.code == "flagged-before"}
        if flagged:
            return frozenset(flagged)
        for wanted in (silent & hard, silent & (hard | self._bending(leaf))):
            if wanted and (self._was_never_read(wanted) or self._is_met_with(leaf, wanted)):
                return wanted
        return None

    def _is_met_with(self, leaf: Condition, returned: frozenset[str]) -> bool:
        return bool(self.shadow.reached_ms(self.shadow.run_with(returned).followed, leaf))

    def _was_never_read(self, instruments: Collection[str]) -> bool:
        read = {self.facility.datastreams[name].instrument for name, one in self.shadow.raw.items() if len(one)}
        return not read.issuperset(instruments)

    def _hard(self, leaf: Condition) -> frozenset[str]:
        """The instruments without which a test has no values."""
        return frozenset[str]().union(*(self.examination.needs(name).hard for name in leaf.names()))

    def _bending(self, leaf: Condition) -> frozenset[str]:
        """The instruments that a test has values without, though others: what corrects, diagnoses or is compared."""
        names = chain_of(self.facility, leaf.names())
        measured = {
            self.facility.datastreams[name].instrument for name in names if self.facility.datastreams[name].is_raw
        }
        return frozenset(measured) - self._hard(leaf)

    @cached_property
    def reached(self) -> dict[int, int]:
        """When each level is reached with everything that works now, by rank."""
        return self.shadow.reached_ms(self.base.followed)

    def _worst_s(self, followed: Followed) -> float | None:
        """After how long the worst level is told when the plan looks at this."""
        return self._seen_s(self._told(self.shadow.reached_ms(followed, is_worst_alone=True)))

    def _told(self, reached: dict[int, int], ways: Ways | None = None) -> list[OutboxMessage]:
        """The messages that would be made while the failure goes on, the first one first; reached: by rank, when."""
        ways, now_ms, told = ways or self.ways, self.shadow.now_ms, list[OutboxMessage]()
        for rank, at_ms in reached.items():
            until_ms = held_until_ms(ways.holds, self.plan.id, rank, at_ms)
            if until_ms is None or until_ms <= self.shadow.until_ms:
                told += ways.messages(self.plan.id, rank, at_ms, now_ms)
        return sorted(told, key=lambda one: one.after_s)

    def _seen_s(self, told: list[OutboxMessage]) -> float | None:
        """After how long the worst level is told."""
        rank = self.plan.levels[-1].rank
        return next((one.after_s for one in told if one.level >= rank), None)

    def _state(self, *, is_seen: bool) -> ProofState:
        if not self.ways.calls:
            return "simulated"
        if self.standing >= self.plan.levels[-1].rank and is_seen:
            return "stands"
        return "seen" if is_seen else "blind"

    def _reasons(self) -> Iterator[BlindReason]:
        """Why tests saw nothing, and why nobody, or not at once, is told of what was seen."""
        rank, reached = self.plan.levels[-1].rank, self.reached
        if rank in reached or not self.ways.calls:
            at_ms = reached.get(rank, self.shadow.now_ms)
            reason = self.ways.untold(self.plan.id, rank, at_ms)
            if reason is not None:
                yield BlindReason(reason, self.plan.id, self.ways.held_since(self.plan.id, rank, at_ms))
        for one in self.tests:
            yield from one.reasons
        if self.ways.ended_at is not None:
            yield BlindReason("approval-ended", self.plan.id, self.ways.ended_at)

    def _may_fail(self) -> int:
        """How many instruments may fail, whichever they are: one fewer than the smallest set that takes sight away."""
        needs = iter([tarp.TestNeeds(one.is_met, one.needs) for one in self.tests])
        cuts = tarp.smallest_cuts(self.plan.levels[-1].when, needs)
        return max(min(map(len, cuts), default=0) - 1, 0)

    def _mend(self) -> Mend | None:
        """The instruments whose return restores sight with the least cost; None: it is not for want of one.

        Unless the file states the cost of each that is looked at, they are the fewest.
        """
        ways = _ways(self.plan.levels[-1].when, iter(self.tests))
        costs = {way: self._cost(way) for way in ways}
        known = {way: cost for way, cost in costs.items() if cost is not None}
        is_stated = len(known) == len(costs)
        wanted = min(
            ways, key=lambda one: (known[one] if is_stated else 0.0, len(one), sorted(one)), default=frozenset[str]()
        )
        if not wanted:
            return None
        is_tried = self._worst_s(self.shadow.run_with(wanted).followed) is not None
        currency = self.facility.currency if wanted in known else None
        return Mend(tuple(sorted(wanted)), is_tried, known.get(wanted), currency)

    def _cost(self, instruments: Collection[str]) -> float | None:
        """What the instruments cost together; None: it is not stated of each."""
        costs = [self.facility.instruments[one].replacement_cost for one in instruments]
        known = [one for one in costs if one is not None]
        return sum(known) if len(known) == len(costs) else None

    def _losses(self) -> Iterator[Loss]:
        """What fails too: each instrument, node and gateway that sees, a storm of spikes, each recipient."""
        seeing = sorted(frozenset[str]().union(*(one.needs for one in self.tests if one.is_met)))
        nodes = sorted({self.facility.instruments[one].node for one in seeing})
        agents = sorted({self.facility.nodes[one].agent for one in nodes})
        for instrument in seeing[:MAX_TRIED]:
            yield self._loss("instrument", instrument, {instrument})
        for node in nodes[:MAX_TRIED]:
            yield self._loss("node", node, self._on({node}))
        for agent in agents:
            on_it = {node.id for node in self.facility.nodes.values() if node.agent == agent}
            yield self._loss("gateway", agent, self._on(on_it))
        yield Loss("spike-storm", "", self._worst_s(self.shadow.run(is_storm=True).followed))
        recipients = self.ways.recipients or ()
        for one in recipients:
            left = tuple(other for other in recipients if other is not one)
            told = self._told(self.reached, replace(self.ways, recipients=left))
            yield Loss("recipient", one.name, self._seen_s(told))

    def _on(self, nodes: Collection[str]) -> set[str]:
        return {one.name for one in self.facility.instruments.values() if one.node in nodes}

    def _loss(self, kind: LossKind, subject: str, lost: Collection[str]) -> Loss:
        leaves = [leaf for level in self.plan.levels for leaf in level.when.leaves()]
        if any(self._bending(leaf) & set(lost) for leaf in leaves):
            followed = self.shadow.run(lost).followed
        else:
            gone = [name for name in self.plan.datastreams() if self.examination.needs(name).hard & set(lost)]
            followed = without(self.base.followed, gone)
        return Loss(kind, subject, self._worst_s(followed))

    def _instrument(self, leaf: Condition) -> str:
        return self.facility.datastreams[leaf.datastream or ""].instrument


def _ways(condition: Condition, tests: Iterator[TestSight]) -> list[frozenset[str]]:
    """The sets of instruments with whose return a condition can be met; the empty one: it is met without."""
    if condition.datastream is not None:
        test = next(tests)
        if test.is_met:
            return [frozenset()]
        return [] if test.returns is None else [test.returns]
    parts = [_ways(part, tests) for part in (*condition.all, *condition.any)]
    if condition.any:
        return tarp.minimal(one for part in parts for one in part)[:MAX_WAYS]
    found = parts[0]
    for part in parts[1:]:
        found = tarp.minimal(one | other for one, other in product(found, part))[:MAX_WAYS]
    return found


def _word(rank: int) -> LevelWord:
    words: tuple[LevelWord, ...] = LEVELS
    return words[rank]
