"""What the page of screenings says: intervals with where they come from, how they held, and the sampling plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from api.closed_facilities.models import ClosedPlan, ClosedPlanned
from api.screening.filters import PlanFilter
from api.screening.models import (
    HitRate,
    PlannedSamples,
    ScreeningDocument,
    ScreeningInterval,
    ScreeningIntervals,
    ScreeningPlan,
    ScreeningRun,
    ScreeningScore,
    ScreeningScores,
)
from dashboard import numbers, pages
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from tailings.screening import GradeSpread
from texts import Texts, say, writing

FIGURES: Final = 3
ALIKE: Final = ("commodity", "type", "age", "near")
SHOWN_DIGEST: Final = 12
ADDRESS: Final = "/screening"


@dataclass(frozen=True)
class ShownQuery:
    """What the page was asked for: filters of the list, the plan, and the cursor of what follows."""

    filters: Mapping[str, str]
    plan: Mapping[str, str]
    following: str

    @classmethod
    def of(cls, filters: Mapping[str, str], plan: PlanFilter, following: str) -> ShownQuery:
        """From the query of the page."""
        return cls(filters, plan_fields(plan), following)


def plan_fields(plan: PlanFilter) -> dict[str, str]:
    """The fields of the plan's form as they are written."""
    return {name: f"{getattr(plan, name):g}" for name in ("samples", "sample_cost", "visit_cost")}


def screening(
    shown: Shown,
    found: ScreeningDocument,
    listed: ScreeningIntervals,
    scored: ScreeningScores,
    planned: ScreeningPlan,
    *,
    asked: ShownQuery,
    may_run: bool,
    texts: Texts,
) -> dict[str, Any]:
    """Make the page."""
    words, chosen = texts["screening"], {name: value for name, value in asked.filters.items() if value}
    query = {**chosen, **asked.plan}
    return pages.shared(shown, texts, "screening", pages.zone_of(shown)) | {
        "heading": words["title"],
        "path": [(texts["register"]["title"], "/register")],
        "verdict": _verdict(found, listed, texts),
        "facts": _facts(found, texts),
        "run": found.run,
        "rows": [(one, _row(one, texts)) for one in listed.intervals],
        "fields": asked.filters,
        "elements": found.elements,
        "counted": say(words["counted"], len(listed.intervals), all=numbers.count(listed.total)),
        "is_chosen": bool(chosen),
        "following": f"?{urlencode({**query, 'cursor': asked.following})}" if asked.following else "",
        "record": _record(scored.hit_rate, texts),
        "scores": [(one, _score(one, texts)) for one in scored.scores],
        "plan": planned,
        "plan_fields": asked.plan,
        "plan_says": plan_says(planned, texts),
        "planned": [(one, planned_row(one, _address(one))) for one in planned.facilities],
        "pools": _pools(found.run, texts),
        "made": _made(found.run, texts),
        "may_run": may_run,
    }


def _verdict(found: ScreeningDocument, listed: ScreeningIntervals, texts: Texts) -> VerdictBanner:
    words, run = texts["screening"], found.run
    if run is None:
        return VerdictBanner("", words["none"], words["none_says"], words["none_how"])
    notes = [] if found.scope == "all" else [str(words["of_public"])]
    if run.synthetic:
        notes.append(say(words["synthetic"], run.synthetic))
    return VerdictBanner("", words["standing"], words["says"], " ".join(notes))


def _facts(found: ScreeningDocument, texts: Texts) -> list[Fact]:
    words, rate = texts["screening"]["facts"], found.hit_rate
    if found.run is None:
        return []
    held = Fact(say(words["held"], claimed=_percent(rate.claimed)), words["unscored"], sub=words["unscored_sub"])
    if rate.share is not None:
        bounds = {"low": _percent(rate.low), "high": _percent(rate.high)}
        sub = say(words["held_of"], rate.scored, **bounds)
        held = Fact(held.name, _percent(rate.share), "%", sub)
    return [
        Fact(words["facilities"], numbers.count(found.run.facilities)),
        Fact(words["elements"], numbers.count(len(found.elements)), sub=", ".join(found.elements)),
        held,
    ]


def _row(one: ScreeningInterval, texts: Texts) -> dict[str, Any]:
    words = texts["screening"]
    whence = words["of_this_site"] if one.facility else words["of_register"]
    address = f"/f/{one.facility}/value" if one.facility else f"/register/{one.entry}" if one.entry else ""
    if one.grade is None or one.borrowed is None:
        return {"address": address, "whence": whence, "reason": say(words["reason"][one.reason], one.count)}
    alike = [(name, getattr(one.borrowed, name)) for name in ALIKE]
    return {
        "address": address,
        "whence": whence,
        "reason": "",
        "grade": _short(one.grade.p50),
        "grade_spread": _spread(one.grade, texts),
        "metal": _short(one.metal.p50) if one.metal else "",
        "metal_spread": _spread(one.metal, texts) if one.metal else words["metal_missing"][one.metal_missing],
        "own": numbers.count(one.own),
        "below": say(words["below"], one.below) if one.below else "",
        "from": say(words["borrowed"]["all"], one.borrowed.all),
        "alike": ", ".join(say(words["borrowed"][name], count) for name, count in alike if count),
    }


def _record(rate: HitRate, texts: Texts) -> list[str]:
    words = texts["screening"]["record"]
    lines = [str(words["none"])]
    if rate.share is not None:
        percents = {name: _percent(getattr(rate, name)) for name in ("claimed", "share", "low", "high")}
        lines = [say(words["says"], rate.scored, **percents)]
    return lines + ([say(words["undecided"], rate.undecided)] if rate.undecided else [])


def _score(one: ScreeningScore, texts: Texts) -> dict[str, str]:
    words = texts["screening"]
    return {
        "mean": f"{'< ' if one.below else ''}{_short(one.mean)}",
        "places": say(words["record"]["places"], one.places),
        "interval": say(words["spread"], low=_short(one.low), high=_short(one.high)),
        "verdict": words["record"]["verdicts"][one.verdict],
    }


def plan_says(planned: ScreeningPlan | ClosedPlan, texts: Texts) -> list[str]:
    """Say what a plan takes away, and of how many facilities it knows too little."""
    words = texts["screening"]["plan"]
    lines = [str(words["none"])]
    if planned.samples:
        shares = {name: _percent(getattr(planned, name)) for name in ("removes", "evenly")}
        lines = [say(words["says"], planned.samples, cost=_short(planned.cost, 6), **shares)]
    return lines + ([say(words["without_mass"], planned.without_mass)] if planned.without_mass else [])


def _address(one: PlannedSamples) -> str:
    return f"/f/{one.facility}/value" if one.facility else f"/register/{one.entry}" if one.entry else ""


def planned_row(one: PlannedSamples | ClosedPlanned, address: str) -> dict[str, str]:
    """Set out where to sample."""
    return {
        "address": address,
        "samples": numbers.count(one.samples),
        "cost": _short(one.cost, 6),
        "removes": numbers.fixed(100 * one.removes, 1),
        "elements": ", ".join(one.elements),
    }


def _pools(run: ScreeningRun | None, texts: Texts) -> list[dict[str, str]]:
    words = texts["screening"]["method"]
    return [
        {
            "element": one.element,
            "donors": numbers.count(one.donors),
            "samples": numbers.count(one.samples),
            "below": numbers.count(one.below),
            "shares": ", ".join(
                say(words["share"], part=words["parts"][part], percent=_percent(share))
                for part, share in sorted(one.shares.items(), key=lambda item: -item[1])
            ),
        }
        for one in ([] if run is None else run.pools)
    ]


def _made(run: ScreeningRun | None, texts: Texts) -> list[str]:
    words = texts["screening"]
    if run is None:
        return []
    day = writing.day(run.made_at.date())
    made = say(
        words["method"]["made"],
        run=say(words["run_of"], number=run.number, day=day),
        method=run.method,
        digest=run.inputs_sha256[:SHOWN_DIGEST],
        factor=_short(run.mass_factor),
    )
    unknown = say(words["method"]["unknown"], words=", ".join(run.unknown_words)) if run.unknown_words else ""
    return [made, unknown] if unknown else [made]


def _short(value: float, figures: int = FIGURES) -> str:
    return numbers.short(value, figures)


def _spread(spread: GradeSpread, texts: Texts) -> str:
    return say(texts["screening"]["spread"], low=_short(spread.p90), high=_short(spread.p10))


def _percent(share: float) -> str:
    return numbers.fixed(100 * share, 0)
