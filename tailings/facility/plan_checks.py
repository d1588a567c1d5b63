"""What must hold in a plan: known datastreams, levels that rise, limits in their order, hysteresis within the step."""

from __future__ import annotations

from itertools import pairwise

from tailings.facility.limits import MINIMUM_FREEBOARD
from tailings.facility.model import Facility
from tailings.facility.plans import MAX_CONDITIONS, Condition, Level, Plan
from tailings.plugins import hint
from toml_file.problems import Path, Report
from wire import names as wire_names


def check(facility: Facility, report: Report) -> None:
    """Report what does not fit in the plans of a facility."""
    for plan in facility.tarp.values():
        _plan(plan, facility, report)


def _plan(plan: Plan, facility: Facility, report: Report) -> None:
    path: Path = ("tarp", plan.id)
    if not wire_names.is_id(plan.id):
        report.add(path, f"{plan.id!r} is not an id: use a-z, 0-9 and -, at most 32, starting with a letter or digit")
    if plan.id == MINIMUM_FREEBOARD:
        report.add(path, "this name belongs to the facility's minimum_freeboard_m; give the plan another one")
    if not plan.levels:
        report.add(path, f"the plan has no levels; add [[tarp.{plan.id}.levels]]")
    if (plan.approved_by is None) != (plan.approved_on is None):
        report.add(path, "approved_by and approved_on belong together; give both or neither")
    if (plan.withdrawn_by is None) != (plan.withdrawn_on is None):
        report.add(path, "withdrawn_by and withdrawn_on belong together; give both or neither")
    for index, level in enumerate(plan.levels):
        _conditions(level, facility, report, (*path, "levels", index))
    for index, (lower, upper) in enumerate(pairwise(plan.levels), start=1):
        at = (*path, "levels", index)
        if upper.rank <= lower.rank:
            report.add(
                (*at, "level"), f"{upper.level} comes after {lower.level}; write yellow, orange, red in this order"
            )
        _limits(lower, upper, report, at)


def _conditions(level: Level, facility: Facility, report: Report, at: Path) -> None:
    leaves = list(level.when.leaves())
    if len(leaves) > MAX_CONDITIONS:
        report.add((*at, "when"), f"{len(leaves)} conditions are too many for one level; at most {MAX_CONDITIONS}")
    for leaf in leaves:
        for name in leaf.names():
            if name not in facility.datastreams:
                report.add((*at, "when"), f"there is no datastream {name!r}{hint(name, facility.datastreams)}")
        _reference(leaf, facility, report, (*at, "when"))


def _reference(leaf: Condition, facility: Facility, report: Report, at: Path) -> None:
    own = facility.datastreams.get(leaf.datastream or "")
    other = facility.datastreams.get(leaf.against.datastream) if leaf.against else None
    if own is None or other is None or leaf.against is None:
        return
    if own.unit != other.unit and leaf.against.factor == 1.0:
        report.add(
            at,
            f"{own.name} is in {own.unit} and {other.name} in {other.unit}: their difference means nothing; "
            "give the factor between them",
        )


def _limits(lower: Level, upper: Level, report: Report, at: Path) -> None:
    """Compare the limits that two neighbouring levels set on the same datastream."""
    before = {_key(leaf): leaf for leaf in lower.when.leaves()}
    for leaf in upper.when.leaves():
        other = before.get(_key(leaf))
        if other is None or leaf.value is None or other.value is None:
            continue
        step = other.value - leaf.value if leaf.test == "below" else leaf.value - other.value
        if step <= 0:
            report.add(
                (*at, "when"),
                f"{upper.level} is reached before {lower.level} on {leaf.datastream}: {leaf.value} is not "
                f"{'below' if leaf.test == 'below' else 'above'} {other.value}; put the limits in order",
            )
        elif leaf.hysteresis >= step:
            report.add(
                (*at, "when"),
                f"hysteresis {leaf.hysteresis} is not smaller than the step {step:.6g} from {lower.level} to "
                f"{upper.level} on {leaf.datastream}; make it smaller",
            )


def _key(leaf: Condition) -> tuple[object, ...]:
    return leaf.datastream, leaf.test, leaf.rate_over_s, leaf.against, leaf.months
