"""The verdict of a facility: the worst of level and sight over its failure modes.

Each failure mode is judged alone, and a lost one is never made good by another. Blind stands above yellow: what cannot
be seen may be worse. A suspect value past a level is at least yellow, whatever the level. So is a value that may be
past orange or red within its uncertainty; that yellow may be reached is told, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tailings.assess.model import FailureMode, Reason, Verdict
from tailings.levels import LEVELS, LevelWord, SightState

SEVERITY: Final[tuple[Verdict, ...]] = ("not-monitored", "green", "yellow", "blind", "orange", "red")
"""Verdicts from the mildest to the worst."""
_SIGHTS: Final[tuple[SightState, ...]] = ("full", "reduced", "blind")
CALLING: Final[tuple[LevelWord, ...]] = ("orange", "red")
"""Levels at which people act at once: that one of them may be reached already is at least yellow."""
_NOTHING: Final[SightState] = "blind"
_REDUCED: Final[SightState] = "reduced"
_GREEN: Final[Verdict] = "green"
_UNWATCHED: Final[Verdict] = "not-monitored"
"""Without a plan nothing is green; what a limit alone says of a level, of doubt or of lost sight counts."""


class Judgement(NamedTuple):
    """The verdict, the worst level, the worst sight, and the reasons, the worst first."""

    verdict: Verdict
    level: LevelWord
    sight: SightState
    reasons: tuple[Reason, ...]


def judge(modes: Sequence[FailureMode], *, is_limit_unwatched: bool = False) -> Judgement:
    """Put the failure modes of a facility together; is_limit_unwatched: nothing watches its minimum freeboard."""
    counting = [one for one in modes if one.counts]
    level = _worst_level(one.level for one in counting)
    sight = max((one.sight for one in counting), key=_SIGHTS.index, default=_NOTHING)
    if is_limit_unwatched:
        sight = max(sight, _REDUCED, key=_SIGHTS.index)
    found = [*_reasons(modes), *([Reason("limit-unwatched")] if is_limit_unwatched else [])]
    verdicts = {one: _verdict_of(one) for one in found}
    reasons = tuple(sorted(found, key=lambda one: -SEVERITY.index(verdicts[one])))
    verdict = max((_GREEN, *verdicts.values()), key=SEVERITY.index)
    if verdict == _GREEN and not any(one.kind == "plan" for one in counting):
        verdict = _UNWATCHED
    return Judgement(verdict, level, sight, reasons)


def _worst_level(levels: Iterator[LevelWord]) -> LevelWord:
    return max(levels, key=LEVELS.index, default="green")


def _reasons(modes: Sequence[FailureMode]) -> Iterator[Reason]:
    if not any(one.kind == "plan" and one.counts for one in modes):
        yield Reason("no-plan")
    for one in modes:
        if not one.counts:
            continue
        lost = tuple(dict.fromkeys(test.datastream for test in one.lost))
        if one.level != "green":
            yield Reason("level", one.plan, one.level)
        if LEVELS.index(one.believed) > LEVELS.index(one.level):
            yield Reason("suspect-past", one.plan, one.believed)
        if LEVELS.index(one.within) > max(LEVELS.index(one.level), LEVELS.index(one.believed)):
            yield Reason("within-uncertainty", one.plan, one.within)
        if one.sight != "full":
            yield Reason(one.sight, one.plan, datastreams=lost)
        if one.held_until is not None:
            yield Reason("held", one.plan, one.level)
        if one.state == "approval-ended":
            yield Reason("approval-ended", one.plan)


def _verdict_of(reason: Reason) -> Verdict:
    """What one reason alone makes of the verdict."""
    if reason.code == "level" and reason.level is not None:
        return reason.level
    if reason.code == "suspect-past":
        return "yellow"
    if reason.code == "within-uncertainty" and reason.level in CALLING:
        return "yellow"
    if reason.code == "blind":
        return "blind"
    return "not-monitored" if reason.code == "no-plan" else "green"
