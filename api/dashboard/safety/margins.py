"""How much margin is left to the next level: one gauge a limit, the least margin first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.dashboard import numbers, states
from api.dashboard.rows import DatastreamRow, age_words
from api.dashboard.texts import Texts, say

from . import sentences
from .limits import Limit, Limits
from .watched import Watched

MINIMUM: Final = "minimum"
H_PER_D: Final = 24.0


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
    found = [_row(limits, watched, texts) for limits in _all(watched)]
    rows = [row for row in found if row is not None]
    return sorted(rows, key=lambda row: (row.share is None, -(row.share or 0.0), row.name))


def _all(watched: Watched) -> list[Limits]:
    """The limits of the plans, and the facility's minimum freeboard where no plan sets one."""
    limits = list(watched.limits)
    minimum = watched.facility.minimum_freeboard_m
    rows = watched.of_quantity("freeboard")
    if minimum is not None and rows and not any(one.datastream == rows[0].name for one in limits):
        limits.append(Limits(rows[0].name, False, (Limit(states.RED, minimum, MINIMUM),)))
    return limits


def _row(limits: Limits, watched: Watched, texts: Texts) -> Row | None:
    row = watched.row(limits.datastream)
    if row is None:
        return None
    title = row.words(texts)
    if row.state != states.GREEN or not row.is_usable or row.value is None:
        return _unknown(row, limits, title, texts)
    if limits.rate_over_s is not None:
        return _of_rate(row, limits, watched, title, texts)
    rate, reached = watched.rate(row.name), limits.reached(row.value)
    going = sentences.going(rate, row.unit, row.quantity, texts)
    says = sentences.listed((going, sentences.forecast(rate, limits, row.value, texts)))
    return Row(
        _name(row, texts), title, reached.level if reached else states.GREEN, limits.share(row.value),
        _margin(limits, row.value, row.unit_words, row.quantity, texts), reached is not None, says,
        f"{row.number} {row.unit_words}", row.name, limits.limits, row.value, row.id,
    )  # fmt: skip


def _of_rate(row: DatastreamRow, limits: Limits, watched: Watched, title: str, texts: Texts) -> Row:
    words = texts["safety"]["margin"]
    rate = watched.rate(row.name, limits.rate_over_s or 0.0)
    if rate is None:
        return _unknown(row, limits, title, texts)
    per_h, unit = rate.per_d / H_PER_D, f"{row.unit_words}/h"
    reached = limits.reached(per_h)
    says = say(words["rate"], hours=f"{(limits.rate_over_s or 0) / 3600:g}")
    return Row(
        _name(row, texts), title, reached.level if reached else states.GREEN, limits.share(per_h),
        _margin(limits, per_h, unit, "", texts), reached is not None, says, f"{numbers.number(per_h)} {unit}",
        row.name, limits.limits, per_h, row.id,
    )  # fmt: skip


def _unknown(row: DatastreamRow, limits: Limits, title: str, texts: Texts) -> Row:
    """A stale, rejected or missing value has no margin: the last one is said with its age, and no gauge is filled."""
    words = texts["safety"]["margin"]
    state = row.state if row.state != states.GREEN else states.UNKNOWN
    last = f"{row.number} {row.unit_words}".strip() if row.number else ""
    quality = "" if row.is_usable or row.quality is None else str(texts["quality"][str(row.quality)])
    says = sentences.listed((say(words["last"], value=last) if last else "", quality))
    age = say(words["old"], age=age_words(row)) if row.time else str(words["never"])
    return Row(
        _name(row, texts), title, state, None, str(words["unknown"]), False, says, age, row.name, limits.limits,
        None, row.id,
    )  # fmt: skip


def _margin(limits: Limits, value: float, unit: str, quantity: str, texts: Texts) -> str:
    margin = limits.margin(value)
    size = f"{numbers.number(abs(margin), quantity)} {unit}".strip()
    return say(texts["safety"]["margin"]["is_over"], margin=size) if limits.reached(value) else size


def _name(row: DatastreamRow, texts: Texts) -> str:
    return str(texts["facts"]["freeboard"]) if row.quantity == "freeboard" else row.short
