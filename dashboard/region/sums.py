"""Sums of a region as its page writes them: each twice, for facilities that go together and for such that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.region.models import Benchmark, BenchmarkShare, CommodityTotal
from api.studies.models import OutcomeSpread
from dashboard import numbers
from dashboard.value import amounts
from texts import Texts, say

FIGURES = 3


@dataclass(frozen=True)
class TotalRow:
    """One commodity in one class: P50, and P90 to P10, of each way to add."""

    material: str
    unfc: str
    facilities: str
    doubt: str
    recoverable: tuple[WrittenSpread, WrittenSpread]
    contained: tuple[WrittenSpread, WrittenSpread]


@dataclass(frozen=True)
class ShareRow:
    """What a year of one material is of the EU's consumption, or what is missing for that."""

    material: str
    yearly: tuple[WrittenSpread, WrittenSpread] | None
    left_out: str
    consumption: str
    source: str
    share: tuple[WrittenSpread, WrittenSpread] | None

    @property
    def share_together(self) -> str:
        """P50 [%] where facilities go together."""
        return self.share[1].mid if self.share else ""


@dataclass(frozen=True)
class WrittenSpread:
    """P50 and the range from P90 to P10, in words."""

    mid: str
    range: str


def total(one: CommodityTotal, texts: Texts) -> TotalRow:
    """Write a sum."""
    words = texts["region"]["totals"]
    doubts = [say(words["invented"], one.invented) if one.invented else ""]
    doubts.append(say(words["unsigned"], one.unsigned) if one.unsigned else "")
    return TotalRow(
        _material(one.element, texts),
        one.unfc or words["all_classes"],
        numbers.count(one.facilities),
        doubt=", ".join(filter(None, doubts)),
        recoverable=(_tonnes(one.recoverable_t.independent), _tonnes(one.recoverable_t.together)),
        contained=(_tonnes(one.contained_t.independent), _tonnes(one.contained_t.together)),
    )


def share(one: BenchmarkShare, texts: Texts) -> ShareRow:
    """Write a share, or what is missing."""
    words, known = texts["region"]["shares"], one.consumption
    without = one.facilities - one.with_throughput
    stated = (
        say(words["stated"], t=amounts.figures(known.tonnes_per_year, FIGURES), year=str(known.year)) if known else ""
    )
    return ShareRow(
        _material(one.element, texts),
        (_tonnes(one.yearly_t.independent), _tonnes(one.yearly_t.together)) if one.yearly_t else None,
        left_out=say(words["left_out"], without) if without else "",
        consumption=stated or words["denominator_missing"],
        source=say(words["source"], source=known.source, author=known.author) if known else words["enter_it"],
        share=(_percent(one.share.independent), _percent(one.share.together)) if one.share else None,
    )


def goals(found: Sequence[Benchmark], texts: Texts) -> str:
    """Write the benchmarks in one sentence."""
    words = texts["region"]["shares"]
    kinds = [say(words[one.kind], percent=numbers.fixed(100 * one.share, 0)) for one in found]
    return say(words["goals"], goals=", ".join(kinds))


def _material(element: str, texts: Texts) -> str:
    return str(texts["value"]["elements"].get(element, element))


def _tonnes(one: OutcomeSpread) -> WrittenSpread:
    low, mid, high = (amounts.figures(value, FIGURES) for value in (one.p90, one.p50, one.p10))
    return WrittenSpread(mid, amounts.spread(low, high))


def _percent(one: OutcomeSpread) -> WrittenSpread:
    low, mid, high = (amounts.percent(value) for value in (one.p90, one.p50, one.p10))
    return WrittenSpread(mid, amounts.spread(low, high))
