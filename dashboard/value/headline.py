"""Verdict and figures of the value page, in sentences made from the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dashboard import ages, numbers, states
from dashboard.key_figures import Fact
from dashboard.verdict import VerdictBanner
from tailings.estimate.outcomes import p90_p50_p10, share_of_losses
from tailings.series import Values
from tailings.study import StudyResult, article_27
from tailings.study.method import not_discounted
from texts import Texts, say

from .addresses import address
from .amounts import figures, millions, percent, signed_spread
from .reads import Study, Valued, WhatIf

WORTH_DRILLING = 0.10
DECIDING = 2
FACTS = ("tonnes", "paid", "in_situ", "reachable", "flooded", "record")
"""The figures below the verdict, by the names of their origins."""


def verdict(valued: Valued, texts: Texts) -> VerdictBanner:
    """Answer 'is it worth it, and how sure?'."""
    words, study = texts["value"], valued.study
    if study is None or valued.plain is None:
        return VerdictBanner("", words["none"], words["none_says"])
    says = " ".join(
        (
            say(words["says"], money=study.result.currency, **_spread(valued.plain.net)),
            discounted(valued, texts),
            say(words["deciding"], deciding=sentence(deciding(valued, texts))),
        )
    )
    note = say(words["note"], draws=numbers.count(study.result.draws))
    judged = valued.plain.net if valued.plain.npv is None else valued.plain.npv
    why = address(valued.facility.id, "net" if valued.plain.npv is None else "npv")
    worthy = sum(hole.removed >= WORTH_DRILLING for hole in study.result.next_holes)
    heading = say(words[title(study, *p90_p50_p10(judged)[:2])], worthy)
    return VerdictBanner("", heading, says, f"{synthetic(study, texts)} {note}".strip(), why)


def discounted(valued: Valued, texts: Texts) -> str:
    """Say the net present value with rate and years, or why there is none."""
    study, drawn = valued.study, valued.plain
    assert study is not None and drawn is not None
    how = study.result.case.discounting
    if how is None or drawn.npv is None:
        return not_discounted(study.result.missing_for_discounting)
    years = figures(p90_p50_p10(how.years(drawn.tonnes))[1])
    return say(texts["value"]["npv"], rate=f"{100 * how.rate:g}", years=years, **_spread(drawn.npv))


def money(result: StudyResult, texts: Texts, today: date) -> str:
    """Say in which currency the study is, by which rate of which day, and how old that is."""
    words, rate = texts["value"]["table"], result.exchange_rate
    if rate is None:
        return str(words["money_usd"])
    age_d, day = (today - rate.dated).days, f"{rate.dated:%-d %b %Y}"
    return say(words["money"], age_d, money=result.currency, usd=f"{rate.usd:.4f}", date=day)


def net_words(asked: WhatIf, texts: Texts) -> list[tuple[str, str]]:
    """Say the net value and the net present value in a line each, with the names of their origins."""
    words, money, npv = texts["value"]["if"], asked.result.currency, asked.drawn.npv
    found = [("net", say(words["net"], money=money, **_spread(asked.drawn.net)))]
    if npv is None:
        return [*found, ("npv", not_discounted(asked.result.missing_for_discounting))]
    how = asked.result.case.discounting
    rate = f"{100 * how.rate:g}" if how else ""
    return [*found, ("npv", say(words["npv"], money=money, rate=rate, **_spread(npv)))]


def if_words(factors: Mapping[str, float], texts: Texts) -> str:
    """Say what the sliders ask; "" where they ask for the study itself."""
    words = texts["value"]["if"]
    moved = [f"{words['inputs'][name].lower()} ×{factor:.2f}" for name, factor in factors.items()]
    return say(words["said"], factors=", ".join(moved)) if moved else ""


def title(study: Study, p90: float, p50: float) -> str:
    """Give the key of the verdict: what nine in ten, and what half of the outcomes say, discounted where they are."""
    if p50 <= 0:
        return "not_worth"
    if p90 > 0:
        return "worth"
    removed = max((hole.removed for hole in study.result.next_holes), default=0.0)
    return "drill" if removed >= WORTH_DRILLING else "look_closer"


def deciding(valued: Valued, texts: Texts) -> str:
    """Name the inputs that move the net value most."""
    bars = valued.asked.bars if valued.asked else []
    return f" {texts['value']['and']} ".join(input_words(bar.name, texts) for bar in bars[:DECIDING])


def input_words(name: str, texts: Texts) -> str:
    """Say an input ('price W' is 'tungsten price')."""
    what, _, of = name.partition(" ")
    if name in texts["value"]["inputs"]:
        return str(texts["value"]["inputs"][name])
    elements = texts["value"]["elements"]
    named = str(elements[of]).lower() if of in elements else of
    return say(texts["value"]["input_of"], what=texts["value"]["inputs"].get(what, what), of=named)


def sentence(words: str) -> str:
    """Begin words with a capital letter and leave the rest (W stays W)."""
    return words[:1].upper() + words[1:]


def synthetic(study: Study, texts: Texts) -> str:
    """Say that no laboratory measured the assays, where that is so."""
    return say(texts["value"]["synthetic"], why=study.result.synthetic) if study.result.synthetic else ""


def facts(valued: Valued, texts: Texts) -> list[Fact]:
    """Give the six figures; in-situ value never stands without the recoverable one."""
    words, drawn, can = texts["value"]["facts"], valued.plain, valued.can
    if drawn is None or can is None or valued.study is None:
        return []
    money = f"M {valued.study.result.currency}"
    tonnes, paid = p90_p50_p10(drawn.tonnes), p90_p50_p10(drawn.recovered_value)
    closed = [bench.name for bench in can.benches if bench.is_closed]
    worst = max((level or states.UNKNOWN for level in (valued.levels or {}).values()), key=_raised, default="")
    done, missing = record(valued, texts)
    found = [
        Fact(words["tonnes"], millions(tonnes[1], 3), "Mt", _to(words, millions(tonnes[0], 3), millions(tonnes[2], 3))),
        Fact(words["paid"], millions(paid[1]), money, _to(words, millions(paid[0]), millions(paid[2]), "before")),
        Fact(words["in_situ"], millions(p90_p50_p10(drawn.in_situ)[1]), money, words["alone"]),
        Fact(
            words["reachable"],
            percent(can.reachable),
            "%",
            say(words["closed"], names="; ".join(closed)) if closed else words["open"],
            worst if closed else "",
        ),
        _flooded(valued, texts),
        Fact(
            words["record"],
            f"{done} of {done + len(missing)}",
            words["fields"],
            say(words["missing"], names=", ".join(missing)) if missing else words["complete"],
        ),
    ]
    return [replace(one, why=address(valued.facility.id, name)) for one, name in zip(found, FACTS, strict=True)]


def record(valued: Valued, texts: Texts) -> tuple[int, list[str]]:
    """Count the fields of the Article 27 record that are there, and name those that are missing."""
    study = valued.study.result if valued.study else None
    found = article_27.record(article_27.place(valued.facility), study, valued.plain)
    missing = [str(texts["value"]["fields"][name]) for name in found.missing]
    return len(found.fields) - len(missing), missing


def _flooded(valued: Valued, texts: Texts) -> Fact:
    words, can = texts["value"]["facts"], valued.can
    if can is None or can.flooded is None:
        return Fact(words["flooded"], words["unknown"], "", words["no_level"], states.STALE)
    names = [one.datastream for one in valued.water if one.level_m is not None]
    times = [row.time for row in valued.facility.datastreams if row.name in names and row.time is not None]
    zone, now = valued.facility.timezone, valued.shown.now
    at = ages.day_and_clock(min(times), zone, now) if times else ""
    used = ", ".join(name.partition(":")[0] for name in names)
    stale = say(words["stale"], names=", ".join(one.datastream for one in can.unlevelled)) if can.unlevelled else ""
    sub = f"{say(words['from'], names=used, time=at)} {stale}".strip()
    return Fact(words["flooded"], percent(can.flooded), "%", sub)


def _spread(values: Values) -> dict[str, Any]:
    found = dict(zip(("p90", "p50", "p10"), signed_spread(*p90_p50_p10(values)), strict=True))
    return found | {"loss": percent(share_of_losses(values))}


def _to(words: Texts, low: str, high: str, key: str = "to") -> str:
    return say(words[key], low=low, high=high)


def _raised(state: str) -> int:
    return -states.severity(state)


def rounded(value: float) -> str:
    """Write a number of the tornado's ends."""
    return figures(value, 2) if abs(value) < 1e6 else f"{millions(value)} M"
