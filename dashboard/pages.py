"""What each page is made of: verdict, figures, and the rows of its sections."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from api.events.models import FacilityEvents
from api.quarantine.models import UndeclaredChannel
from dashboard import ages, attention, chart_events, choice, key_figures, numbers, period, rendering, states, verdict
from dashboard.view_models import LEDGER_KEYS, DatastreamRow, FacilityRow, quantity_words
from tailings.digits import digits
from texts import Texts, say

from .reads import Shown

QUALITIES: Final = ("1,2", "1,2,3", "1,2,3,4,9")
COVER_DAYS: Final = 60
MAX_COVER_DAYS: Final = 366  # as the api answers at most


def shared(shown: Shown, texts: Texts, page: str, zone: str, facility: FacilityRow | None = None) -> dict[str, Any]:
    """Give what the frame of every page needs."""
    last = max((one.last_time for one in shown.facilities if one.last_time), default=None)
    return {
        "page": page,
        "now": shown.now,
        "last": last,
        "zone": zone,
        "facility": facility,
        "path": [],
        "tab": "",
        "subheading": "",
        "look": [],
        "more_looks": 0,
        "ledger": {key: numbers.count(rendering.sum_of(shown.nodes, key)) for key in ("lost", "late")},
        "data": {
            "t": rendering.script_texts(texts),
            "zone": zone,
            "commit": shown.commit,
            "facility": facility.id if facility else "",
            "datastreams": [],
        },
    }


def zone_of(shown: Shown) -> str:
    """Give the zone of a page: that of its facilities when they share one, else UTC."""
    zones = {facility.timezone for facility in shown.facilities}
    return zones.pop() if len(zones) == 1 else "UTC"


def nodes(
    shown: Shown, texts: Texts, facility: FacilityRow | None, undeclared: Sequence[UndeclaredChannel] = ()
) -> dict[str, Any]:
    """The nodes of one facility, or of all: who is silent, why, what to bring, what comes that nobody declared?"""
    ordered = sorted(
        shown.nodes, key=lambda node: (states.severity(node.state), -(node.age_s or 0), node.facility, node.id)
    )
    context = shared(shown, texts, "facilities" if facility else "nodes", zone_of(shown), facility) | {
        "heading": texts["pages"]["nodes"],
        "tab": "nodes",
        "verdict": verdict.of_part(verdict.of_nodes(ordered, texts), len(shown.facilities), shown.left_out, texts),
        "facts": key_figures.of_nodes(ordered, texts),
        "nodes": ordered,
        "agents": [agent for one in shown.facilities for agent in one.agents],
        "ledger_keys": LEDGER_KEYS,
        "undeclared": undeclared,
    }
    return context | heading(facility, texts) if facility else context


def facility(
    shown: Shown, texts: Texts, asked: Mapping[str, str], asked_names: Sequence[str], events: FacilityEvents
) -> dict[str, Any]:
    """One facility: does it report, what stands out, how do the chosen datastreams run?"""
    one = shown.facilities[0]
    shows = period.parse(asked.get("from"), asked.get("to"), one.timezone, shown.now)
    chosen = choice.chosen(_of_node(one, asked.get("node")) or asked_names, one.datastreams)
    items = attention.at(one, texts)
    context = shared(shown, texts, "facilities", one.timezone, one) | {
        "tab": "now",
        "verdict": verdict.of_facility(one, shown.now, texts),
        "facts": key_figures.of_facility(one, texts),
        "look": items[: attention.MAX_ITEMS],
        "more_looks": max(0, len(items) - attention.MAX_ITEMS),
        "groups": by_quantity([row for row in one.datastreams if is_shown(row)], texts),
    }
    charts(context, f"/f/{one.id}", shows, chosen, asked, events=events, texts=texts)
    return context | heading(one, texts)


def charts(
    context: dict[str, Any],
    address: str,
    shows: period.Period,
    chosen: Sequence[str],
    asked: Mapping[str, str],
    *,
    events: FacilityEvents,
    texts: Texts,
) -> None:
    """Add to a page of `shared` what the linked charts of the chosen datastreams need; `address` is the page's own."""
    one: FacilityRow = context["facility"]
    marks = chart_events.worded(events, one, texts)
    context |= {
        **chart_events.listed(marks, events.is_cut),
        "asked": asked,
        "ranges": list(period.RANGES),
        "range": shows.moving,
        "chosen": chosen,
        "max_chosen": choice.MAX_CHOSEN,
        "picks": by_quantity(one.datastreams, texts),
        **fields(shows, one.timezone),
        "page_link": _linker(
            address, {"ds": ",".join(chosen), "from": asked.get("from", ""), "to": asked.get("to", "")}
        ),
    }
    alike = twins(one.datastreams)
    context["data"] |= {
        "chosen": chosen,
        "from": f"-{shows.moving}" if shows.moving else "",
        "fromTime": ages.utc(shows.start),
        "toTime": ages.utc(shows.end),
        "datastreams": [_script_row(row, alike, texts) for row in one.datastreams],
        "events": chart_events.of_script(marks),
    }


def data(shown: Shown, texts: Texts, asked: Mapping[str, str]) -> dict[str, Any]:
    """The data of one facility: can I have it, can I trust it?"""
    one, names = shown.facilities[0], {row.name: row for row in shown.facilities[0].datastreams}
    shows = period.parse(asked.get("from"), asked.get("to"), one.timezone, shown.now)
    chosen, flags = names.get(asked.get("ds", "")), asked.get("quality", "")
    flags = flags if flags in QUALITIES else QUALITIES[-1]
    first = min((row.first_time for row in one.datastreams if row.first_time), default=None)
    since = ages.day_of(first, one.timezone, shown.now) if first else ""
    count = numbers.count(sum(row.count for row in one.datastreams))
    first_day, last_day = covered(shows, shown.now)
    context = shared(shown, texts, "facilities", one.timezone, one) | {
        "tab": "data",
        "verdict": verdict.of_data(one.datastreams, texts, since, count),
        "facts": key_figures.of_data(one, since, texts),
        "groups": by_node(one),
        "is_walked": any(row.is_manual and row.is_raw for row in one.datastreams),
        "chosen": chosen.name if chosen else "",
        "quality": flags,
        "period": period.words(shows, one.timezone, shown.now),
        "cover": _cover_words(first_day, last_day, shown.now, texts),
        **_links(one, chosen, shows, flags),
        **fields(shows, one.timezone),
        "page_link": _linker(
            f"/f/{one.id}/data", {key: asked[key] for key in ("from", "to", "quality") if key in asked}
        ),
    }
    context["data"] |= {"cover": {"from": str(first_day), "to": str(last_day)}, "preview": context["preview"]}
    if chosen:
        context["data"] |= {"digits": _digits(chosen), "unitWords": chosen.unit_words}
    return context | heading(one, texts)


def covered(shows: period.Period, now: datetime) -> tuple[date, date]:
    """Give first and last day [UTC] of the coverage strips: of a moving period the last 60, else what was asked for.

    A short span is shown with the days before it, a long one by its last year.
    """
    last = now.date() if shows.moving else min(now, shows.end - timedelta(microseconds=1)).date()
    first = last if shows.moving else min(shows.start.date(), last)
    return max(last - timedelta(days=MAX_COVER_DAYS - 1), min(first, last - timedelta(days=COVER_DAYS - 1))), last


def _cover_words(first: date, last: date, now: datetime, texts: Texts) -> str:
    words, days = texts["query"], (last - first).days + 1
    if last == now.date():
        return say(words["cover"], days=days)
    day = ages.day_of(datetime.combine(last, time.min, UTC), "UTC", now)
    return say(words["cover_to"], days=days, day=day)


def by_quantity(rows: Sequence[DatastreamRow], texts: Texts) -> list[dict[str, Any]]:
    """Group datastreams by quantity, in the order in which a dam is read; `twins` are names that stand for several."""
    known = sorted({row.quantity for row in rows}, key=lambda name: (_telling(name), name))
    grouped = {name: [row for row in rows if row.quantity == name] for name in known}
    return [
        {
            "name": quantity_words(name, texts),
            "rows": sorted(found, key=lambda row: (row.is_raw, row.name)),
            "twins": {short for short, _ in twins(found)},
        }
        for name, found in grouped.items()
    ]


def twins(rows: Sequence[DatastreamRow]) -> set[tuple[str, str]]:
    """Give the short names, with their quantity, that several datastreams share: a chain's segments, two axes."""
    return {one for one, times in Counter((row.short, row.quantity) for row in rows).items() if times > 1}


def is_shown(row: DatastreamRow) -> bool:
    """Tell whether a datastream stands in the list of values: derived or telling, and measured (batteries: nodes)."""
    return row.time is not None and row.quantity != "voltage" and (not row.is_raw or row.quantity in choice.TELLING)


def by_node(facility: FacilityRow) -> list[dict[str, Any]]:
    """Group datastreams by node; the group is called by id and name of the node."""
    names = {node.id: f"{node.id}, {node.name}" if node.name else node.id for node in facility.nodes}
    known = sorted({row.node for row in facility.datastreams})
    return [
        {"name": names.get(node, node), "rows": [row for row in facility.datastreams if row.node == node]}
        for node in known
    ]


def _telling(quantity: str) -> int:
    return choice.TELLING.index(quantity) if quantity in choice.TELLING else len(choice.TELLING)


def _of_node(facility: FacilityRow, node: str | None) -> list[str]:
    return [row.name for row in facility.datastreams if row.node == node and not row.is_raw] if node else []


def heading(facility: FacilityRow, texts: Texts) -> dict[str, Any]:
    """Give name, line below and path of a facility's pages."""
    words = texts["heading"]
    parts = [
        words["crest"].format(crest=numbers.number(facility.crest_m, "water-level")) if facility.crest_m else "",
        words["class"].format(name=_class(facility.consequence_class, texts)) if facility.consequence_class else "",
        words["operator"].format(name=facility.operator) if facility.operator else "",
    ]
    path = [(texts["pages"]["facilities"], "/"), *([(facility.region, "")] if facility.region else [])]
    return {"heading": facility.name, "subheading": " · ".join(filter(None, parts)), "path": path}


def _class(code: str, texts: Texts) -> str:
    """Say a consequence class; a facility file writes it with spaces or lines."""
    return str(texts["heading"]["classes"].get(code.replace("-", " "), code))


def fields(shows: period.Period, zone: str) -> dict[str, str]:
    """Give a period as the fields of a form show it."""
    return {"from_local": period.field(shows.start, zone), "to_local": period.field(shows.end, zone)}


def _linker(path: str, kept: Mapping[str, str]) -> Callable[..., str]:
    def page_link(**changes: str) -> str:
        query = {key: value for key, value in {**kept, **changes}.items() if value}
        return f"{path}?{urlencode(query, safe=':,')}" if query else path

    return page_link


def _links(facility: FacilityRow, chosen: DatastreamRow | None, shows: period.Period, flags: str) -> dict[str, str]:
    if chosen is None:
        return {"csv": "", "json_link": "", "chart_link": "", "preview": ""}
    span = {"from": ages.utc(shows.start), "to": ages.utc(shows.end)}
    address = f"/api/v1/datastreams/{quote(f'{facility.id}:{chosen.name}', safe=':.')}/observations"
    json_link = f"{address}?{urlencode(span | {'quality': flags}, safe=':,')}"
    chart = f"/f/{facility.id}?{urlencode({'ds': chosen.name, **span}, safe=':,')}"
    return {
        "csv": f"{json_link}&format=csv",
        "json_link": json_link,
        "chart_link": chart,
        "preview": f"{json_link}&limit=8",
    }


def _digits(row: DatastreamRow) -> dict[str, int | None]:
    rule = digits(row.quantity, row.unit)
    return {"significant": rule.significant} if rule.decimals is None else {"decimals": rule.decimals}


def _script_row(row: DatastreamRow, alike: Container[tuple[str, str]], texts: Texts) -> dict[str, Any]:
    is_twin = (row.short, row.quantity) in alike
    return {
        "id": row.id,
        "name": row.name,
        "short": f"{row.node} {row.channel}" if is_twin else row.short,  # there is little room at a line's end
        "words": row.words(texts),
        "quantity": row.quantity,
        "title": quantity_words(row.quantity, texts),
        "unit": row.unit,
        "unit_words": row.unit_words,
        "digits": _digits(row),
        "stale_after_s": row.stale_after_s,
        "last": ages.utc(row.time) if row.time else None,
        "is_manual": row.is_manual,
    }
