"""The safety page: what its template writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard import attention, choice, pages, period
from dashboard.rows import DatastreamRow
from texts import Texts

from . import cause, figures, happened, judged, margins, profile, section
from .margins import Row
from .watched import Watched

SERIES_RANGE: Final = "30d"
MAX_LEVELS: Final = 4
MAX_WORDS: Final = 40
BESIDE: Final = ("rain", "pond-level", "seepage-flow", "turbidity")


def context(watched: Watched, texts: Texts, asked: Mapping[str, str]) -> dict[str, Any]:
    """Make the page; `asked` may name a section and a datastream that is looked at more closely (`near`)."""
    rows = margins.of_facility(watched, texts)
    near = _near(watched, rows, asked.get("near", ""))
    items = attention.at(watched.facility, texts)
    found = cause.picture(watched, near, texts)
    raised = next((one for one in watched.standings if one.is_raised), None)
    made = (
        pages.shared(watched.shown, texts, "facilities", watched.zone, watched.facility)
        | pages.heading(watched.facility, texts)
        | {
            "tab": "safety",
            "verdict": judged.verdict(watched, rows, texts),
            "due": judged.due(watched, texts),
            "raised": raised,
            "raiser": raiser[1] if (raiser := judged.first_raiser(watched)) else None,
            "alarms": [one.alarm for one in watched.standings if one.alarm],
            "facts": figures.of_facility(watched, texts),
            "look": items[: attention.MAX_ITEMS],
            "more_looks": max(0, len(items) - attention.MAX_ITEMS),
            "sections": list(watched.file.sections.values()) if watched.file else [],
            "picture": _picture(watched, near, asked.get("section", ""), texts),
            "margins": rows,
            "has_plan": bool(watched.standings),
            "unlimited": _unlimited(watched, rows),
            "near": near,
            "address": f"/f/{watched.facility.id}/safety",
            "file_version": watched.file.version if watched.file else "",
            "file_hash": watched.file.version_hash[:12] if watched.file else "",
            "cause": found,
            "cause_rows": cause.table(found, watched) if found else [],
            "profiles": _profiles(watched, texts),
            "log": happened.of_facility(watched, texts),
        }
    )
    return _with_charts(made, watched, near, asked, texts)


def _with_charts(
    made: dict[str, Any], watched: Watched, near: DatastreamRow | None, asked: Mapping[str, str], texts: Texts
) -> dict[str, Any]:
    """Add the linked series: what fills the pond, levels on one axis, the near one with its limits, what comes out."""
    shows = period.parse(asked.get("from"), asked.get("to"), watched.zone, watched.now, SERIES_RANGE)
    wanted = [name for name in asked.get("ds", "").split(",") if name] or _series(watched, near)
    chosen = choice.chosen(wanted, watched.facility.datastreams)
    pages.charts(made, f"/f/{watched.facility.id}/safety", shows, chosen, asked, texts=texts)
    made["data"] |= {
        "near": near.name if near else "",
        "limits": {
            one.datastream: [(limit.level, limit.value) for limit in one.limits]
            for one in watched.limits
            if one.rate_over_s is None
        },
        "tips": _tips(watched, chosen),
        "events": [(one.from_.timestamp(), one.reason[:MAX_WORDS]) for one in watched.annotations],
    }
    return made


def _tips(watched: Watched, names: Sequence[str]) -> dict[str, float]:
    """Give the elevations of the tips of the levels that are drawn, m a.s.l."""
    rows = [row for row in watched.of_quantity("water-level") if row.name in names]
    return {row.name: tip_m for row in rows if (tip_m := watched.tip_m(row)) is not None}


def _series(watched: Watched, near: DatastreamRow | None) -> list[str]:
    levels = [row.name for row in watched.of_quantity("water-level")]
    first = [near.name] if near else []
    kept = [*first, *(name for name in levels if name not in first)][:MAX_LEVELS]
    dips = [row.name for row in watched.dips_of(near)] if near else []
    single = [row.name for quantity in BESIDE for row in watched.of_quantity(quantity)[:1]]
    return [*single[:2], *kept, *dips, *single[2:]]


def _near(watched: Watched, rows: list[Row], asked: str) -> DatastreamRow | None:
    """Give the piezometer that is looked at more closely: the one asked for, else the one with the least margin."""
    levels = watched.of_quantity("water-level")
    wanted = next((row for row in levels if row.name == asked), None)
    least = [row.datastream for row in rows if row.share is not None]
    ordered = sorted(levels, key=lambda row: (least.index(row.name) if row.name in least else len(least), row.name))
    return wanted or next(iter(ordered), None)


def _unlimited(watched: Watched, rows: list[Row]) -> int:
    """Count the piezometers without a trigger: they have no margin, and are not left unsaid."""
    limited = {row.datastream for row in rows}
    return sum(row.name not in limited for row in watched.of_quantity("water-level"))


def _picture(watched: Watched, near: DatastreamRow | None, asked: str, texts: Texts) -> section.Picture | None:
    """Draw the section that is asked for, else the one through the piezometer that is looked at more closely."""
    sections = watched.file.sections if watched.file else {}
    instrument = f"{near.node}:{near.instrument}" if near else ""
    through = [one for one in sections.values() if instrument in one.instruments]
    chosen = sections.get(asked) or next(iter([*through, *sections.values()]), None)
    return section.picture(chosen, watched, texts) if chosen else None


def _profiles(watched: Watched, texts: Texts) -> list[profile.Picture]:
    chains = profile.chains(watched.file, watched.now) if watched.file else []
    found = [profile.picture(chain, watched.profiles, watched.zone, watched.now, texts) for chain in chains]
    return [picture for picture in found if picture]
