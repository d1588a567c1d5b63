"""The water page: what its template writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from dashboard import attention, choice, facts, numbers, pages, period, rendering, states
from dashboard.facts import Fact
from dashboard.rows import DatastreamRow
from dashboard.safety import sentences
from dashboard.safety.figures import freeboard, judged
from dashboard.safety.watched import Watched
from tailings.assess.water import assess
from tailings.water import Analysis, Sample, drainage
from tailings.water.drainage import Drainage
from texts import Texts, say

from . import balance, loads, verdicts
from .reads import Water

PROBES: Final = ("ph", "conductivity-25", "conductivity", "redox-potential", "turbidity", "temperature", "seepage-flow")
BESIDE: Final = ("temperature",)
DRAWN: Final = ("rain", "seepage-flow", "flow", "load", "ph", "conductivity-25", "conductivity", "redox-potential")
MAX_OF_ONE: Final = 2
SERIES_RANGE: Final = "30d"
MAX_SAMPLES: Final = 20


def context(water: Water, texts: Texts, asked: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Make the page; `asked` may say which series are drawn over which time."""
    watched, samples = water.watched, water.recent
    found = assess(water.samples, water.permit, watched.now, watched.zone)
    lines = verdicts.lines(found, texts)
    probes = probes_of(watched)
    kind = kind_of(watched, samples)
    items = attention.at(watched.facility, texts)
    made = (
        pages.shared(watched.shown, texts, "facilities", watched.zone, watched.facility)
        | pages.heading(watched.facility, texts)
        | {
            "tab": "water",
            "verdict": verdicts.verdict(found, lines, kind, texts),
            "facts": figures(watched, samples, probes, texts),
            "look": items[: attention.MAX_ITEMS],
            "more_looks": max(0, len(items) - attention.MAX_ITEMS),
            "lines": lines,
            "without_limit": verdicts.without_limit(found, texts),
            "probes": probes,
            "judged": {row.name: judged(watched, row, row.judged_state) for row in probes},
            "going": {
                row.name: sentences.going(watched.rate(row.name), row.unit, row.quantity, texts) for row in probes
            },
            "drainage": kind,
            "reasons": reasons(kind, texts),
            "signs": _signs(kind, texts),
            "balance": balance.balance(watched, texts),
            **_freeboard(watched, texts),
            "loads": loads.of_samples(samples, water.flow),
            "load_number": loads.number,
            "weir": water.weir,
            "samples": [
                (one, ", ".join(map(printed, one.analyses)), water.origins.get(one.name))
                for one in samples[:MAX_SAMPLES]
            ],
            "address": f"/f/{watched.facility.id}/water",
            "file_version": watched.file.version if watched.file else "",
            "file_hash": watched.file.version_hash[:12] if watched.file else "",
        }
    )
    return _with_charts(made, watched, asked, texts)


def probes_of(watched: Watched) -> list[DatastreamRow]:
    """Give what is measured in the water; a temperature only where its instrument tells of the water's quality."""
    rows = [row for quantity in PROBES for row in watched.of_quantity(quantity)]
    sondes = {(row.node, row.instrument) for row in rows if row.quantity not in BESIDE}
    return [row for row in rows if row.quantity not in BESIDE or (row.node, row.instrument) in sondes]


def printed(one: Analysis) -> str:
    """Write a result as a laboratory prints it ('Cd <0.05 µg/L'), of thousands of µg/L in mg/L."""
    value, unit = one.value, one.unit
    if unit == "ug/L" and value >= loads.UG_PER_MG:
        value, unit = value / loads.UG_PER_MG, "mg/L"
    figures = numbers.decimals(value, numbers.Digits(significant=3))
    number = numbers.spaced(f"{value:.{figures}f}".rstrip("0").rstrip(".") if figures else f"{value:.0f}")
    return f"{one.symbol} {one.sign}{number} {numbers.unit_words(unit)}".strip()


def kind_of(watched: Watched, samples: Sequence[Sample]) -> Drainage:
    """Classify the seepage by its probes and the newest sulphate that a laboratory found in seepage."""
    rows = {quantity: _fresh(watched, quantity) for quantity in PROBES}
    seepage = [one for one in samples if one.medium == loads.SEEPAGE]
    sulphate = next((a.reckoned / loads.UG_PER_MG for one in seepage if (a := one.of("SO4"))), None)
    ph, salt, redox = rows["ph"], rows["conductivity-25"] or rows["conductivity"], rows["redox-potential"]
    return drainage.classify(
        ph.value if ph else None,
        sulphate,
        salt.value if salt else None,
        *(watched.rate(row.name) if row else None for row in (ph, salt, redox)),
    )


def _fresh(watched: Watched, quantity: str) -> DatastreamRow | None:
    rows = watched.of_quantity(quantity)
    return next((row for row in rows if row.state == states.GREEN and row.is_usable), None)


def reasons(kind: Drainage, texts: Texts) -> list[str]:
    """Say why the water is of its kind."""
    words = texts["water"]["reasons"]
    quantity = {"ph": "ph", "conductivity": "conductivity-25"}
    return [
        say(words[key], value=numbers.number(value, quantity.get(key.partition("-")[0], "")))
        for key, value in kind.reasons
    ]


def _signs(kind: Drainage, texts: Texts) -> str:
    words = texts["water"]["signs"]
    if not kind.asked:
        return str(words["none"])
    told = ", ".join(words[name] for name in kind.signs)
    sentence = say(words["some"], n=len(kind.signs), total=len(kind.asked), signs=told) if told else words["quiet"]
    return f"{sentence} {words['yes' if kind.is_acidifying else 'no']}"


def figures(watched: Watched, samples: Sequence[Sample], probes: Sequence[DatastreamRow], texts: Texts) -> list[Fact]:
    """Give up to six figures: pH, conductivity, flow, freeboard, samples of a year, data."""
    words, found = texts["water"]["facts"], []
    for quantity in ("ph", "conductivity-25", "seepage-flow"):
        row = next((one for one in probes if one.quantity.startswith(quantity.removesuffix("-25"))), None)
        if row is not None:
            going = sentences.going(watched.rate(row.name), row.unit, row.quantity, texts)
            value = row.number if row.is_usable else texts["facts"]["none"]
            state = judged(watched, row, row.judged_state)
            found.append(Fact(words[quantity], value, row.unit_words, going or row.short, state, datastream=row.id))
    found += [fact for fact in [freeboard(watched, texts)] if fact]
    newest = samples[0].taken_at if samples else None
    sub = rendering.day(newest, watched.zone, watched.now) if newest else words["no_sample"]
    found.append(Fact(words["samples"], numbers.count(len(samples)), words["year"], sub))
    found.append(facts.data([row for row in watched.facility.datastreams if row.quantity in PROBES], texts))
    return found[: facts.MAX_FACTS]


def _freeboard(watched: Watched, texts: Texts) -> dict[str, Any]:
    left, assumes = balance.days_to_minimum(watched, texts)
    pond = next(iter(watched.of_quantity("pond-level")), None)
    said = balance.freeboard_words(watched, texts)
    return {"days_left": left, "assumes": assumes, "freeboard": said, "pond": pond}


def _with_charts(made: dict[str, Any], watched: Watched, asked: Mapping[str, str], texts: Texts) -> dict[str, Any]:
    """Add the linked series: rain, flow and load, then pH, conductivity and Eh, on one time axis."""
    shows = period.parse(asked.get("from"), asked.get("to"), watched.zone, watched.now, SERIES_RANGE)
    wanted = [name for name in asked.get("ds", "").split(",") if name] or series(watched)
    chosen = choice.chosen(wanted, watched.facility.datastreams) if wanted else []
    pages.charts(made, f"/f/{watched.facility.id}/water", shows, chosen, asked, texts=texts)
    return made


def series(watched: Watched) -> list[str]:
    """Give what the page draws unasked; conductivity at 25 degC stands for the raw one where there is both."""
    rows = [row for quantity in DRAWN for row in watched.of_quantity(quantity)[:MAX_OF_ONE]]
    at_25 = {(row.node, row.instrument) for row in rows if row.quantity == "conductivity-25"}
    kept = [row for row in rows if row.quantity != "conductivity" or (row.node, row.instrument) not in at_25]
    return [row.name for row in kept] if any(row.quantity != "rain" for row in kept) else []
