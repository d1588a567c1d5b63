"""How much margin is left to the next level: one gauge a limit, the least margin first."""

from __future__ import annotations

from dataclasses import dataclass

from api.safety.models import Safety, TriggerLevel, TriggerMargin
from dashboard import numbers, states
from dashboard.view_models import DatastreamRow, age_words
from texts import Texts, say

from . import levels, sentences
from .watched import WatchedFacility


@dataclass(frozen=True)
class Gauge:
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
    levels: list[TriggerLevel]
    number: float | None = None
    id: int = 0


def of_facility(watched: WatchedFacility[Safety], texts: Texts) -> list[Gauge]:
    """Give the gauges of all limits, the fullest first; what is not known stands at the end, never left out."""
    rows = [_row(one, row, watched, texts) for one in watched.answer.margins if (row := watched.row(one.datastream))]
    return sorted(rows, key=lambda row: (row.share is None, -(row.share or 0.0), row.name))


def _row(margin: TriggerMargin, row: DatastreamRow, watched: WatchedFacility[Safety], texts: Texts) -> Gauge:
    if margin.value is None:
        return _unknown(margin, row, texts)
    if margin.rate_over_s is not None:
        hours = numbers.short(margin.rate_over_s / 3600)
        quantity, per, says = "", "/h", say(texts["safety"]["margin"]["rate"], hours=hours)
    else:
        quantity, per = row.quantity, ""
        going = sentences.going(watched.course(row), texts)
        forecast = sentences.forecast(levels.following(margin), texts)
        says = sentences.listed((going, _error(margin, row, texts), forecast))
    size = f"{numbers.with_unit(abs(margin.margin or 0.0), quantity, row.unit)}{per}"
    return Gauge(
        _name(row, texts),
        row.words(texts),
        margin.reached or states.GREEN,
        margin.share,
        _margin(margin, size, texts),
        is_over=margin.reached is not None,
        says=says,
        value=_value(margin, quantity, row.unit, per),
        datastream=row.name,
        levels=margin.levels,
        number=margin.value,
        id=row.id,
    )


def _value(margin: TriggerMargin, quantity: str, unit: str, per: str) -> str:
    """The value, with its uncertainty where it is known: '338.42 ± 0.05 m'."""
    value = numbers.number(margin.value or 0.0, quantity, unit)
    known = "" if margin.uncertainty is None else f" ± {numbers.uncertainty(margin.uncertainty)}"
    return f"{value}{known} {numbers.unit_words(unit)}{per}"


def _error(margin: TriggerMargin, row: DatastreamRow, texts: Texts) -> str:
    """Say how large the error of a suspect value may be; '' where it passed."""
    if margin.low is None or margin.high is None or margin.low == margin.high:
        return ""
    size = numbers.with_unit((margin.high - margin.low) / 2, row.quantity, row.unit)
    return say(texts["safety"]["margin"]["error"], size=size)


def _unknown(margin: TriggerMargin, row: DatastreamRow, texts: Texts) -> Gauge:
    """A stale, rejected or missing value has no margin: the last one is said with its age, and no gauge is filled."""
    words = texts["safety"]["margin"]
    state = row.state if row.state != states.FRESH else states.UNKNOWN
    last = f"{row.number} {row.unit_words}".strip() if row.number else ""
    quality = "" if row.is_usable or row.quality is None else str(texts["quality"][str(row.quality)])
    says = sentences.listed((say(words["last"], value=last) if last else "", quality))
    age = say(words["old"], age=age_words(row)) if row.time else str(words["never"])
    return Gauge(
        _name(row, texts),
        row.words(texts),
        state,
        None,
        str(words["unknown"]),
        is_over=False,
        says=says,
        value=age,
        datastream=row.name,
        levels=margin.levels,
        number=None,
        id=row.id,
    )


def _margin(margin: TriggerMargin, size: str, texts: Texts) -> str:
    return say(texts["safety"]["margin"]["is_over"], margin=size) if margin.reached else size


def _name(row: DatastreamRow, texts: Texts) -> str:
    return str(texts["facts"]["freeboard"]) if row.quantity == "freeboard" else row.short
