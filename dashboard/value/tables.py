"""Rows of the value page: commodities and other values, outcomes, what safety allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.studies.models import Outcomes, OutcomeSpread, PriceAge
from dashboard import numbers, states
from tailings.study.results import CommodityResult
from texts import Texts, say, sentence, writing

from .amounts import figures, grade, millions, percent, signed, signed_spread, spread
from .valued import ValuedFacility, because


@dataclass(frozen=True)
class CommodityRow:
    """One commodity as it is written."""

    one: CommodityResult
    grade: str
    grade_range: str
    grade_notes: list[str]
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


def commodities(valued: ValuedFacility, texts: Texts) -> list[CommodityRow]:
    """Give the commodities, the most valuable first."""
    result, drawn = valued.result, valued.now.outcomes.commodities
    most = max((one.value for one in drawn), default=1.0) or 1.0
    rows = []
    for one, line, got, price in zip(
        result.commodities, result.case.commodities, drawn, valued.now.prices, strict=True
    ):
        rows.append(
            CommodityRow(
                one,
                grade(line.grade.mid),
                spread(grade(line.grade.low), grade(line.grade.high)),
                _grade_notes(one, texts),
                figures(got.contained_t.p50, 3),
                recoverable=figures(got.recoverable_t.p50, 3),
                recoverable_range=spread(figures(got.recoverable_t.p90), figures(got.recoverable_t.p10)),
                price=figures(line.price.mid, 3),
                price_note=price_note(price, texts),
                value=millions(got.value, 3),
                share=round(100 * got.value / most, 1),
            )
        )
    order = {one.element: -one.value for one in drawn}
    return sorted(rows, key=lambda row: order[row.one.element])


def _grade_notes(one: CommodityResult, texts: Texts) -> list[str]:
    """Say which share of the results is below a limit, and what a top cut does."""
    words, cut = texts["value"]["table"], one.top_cut
    said = []
    if one.censored is not None:
        said.append(say(words["below"], share=percent(one.censored.below / one.censored.results)))
    if cut is not None:
        change = numbers.fixed(100 * (cut.mean_after / cut.mean_before - 1), 0)
        said.append(say(words["cut"], cut.results, cut=grade(cut.mg_per_kg), change=change))
    return said


@dataclass(frozen=True)
class UndetectedRow:
    """A commodity that no result has found, as it is written: bounds and no value."""

    element: str
    listed: str
    grade: str
    tonnes: str
    says: str


def undetected(valued: ValuedFacility, texts: Texts) -> list[UndetectedRow]:
    """Give those that every result is below the limit of; the bound in tonnes is at the P10 of the dry tailings."""
    words, tonnes = texts["value"]["table"], valued.now.outcomes.dry_tonnes.p10
    return [
        UndetectedRow(
            one.element,
            one.listed,
            grade(one.bound_mg_per_kg),
            figures(one.most_t(tonnes)),
            say(words["undetected"], results=one.results),
        )
        for one in valued.result.undetected
    ]


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


def others(valued: ValuedFacility, texts: Texts) -> list[OtherRow]:
    """Give the uses of the mass, then the avoided liability where somebody states one."""
    words = texts["value"]["other"]
    rows = [
        OtherRow(
            f"use:{use.name}",
            sentence(use.name),
            say(words["share"], share=percent(use.share)),
            *_millions(use.value),
            figures(use.tonnes, 3),
            figures(use.price, 3),
        )
        for use in valued.now.uses
    ]
    if valued.now.has_avoided_liability:
        avoided = (sentence(texts["value"]["inputs"]["avoided liability"]), words["avoided"])
        rows.append(OtherRow("input:avoided liability", *avoided, *_millions(valued.now.outcomes.avoided_liability)))
    return rows


def _millions(money: OutcomeSpread) -> tuple[str, str]:
    return millions(money.p50, 3), spread(millions(money.p90), millions(money.p10))


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome at its P90, P50 and P10; `loss` is the chance of a loss [%], "" where there is none to lose."""

    figure: str
    name: str
    values: tuple[str, ...]
    loss: str = ""


def outcomes(asked: Outcomes, texts: Texts) -> list[OutcomeRow]:
    """Give the values of the waste, before and after costs; the net value stands undiscounted and discounted."""
    names = texts["value"]["origins"]["names"]
    rows = [
        OutcomeRow(name, names[name], signed_spread(money.p90, money.p50, money.p10), percent(loss))
        for name, money, loss in (
            ("net", asked.net, asked.chance_of_loss),
            ("npv", asked.npv, asked.npv_chance_of_loss),
        )
        if money is not None and loss is not None
    ]
    return rows + [
        OutcomeRow(name, names[name], (millions(money.p90), millions(money.p50), millions(money.p10)))
        for name, money in (("paid", asked.recoverable_value),)
    ]


def price_note(price: PriceAge, texts: Texts) -> str:
    """Say how old a price is, and warn of a stale one."""
    key = "price_stale" if price.is_stale else "price_age"
    return say(texts["value"]["table"][key], date=writing.day(price.published), days=price.age_d)


def safety(valued: ValuedFacility, texts: Texts) -> list[StateLine]:
    """Say what the dam allows today, and what that does to the net value."""
    words, can, reached, own = texts["value"]["allows"], valued.now.allowed, valued.now.reached, valued.now.outcomes
    lines = [
        StateLine(
            bench.level or states.UNKNOWN,
            say(words["closed"], tonnes=millions(bench.tonnes), name=bench.name),
            say(words["because"], why=because(bench, texts)),
            figure=f"bench:{bench.name}",
        )
        for bench in can.benches
        if bench.is_closed
    ]
    if not lines and can.reachable:
        lines.append(StateLine(states.GREEN, words["all_open"], words["all_open_rest"]))
    if can.unguarded:
        unguarded = "; ".join(bench.name for bench in can.benches if not bench.is_guarded)
        rest = say(words["no_plan"], names=unguarded) if unguarded else words["no_bench"]
        lines.append(StateLine(states.UNKNOWN, say(words["unguarded"], tonnes=millions(can.unguarded_t)), rest))
    lines += _water(valued, texts)
    lines += _oxidised(valued, texts)
    money = own.currency
    rest = say(words["net_rest"], whole=signed(own.net.p50), money=money)
    if reached.npv is not None:
        rest = f"{rest} {say(words['npv_rest'], now=signed(reached.npv.p50), money=money)}"
    now = say(words["net"], now=signed(reached.net.p50), money=money)
    lines.append(StateLine("event", now, rest, figure="today"))
    return lines


def _water(valued: ValuedFacility, texts: Texts) -> list[StateLine]:
    """Say what lies below water, what is dry, and how many tonnes have no level."""
    words, can, lines = texts["value"]["allows"], valued.now.allowed, []
    if can.flooded is not None and can.dry_and_reachable_t is not None:
        dry = millions(can.dry_and_reachable_t)
        lines.append(StateLine("event", say(words["flooded"], share=percent(can.flooded)), "", figure="flooded"))
        lines.append(_year_ago(valued, texts))
        lines.append(StateLine("event", say(words["dry"], tonnes=dry), "", figure="dry"))
    if not valued.now.water:
        bold = say(words["unlevelled"], tonnes=millions(valued.now.tonnes))
        return [*lines, StateLine(states.UNKNOWN, bold, words["no_piezometer"], figure="flooded")]
    rest = words["no_line" if can.flooded is None else "drawn_without"]
    return lines + [
        StateLine(
            states.STALE,
            say(words["unlevelled"], tonnes=millions(one.tonnes)),
            f"{say(words['no_level'], name=one.datastream)} {rest}",
            figure=f"unlevelled:{one.datastream}",
        )
        for one in can.unlevelled
    ]


def _oxidised(valued: ValuedFacility, texts: Texts) -> list[StateLine]:
    """Say how deep the tailings are oxidised, where logs say it, and what pH seeps out of them."""
    words, found, result = texts["value"]["allows"], valued.now.oxidised, valued.result
    if found is None:
        return []
    says = [
        say(
            words["oxidised_rest"],
            found.holes,
            least=numbers.fixed(found.least_m, 1),
            most=numbers.fixed(found.most_m, 1),
        )
    ]
    if share := result.oxidised_share:
        says.append(say(words["oxidised_share"], share=percent(share)))
    if name := result.seepage_ph:
        says.append(
            say(words["ph_old"], name=name) if found.ph is None else say(words["ph"], ph=numbers.fixed(found.ph, 1))
        )
    says += _oxidised_recoveries(result.commodities, texts)
    return [
        StateLine(
            "event", say(words["oxidised"], depth=numbers.fixed(found.median_m, 1)), " ".join(says), figure="oxidised"
        )
    ]


def _oxidised_recoveries(commodities: Sequence[CommodityResult], texts: Texts) -> list[str]:
    return [
        say(
            texts["value"]["allows"]["oxidised_recovery"],
            element=texts["value"]["elements"].get(one.element, one.element),
            recovery=percent(one.oxidised_recovery),
        )
        for one in commodities
        if one.oxidised_recovery is not None
    ]


def _year_ago(valued: ValuedFacility, texts: Texts) -> StateLine:
    """Say which share lay below water a year ago, by how many levels, or that nothing was stored of that day."""
    words, then = texts["value"]["allows"], valued.now.year_ago
    if then.flooded is None:
        return StateLine("event", words["no_then"], "", figure="flooded_then")
    used = sum(one.level_m is not None for one in then.water)
    rest = "" if used == len(then.water) else say(words["then_part"], used=used, of=len(then.water))
    return StateLine("event", say(words["then"], share=percent(then.flooded)), rest, figure="flooded_then")
