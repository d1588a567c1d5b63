"""Rows of the value page: commodities, what safety allows, next holes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard import states
from dashboard.value.headline import sentence
from tailings.commodities.prices import STALE_AFTER_D
from tailings.estimate.outcomes import p90_p50_p10, share_of_losses
from tailings.series import Values
from tailings.study import Allowed, oxidation
from tailings.study.results import CommodityResult
from texts import Texts, say

from . import reads
from .amounts import figures, grade, millions, percent, signed, signed_spread
from .reads import Valued, WhatIf


@dataclass(frozen=True)
class CommodityRow:
    """One commodity as it is written."""

    one: CommodityResult
    grade: str
    grade_range: str
    contained: str
    recoverable: str
    recoverable_range: str
    price: str
    price_note: str
    value: str
    share: float


@dataclass(frozen=True)
class StateLine:
    """A line with the shape of a state, bold words and others; `figure` names its origin."""

    state: str
    bold: str
    rest: str
    sub: str = ""
    figure: str = "reachable"


def commodities(valued: Valued, texts: Texts, today: date) -> list[CommodityRow]:
    """Give the commodities, the most valuable first."""
    study, drawn = valued.study, valued.plain
    if study is None or drawn is None:
        return []
    rows, values = [], {}
    for one, line in zip(study.result.commodities, study.result.case.commodities, strict=True):
        got, has = p90_p50_p10(drawn.recoverable[one.element]), p90_p50_p10(drawn.contained[one.element])
        values[one.element] = got[1] * line.price.mid * line.payability
        rows.append(
            CommodityRow(
                one,
                grade(line.grade.mid),
                f"{grade(line.grade.low)} to {grade(line.grade.high)}",
                figures(has[1], 3),
                figures(got[1], 3),
                recoverable_range=f"{figures(got[0])} to {figures(got[2])}",
                price=figures(line.price.mid, 3),
                price_note=price_note(one, today, texts),
                value=millions(values[one.element], 3),
                share=values[one.element],
            )
        )
    most = max(values.values(), default=1.0) or 1.0
    rows.sort(key=lambda row: -row.share)
    return [CommodityRow(**{**vars(row), "share": round(100 * row.share / most, 1)}) for row in rows]


@dataclass(frozen=True)
class OtherRow:
    """A line of the value that is no metal: a use of the mass, or liability that is avoided; `figure` is its origin."""

    figure: str
    name: str
    says: str
    value: str
    value_range: str
    tonnes: str = ""
    price: str = ""


def others(valued: Valued, texts: Texts) -> list[OtherRow]:
    """Give the uses of the mass, then the avoided liability where somebody states one."""
    study, drawn, words = valued.study, valued.plain, texts["value"]["other"]
    if study is None or drawn is None:
        return []
    rows = [
        OtherRow(
            f"use:{use.name}",
            sentence(use.name),
            say(words["share"], share=percent(use.share)),
            *_millions(drawn.uses[use.name]),
            figures(p90_p50_p10(drawn.tonnes * use.share)[1], 3),
            figures(use.price.mid, 3),
        )
        for use in study.result.case.bulk
    ]
    if study.result.case.avoided_liability.high > 0:
        avoided = (sentence(texts["value"]["inputs"]["avoided liability"]), words["avoided"])
        rows.append(OtherRow("input:avoided liability", *avoided, *_millions(drawn.avoided)))
    return rows


def _millions(values: Values) -> tuple[str, str]:
    low, mid, high = p90_p50_p10(values)
    return millions(mid, 3), f"{millions(low)} to {millions(high)}"


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome at its P90, P50 and P10; `loss` is the chance of a loss [%], "" where there is none to lose."""

    figure: str
    name: str
    values: tuple[str, ...]
    loss: str = ""


def outcomes(asked: WhatIf, texts: Texts) -> list[OutcomeRow]:
    """Give the values of the waste, before and after costs; the net value stands undiscounted and discounted."""
    names, drawn = texts["value"]["origins"], asked.drawn
    rows = [
        OutcomeRow(name, names[name], signed_spread(*p90_p50_p10(values)), percent(share_of_losses(values)))
        for name, values in (("net", drawn.net), ("npv", drawn.npv))
        if values is not None
    ]
    return rows + [
        OutcomeRow(name, names[name], tuple(map(millions, p90_p50_p10(values))))
        for name, values in (("paid", drawn.recovered_value), ("in_situ", drawn.in_situ))
    ]


def price_note(one: CommodityResult, today: date, texts: Texts) -> str:
    """Say how old a price is, and warn of a stale one."""
    age_d = (today - one.price_published).days
    key = "price_stale" if age_d > STALE_AFTER_D else "price_age"
    return say(texts["value"]["table"][key], date=f"{one.price_published:%-d %b %Y}", days=age_d)


def safety(valued: Valued, texts: Texts) -> list[StateLine]:
    """Say what the dam allows today, and what that does to the net value."""
    words, can, today, plain = texts["value"]["allows"], valued.can, valued.today, valued.plain
    if can is None or today is None or plain is None or valued.study is None:
        return []
    tonnes = valued.study.result.case.volume.mid * valued.study.result.case.density.mid
    lines = [
        StateLine(
            bench.level or states.UNKNOWN,
            say(words["closed"], tonnes=millions(bench.share * tonnes), name=bench.name),
            say(words["because"], why=bench.because),
            figure=f"bench:{bench.name}",
        )
        for bench in can.benches
        if bench.is_closed
    ]
    if not lines:
        guarded = any(bench.plans for bench in valued.study.result.benches)
        state, rest = (states.GREEN, "all_open_rest") if guarded else (states.UNKNOWN, "no_plans")
        lines.append(StateLine(state, words["all_open"], words[rest]))
    lines += _water(valued, can, tonnes, texts)
    lines += _oxidised(valued, texts)
    now, whole = p90_p50_p10(today.net)[1], p90_p50_p10(plain.net)[1]
    money = valued.study.result.currency
    rest = say(words["net_rest"], whole=signed(whole), money=money)
    if today.npv is not None:
        rest = f"{rest} {say(words['npv_rest'], now=signed(p90_p50_p10(today.npv)[1]), money=money)}"
    lines.append(StateLine("event", say(words["net"], now=signed(now), money=money), rest, figure="today"))
    return lines


def _water(valued: Valued, can: Allowed, tonnes: float, texts: Texts) -> list[StateLine]:
    """Say what lies below water, what is dry, and how many tonnes have no level."""
    words, lines = texts["value"]["allows"], []
    if can.flooded is not None and can.dry_and_reachable is not None:
        dry = millions(can.dry_and_reachable * tonnes)
        lines.append(StateLine("event", say(words["flooded"], share=percent(can.flooded)), "", figure="flooded"))
        lines.append(_year_ago(valued, texts))
        lines.append(StateLine("event", say(words["dry"], tonnes=dry), "", figure="dry"))
    if not valued.water:
        bold = say(words["unlevelled"], tonnes=millions(tonnes))
        return [*lines, StateLine(states.UNKNOWN, bold, words["no_piezometer"], figure="flooded")]
    rest = words["no_line" if can.flooded is None else "drawn_without"]
    return lines + [
        StateLine(
            states.STALE,
            say(words["unlevelled"], tonnes=millions(one.share * tonnes)),
            f"{say(words['no_level'], name=one.datastream)} {rest}",
            figure=f"unlevelled:{one.datastream}",
        )
        for one in can.unlevelled
    ]


def _oxidised(valued: Valued, texts: Texts) -> list[StateLine]:
    """Say how deep the tailings are oxidised, where logs say it, and what pH seeps out of them."""
    words, found = texts["value"]["allows"], oxidation.of(valued.study.result.strips) if valued.study else None
    if valued.study is None or found is None:
        return []
    says = [say(words["oxidised_rest"], found.holes, least=f"{found.least_m:.1f}", most=f"{found.most_m:.1f}")]
    if share := valued.study.result.oxidised_share:
        says.append(say(words["oxidised_share"], share=percent(share)))
    if name := valued.study.result.seepage_ph:
        ph = reads.trusted(valued.facility, name)
        says.append(say(words["ph_old"], name=name) if ph is None else say(words["ph"], ph=f"{ph:.1f}"))
    says += [
        say(
            words["oxidised_recovery"],
            element=texts["value"]["elements"].get(one.element, one.element),
            recovery=percent(one.oxidised_recovery),
        )
        for one in valued.study.result.commodities
        if one.oxidised_recovery is not None
    ]
    return [
        StateLine("event", say(words["oxidised"], depth=f"{found.median_m:.1f}"), " ".join(says), figure="oxidised")
    ]


def _year_ago(valued: Valued, texts: Texts) -> StateLine:
    """Say which share lay below water a year ago, by how many levels, or that nothing was stored of that day."""
    words, share = texts["value"]["allows"], valued.flooded_then
    if share is None:
        return StateLine("event", words["no_then"], "", figure="flooded_then")
    used = sum(one.level_m is not None for one in valued.water_then)
    rest = "" if used == len(valued.water_then) else say(words["then_part"], used=used, of=len(valued.water_then))
    return StateLine("event", say(words["then"], share=percent(share)), rest, figure="flooded_then")


def next_holes(valued: Valued, texts: Texts) -> list[StateLine]:
    """Give the holes by variance removed per cost; closed where a bench there is closed."""
    words = texts["value"]["holes"]
    if valued.study is None or valued.can is None:
        return []
    closed = {bench.name: bench for bench in valued.can.benches if bench.is_closed}
    lines = []
    for hole in valued.study.result.next_holes:
        shut = [
            state
            for bench in valued.study.result.benches
            if (state := closed.get(bench.name)) and bench.offset_m[0] <= hole.offset_m < bench.offset_m[1]
        ]
        per_1000 = percent(1000 * hole.removed / hole.cost)
        rest = say(words["removes"], per=per_1000, all=percent(hole.removed))
        reach = say(words["closed"], why=shut[0].because) if shut else words["open"]
        sub = say(words["cost"], cost=figures(hole.cost, 3), money=valued.study.result.currency, state=reach)
        mark = shut[0].level or states.UNKNOWN if shut else states.GREEN
        lines.append(StateLine(mark, hole.name, rest, sub, f"next:{hole.name}"))
    return lines
