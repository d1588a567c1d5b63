"""The safety page: what its template writes, from one answer of the api."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.access import Caller
from api.alarms.models import AlarmDetail
from api.events.models import FacilityEvents
from api.safety.models import Changes, Safety
from dashboard import attention, choice, pages, period
from dashboard.alarms import tasks
from dashboard.safety import cause, event_log, figures, headline, margins, news, profile, section, sight
from dashboard.view_models import DatastreamRow
from texts import Texts

from .margins import Gauge
from .watched import WatchedFacility

SERIES_RANGE: Final = "30d"
MAX_LEVELS: Final = 4
BESIDE: Final = ("rain", "pond-level", "seepage-flow", "turbidity")


def context(answer: Safety, texts: Texts, asked: Mapping[str, str], events: FacilityEvents) -> dict[str, Any]:
    """Make the page; `asked` may name a section, and which series are drawn over which time."""
    watched = WatchedFacility.of(answer)
    rows = margins.of_facility(watched, texts)
    near = watched.known(answer.near) if answer.near else None
    items = attention.at(watched.facility, texts)
    found = cause.picture(watched, texts)
    raised = next(iter(headline.raised_plans(watched)), None)
    made = (
        pages.shared(watched.shown, texts, "facilities", watched.zone, watched.facility)
        | pages.heading(watched.facility, texts)
        | {
            "tab": "safety",
            "verdict": headline.verdict(watched, rows, texts),
            "due": headline.due(watched, texts),
            "raised": raised,
            "raiser": watched.known(raised.raised_by) if raised and raised.raised_by else None,
            "facts": figures.of_facility(watched, texts),
            "look": items[: attention.MAX_ITEMS],
            "more_looks": max(0, len(items) - attention.MAX_ITEMS),
            "sections": answer.sections,
            "picture": _picture(watched, near, asked.get("section", ""), texts),
            "margins": rows,
            "has_plan": bool(answer.plans),
            "unlimited": _unlimited(watched, rows),
            "near": near,
            "address": f"/f/{watched.facility.id}/safety",
            "file_version": answer.file.version if answer.file else "",
            "file_hash": answer.file.hash[:12] if answer.file else "",
            "cause": found,
            "cause_rows": cause.table(found, watched) if found else [],
            "profiles": [profile.picture(one, watched.zone, watched.now, texts) for one in answer.profiles],
            "sight": sight.of_facility(watched, texts),
            "sight_year": sight.year_of(watched),
            "news": [],
            "log": event_log.of_facility(watched, texts),
        }
    )
    return _with_charts(made, watched, near, asked, events=events, texts=texts)


def tasks_of(answer: Safety, record: Sequence[AlarmDetail], caller: Caller, texts: Texts) -> dict[str, Any]:
    """Give what is to be done about the alarms of record of its plans, and by whom it may be."""
    zone, now = answer.overview.facilities[0].facility.timezone, answer.overview.now
    return {"tasks": [tasks.of_alarm(one, caller, zone=zone, now=now, texts=texts) for one in record]}


def _with_charts(
    made: dict[str, Any],
    watched: WatchedFacility[Safety],
    near: DatastreamRow | None,
    asked: Mapping[str, str],
    *,
    events: FacilityEvents,
    texts: Texts,
) -> dict[str, Any]:
    """Add the linked series: what fills the pond, levels on one axis, the near one with its limits, what comes out."""
    answer = watched.answer
    shows = period.parse(asked.get("from"), asked.get("to"), watched.zone, watched.now, SERIES_RANGE)
    wanted = [name for name in asked.get("ds", "").split(",") if name] or _series(watched, near)
    chosen = choice.chosen(wanted, watched.facility.datastreams)
    pages.charts(made, f"/f/{watched.facility.id}/safety", shows, chosen, asked, events=events, texts=texts)
    made["data"] |= {
        "near": near.name if near else "",
        "limits": {
            one.datastream: [(level.level, level.value) for level in one.levels]
            for one in answer.margins
            if one.rate_over_s is None
        },
        "tips": _tips(answer, chosen),
    }
    return made


def _tips(answer: Safety, names: Sequence[str]) -> dict[str, float]:
    """Give the elevations of the tips of the levels that are drawn, m a.s.l."""
    return {one.datastream: one.tip_m for one in answer.tips if one.datastream in names and one.tip_m is not None}


def _series(watched: WatchedFacility[Safety], near: DatastreamRow | None) -> list[str]:
    levels = [row.name for row in watched.of_quantity("water-level")]
    first = [near.name] if near else []
    kept = [*first, *(name for name in levels if name not in first)][:MAX_LEVELS]
    dips = [name for one in watched.answer.tips if one.datastream in first for name in one.dips]
    single = [row.name for quantity in BESIDE for row in watched.of_quantity(quantity)[:1]]
    return [*single[:2], *kept, *dips, *single[2:]]


def _unlimited(watched: WatchedFacility[Safety], rows: list[Gauge]) -> int:
    """Count the piezometers without a trigger: they have no margin, and are not left unsaid."""
    limited = {row.datastream for row in rows}
    return sum(row.name not in limited for row in watched.of_quantity("water-level"))


def _picture(
    watched: WatchedFacility[Safety], near: DatastreamRow | None, asked: str, texts: Texts
) -> section.SectionPicture | None:
    """Draw the section that is asked for, else the one through the piezometer that is looked at more closely."""
    known = watched.answer.sections
    instrument = f"{near.node}:{near.instrument}" if near else ""
    wanted = [one for one in known if one.id == asked]
    through = [one for one in known if instrument in one.instruments]
    chosen = next(iter([*wanted, *through, *known]), None)
    return section.picture(chosen, watched, texts) if chosen else None


def news_of(found: Changes, answer: Safety, texts: Texts) -> dict[str, Any]:
    """Give what changed since the last look, a line each with its link; nothing changed: no section."""
    zone = WatchedFacility.of(answer).zone
    return {"news": news.lines(found, zone, texts), "news_since": found.since, "news_is_cut": found.is_cut}
