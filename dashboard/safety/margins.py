"""How much margin is left to the next level: one gauge a limit, the least margin first."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import numbers, states
from dashboard.rows import DatastreamRow, age_words
from tailings.assess.margins import is_single
from tailings.assess.model import Margin
from texts import Texts, say

from . import limits, sentences
from .limits import Limit, Limits
from .watched import Watched


@dataclass(frozen=True)
class Row:
    """One gauge. `share` is its place in percent of the width, None where the value is not known.

    `margin` is the room to the next level in words, `says` how it goes, `value` the value itself or its age.
    """

    name: str
    title: str
    state: str
    share: float | None
    margin: str
    is_over: bool
    says: str
    value: str
    datastream: str
    limits: tuple[Limit, ...]
    number: float | None = None
    id: int = 0


def of_facility(watched: Watched, texts: Texts) -> list[Row]:
    """Give the gauges of all limits, the fullest first; what is not known stands at the end, never left out."""
    found = [_row(one, watched, texts) for one in watched.facility.assessment.margins if is_single(one)]
    rows = [row for row in found if row is not None]
    return sorted(rows, key=lambda row: (row.share is None, -(row.share or 0.0), row.name))


def _row(margin: Margin, watched: Watched, texts: Texts) -> Row | None:
    row, known = watched.row(margin.datastream), limits.of_margin(margin)
    if row is None:
        return None
    title, value = row.words(texts), limits.middle(margin)
    if margin.is_lost or value is None:
        return _unknown(row, known, title, texts)
    if known.rate_over_s is not None:
        return _of_rate(row, known, value, title, texts)
    rate, reached = watched.rate(row.name), known.reached(value)
    going = sentences.going(rate, row.unit, row.quantity, texts)
    says = sentences.listed((going, _error(margin, row, texts), sentences.forecast(rate, known, value, texts)))
    return Row(
        _name(row, texts),
        title,
        reached.level if reached else states.GREEN,
        known.share(value),
        _margin(known, value, row.unit_words, row.quantity, texts),
        is_over=reached is not None,
        says=says,
        value=f"{numbers.number(value, row.quantity)} {row.unit_words}",
        datastream=row.name,
        limits=known.limits,
        number=value,
        id=row.id,
    )


def _error(margin: Margin, row: DatastreamRow, texts: Texts) -> str:
    """Say how large the error of a suspect value may be; '' where it passed."""
    if margin.low is None or margin.high is None or margin.low == margin.high:
        return ""
    size = f"{numbers.number((margin.high - margin.low) / 2, row.quantity)} {row.unit_words}".strip()
    return say(texts["safety"]["margin"]["error"], size=size)


def _of_rate(row: DatastreamRow, limits: Limits, per_h: float, title: str, texts: Texts) -> Row:
    words, unit = texts["safety"]["margin"], f"{row.unit_words}/h"
    reached = limits.reached(per_h)
    says = say(words["rate"], hours=f"{(limits.rate_over_s or 0) / 3600:g}")
    return Row(
        _name(row, texts),
        title,
        reached.level if reached else states.GREEN,
        limits.share(per_h),
        _margin(limits, per_h, unit, "", texts),
        is_over=reached is not None,
        says=says,
        value=f"{numbers.number(per_h)} {unit}",
        datastream=row.name,
        limits=limits.limits,
        number=per_h,
        id=row.id,
    )


def _unknown(row: DatastreamRow, limits: Limits, title: str, texts: Texts) -> Row:
    """A stale, rejected or missing value has no margin: the last one is said with its age, and no gauge is filled."""
    words = texts["safety"]["margin"]
    state = row.state if row.state != states.GREEN else states.UNKNOWN
    last = f"{row.number} {row.unit_words}".strip() if row.number else ""
    quality = "" if row.is_usable or row.quality is None else str(texts["quality"][str(row.quality)])
    says = sentences.listed((say(words["last"], value=last) if last else "", quality))
    age = say(words["old"], age=age_words(row)) if row.time else str(words["never"])
    return Row(
        _name(row, texts),
        title,
        state,
        None,
        str(words["unknown"]),
        is_over=False,
        says=says,
        value=age,
        datastream=row.name,
        limits=limits.limits,
        number=None,
        id=row.id,
    )


def _margin(limits: Limits, value: float, unit: str, quantity: str, texts: Texts) -> str:
    margin = limits.margin(value)
    size = f"{numbers.number(abs(margin), quantity)} {unit}".strip()
    return say(texts["safety"]["margin"]["is_over"], margin=size) if limits.reached(value) else size


def _name(row: DatastreamRow, texts: Texts) -> str:
    return str(texts["facts"]["freeboard"]) if row.quantity == "freeboard" else row.short
