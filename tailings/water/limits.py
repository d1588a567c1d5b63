"""Limits for water as dated rows with their source, and what laboratory values say against them.

An annual mean needs the laboratory's values of a year at one point; a probe cannot show it, nor can one sample. Where
the fraction is not the limit's, or the water is another, the figure is shown and nothing is claimed.

Source: tailings/water/limits.toml, each row by its own source; the mean by Directive 2008/105/EC, Annex I Part B(1).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from msgspec import Struct

from tailings.water.samples import Sample

FILE: Final = Path(__file__).with_name("limits.toml")
YEAR: Final = dt.timedelta(days=365)
UG_PER: Final = {"ug/L": 1.0, "mg/L": 1e3}
HARDNESS_MG_L: Final = (40.0, 50.0, 100.0, 200.0)
"""Where the hardness classes 2 to 5 begin, mg/L CaCO3 (Directive 2013/39/EU, Annex II, footnote 6)."""
Claim = Literal["exceeded", "met", "indication", "no-samples"]


class Source(Struct, frozen=True):
    """Where limits come from."""

    key: str
    title: str
    address: str
    date: str


class Limit(Struct, frozen=True):
    """One limit. `checked` secondary: its text was not read, somebody else repeats it."""

    symbol: str
    statistic: Literal["annual-mean", "maximum", "range"]
    medium: str
    most: float
    unit: str
    fraction: Literal["dissolved", "total", "bioavailable"]
    valid_from: dt.date
    source: str
    checked: Literal["read", "secondary"]
    least: float | None = None
    hardness_class: int | None = None
    hardness: str | None = None
    note: str = ""

    @property
    def kept_most(self) -> float:
        """The limit in the unit in which analyses are kept (ug/L; pH and uS/cm as they are)."""
        return self.most * UG_PER.get(self.unit, 1.0)


class Judged(Struct, frozen=True):
    """A limit against the samples of one point: the statistic's value, of how many samples, and what may be said.

    value in the kept unit; None without samples. `is_over` is the comparison itself; `claim` says exceeded or met only
    where fraction, water and number of samples allow it. why: words of the doubts, as keys.
    """

    limit: Limit
    point: str
    value: float | None
    is_over: bool
    samples: int
    below: int
    claim: Claim
    why: tuple[str, ...] = ()
    last: dt.datetime | None = None


class _File(Struct, frozen=True):
    source: tuple[Source, ...]
    limit: tuple[Limit, ...]


@cache
def _file() -> _File:
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), _File)


def sources() -> dict[str, Source]:
    """Return the sources by their key."""
    return {source.key: source for source in _file().source}


def in_force(day: dt.date) -> list[Limit]:
    """Return the newest limits of each substance, statistic, medium and hardness class that hold on a day."""
    found: dict[tuple[object, ...], Limit] = {}
    for limit in sorted(_file().limit, key=lambda limit: limit.valid_from):
        if limit.valid_from <= day:
            found[limit.symbol, limit.statistic, limit.medium, limit.hardness_class] = limit
    return list(found.values())


def hardness_class(samples: Iterable[Sample]) -> int | None:
    """Return the class of the mean hardness of samples, None when none was measured."""
    found = [a.reckoned / 1e3 for sample in samples if (a := sample.of("CaCO3"))]
    if not found:
        return None
    mean = sum(found) / len(found)
    return 1 + sum(mean >= begins for begins in HARDNESS_MG_L)


def judge(limit: Limit, point: str, samples: Sequence[Sample], now: dt.datetime) -> Judged:
    """Judge one limit by the samples of one point that are not older than a year."""
    recent = [one for one in samples if one.point == point and now - YEAR < one.taken_at <= now]
    wanted = "dissolved" if limit.fraction == "bioavailable" else limit.fraction
    found = [(one, a) for one in recent if (a := one.of(limit.symbol, wanted) or one.of(limit.symbol))]
    if not found:
        return Judged(limit, point, None, False, 0, 0, "no-samples")
    values = [analysis.reckoned for _, analysis in found]
    value = sum(values) / len(values) if limit.statistic == "annual-mean" else _furthest(limit, values)
    is_over = value > limit.kept_most or (limit.least is not None and value < limit.least)
    why = _doubts(limit, found, wanted, recent)
    below = sum(analysis.sign == "<" for _, analysis in found)
    claim: Claim = "indication" if why else "exceeded" if is_over else "met"
    last = max(sample.taken_at for sample, _ in found)
    return Judged(limit, point, value, is_over, len(found), below, claim, why, last)


def _furthest(limit: Limit, values: Sequence[float]) -> float:
    if limit.least is None:
        return max(values)
    middle = (limit.least + limit.kept_most) / 2
    return max(values, key=lambda value: abs(value - middle))


def _doubts(
    limit: Limit, found: Sequence[tuple[Sample, object]], wanted: str, recent: Sequence[Sample]
) -> tuple[str, ...]:
    """Say why a comparison is no statement on compliance."""
    doubts = []
    if any(sample.medium != limit.medium for sample, _ in found):
        doubts.append("other-water")
    if any(sample.of(limit.symbol, wanted) is None for sample, _ in found):
        doubts.append("other-fraction")
    if limit.fraction == "bioavailable":
        doubts.append("bioavailable")
    if limit.hardness_class is not None and hardness_class(recent) is None:
        doubts.append("no-hardness")
    return tuple(doubts)


def applicable(samples: Sequence[Sample], point: str, now: dt.datetime) -> list[Limit]:
    """Return the limits of what was found at a point: those of its water, or of all waters where none is of its own.

    Of limits by hardness the class of the samples counts; without a hardness the strictest.
    """
    recent = [one for one in samples if one.point == point]
    symbols = {analysis.symbol for one in recent for analysis in one.analyses}
    media = {one.medium for one in recent}
    known = [limit for limit in in_force(now.date()) if limit.symbol in symbols]
    own = [limit for limit in known if limit.medium in media]
    number = hardness_class(recent) or 1
    chosen = own or [limit for limit in known if limit.medium == "surface water"]
    return [limit for limit in chosen if limit.hardness_class in (None, number)]


ORDER: Final[dict[Claim, int]] = {"exceeded": 0, "indication": 1, "met": 2, "no-samples": 3}


def judge_all(samples: Sequence[Sample], now: dt.datetime) -> list[Judged]:
    """Judge all limits that apply to what was found, point by point; exceeded ones first."""
    judged = [
        judge(one, point, samples, now)
        for point in sorted({one.point for one in samples})
        for one in applicable(samples, point, now)
    ]
    return sorted(judged, key=lambda one: (ORDER[one.claim], not one.is_over, one.point, one.limit.symbol))
