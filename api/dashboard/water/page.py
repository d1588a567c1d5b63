"""The water page: what its template writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from api.dashboard import choice, facts, look, numbers, pages, period, rendering, states
from api.dashboard.facts import Fact
from api.dashboard.rows import DatastreamRow
from api.dashboard.safety import sentences
from api.dashboard.safety.figures import freeboard, judged
from api.dashboard.safety.watched import Watched
from api.dashboard.texts import Texts, say
from api.dashboard.verdict import Verdict
from tailings.water import Analysis, Sample, drainage, limits
from tailings.water.drainage import Drainage
from tailings.water.limits import UG_PER, Judged

from . import balance, loads
from .reads import Water

PROBES: Final = ("ph", "conductivity-25", "conductivity", "redox-potential", "turbidity", "temperature", "seepage-flow")
BESIDE: Final = ("temperature",)
DRAWN: Final = ("rain", "seepage-flow", "flow", "load", "ph", "conductivity-25", "conductivity", "redox-potential")
MAX_OF_ONE: Final = 2
SERIES_RANGE: Final = "30d"
STATES: Final = {
    "exceeded": states.RED,
    "met": states.GREEN,
    "indication": states.UNKNOWN,
    "no-samples": states.UNKNOWN,
}
MAX_SAMPLES: Final = 20


@dataclass(frozen=True)
class Line:
    """One line of the limits' table."""

    judged: Judged
    state: str
    name: str
    limit: str
    value: str
    unit: str
    margin: str
    says: str
    source: str
    address: str
    is_secondary: bool


def context(water: Water, texts: Texts, asked: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """Make the page; `asked` may say which series are drawn over which time."""
    watched, samples = water.watched, water.samples
    lines = [_line(one, watched, texts) for one in limits.judge_all(samples, watched.now)]
    probes = probes_of(watched)
    kind = kind_of(watched, samples)
    items = look.at(watched.facility, texts)
    made = pages.shared(watched.shown, texts, "facilities", watched.zone, watched.facility) | pages.heading(
        watched.facility, texts
    ) | {
        "tab": "water",
        "verdict": verdict(lines, kind, texts),
        "facts": figures(watched, samples, probes, texts),
        "look": items[: look.MAX_ITEMS],
        "more_looks": max(0, len(items) - look.MAX_ITEMS),
        "lines": lines,
        "probes": probes,
        "judged": {row.name: judged(watched, row, row.judged_state) for row in probes},
        "going": {row.name: sentences.going(watched.rate(row.name), row.unit, row.quantity, texts) for row in probes},
        "drainage": kind,
        "reasons": reasons(kind, texts),
        "signs": _signs(kind, texts),
        "balance": balance.balance(watched, texts),
        **_freeboard(watched, texts),
        "loads": loads.of_samples(samples, water.flow),
        "load_number": loads.number,
        "weir": water.weir,
        "samples": [
            (one, ", ".join(map(printed, one.analyses)), water.origins.get(one.name)) for one in samples[:MAX_SAMPLES]
        ],
        "address": f"/f/{watched.facility.id}/water",
        "file_version": watched.file.version if watched.file else "",
        "file_hash": watched.file.version_hash[:12] if watched.file else "",
    }  # fmt: skip
    return _with_charts(made, watched, asked, texts)


def probes_of(watched: Watched) -> list[DatastreamRow]:
    """Give what is measured in the water; a temperature only where its instrument tells of the water's quality."""
    rows = [row for quantity in PROBES for row in watched.of_quantity(quantity)]
    sondes = {(row.node, row.instrument) for row in rows if row.quantity not in BESIDE}
    return [row for row in rows if row.quantity not in BESIDE or (row.node, row.instrument) in sondes]


def printed(one: Analysis) -> str:
    """Write a result as a laboratory prints it ('Cd <0.05 µg/L'), of thousands of µg/L in mg/L."""
    value, unit = one.value, one.unit
    if unit == "ug/L" and value >= UG_PER["mg/L"]:
        value, unit = value / UG_PER["mg/L"], "mg/L"
    figures = numbers.decimals(value, numbers.Digits(significant=3))
    number = numbers.spaced(f"{value:.{figures}f}".rstrip("0").rstrip(".") if figures else f"{value:.0f}")
    return f"{one.symbol} {one.sign}{number} {numbers.unit_words(unit)}".strip()


def verdict(lines: Sequence[Line], kind: Drainage, texts: Texts) -> Verdict:
    """Answer 'do we meet the limits, is it acidifying?'; without laboratory values compliance is unknown."""
    words = texts["water"]["verdict"]
    over = [line for line in lines if line.judged.claim == "exceeded"]
    judged = [line for line in lines if line.judged.claim in ("exceeded", "met")]
    says = say(words["kind"], kind=texts["water"]["kinds"][kind.kind].lower()) if kind.kind != "unknown" else ""
    if kind.is_acidifying:
        says = f"{says} {words['acidifying']}"
    if over:
        names = ", ".join(dict.fromkeys(f"{line.name} ({line.judged.point})" for line in over[:3]))
        return Verdict(states.RED, say(words["over"], len(over)), f"{say(words['which'], names=names)} {says}".strip())
    if not judged:
        title = words["indications" if lines else "no_samples"]
        return Verdict(states.UNKNOWN, title, f"{words['probe']} {says}".strip())
    return Verdict(states.GREEN, say(words["met"], len(judged)), says, words["laboratory"])


def _line(one: Judged, watched: Watched, texts: Texts) -> Line:
    words, limit = texts["water"]["limits"], one.limit
    source = limits.sources()[limit.source]
    unit = numbers.unit_words(limit.unit)
    value = None if one.value is None else one.value / UG_PER.get(limit.unit, 1.0)
    says = "; ".join(
        filter(None, [say(words["of"], one.samples), say(words["below"], one.below) if one.below else "",
                      *(words["why"][key] for key in one.why)])
    )  # fmt: skip
    bound = f"{limit.least:g} to {limit.most:g}" if limit.least is not None else f"{limit.most:g}"
    return Line(
        one, STATES[one.claim], f"{limit.symbol} {words['statistics'][limit.statistic]}", bound,
        "" if value is None else numbers.spaced(f"{value:.3g}"), unit, _margin(one, texts), says, source.title,
        source.address, limit.checked == "secondary",
    )  # fmt: skip


def _margin(one: Judged, texts: Texts) -> str:
    """Say the room to the limit as a share of it; a range has none."""
    words = texts["water"]["limits"]
    if one.value is None or one.limit.least is not None:
        return ""
    share = one.value / one.limit.kept_most
    key = "times" if share >= 2 else "over" if one.is_over else "left"
    return say(words[key], share=f"{share:.1f}", percent=round(abs(1 - share) * 100))


def kind_of(watched: Watched, samples: Sequence[Sample]) -> Drainage:
    """Classify the seepage by its probes and the newest sulphate of a laboratory."""
    rows = {quantity: _fresh(watched, quantity) for quantity in PROBES}
    sulphate = next((a.reckoned / 1e3 for one in samples if (a := one.of("SO4"))), None)
    ph, salt, redox = rows["ph"], rows["conductivity-25"] or rows["conductivity"], rows["redox-potential"]
    return drainage.classify(
        ph.value if ph else None, sulphate, salt.value if salt else None,
        *(watched.rate(row.name) if row else None for row in (ph, salt, redox)),
    )  # fmt: skip


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
            found.append(Fact(words[quantity], value, row.unit_words, going or row.short, state, row.id))
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
    pages.charts(made, f"/f/{watched.facility.id}/water", shows, chosen, asked, texts)
    return made


def series(watched: Watched) -> list[str]:
    """Give what the page draws unasked; conductivity at 25 degC stands for the raw one where there is both."""
    rows = [row for quantity in DRAWN for row in watched.of_quantity(quantity)[:MAX_OF_ONE]]
    at_25 = {(row.node, row.instrument) for row in rows if row.quantity == "conductivity-25"}
    kept = [row for row in rows if row.quantity != "conductivity" or (row.node, row.instrument) not in at_25]
    return [row.name for row in kept] if any(row.quantity != "rain" for row in kept) else []
