"""The value page: what its template writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard import pages
from dashboard.value import checks, headline, strips, tables, tornado
from tailings.estimate.outcomes import p90_p50_p10
from tailings.study import lines
from tailings.study.what_if import FACTORS
from texts import Texts, say

from .addresses import address
from .amounts import signed
from .reads import Valued, WhatIf

STEPS: Final = (0.5, 2.0, 0.05)
"""Least, most and step of a slider."""


def context(valued: Valued, texts: Texts, section: str = "") -> dict[str, Any]:
    """Make the page; `section` is the line that the holes are laid along, by its id."""
    one, study = valued.facility, valued.study
    made = pages.shared(valued.shown, texts, "facilities", one.timezone, one) | pages.heading(one, texts)
    made |= {
        "tab": "value",
        "verdict": headline.verdict(valued, texts),
        "facts": headline.facts(valued, texts),
        "study": study,
        "unfc": None,
    }
    if study is None or valued.asked is None:
        return made
    cut = next(c for c in study.result.commodities if c.element == study.result.cut_off_element)
    today = valued.shown.now.date()
    return (
        made
        | what_if(valued.asked, one.id, texts)
        | {
            "subheading": subheading(valued, texts),
            "money_words": headline.money(study.result, texts, today),
            "subheading_why": address(one.id, "study"),
            "unfc": cut,
            "cut": tornado.at_cut_off(study.result),
            "commodities": tables.commodities(valued, texts, today),
            "others": tables.others(valued, texts),
            "logs": holes(valued, texts, section),
            "curve": tornado.grade_tonnage(study.result, texts),
            "allows": tables.safety(valued, texts),
            "holes": tables.next_holes(valued, texts),
            "controls": checks.quality(valued),
            "checks": checks.drawings(valued, texts),
            "method": study.result.method.splitlines(),
        }
    )


def holes(valued: Valued, texts: Texts, section: str) -> dict[str, Any] | None:
    """Make the strip logs along the line that is asked for, else along the section with most holes."""
    assert valued.study is not None
    result, words = valued.study.result, texts["value"]["logs"]
    rows = lines.rows(valued.sections, result.strips, result.spacing_m)
    if not rows:
        return None
    row = next((one for one in rows if one.line.id == section), rows[0])
    others = say(words["others"], names=", ".join(row.others), reach=f"{row.line.reach_m:.0f}") if row.others else ""
    return {
        "drawing": strips.drawing(row, result, valued.water, texts),
        "line": row.line.id,
        "asked": section if section == row.line.id else "",
        "title": say(words["title"], line=strips.name_of(row.line, texts)),
        "choices": [
            (one.line.id, say(words["choice"], len(one.holes), line=headline.sentence(strips.name_of(one.line, texts))))
            for one in rows
        ],
        "others": others,
    }


def what_if(asked: WhatIf, facility: str, texts: Texts) -> dict[str, Any]:
    """Make the part that sliders change: net value and tornado."""
    money, middle = asked.result.currency, p90_p50_p10(asked.drawn.net)[1]
    return {
        "money": money,
        "tables": f"/api/v1/facilities/{facility}/study/tables",
        "net": tornado.net(asked.drawn, money, texts),
        "bars": tornado.tornado(asked.bars, middle, money, texts),
        "outcomes": tables.outcomes(asked, texts),
        "of": lambda figure: address(facility, figure),
        "asked": asked_for(asked.factors),
        "signed": signed,
        "factors": {name: asked.factors.get(name, 1.0) for name in FACTORS},
        "slider": STEPS,
        "if_words": headline.if_words(asked.factors, texts),
        "net_words": headline.net_words(asked, texts),
    }


def asked_for(factors: Mapping[str, float]) -> str:
    """Write factors as the end of an address."""
    return "".join(f"&{name}={factor:g}" for name, factor in factors.items())


def subheading(valued: Valued, texts: Texts) -> str:
    """Say which study it is."""
    study = valued.study
    assert study is not None
    result = study.result
    person = result.competent_person or texts["value"]["no_person"]
    return say(
        texts["value"]["heading"],
        date=f"{study.made_at:%-d %b %Y}",
        version=study.version,
        holes=result.holes,
        composites=result.composites,
        person=person,
    )


def changed(query: Mapping[str, str]) -> bool:
    """Whether an address asks for the part that sliders change alone."""
    return query.get("part") == "net"
