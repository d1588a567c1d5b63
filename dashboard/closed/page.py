"""What the page of closed facilities says: counts by field, dates with how far they are kept, gaps by facility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from api.closed_facilities.models import (
    ClosedDue,
    ClosedFacilities,
    ClosedFacilityDocument,
    ClosedPlanned,
    RegisterRenewal,
)
from api.screening.filters import PlanFilter
from dashboard import numbers, pages, states
from dashboard.filter_fields import FilterField, fields
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.screening import page as screening
from dashboard.verdict import VerdictBanner
from tailings.register.closed_facilities import FieldCount
from texts import Texts, say, writing


@dataclass(frozen=True)
class DueRow:
    """A date as it is written; `state` is that of its shape: yellow where it is past and not done."""

    state: str
    ref: str
    name: str
    day: str
    left: str
    done: str


@dataclass(frozen=True)
class CountRow:
    """A field with the counts of its states and the share that is stated; ref: where the article asks it."""

    name: str
    ref: str
    asked: str
    stated: str
    share: str
    screened: str
    missing: str


@dataclass(frozen=True)
class ClosedRow:
    """A facility: where, what of it is stated and what is not, and which stages are done."""

    address: str
    name: str
    sub: str
    where: str
    stated: str
    missing: str
    screened: str
    stages: tuple[str, str, str]
    public: str
    facility: str


def context(
    shown: Shown, found: ClosedFacilities, asked: Mapping[str, str], following: str, *, plan: PlanFilter, texts: Texts
) -> dict[str, Any]:
    """Make the page; following: the cursor of the next page, "" on the last."""
    words = texts["closed"]
    chosen = {name: value for name, value in asked.items() if value}
    return pages.shared(shown, texts, "closed", pages.zone_of(shown)) | {
        "heading": words["title"],
        "path": [(texts["register"]["title"], "/register")],
        "verdict": _verdict(found, texts),
        "facts": _facts(found, texts) if found.total else [],
        "due": [_due(one, texts) for one in found.due],
        "counts": [_count(one, found.total, texts) for one in found.counts] if found.total else [],
        "rows": [_row(one, found.needed, texts) for one in found.facilities],
        "fields": _fields(found, asked, texts),
        "fields_asked": chosen,
        "is_chosen": bool(chosen),
        "counted": say(words["counted"], found.matching, all=numbers.count(found.total)) if chosen else "",
        "following": f"?{urlencode({**chosen, 'cursor': following})}" if following else "",
        "files": [
            ("csv", f"/api/v1/closed-facilities/export?{urlencode(chosen)}"),
            ("json", f"/api/v1/closed-facilities?{urlencode(chosen)}"),
        ],
        "excluded": found.excluded,
        "excluded_sub": say(words["excluded"]["sub"], found.excluded_total),
        **_plan(found, plan, texts),
        "renewals": [(one, _renewal(one, texts)) for one in found.registers],
        "screening": _screening(found, texts),
    }


def _screening(found: ClosedFacilities, texts: Texts) -> str:
    words = texts["closed"]["plan"]
    if found.screening is None:
        return str(words["none"])
    return say(words["run" if found.plan else "many"], run=found.screening)


def _plan(found: ClosedFacilities, asked: PlanFilter, texts: Texts) -> dict[str, Any]:
    """The campaign over closed facilities, in the words and the table of the plan of screenings."""
    planned = found.plan
    if planned is None:
        return {"plan_says": [], "planned": [], "plan_fields": {}}
    words = texts["closed"]
    lines = screening.plan_says(planned, texts)
    if planned.without_interval:
        lines.append(say(words["plan"]["without_interval"], planned.without_interval))
    return {
        "plan_fields": screening.plan_fields(asked),
        "plan_says": lines,
        "planned": [(one, _planned(one, texts)) for one in planned.facilities],
    }


def _planned(one: ClosedPlanned, texts: Texts) -> dict[str, str]:
    day = writing.calendar_day(one.sampled.isoformat()) if one.sampled else texts["closed"]["list"]["not_said"]
    return screening.planned_row(one, f"/register/{one.number}") | {"sampled": day}


def _verdict(found: ClosedFacilities, texts: Texts) -> VerdictBanner:
    """No state without a facility, and none that says that all is well: a count is no verdict on a dam."""
    words = texts["closed"]
    if not found.total:
        return VerdictBanner("", words["none"], words["none_says"], _unsaid(found, texts))
    is_late = any(_is_late(one) for one in found.due)
    title = say(words["count"], found.total, complete=numbers.count(found.complete))
    return VerdictBanner(states.YELLOW if is_late else "", title, words["says"], _unsaid(found, texts))


def _unsaid(found: ClosedFacilities, texts: Texts) -> str:
    return say(texts["closed"]["unsaid"], found.unsaid) if found.unsaid else ""


def _facts(found: ClosedFacilities, texts: Texts) -> list[Fact]:
    words = texts["closed"]["facts"]
    stated = sum(one.stated for one in found.counts if one.is_needed)
    asked = found.total * len(found.needed)
    return [
        Fact(words["facilities"], numbers.count(found.total)),
        Fact(words["fields"], numbers.count(stated), sub=say(words["of"], all=numbers.count(asked))),
        Fact(words["complete"], numbers.count(found.complete), sub=say(words["of"], all=numbers.count(found.total))),
        Fact(words["public"], numbers.count(found.public), sub=say(words["of"], all=numbers.count(found.total))),
        Fact(words["excluded"], numbers.count(found.excluded_total)),
        Fact(words["disputed"], numbers.count(found.disputed), sub=words["disputed_sub"]),
    ]


def _is_late(one: ClosedDue) -> bool:
    return one.days < 0 and one.done is not None and (one.of == 0 or one.done < (one.of or 0))


def _due(one: ClosedDue, texts: Texts) -> DueRow:
    article, words = texts["value"]["article"], texts["closed"]["due"]
    left = article["today"] if one.days == 0 else say(article["left" if one.days > 0 else "past"], abs(one.days))
    done = str(words["not_told"])
    if one.done is not None and one.of is not None:
        done = say(words["done"], done=numbers.count(one.done), of=numbers.count(one.of))
    state = states.YELLOW if _is_late(one) else "event"
    return DueRow(state, one.ref, texts["value"]["dues"][one.name], writing.day(one.date), left, done=done)


def _count(one: FieldCount, total: int, texts: Texts) -> CountRow:
    words = texts["closed"]
    return CountRow(
        words["field"][one.name],
        one.ref,
        "" if one.is_needed else words["counts"]["where"],
        stated=numbers.count(one.stated),
        share=f"{numbers.fixed(100 * one.stated / total, 0)} %",
        screened=numbers.count(one.screened),
        missing=numbers.count(one.missing),
    )


def _row(one: ClosedFacilityDocument, asked: Sequence[str], texts: Texts) -> ClosedRow:
    words, named = texts["closed"], texts["closed"]["field"]
    status = texts["register"]["words"]["status"][one.status]
    needed = [of for of in one.fields if of.name in asked]
    disputed = f", {words['disputed']}" if one.is_disputed else ""
    return ClosedRow(
        f"/register/{one.number}",
        one.name,
        f"{one.id} · {status}{disputed}",
        ", ".join(filter(None, (one.municipality, one.region, one.country))),
        stated=say(words["list"]["stated"], done=one.complete, of=one.needed),
        missing=", ".join(named[of.name] for of in needed if of.state == "missing"),
        screened=", ".join(named[of.name] for of in needed if of.state == "screened"),
        stages=_stages(one, texts),
        public="" if one.is_public else words["not_public"],
        facility=one.facility or "",
    )


def _stages(one: ClosedFacilityDocument, texts: Texts) -> tuple[str, str, str]:
    """The days of review, sampling and characterisation; "" where nobody says that it was done."""
    days = [writing.calendar_day(stage.done.isoformat()) if stage.done else "" for stage in one.stages]
    return days[0], days[1], days[2]


def _renewal(one: RegisterRenewal, texts: Texts) -> DueRow:
    article, words = texts["value"]["article"], texts["closed"]["renewals"]
    left = article["today"] if one.days == 0 else say(article["left" if one.days > 0 else "past"], abs(one.days))
    state = states.YELLOW if one.days < 0 or not one.is_public else "event"
    public = words["is_public" if one.is_public else "is_not_public"]
    return DueRow(state, one.id, one.title, writing.calendar_day(one.renew_by.isoformat()), left, done=public)


def _fields(found: ClosedFacilities, asked: Mapping[str, str], texts: Texts) -> Sequence[FilterField]:
    named = texts["closed"]["field"]
    options = {
        "country": [(one, one) for one in found.countries],
        "missing": [(one, str(named[one])) for one in found.needed],
    }
    return fields(asked, options)
