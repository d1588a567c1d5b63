"""What is asked of an annual statement and is not there; a sentence of each says what closes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from api.statements.models import AnnualStatement, DamEvent, GapCode, StatementGap

DIRECTIVE: Final = "Directive 2006/21/EC, Art. 11(3)"
GISTM_REPORT: Final = "GISTM 7.5"
GISTM_PLANS: Final = "GISTM 7.4"
LEAST_COVERAGE: Final = 0.9
"""Of the readings that are expected; below it the series is named. A convention of this program."""
ROUNDING: Final = 1e-9
RED: Final = 3
OUTSIDE: Final[tuple[tuple[GapCode, str], ...]] = (
    ("inspections", DIRECTIVE),
    ("review", "GISTM 10.4, 10.5"),
    ("exercise", "GISTM 13"),
    ("waste_placed", DIRECTIVE),
)
"""What is asked each year and is kept elsewhere: a remark of who signs closes it."""


def gaps(found: AnnualStatement, has_engineer: bool) -> list[StatementGap]:
    """Return the gaps of a draft, in the order of its parts; has_engineer: somebody holds a role of the plans."""
    return [
        *_of_frame(found, has_engineer),
        *_of_monitoring(found),
        *_of_plans(found),
        *_of_water(found),
        *(StatementGap(code=code, ref=ref) for code, ref in OUTSIDE),
        StatementGap(code="conclusion", ref=GISTM_REPORT),
    ]


def _of_frame(found: AnnualStatement, has_engineer: bool) -> Iterator[StatementGap]:
    if not found.is_whole:
        yield StatementGap(code="year", ref=DIRECTIVE)
    if found.sample_data:
        yield StatementGap(code="sample_data", ref="", values={"what": found.sample_data})
    if found.consequence_class is None:
        yield StatementGap(code="consequence_class", ref="GISTM 4.1")
    if not has_engineer:
        yield StatementGap(code="engineer", ref=GISTM_REPORT)


def _of_monitoring(found: AnnualStatement) -> Iterator[StatementGap]:
    read = [one for one in found.results if one.minimum is not None]
    never = [one.datastream for one in found.results if one.minimum is None]
    short = [one for one in read if one.coverage is not None and one.coverage < LEAST_COVERAGE]
    if never:
        yield StatementGap(code="never_read", ref=DIRECTIVE, values={"datastreams": never})
    if short:
        least = min(one.coverage or 0.0 for one in short)
        names = [one.datastream for one in short]
        yield StatementGap(code="coverage", ref=DIRECTIVE, values={"datastreams": names, "least": least})
    if found.delivered.lost:
        yield StatementGap(code="lost", ref=DIRECTIVE, values={"packs": float(found.delivered.lost)})


def _of_plans(found: AnnualStatement) -> Iterator[StatementGap]:
    if not found.plans:
        yield StatementGap(code="plan", ref=GISTM_PLANS)
    for plan in found.plans:
        if plan.approval != "in-force":
            yield StatementGap(code="plan_not_in_force", ref=GISTM_PLANS, values={"plan": plan.title})
        sight: tuple[tuple[GapCode, float], ...] = (
            ("blind", plan.blind),
            ("not_proved", plan.not_proved),
            ("only_simulated", 1 - plan.seen - plan.blind - plan.not_proved),
        )
        for code, share in sight:
            if share > ROUNDING:
                yield StatementGap(code=code, ref=GISTM_PLANS, values={"plan": plan.title, "share": share})
    for event in found.events:
        if event.type == "level" and event.highest == RED and not event.is_taken_back:
            yield StatementGap(code="authority", ref=DIRECTIVE, values=_named(event))
        if event.is_open:
            yield StatementGap(code="open_event", ref=GISTM_PLANS, values=_named(event))


def _named(event: DamEvent) -> dict[str, str | float | list[str]]:
    return {"plan": event.title, "began_at": event.began_at.isoformat()}


def _of_water(found: AnnualStatement) -> Iterator[StatementGap]:
    if not found.limits:
        yield StatementGap(code="no_limits", ref=DIRECTIVE)
    if not found.samples:
        yield StatementGap(code="no_samples", ref=DIRECTIVE)
    open_ = [f"{one.symbol} ({one.point})" for one in found.limits if one.outcome == "not-decided"]
    if open_:
        yield StatementGap(code="limit_not_decided", ref=DIRECTIVE, values={"limits": open_})
