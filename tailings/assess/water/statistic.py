"""An annual mean, a maximum or a range of the results of one year against its limit; the rules are named at each.

Concentrations are compared as the decimals that were written: a mean of 0.09 does not exceed 0.09 by a rounding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from msgspec.structs import replace

from tailings.analytes import BELOW_ZERO
from tailings.assess.water.values import LimitVerdict
from tailings.assess.water.year import SampledYear
from tailings.water import limits
from tailings.water.limits import LegalLimit

ZERO: Final = Decimal(0)
UNBOUNDED: Final = Decimal("-Infinity")


class DatedResult(NamedTuple):
    """One result in the kept unit, with the day of its sample by the facility's clock, and its time."""

    day: dt.date
    at: dt.datetime
    value: Decimal
    sign: str


class _Mean(NamedTuple):
    """What the results of a year say of their mean.

    value: with half of each limit of quantification; highest: with the whole of it; lowest_sum: the sum without them.
    loq: the highest limit of quantification of a result below it, 0 without one. is_open: a result is above its range.
    """

    value: Decimal
    highest: Decimal
    lowest_sum: Decimal
    loq: Decimal
    is_open: bool

    @property
    def is_less(self) -> bool:
        """Whether it is to be said as less than its limit of quantification."""
        return self.value < self.loq and not self.is_open


def _mean_of(results: Sequence[DatedResult]) -> _Mean:
    half, below = exact(limits.value_of("half-loq")), [one.value for one in results if one.sign == "<"]
    lowest_sum = sum((one.value for one in results if one.sign != "<"), ZERO)
    below_sum = sum(below, ZERO)
    return _Mean(
        value=(lowest_sum + half * below_sum) / len(results),
        highest=(lowest_sum + below_sum) / len(results),
        lowest_sum=lowest_sum,
        loq=max(below, default=ZERO),
        is_open=any(one.sign == ">" for one in results),
    )


def judge_mean(verdict: LimitVerdict, results: Sequence[DatedResult], sampled: SampledYear) -> LimitVerdict:
    """Judge an annual mean (rules "annual-mean", "half-loq", "less-than-loq", "loq-above-standard", "certain")."""
    most, found = _most(verdict.limit), _mean_of(results)
    lacking = sampled.lacking([one.day for one in results])
    is_sure = not lacking or _lowest(verdict.limit) == ZERO
    value, sign = (found.loq, "<") if found.is_less else (found.value, ">" if found.is_open else "")
    told = _noted(counted(replace(verdict, value=float(value), sign=sign), results, sampled), results)
    surely = most * (len(results) + lacking)
    if is_sure and (found.lowest_sum > surely or (found.is_open and found.lowest_sum == surely)):
        return replace(told, outcome="exceeded", reason="", notes=(*(("incomplete",) if lacking else ()), *told.notes))
    if lacking:
        return replace(told, reason="too-few-samples")
    if found.is_open:
        return replace(told, reason="above-range")
    if found.is_less and found.loq > most and found.highest > most:
        return replace(told, reason="loq-above-standard")
    return replace(told, outcome="met" if found.is_less or found.value <= most else "exceeded", reason="")


def judge_each(verdict: LimitVerdict, results: Sequence[DatedResult], sampled: SampledYear) -> LimitVerdict:
    """Judge a maximum or a range, sample by sample (rules "maximum", "maximum-complete", "above-range")."""
    limit, most = verdict.limit, _most(verdict.limit)
    least = _lowest(limit) if limit.least is None else exact(limit.analyte.convert(limit.least))
    over = [one for one in results if _is_outside(one, least, most)]
    deciding = [one for one in results if _is_inside(one, least, most)]
    above = [one for one in results if one.sign == ">" and one not in over]
    middle = (least + most) / 2 if limit.least is not None else None

    def worse(one: DatedResult) -> tuple[bool, Decimal]:
        return one.sign != "<", one.value if middle is None else abs(one.value - middle)

    shown = max(over or deciding + above or results, key=worse)
    told = _noted(replace(verdict, value=float(shown.value), sign=shown.sign), results)
    if over:
        return replace(counted(told, results, sampled), outcome="exceeded", reason="")
    blunt = len(results) - len(deciding) - len(above)
    told = replace(counted(told, deciding, sampled), ignored=blunt)
    if above:
        return replace(told, reason="above-range")
    if deciding and not sampled.lacking([one.day for one in deciding]):
        return replace(told, outcome="met", reason="")
    is_sampled = not sampled.lacking([one.day for one in results])
    return replace(told, reason="loq-above-standard" if blunt and is_sampled else "too-few-samples")


def _is_outside(one: DatedResult, least: Decimal, most: Decimal) -> bool:
    """Whether a result is outside of least to most for certain, wherever in its interval the truth lies."""
    if one.sign == ">":
        return one.value >= most
    if one.sign == "<":
        return ZERO < one.value <= least
    return not least <= one.value <= most


def _is_inside(one: DatedResult, least: Decimal, most: Decimal) -> bool:
    """Whether a result is inside for certain; no concentration is below zero."""
    if one.sign == ">":
        return False
    if one.sign == "<":
        return one.value <= most and least == ZERO
    return least <= one.value <= most


def counted(verdict: LimitVerdict, results: Sequence[DatedResult], sampled: SampledYear) -> LimitVerdict:
    """Say how many of the samples that the source asks for these results are."""
    days = [one.day for one in results]
    missing = sampled.missing(days)
    return replace(
        verdict,
        required=sampled.required,
        counted=max(sampled.required - sampled.lacking(days), 0),
        missing=sampled.names(missing),
    )


def _noted(verdict: LimitVerdict, results: Iterable[DatedResult]) -> LimitVerdict:
    """Note a method whose limit of quantification is above its share of the standard (rule "loq-share")."""
    most = exact(limits.value_of("loq-share")) * _most(verdict.limit)
    is_blunt = any(one.sign == "<" and one.value > most for one in results)
    return replace(verdict, notes=("loq-share",)) if is_blunt else verdict


def _lowest(limit: LegalLimit) -> Decimal:
    """Below what no result of a limit's substance can be."""
    return UNBOUNDED if limit.symbol in BELOW_ZERO else ZERO


def _most(limit: LegalLimit) -> Decimal:
    return exact(limit.analyte.convert(limit.most))


def exact(value: float) -> Decimal:
    """The decimal that was written, of the float that it was read into."""
    return Decimal(repr(value))
