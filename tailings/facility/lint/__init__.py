"""Lint: what is wrong, or thin, with the plans of a facility file that fits together, from the file alone.

`find` gives codes and values, `describe` makes words of them, `refuse` is for the places at which a file comes in.
A stored file was taken in before: `parse` alone reads it, so that its plans go on, and `find_errors` says what to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from tailings.facility.bad import BadFacility
from tailings.facility.lint import instruments, levels, plans
from tailings.facility.lint.examination import Examination
from tailings.facility.lint.finding import Finding, Severity
from tailings.facility.lint.sentences import describe
from tailings.facility.model import Facility
from tailings.facility.plans import LEVELS
from tailings.rota import Rota, gaps_ahead
from toml_file.lines import key_lines
from toml_file.problems import FileProblem, line_at

__all__ = [
    "RECIPIENT_RULES",
    "RULES",
    "Finding",
    "LintRule",
    "Severity",
    "describe",
    "find",
    "find_errors",
    "find_out_of_reach",
    "find_rota_gaps",
    "find_untold",
    "refuse",
]


class LintRule(NamedTuple):
    """One rule: `find` gives the places that do not keep it; its docstring says what it finds."""

    code: str
    severity: Severity
    find: Callable[[Examination], levels.Found]


RULES: Final = (
    LintRule("level-out-of-reach", "error", levels.out_of_reach),
    LintRule("rate-out-of-reach", "error", levels.rate_out_of_reach),
    LintRule("channel-never-sent", "error", instruments.channel_never_sent),
    LintRule("one-side-out-of-reach", "warning", levels.one_sided),
    LintRule("end-near-level", "warning", levels.end_near_level),
    LintRule("worse-is-flagged", "warning", levels.worse_is_flagged),
    LintRule("rise-is-flagged", "warning", levels.rise_flagged),
    LintRule("level-cannot-clear", "warning", levels.cannot_clear),
    LintRule("levels-with-gap", "warning", plans.levels_with_gap),
    LintRule("worst-below-red", "warning", plans.worst_below_red),
    LintRule("level-without-action", "warning", plans.level_without_action),
    LintRule("action-without-time", "warning", plans.action_without_time),
    LintRule("single-instrument", "warning", plans.single_instrument),
    LintRule("shared-correction", "warning", plans.shared_correction),
    LintRule("single-node", "warning", plans.single_node),
    LintRule("single-agent", "note", plans.single_agent),
    LintRule("speaks-late", "note", plans.speaks_late),
    LintRule("limit-unwatched", "warning", plans.limit_unwatched),
    LintRule("uncertainty-not-stated", "warning", plans.uncertainty_not_stated),
    LintRule("serial-twice", "warning", instruments.serial_twice),
    LintRule("sign-against-zero", "warning", instruments.sign_against_zero),
)
"""All that the file alone shows, the errors first."""

RECIPIENT_RULES: Final[tuple[tuple[str, Severity, str], ...]] = (
    ("nobody-is-told", "warning", "A level of which the centre that was named has nobody to tell."),
    (
        "rota-gap",
        "warning",
        "Nobody is on duty at a time of the next four weeks, by the rota of the centre that was named.",
    ),
    ("recipients-not-known", "note", "No centre was named: who is told is not known here."),
)
"""What the file alone does not show: recipients and rota stand in the database of the centre."""


def find(facility: Facility, text: str) -> tuple[Finding, ...]:
    """Everything that the rules find in a facility, by line; text: the file that it was parsed from."""
    return _found(facility, text, RULES)


def find_errors(facility: Facility, text: str) -> tuple[Finding, ...]:
    """The findings for which a new file is not taken in; of a stored one they are to be told."""
    return _found(facility, text, [rule for rule in RULES if rule.severity == "error"])


def find_out_of_reach(facility: Facility) -> dict[str, frozenset[int]]:
    """The tests that no reading can meet, by the id of their plan, each by its place among the tests of that plan."""
    examination = Examination(facility)
    missed = {path for rule in RULES if rule.severity == "error" for path, _ in rule.find(examination)}
    found: dict[str, list[bool]] = {}
    for test in examination.tests:
        found.setdefault(test.plan.id, []).append(test.path in missed)
    return {plan: frozenset(np.flatnonzero(tests).tolist()) for plan, tests in found.items()}


def find_untold(facility: Facility, from_levels: Collection[int] | None) -> tuple[Finding, ...]:
    """The levels of which nobody is told; from_levels: from which level on each recipient is, None: not known here."""
    ranks = {level.rank for plan in facility.tarp.values() for level in plan.levels}
    if from_levels is None:
        return (Finding("recipients-not-known", "note", ("tarp",)),) if ranks else ()
    untold = [LEVELS[rank] for rank in sorted(ranks) if not any(one <= rank for one in from_levels)]
    return (Finding("nobody-is-told", "warning", ("tarp",), {"levels": untold}),) if untold else ()


def find_rota_gaps(rota: Rota | None, now: datetime) -> tuple[Finding, ...]:
    """When nobody is on duty in the next four weeks; rota: as the centre has it, None: there is none."""
    if rota is None:
        return ()
    zone = ZoneInfo(rota.timezone)
    return tuple(
        Finding("rota-gap", "warning", (), {"start": one.start.astimezone(zone), "stop": one.stop.astimezone(zone)})
        for one in gaps_ahead(rota, now)
    )


def refuse(found: Iterable[Finding], source: str, known: Iterable[Finding] = ()) -> None:
    """Raise BadFacility when there are errors among these; known: those of the stored version, which are no reason."""
    accepted = {(one.code, one.path) for one in known}
    bad = [one for one in found if one.severity == "error" and (one.code, one.path) not in accepted]
    if bad:
        raise BadFacility([FileProblem(one.line, one.key, " ".join(describe(one))) for one in bad], source)


def _found(facility: Facility, text: str, rules: Iterable[LintRule]) -> tuple[Finding, ...]:
    examination, lines = Examination(facility), key_lines(text)
    found = [
        Finding(rule.code, rule.severity, path, values) for rule in rules for path, values in rule.find(examination)
    ]
    placed = [replace(one, line=line_at(lines, one.path)) for one in found]
    return tuple(sorted(placed, key=lambda one: one.line))
