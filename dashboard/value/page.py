"""The value page: what its template writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.studies.models import Outcomes, Valuation
from dashboard import numbers, pages, reads
from dashboard.full_times import full_day
from dashboard.value import advice, checks, headline, regulation, strips, tables, tornado
from tailings.study.what_if import FACTORS
from texts import Texts, say, sentence

from .addresses import address
from .amounts import signed
from .valued import ValuedFacility

STEPS: Final = (0.5, 2.0, 0.05)
"""Least, most and step of a slider."""


def context(answer: Valuation, texts: Texts, section: str = "") -> dict[str, Any]:
    """Make the page; `section` is the line that the holes are laid along, by its id."""
    shown, valued = reads.shown(answer.overview), ValuedFacility.of(answer)
    one = shown.facilities[0]
    made = pages.shared(shown, texts, "facilities", one.timezone, one) | pages.heading(one, texts)
    made |= {"tab": "value", "study": None, "unfc": None, "facts": [], "verdict": headline.without_study(texts)}
    return made | _study(valued, texts, section) if valued else made


def _study(valued: ValuedFacility, texts: Texts, section: str) -> dict[str, Any]:
    result = valued.result
    return what_if(valued.now.what_if, valued.facility.id, texts) | {
        "verdict": headline.verdict(valued, texts),
        "facts": headline.facts(valued, texts),
        "study": valued.study,
        "result": result,
        "subheading": subheading(valued, texts),
        "money_words": headline.money(valued, texts),
        "subheading_provenance": address(valued.facility.id, "study"),
        "unfc": next(c for c in result.commodities if c.element == result.cut_off_element),
        "standing": headline.standing(result, texts),
        "cut": tornado.at_cut_off(valued.now.above_cut_off),
        "commodities": tables.commodities(valued, texts),
        "undetected": tables.undetected(valued, texts),
        "others": tables.others(valued, texts),
        "logs": holes(valued, texts, section),
        "curve": tornado.grade_tonnage(valued, texts),
        "allows": tables.safety(valued, texts),
        "steps": advice.next_steps(valued, texts),
        "drivers": advice.drivers(valued, texts),
        "controls": valued.now.control,
        "checks": checks.drawings(valued, texts),
        "article": regulation.context(valued, texts),
        "method": result.method.splitlines(),
    }


def holes(valued: ValuedFacility, texts: Texts, section: str) -> dict[str, Any] | None:
    """Make the strip logs along the line that is asked for, else along the section with most holes."""
    words, rows = texts["value"]["logs"], valued.now.lines
    if not rows:
        return None
    row = next((one for one in rows if one.id == section), rows[0])
    others = (
        say(words["others"], names=", ".join(row.others), reach=numbers.fixed(row.reach_m or 0.0, 0))
        if row.others
        else ""
    )
    return {
        "drawing": strips.drawing(row, valued.result, texts),
        "line": row.id,
        "asked": section if section == row.id else "",
        "title": say(words["title"], line=strips.name_of(row, texts)),
        "choices": [
            (one.id, say(words["choice"], len(one.holes), line=sentence(strips.name_of(one, texts)))) for one in rows
        ],
        "others": others,
    }


def what_if(asked: Outcomes, facility: str, texts: Texts) -> dict[str, Any]:
    """Make the part that sliders change: net value and tornado."""
    return {
        "money": asked.currency,
        "tables": f"/api/v1/facilities/{facility}/study/tables",
        "net": tornado.net(asked, texts),
        "bars": tornado.tornado(asked.tornado, asked.net.p50, asked.currency, texts),
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


def subheading(valued: ValuedFacility, texts: Texts) -> str:
    """Say which study it is."""
    study, result = valued.study, valued.result
    person = result.signed.name if result.signed else texts["value"]["no_person"]
    return say(
        texts["value"]["heading"],
        date=full_day(study.made_at, valued.facility.timezone),
        version=study.version,
        holes=result.holes,
        composites=result.composites,
        person=person,
    )


def changed(query: Mapping[str, str]) -> bool:
    """Whether an address asks for the part that sliders change alone."""
    return query.get("part") == "net"
