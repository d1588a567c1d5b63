"""Numbers of the steps of an origin as the value page writes them: by what they are of, else by their unit."""

from __future__ import annotations

from typing import Final

from api.studies.origins.models import OriginStep
from dashboard import numbers
from dashboard.value.amounts import figures, grade, millions, percent, signed, signed_spread
from texts import Texts, say
from texts.units import with_words

SIGNED: Final = ("net", "npv", "today", "paid")
"""Money that may be lost: in millions, with its sign."""
UNSIGNED: Final = ("value", "use")
MASSES: Final = ("dry", "unlevelled")
"""Tonnes in millions."""
WITH_INTERVAL: Final = (*SIGNED, "tonnes", "contained", "recoverable")
"""Figures whose interval is said."""


def written(step: OriginStep, texts: Texts) -> str:
    """Write the P50 of a step with its unit; "" where there is none."""
    value, code, unit = step.p50, step.name.code, step.unit
    words = texts["value"]["origins"]["values"]
    if value is None:
        return ""
    if code in SIGNED:
        return say(words["money"], value=signed(value), unit=unit)
    if code in UNSIGNED:
        return say(words["money"], value=millions(value, 3), unit=unit)
    if code in MASSES:
        return say(words["tonnes"], value=millions(value))
    if code == "cut_off":
        return say(words["cut_off"], value=grade(value, 2), element=step.name.values["element"])
    if code == "next_hole":
        return say(words["percent"], value=numbers.short(100 * value, 2))
    return _plain(value, step, texts)


def _plain(value: float, step: OriginStep, texts: Texts) -> str:
    """Write a number of no kind of its own."""
    words, code, unit = texts["value"]["origins"]["values"], step.name.code, step.unit
    if unit == "1/a":
        return say(words["percent"], value=numbers.short(100 * value))
    if unit == "a":
        return say(words["years"], value=figures(value, 3))
    if code == "input" and unit == "mg/kg":
        return say(words["grade"], value=grade(value))
    if unit == "1" and code != "input":
        return say(words["percent"], value=percent(value))
    return with_words(_digits(value, step), _without_time(step))


def _digits(value: float, step: OriginStep) -> str:
    if step.kind == "water":
        return numbers.number(value, "ph" if step.unit == "[pH]" else "water-level")
    if step.unit == "m":
        return numbers.fixed(value, 1)
    if step.name.code == "consumption":
        return numbers.short(value)
    return numbers.fixed(value, 4) if step.name.code == "rate" else figures(value, 3)


def _without_time(step: OriginStep) -> str:
    """The unit; the name of a yearly throughput says of what time it is."""
    return "t" if step.name.code == "throughput" else step.unit


def interval(step: OriginStep, texts: Texts) -> str:
    """Say P90 and P10 of a step; "" where it has none, or is a figure whose steps say it."""
    if step.p90 is None or step.p50 is None or step.p10 is None:
        return ""
    words, is_figure = texts["value"]["origins"]["interval"], step.kind == "figure"
    if is_figure and step.name.code not in WITH_INTERVAL:
        return ""
    if step.name.code in SIGNED:
        low, _, high = signed_spread(step.p90, step.p50, step.p10)
        return say(words, low=low, high=high)
    said = say(words, low=figures(step.p90, 3), high=figures(step.p10, 3))
    if is_figure:
        return said
    if step.unit == "a":
        return say(texts["value"]["origins"]["values"]["years"], value=said)
    return with_words(said, step.unit)
