"""The water page: what its template writes, from one answer of the api."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from api.events.models import FacilityEvents
from api.water.models import Water, WaterAnalysis, WaterDrainage
from dashboard import ages, attention, choice, key_figures, numbers, pages, period
from dashboard.key_figures import Fact
from dashboard.safety import sentences
from dashboard.safety.figures import freeboard, judged
from dashboard.safety.watched import WatchedFacility
from dashboard.view_models import DatastreamRow
from texts import Texts, say

from . import balance, loads, verdicts

PROBED: Final = ("ph", "conductivity-25", "conductivity", "redox-potential", "turbidity", "temperature", "seepage-flow")
DRAWN: Final = ("rain", "seepage-flow", "flow", "load", "ph", "conductivity-25", "conductivity", "redox-potential")
MAX_OF_ONE: Final = 2
SERIES_RANGE: Final = "30d"
MAX_SAMPLES: Final = 20
UG_PER_MG: Final = 1000


def context(
    answer: Water, texts: Texts, events: FacilityEvents, asked: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Make the page; `asked` may say which series are drawn over which time."""
    watched = WatchedFacility.of(answer)
    lines = verdicts.lines(answer, texts)
    probes = [watched.known(name) for name in answer.probes]
    items = attention.at(watched.facility, texts)
    made = (
        pages.shared(watched.shown, texts, "facilities", watched.zone, watched.facility)
        | pages.heading(watched.facility, texts)
        | {
            "tab": "water",
            "verdict": verdicts.verdict(answer, lines, answer.drainage, texts),
            "facts": figures(watched, probes, texts),
            "look": items[: attention.MAX_ITEMS],
            "more_looks": max(0, len(items) - attention.MAX_ITEMS),
            "lines": lines,
            "without_limit": verdicts.without_limit(answer, texts),
            "probes": probes,
            "going": {row.name: sentences.going(watched.course(row), texts) for row in probes},
            "drainage": answer.drainage,
            "reasons": reasons(answer.drainage, texts),
            "signs": _signs(answer.drainage, texts),
            "balance": balance.balance(watched, texts),
            **_freeboard(watched, texts),
            "loads": loads.lines(answer.loads),
            "load_number": loads.number,
            "weir": watched.known(answer.weir) if answer.weir else None,
            "samples": [(one, ", ".join(map(printed, one.analyses))) for one in answer.samples[:MAX_SAMPLES]],
            "address": f"/f/{watched.facility.id}/water",
            "file_version": answer.file.version if answer.file else "",
            "file_hash": answer.file.hash[:12] if answer.file else "",
        }
    )
    return _with_charts(made, watched, asked, events=events, texts=texts)


def printed(one: WaterAnalysis) -> str:
    """Write a result as a laboratory prints it ('Cd <0.05 µg/L'), of thousands of µg/L in mg/L."""
    value, unit = one.value, one.unit
    if unit == "ug/L" and value >= UG_PER_MG:
        value, unit = value / UG_PER_MG, "mg/L"
    number = numbers.short(value, 3) if value < 1000 else numbers.fixed(value, 0)
    return f"{one.symbol} {one.sign}{number} {numbers.unit_words(unit)}".strip()


def reasons(kind: WaterDrainage, texts: Texts) -> list[str]:
    """Say why the water is of its kind."""
    words = texts["water"]["reasons"]
    quantity = {"ph": "ph", "conductivity": "conductivity-25"}
    return [
        say(words[one.code], value=numbers.number(one.value, quantity.get(one.code.partition("-")[0], "")))
        for one in kind.reasons
    ]


def _signs(kind: WaterDrainage, texts: Texts) -> str:
    words = texts["water"]["signs"]
    if not kind.evaluated:
        return str(words["none"])
    told = ", ".join(words[name] for name in kind.signs)
    sentence = say(words["some"], n=len(kind.signs), total=len(kind.evaluated), signs=told) if told else words["quiet"]
    return f"{sentence} {words['yes' if kind.is_acidifying else 'no']}"


def figures(watched: WatchedFacility[Water], probes: Sequence[DatastreamRow], texts: Texts) -> list[Fact]:
    """Give up to six figures: pH, conductivity, flow, freeboard, samples of a year, data."""
    words, samples, found = texts["water"]["facts"], watched.answer.samples, []
    for quantity in ("ph", "conductivity-25", "seepage-flow"):
        row = next((one for one in probes if one.quantity.startswith(quantity.removesuffix("-25"))), None)
        if row is not None:
            going = sentences.going(watched.course(row), texts)
            value = row.number if row.is_usable else texts["facts"]["none"]
            state = judged(watched, row, row.judged_state)
            found.append(Fact(words[quantity], value, row.unit_words, going or row.short, state, datastream=row.id))
    found += [fact for fact in [freeboard(watched, texts)] if fact]
    newest = samples[0].taken_at if samples else None
    sub = ages.day_of(newest, watched.zone, watched.now) if newest else words["no_sample"]
    found.append(Fact(words["samples"], numbers.count(len(samples)), words["year"], sub))
    found.append(key_figures.data([row for row in watched.facility.datastreams if row.quantity in PROBED], texts))
    return found[: key_figures.MAX_FACTS]


def _freeboard(watched: WatchedFacility[Water], texts: Texts) -> dict[str, Any]:
    days_left, assumes = balance.days_to_minimum(watched, texts)
    left = watched.answer.freeboard
    said = balance.freeboard_words(watched, texts)
    pond = watched.known(left.datastream) if left else None
    return {"days_left": days_left, "assumes": assumes, "freeboard": said, "pond": pond}


def _with_charts(
    made: dict[str, Any],
    watched: WatchedFacility[Water],
    asked: Mapping[str, str],
    *,
    events: FacilityEvents,
    texts: Texts,
) -> dict[str, Any]:
    """Add the linked series: rain, flow and load, then pH, conductivity and Eh, on one time axis."""
    shows = period.parse(asked.get("from"), asked.get("to"), watched.zone, watched.now, SERIES_RANGE)
    wanted = [name for name in asked.get("ds", "").split(",") if name] or series(watched)
    chosen = choice.chosen(wanted, watched.facility.datastreams) if wanted else []
    pages.charts(made, f"/f/{watched.facility.id}/water", shows, chosen, asked, events=events, texts=texts)
    return made


def series(watched: WatchedFacility[Water]) -> list[str]:
    """Give what the page draws unasked; conductivity at 25 degC stands for the raw one where there is both."""
    rows = [row for quantity in DRAWN for row in watched.of_quantity(quantity)[:MAX_OF_ONE]]
    at_25 = {(row.node, row.instrument) for row in rows if row.quantity == "conductivity-25"}
    kept = [row for row in rows if row.quantity != "conductivity" or (row.node, row.instrument) not in at_25]
    return [row.name for row in kept] if any(row.quantity != "rain" for row in kept) else []
