"""The overview: where must I look? Its list and map are those that were chosen, its verdict names what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from api.overview.models import Overview
from api.overview.selection import OverviewQuery
from dashboard import attention, key_figures, numbers, pages, places, reads, states, verdict
from dashboard.filter_fields import FilterField, fields
from dashboard.key_figures import Fact
from dashboard.verdict import VerdictBanner
from dashboard.view_models import FacilityRow
from texts import Texts, say

ON_A_PAGE: Final = 100
FIELDS: Final = ("search", "region", "operator", "state", "element")
CHOOSE_FROM: Final = 2
"""So many facilities, and there is something to choose."""


def context(answer: Overview, query: OverviewQuery, texts: Texts) -> dict[str, Any]:
    """Make the page from the answer to a query."""
    shown = reads.shown(answer)
    rows, total = ordered(shown.facilities), sum(answer.matching.values())
    is_whole = total == len(rows)
    items = [item for one in rows for item in attention.at(one, texts, with_name=sum(answer.by_state.values()) > 1)]
    looks = sum(verdict.needs_a_look(facility) for facility in rows)
    facts = key_figures.of_facilities(rows, looks, shown.now, texts) if is_whole else _counts(answer, texts)
    made = pages.shared(shown, texts, "facilities", pages.zone_of(shown)) | {
        "heading": texts["pages"]["facilities"],
        "verdict": _verdict(answer, rows, texts),
        "facts": facts,
        "facilities": rows,
        "places": places.sketch(answer.places),
        "fields": _fields(answer, query, texts) if sum(answer.by_state.values()) >= CHOOSE_FROM else [],
        "is_chosen": any(_asked(query).values()),
        "counted": _counted(total, sum(answer.by_state.values()), texts),
        "steps": _steps(query, total),
        "look": items[: attention.MAX_ITEMS],
        "more_looks": max(0, len(items) - attention.MAX_ITEMS),
    }
    if answer.places:
        (west, south, east, north), _, _ = places.frame(answer.places)
        asked = {name: value for name, value in _asked(query).items() if value}
        made["data"] |= {
            "t": {**made["data"]["t"], "group": texts["overview"]["choose"]["closer"], "map": texts["map"]},
            "places": f"/api/v1/overview/places?{urlencode(asked)}",
            "frame": [[west, south], [east, north]],
        }
    return made


def ordered(rows: Sequence[FacilityRow]) -> list[FacilityRow]:
    """Sort worst first; of those in one state, those that need a look."""
    return sorted(rows, key=lambda one: (states.severity(one.summary.state), not verdict.needs_a_look(one), one.name))


def _verdict(answer: Overview, rows: Sequence[FacilityRow], texts: Texts) -> VerdictBanner:
    """The verdict of those that were chosen; where others are worse, it says so."""
    words, total = texts["overview"]["choose"], sum(answer.matching.values())
    if answer.by_state and not total:
        found = VerdictBanner(states.UNKNOWN, words["nothing"], words["nothing_says"])
    else:
        worst = min(answer.matching, key=states.severity, default=None)
        found = verdict.of_facilities(rows, texts, worst, total)
    left = {state: count - answer.matching.get(state, 0) for state, count in answer.by_state.items()}
    outside = min((state for state, count in left.items() if count), key=states.severity, default=None)
    if outside is None or states.severity(outside) >= states.severity(found.state):
        return found
    elsewhere = say(words["elsewhere"], left[outside], state=texts["states"][outside])
    return VerdictBanner(found.state, found.title, f"{elsewhere} {found.says}".strip(), found.note, found.provenance)


def _counts(answer: Overview, texts: Texts) -> list[Fact]:
    """Give how many there are, and in which states: of more than a page, nothing else is known of all."""
    total = sum(answer.matching.values())
    found = [Fact(texts["facts"]["facilities"], numbers.count(total))]
    found += [Fact(texts["states"][state], numbers.count(n), state=state) for state, n in answer.matching.items()]
    return found[: key_figures.MAX_FACTS]


def _fields(answer: Overview, query: OverviewQuery, texts: Texts) -> list[FilterField]:
    known, asked = answer.choices, _asked(query)
    options: Mapping[str, tuple[tuple[str, str], ...]] = {
        "state": tuple((state, texts["states"][state]) for state in answer.by_state),
    }
    if known is not None:
        names = texts["value"]["elements"]
        options = {
            **options,
            "region": tuple((one, one) for one in known.regions),
            "operator": tuple((one, one) for one in known.operators),
            "element": tuple((one, str(names.get(one, one))) for one in known.elements),
        }
    return fields({name: asked[name] for name in FIELDS}, options)


def _asked(query: OverviewQuery) -> dict[str, str]:
    return {name: getattr(query, name) or "" for name in (*FIELDS, "box")}


def _counted(total: int, all_of_them: int, texts: Texts) -> str:
    return "" if total == all_of_them else say(texts["overview"]["choose"]["counted"], total, all=all_of_them)


def _steps(query: OverviewQuery, total: int) -> list[tuple[str, str, bool]]:
    """Give the pages: number, address, and whether it is the one that is shown; none where there is one page."""
    last = -(-total // query.limit)
    asked = {name: value for name, value in _asked(query).items() if value}
    found = [(str(one), f"?{urlencode({**asked, 'page': one})}", one == query.page) for one in range(1, last + 1)]
    return found if last > 1 else []
