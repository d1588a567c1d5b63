"""How a plan stands as a whole: its levels and actions, what alone can fail, how late it speaks, who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import Any, Final

from tailings import uncertainty
from tailings.facility.limits import is_limit_unwatched
from tailings.facility.lint.examination import Examination, Needs
from tailings.facility.plans import LEVELS, Condition, Plan
from toml_file.problems import Path

Found = Iterator[tuple[Path, dict[str, Any]]]
LAST_MS: Final = 4_102_444_800_000
"""The year 2100: of what is dated, the last holds."""
LATE_INTERVALS: Final = 10
"""A plan that speaks after so many expected intervals speaks late."""
S_PER_H: Final = 3600.0


def levels_with_gap(examination: Examination) -> Found:
    """A level between green and the worst that the plan leaves out."""
    for plan in _plans(examination):
        stated = {level.rank for level in plan.levels}
        missing = [LEVELS[rank] for rank in range(1, max(stated)) if rank not in stated]
        if missing:
            yield ("tarp", plan.id, "levels"), {"plan": plan.id, "missing": missing}


def worst_below_red(examination: Examination) -> Found:
    """A plan whose worst level is not red."""
    for plan in _plans(examination):
        worst = plan.levels[-1]
        if worst.rank < len(LEVELS) - 1:
            yield _last(plan), {"plan": plan.id, "worst": worst.level}


def level_without_action(examination: Examination) -> Found:
    """A level at which nobody has anything to do."""
    for plan in _plans(examination):
        for index, level in enumerate(plan.levels):
            if not level.actions:
                yield ("tarp", plan.id, "levels", index), {"plan": plan.id, "level": level.level}


def action_without_time(examination: Examination) -> Found:
    """An action that has to be done by no time."""
    for plan in _plans(examination):
        for index, level in enumerate(plan.levels):
            for number, action in enumerate(level.actions):
                if action.within_h is None:
                    path: Path = ("tarp", plan.id, "levels", index, "actions", number)
                    yield path, {"plan": plan.id, "level": level.level, "what": action.what}


def limit_unwatched(examination: Examination) -> Found:
    """A minimum freeboard that no datastream of the quantity freeboard watches."""
    if is_limit_unwatched(examination.facility):
        yield ("facility", "minimum_freeboard_m"), {"minimum": examination.facility.minimum_freeboard_m}


def uncertainty_not_stated(examination: Examination) -> Found:
    """An instrument that a plan rests on, and nothing says how far its readings may err."""
    facility = examination.facility
    lacking: dict[str, set[str]] = {}
    for plan in _plans(examination):
        for name in plan.datastreams():
            for source in uncertainty.unstated(facility, name, LAST_MS):
                instrument = facility.datastreams[source].instrument
                lacking.setdefault(instrument, set()).add(facility.datastreams[source].quantity)
    for instrument in facility.instruments:
        if instrument in lacking:
            yield ("instruments", instrument), {"instrument": instrument, "quantities": sorted(lacking[instrument])}


def single_instrument(examination: Examination) -> Found:
    """An instrument without which the worst level of a plan cannot be seen."""
    for plan in _plans(examination):
        alone = _alone(examination, plan)
        if alone:
            yield _last(plan), {"plan": plan.id, "worst": plan.levels[-1].level, "instruments": alone}


def shared_correction(examination: Examination) -> Found:
    """An instrument that corrects others: without it every value that the worst level of a plan looks at is flagged."""
    for plan in _plans(examination):
        worst, alone = plan.levels[-1], _alone(examination, plan)
        soft = sorted({one for name in worst.when.names() for one in examination.needs(name).soft})
        shared = [one for one in soft if one not in alone and not examination.is_possible(worst.when, _resting_on(one))]
        if shared:
            yield _last(plan), {"plan": plan.id, "worst": worst.level, "instruments": shared}


def single_node(examination: Examination) -> Found:
    """A node without which the worst level of a plan cannot be seen, though several instruments on it could."""
    for plan in _plans(examination):
        worst, alone = plan.levels[-1], _alone(examination, plan)
        hard = {one for name in worst.when.names() for one in examination.needs(name).hard}
        for node in sorted(examination.nodes_of(hard) - examination.nodes_of(alone)):
            on_it = {one for one in hard if examination.facility.instruments[one].node == node}
            if not examination.is_possible(worst.when, _needing(on_it)):
                yield _last(plan), {"plan": plan.id, "worst": worst.level, "node": node}


def single_agent(examination: Examination) -> Found:
    """An agent that everything a plan looks at comes through."""
    facility = examination.facility
    hanging: dict[str, list[str]] = {}
    for plan in _plans(examination):
        instruments = {one for name in plan.datastreams() for one in examination.needs(name).hard}
        agents = {facility.nodes[node].agent for node in examination.nodes_of(instruments)}
        if len(agents) == 1:
            hanging.setdefault(agents.pop(), []).append(plan.id)
    for agent, plans in hanging.items():
        yield ("agents", agent), {"agent": agent, "plans": plans}


def speaks_late(examination: Examination) -> Found:
    """A level that is told long after its trigger is past: many intervals, or later than its own action is due."""
    for plan in _plans(examination):
        for index, level in enumerate(plan.levels):
            delay_s, interval_s = _delay_s(examination, level.when)
            due_s = min((one.within_h * S_PER_H for one in level.actions if one.within_h is not None), default=None)
            if delay_s > LATE_INTERVALS * interval_s or (due_s is not None and delay_s > due_s):
                values = {"plan": plan.id, "level": level.level, "delay_s": delay_s, "due_s": due_s}
                yield ("tarp", plan.id, "levels", index, "when"), values


def _alone(examination: Examination, plan: Plan) -> list[str]:
    """The instruments without any one of which the worst level cannot be met."""
    worst = plan.levels[-1].when
    hard = sorted({one for name in worst.names() for one in examination.needs(name).hard})
    return [one for one in hard if not examination.is_possible(worst, _needing({one}))]


def _needing(instruments: Set[str]) -> Callable[[Needs], bool]:
    return lambda needs: bool(needs.hard & instruments)


def _resting_on(instrument: str) -> Callable[[Needs], bool]:
    return lambda needs: instrument in needs.hard | needs.soft


def _delay_s(examination: Examination, condition: Condition) -> tuple[float, float]:
    """How long after the first reading past its trigger a condition is met at the earliest, and the interval of it."""
    if condition.datastream is not None:
        interval_s = examination.facility.datastreams[condition.datastream].expected_interval_s
        return max((condition.for_n - 1) * interval_s, condition.for_s), interval_s
    inner = [_delay_s(examination, part) for part in (*condition.all, *condition.any)]
    return max(inner) if condition.all else min(inner)


def _plans(examination: Examination) -> list[Plan]:
    """The plans of the file; a limit of the facility has neither levels nor actions to choose."""
    return [plan for plan in examination.facility.tarp.values() if not plan.is_limit]


def _last(plan: Plan) -> Path:
    return ("tarp", plan.id, "levels", len(plan.levels) - 1, "when")
