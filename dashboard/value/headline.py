"""Verdict and figures of the value page, in sentences made from the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.studies.models import Allowed, Outcomes, OutcomeSpread
from dashboard import ages, numbers, states
from dashboard.key_figures import Fact
from dashboard.verdict import VerdictBanner
from tailings.study import StudyResult
from texts import Texts, say, sentence, writing

from .addresses import address
from .amounts import figures, millions, percent, signed_spread
from .valued import ValuedFacility

DECIDING = 2
FACTS = ("tonnes", "paid", "net", "reachable", "flooded", "record")
"""The figures below the verdict, by the names of their origins."""


def without_study(texts: Texts) -> VerdictBanner:
    """Say that nobody has asked yet."""
    return VerdictBanner("", texts["value"]["none"], texts["value"]["none_says"])


def verdict(valued: ValuedFacility, texts: Texts) -> VerdictBanner:
    """Say what the outcomes are, how sure that is, and what would change it."""
    words, own, result = texts["value"], valued.now.outcomes, valued.result
    says = " ".join(
        (
            say(words["says"], money=own.currency, **_spread(own.net, own.chance_of_loss)),
            discounted(own, texts),
            say(words["deciding"], deciding=sentence(deciding(valued, texts))),
            turning(own, texts),
            best_says(valued, texts),
        )
    )
    note = say(words["note"], draws=numbers.count(result.draws))
    judged = own.npv or own.net
    provenance = address(valued.facility.id, "npv" if own.npv else "net")
    heading = say(words["titles"][title(judged.p90, judged.p50)], loss=percent(_loss(own)), next=best(valued, texts))
    notes = [outdated(valued, texts), synthetic(result, texts), note]
    return VerdictBanner("", heading, says, " ".join(filter(None, notes)), provenance)


def outdated(valued: ValuedFacility, texts: Texts) -> str:
    """Say how many samples the study does not know, and how many of its own count no more, and what to do."""
    changed, withdrawn = valued.study.changed_samples, valued.study.withdrawn_samples
    return " ".join(say(texts["value"][key], n) for key, n in (("outdated", changed), ("withdrawn", withdrawn)) if n)


def discounted(own: Outcomes, texts: Texts) -> str:
    """Say the net present value with rate and years, or why there is none."""
    if own.npv is None or own.years is None:
        return missing(own.missing_for_discounting, texts)
    spread = _spread(own.npv, own.npv_chance_of_loss)
    return say(texts["value"]["npv"], rate=_rate(own), years=figures(own.years.p50), **spread)


def missing(names: Sequence[str], texts: Texts) -> str:
    """Say what nobody has stated, of what a net present value needs."""
    words = texts["value"]["missing"]
    return say(words["says"], names=f" {texts['value']['and']} ".join(words[name] for name in names))


def money(valued: ValuedFacility, texts: Texts) -> str:
    """Say in which currency the study is, by which rate of which day, and how old that is."""
    words, rate, age_d = texts["value"]["table"], valued.result.exchange_rate, valued.now.rate_age_d
    if rate is None or age_d is None:
        return str(words["money_usd"])
    day = writing.day(rate.dated)
    return say(words["money"], age_d, money=valued.result.currency, usd=numbers.fixed(rate.usd, 4), date=day)


def net_words(asked: Outcomes, texts: Texts) -> list[tuple[str, str]]:
    """Say the net value and the net present value in a line each, with the names of their origins."""
    words, money, npv = texts["value"]["if"], asked.currency, asked.npv
    found = [("net", say(words["net"], money=money, **_spread(asked.net, asked.chance_of_loss)))]
    if npv is None:
        return [*found, ("npv", missing(asked.missing_for_discounting, texts))]
    spread = _spread(npv, asked.npv_chance_of_loss)
    return [*found, ("npv", say(words["npv"], money=money, rate=_rate(asked), **spread))]


def if_words(factors: Mapping[str, float], texts: Texts) -> str:
    """Say what the sliders ask; "" where they ask for the study itself."""
    words = texts["value"]["if"]
    moved = [f"{words['inputs'][name].lower()} ×{numbers.fixed(factor, 2)}" for name, factor in factors.items()]
    return say(words["said"], factors=", ".join(moved)) if moved else ""


def title(p90: float, p50: float) -> str:
    """Give the key of the verdict: what nine in ten, and what half of the outcomes say, discounted where they are."""
    if p50 <= 0:
        return "loss"
    return "gain" if p90 > 0 else "open"


def _loss(own: Outcomes) -> float:
    """The chance of a loss, discounted where it is."""
    return own.chance_of_loss if own.npv_chance_of_loss is None else own.npv_chance_of_loss


def turning(own: Outcomes, texts: Texts) -> str:
    """Name the inputs that alone would bring the middle of the undiscounted net value to zero, and by how much."""
    words = texts["value"]["turning"]
    if not own.turning:
        return str(words["none"])
    points = [
        say(
            words["point"],
            input=input_words(one.name, texts),
            change=_with_sign_percent(one.change),
        )
        for one in own.turning[:DECIDING]
    ]
    return say(words["says"], points=f" {words['or']} ".join(points))


def _with_sign_percent(share: float) -> str:
    written = numbers.fixed(100 * share, 0)
    return f"+{written}" if share > 0 else written


def deciding(valued: ValuedFacility, texts: Texts) -> str:
    """Name the groups of inputs that move the judged value most, with their shares of its variance."""
    words = texts["value"]["steps"]
    named = [
        say(words["driver"], about=about(one.about, (), texts), share=percent(one.variance_share))
        for one in valued.now.advice.drivers[:DECIDING]
    ]
    return f" {texts['value']['and']} ".join(named)


def about(group: str, elements: Sequence[str], texts: Texts) -> str:
    """Say what a step or a bar is about: a group of inputs, of some commodities where they are named."""
    said = str(texts["value"]["steps"]["about"][group])
    if not elements:
        return said
    known = texts["value"]["elements"]
    of = f" {texts['value']['and']} ".join(str(known.get(one, one)).lower() for one in elements)
    return say(texts["value"]["input_of"], what=said, of=of)


def best(valued: ValuedFacility, texts: Texts) -> str:
    """Name the step that brings most for its cost, or say that none pays."""
    found, words = valued.now.advice.best, texts["value"]["steps"]
    return str(words["none"]) if found is None else say(words["next"], name=found)


def best_says(valued: ValuedFacility, texts: Texts) -> str:
    """Say what the best step costs and brings, with its plan; "" where none pays."""
    found = next((one for one in valued.now.advice.steps if one.name == valued.now.advice.best), None)
    if found is None:
        return ""
    return say(
        texts["value"]["steps"]["best"],
        name=found.name,
        cost=figures(found.cost, 3),
        brings=figures(round(found.brings)),
        money=valued.result.currency,
        per=figures(found.per_cost),
    )


def input_words(name: str, texts: Texts) -> str:
    """Say an input ('price W' is 'tungsten price')."""
    what, _, of = name.partition(" ")
    if name in texts["value"]["inputs"]:
        return str(texts["value"]["inputs"][name])
    elements = texts["value"]["elements"]
    named = str(elements[of]).lower() if of in elements else of
    return say(texts["value"]["input_of"], what=texts["value"]["inputs"].get(what, what), of=named)


def standing(result: StudyResult, texts: Texts) -> str:
    """Say what the classes stand on: a competent person with day and signature, or nobody."""
    words, signed = texts["value"]["unfc"], result.signed
    if signed is None:
        return f"{words['screening']}. {words['unsigned']}"
    return say(words["signed"], name=signed.name, organisation=signed.organisation, date=writing.day(signed.dated))


def synthetic(result: StudyResult, texts: Texts) -> str:
    """Say that no laboratory measured the assays, where that is so."""
    return say(texts["value"]["synthetic"], why=result.synthetic) if result.synthetic else ""


def facts(valued: ValuedFacility, texts: Texts) -> list[Fact]:
    """Give the six figures; none is what the content would fetch in the ground."""
    words, own, can = texts["value"]["facts"], valued.now.outcomes, valued.now.allowed
    money, tonnes, paid = f"M {own.currency}", own.dry_tonnes, own.recoverable_value
    is_closed = any(bench.is_closed for bench in can.benches)
    worst = max((one.level or states.UNKNOWN for one in valued.now.plans), key=_raised, default="")
    done, missing = record(valued, texts)
    found = [
        Fact(
            words["tonnes"], millions(tonnes.p50, 3), "Mt", _to(words, millions(tonnes.p90, 3), millions(tonnes.p10, 3))
        ),
        Fact(words["paid"], millions(paid.p50), money, _to(words, millions(paid.p90), millions(paid.p10), "before")),
        Fact(words["loss"], percent(_loss(own)), "%", words["undiscounted" if own.npv is None else "discounted"]),
        Fact(
            words["reachable"],
            percent(can.reachable),
            "%",
            _reach(can, words),
            worst if is_closed else states.UNKNOWN if can.unguarded else "",
        ),
        _flooded(valued, texts),
        Fact(
            words["record"],
            say(texts["value"]["origins"]["values"]["fields"], there=done, fields=done + len(missing)),
            words["fields"],
            say(words["missing"], names=", ".join(missing)) if missing else words["complete"],
        ),
    ]
    return [replace(one, provenance=address(valued.facility.id, name)) for one, name in zip(found, FACTS, strict=True)]


def _reach(can: Allowed, words: Mapping[str, Any]) -> str:
    """Say what is closed; else what no plan guards."""
    if closed := [bench.name for bench in can.benches if bench.is_closed]:
        return say(words["closed"], names="; ".join(closed))
    return say(words["unguarded"], tonnes=millions(can.unguarded_t)) if can.unguarded else str(words["open"])


def record(valued: ValuedFacility, texts: Texts) -> tuple[int, list[str]]:
    """Count the fields of the Article 27 record that are there, and name those that are missing."""
    fields = valued.now.record
    missing = [str(texts["value"]["fields"][one.name]) for one in fields if not one.is_there]
    return len(fields) - len(missing), missing


def _flooded(valued: ValuedFacility, texts: Texts) -> Fact:
    words, can = texts["value"]["facts"], valued.now.allowed
    if can.flooded is None:
        return Fact(words["flooded"], words["unknown"], "", words["no_level"], states.STALE)
    names = [one.datastream for one in valued.now.water if one.level_m is not None]
    times = [row.time for row in valued.facility.datastreams if row.name in names and row.time is not None]
    zone, now = valued.facility.timezone, valued.shown.now
    at = ages.day_and_clock(min(times), zone, now) if times else ""
    used = ", ".join(name.partition(":")[0] for name in names)
    stale = say(words["stale"], names=", ".join(one.datastream for one in can.unlevelled)) if can.unlevelled else ""
    sub = f"{say(words['from'], names=used, time=at)} {stale}".strip()
    return Fact(words["flooded"], percent(can.flooded), "%", sub)


def _spread(money: OutcomeSpread, loss: float | None) -> dict[str, Any]:
    found = dict(zip(("p90", "p50", "p10"), signed_spread(money.p90, money.p50, money.p10), strict=True))
    return found | {"loss": "" if loss is None else percent(loss)}


def _rate(one: Outcomes) -> str:
    return "" if one.discount_rate is None else numbers.short(100 * one.discount_rate)


def _to(words: Texts, low: str, high: str, key: str = "to") -> str:
    return say(words[key], low=low, high=high)


def _raised(state: str) -> int:
    return -states.severity(state)


def rounded(value: float) -> str:
    """Write a number of the tornado's ends."""
    return figures(value, 2) if abs(value) < 1e6 else f"{millions(value)} M"
