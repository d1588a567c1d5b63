"""The record of a year: for how much of it each failure mode was proven seen, was blind, or was not proved.

A proof holds until the next one of its plan, but only while rounds follow each other in time (`RoundStretch`) and while
no newer version of the facility file is in force, and at most for `MOST`, since each plan is proved anew each day. Time
for which no proof holds is not proved; it never counts as seen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from msgspec import Struct

from tailings.sight.model import BlindReason, ProofState

MOST: Final = timedelta(hours=26)
"""From the first round of a day until that of the next. Stretches are not chained, and proofs are: so long at most may
a gap be that somebody closed."""
MOST_STRETCHES: Final = 10
"""So many stretches of blindness are listed, the longest; all are counted."""
SEEING: Final = ("seen", "stands")


class YearProof(Struct, frozen=True):
    """What the record takes of a stored proof; digest: of its row in the chain, in hexadecimal digits."""

    number: int
    digest: str
    plan: str
    version: int
    made_at: datetime
    state: ProofState
    seen_s: float | None = None
    may_fail: int = 0
    reasons: tuple[BlindReason, ...] = ()


class RoundStretch(Struct, frozen=True):
    """Rounds that followed each other in time: from the first one until the one after the last was due."""

    from_at: datetime
    until: datetime


class VersionInForce(Struct, frozen=True):
    """A version of the facility file, when it was applied, and the plans that it has."""

    version: int
    applied_at: datetime
    plans: tuple[str, ...] = ()


class SightHistory(Struct, frozen=True):
    """What is stored of a year: proofs by number, stretches without overlap and versions by time.

    proofs: those made in the year, and the last one of each plan before it.
    """

    facility: str
    year: int
    from_at: datetime
    until: datetime
    proofs: tuple[YearProof, ...] = ()
    stretches: tuple[RoundStretch, ...] = ()
    versions: tuple[VersionInForce, ...] = ()


class ChainLink(Struct, frozen=True):
    """A proof by its number in the chain and the digest of its row, which `tailwatch audit verify` counts anew."""

    number: int
    digest: str


class BlindStretch(Struct, frozen=True):
    """From the first blind proof of a plan until another one held, within the year.

    blind_s: for so long it was proven blind; less than from `from_at` until `until` where rounds were missing.
    reasons: of its proofs, each once. ended_by: the number of the proof that ended it. None: none did.
    mended: the last reasons that the proof which ended it no longer has, where that one sees.
    """

    from_at: datetime
    until: datetime
    blind_s: float
    reasons: tuple[BlindReason, ...]
    mended: tuple[BlindReason, ...] = ()
    ended_by: int | None = None


class PlanYear(Struct, frozen=True):
    """One failure mode: shares of the time, which add up to 1; simulated: the plan called nobody.

    usual_s, slowest_s: until its worst level would have been told: for half of the time that it was seen no longer than
    the first, and at no time longer than the second. may_fail: the least number of instruments that might have failed
    while it was seen. longest: of `blind_stretches` the longest ones, the longest first.
    """

    plan: str
    seen: float
    blind: float
    simulated: float
    not_proved: float
    blind_stretches: int = 0
    longest: tuple[BlindStretch, ...] = ()
    usual_s: float | None = None
    slowest_s: float | None = None
    may_fail: int | None = None


class SightYear(Struct, frozen=True):
    """The record of a facility, from `from_at` until `until`: the year in its time zone, as far as it has come.

    versions: of the facility file, those in force. first, last: the proofs that it rests on, of so many as `proofs`.
    """

    facility: str
    year: int
    from_at: datetime
    until: datetime
    plans: tuple[PlanYear, ...] = ()
    versions: tuple[VersionInForce, ...] = ()
    proofs: int = 0
    first: ChainLink | None = None
    last: ChainLink | None = None


class HeldSpan(NamedTuple):
    """A proof, and from when until when it held without a gap."""

    proof: YearProof
    from_at: datetime
    until: datetime

    @property
    def lasts(self) -> timedelta:
        """For so long."""
        return self.until - self.from_at


def record_of(history: SightHistory, now: datetime) -> SightYear:
    """The record of a year, until `now` where it has not ended; of a year that has not begun there is nothing."""
    until = max(min(history.until, now), history.from_at)
    proofs = [one for one in history.proofs if one.made_at < until]
    versions = _in_force(history, until)
    plans = {plan for one in versions for plan in one.plans}
    plans |= {one.plan for one in proofs if one.made_at >= history.from_at}
    return SightYear(
        history.facility,
        history.year,
        history.from_at,
        until,
        plans=tuple(_plan_year(history, plan, until) for plan in sorted(plans) if until > history.from_at),
        versions=versions,
        proofs=len(proofs),
        first=_link(proofs[0]) if proofs else None,
        last=_link(proofs[-1]) if proofs else None,
    )


def _link(proof: YearProof) -> ChainLink:
    return ChainLink(proof.number, proof.digest)


def _in_force(history: SightHistory, until: datetime) -> tuple[VersionInForce, ...]:
    ends = [one.applied_at for one in history.versions[1:]] + [until]
    return tuple(
        one
        for one, end in zip(history.versions, ends, strict=False)
        if one.applied_at < until and end > history.from_at
    )


def _plan_year(history: SightHistory, plan: str, until: datetime) -> PlanYear:
    held = list(_held(history, plan, until))
    whole = until - history.from_at
    seeing = [one for one in held if one.proof.state in SEEING]
    times = sorted(_times(held))
    blind = sorted(_blind_stretches(held), key=lambda one: (-one.blind_s, one.from_at))
    return PlanYear(
        plan,
        seen=_sum(seeing) / whole,
        blind=_sum(one for one in held if one.proof.state == "blind") / whole,
        simulated=_sum(one for one in held if one.proof.state == "simulated") / whole,
        not_proved=(whole - _sum(held)) / whole,
        blind_stretches=len(blind),
        longest=tuple(blind[:MOST_STRETCHES]),
        usual_s=_usual(times),
        slowest_s=times[-1][0] if times else None,
        may_fail=min((one.proof.may_fail for one in seeing), default=None),
    )


def _held(history: SightHistory, plan: str, until: datetime) -> Iterator[HeldSpan]:
    """For how long each proof of a plan held, in the order of time."""
    proofs = [one for one in history.proofs if one.plan == plan]
    nexts = [one.made_at for one in proofs[1:]] + [until]
    for proof, next_at in zip(proofs, nexts, strict=False):
        replaced = (one.applied_at for one in history.versions if one.version > proof.version)
        from_at, end = max(proof.made_at, history.from_at), min(next_at, until, proof.made_at + MOST, *replaced)
        for stretch in _looked_at(history.stretches, from_at, end):
            yield HeldSpan(proof, max(from_at, stretch.from_at), min(end, stretch.until))


def _looked_at(stretches: Sequence[RoundStretch], from_at: datetime, until: datetime) -> Iterator[RoundStretch]:
    """The stretches that overlap a span of time."""
    for stretch in stretches[bisect_right(stretches, from_at, key=lambda one: one.until) :]:
        if max(stretch.from_at, from_at) >= until:
            return
        yield stretch


def _blind_stretches(held: Sequence[HeldSpan]) -> Iterator[BlindStretch]:
    """Proofs that are blind one after the other are one stretch, also where no round was made between them."""
    groups = [list(group) for _, group in groupby(held, key=lambda one: one.proof.state == "blind")]
    for spans, ended in zip(groups, [*groups[1:], None], strict=False):
        if spans[0].proof.state == "blind":
            yield _stretch(spans, None if ended is None else ended[0].proof)


def _stretch(spans: Sequence[HeldSpan], ended: YearProof | None) -> BlindStretch:
    reasons = dict[tuple[str, str], BlindReason]()
    for one in (reason for span in spans for reason in span.proof.reasons):
        reasons.setdefault((one.code, one.subject), one)
    left = {(one.code, one.subject) for one in ended.reasons} if ended else set()
    last = spans[-1].proof.reasons if ended and ended.state in SEEING else ()
    return BlindStretch(
        spans[0].from_at,
        spans[-1].until,
        _sum(spans).total_seconds(),
        tuple(reasons.values()),
        mended=tuple(one for one in last if (one.code, one.subject) not in left),
        ended_by=None if ended is None else ended.number,
    )


def _sum(spans: Iterable[HeldSpan]) -> timedelta:
    return sum((one.lasts for one in spans), timedelta())


def _times(held: Iterable[HeldSpan]) -> Iterator[tuple[float, timedelta]]:
    """After how long the worst level would be told, and for how long that was so; where it stood already, no time."""
    for one in held:
        if one.proof.state == "seen" and one.proof.seen_s is not None:
            yield one.proof.seen_s, one.lasts


def _usual(times: Sequence[tuple[float, timedelta]]) -> float | None:
    """The time, of those sorted, that was not exceeded for half of the time that they held."""
    half, past = sum((lasts for _, lasts in times), timedelta()) / 2, timedelta()
    for seen_s, lasts in times:
        past += lasts
        if past >= half:
            return seen_s
    return None
