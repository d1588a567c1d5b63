"""What the comparison says: the verdict, six figures, the ranking, what turns the first two, what would settle it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from api.comparison.models import (
    ComparedAxis,
    ComparedFacility,
    ComparedIndicator,
    FacilityComparison,
    KnownIndicator,
    RankShares,
    SettlingStep,
)
from api.comparison.parameters import ComparisonQuery
from dashboard import numbers, pages
from dashboard.compare import scatter, told
from dashboard.key_figures import Fact
from dashboard.reads import Shown
from dashboard.verdict import VerdictBanner
from tailings.comparison import AXES, Axis
from texts import Texts, say

ON_A_PAGE: Final = 20
SURE: Final = 0.9
"""A facility that is first in so many of the draws comes first; of fewer the page says that it is open."""
SHOWN_SHARES: Final = 8
LOOKS: Final = 3
PERCENT: Final = 100
PARTS: Final = ("p1", "p2", "p3", "p4", "p5", "p6", "p7")
"""How the parts of a score are filled, in the order of the indicators of an axis."""
WHICH: Final = ("all", "facilities", "registers")


@dataclass(frozen=True)
class ScorePart:
    """What an indicator adds to a score [0 to 100]: where it begins, its width, of that the least, how it is filled."""

    left: float
    width: float
    least: float
    look: str


@dataclass(frozen=True)
class KnownCell:
    """An indicator of a facility: its index, what was said, its source, and the time of it."""

    index: str
    says: str
    source: str
    dated: Any


@dataclass(frozen=True)
class RankRow:
    """A line of the ranking."""

    facility: ComparedFacility
    address: str
    state: str
    own: RankShares
    other: RankShares
    range: str
    parts: list[ScorePart]
    parts_says: str
    shares: list[float]
    shares_says: str
    known: str
    cells: list[KnownCell | None]


def context(shown: Shown, found: FacilityComparison, asked: ComparisonQuery, texts: Texts) -> dict[str, Any]:
    """Make the page of a comparison."""
    words = texts["compare"]
    made = pages.shared(shown, texts, "compare", pages.zone_of(shown)) | {
        "now": found.now,
        "heading": words["title"],
        "subheading": words["subtitle"],
        "verdict": _verdict(found, texts),
        "facts": _facts(found, texts) if found.facilities else [],
        "by": asked.by,
        "fields": {axis: [one for one in found.indicators if one.axis == axis] for axis in AXES},
        "bounds": {
            one.name: (told.bound(one.at_0, one, texts), told.bound(one.at_1, one, texts)) for one in found.indicators
        },
        "stated": {one.name: getattr(asked, one.name) for one in found.indicators},
        "asked": asked,
        "which": WHICH,
        "is_moved": asked.model_fields_set - {"by", "limit"},
        "file": f"/api/v1/comparison/export?{_query(asked)}",
        "json": f"/api/v1/comparison?{_query(asked)}",
        "orders": [(axis, f"?{_query(asked, by=axis)}") for axis in AXES],
        "left": _left(found, texts),
        "rows": [],
    }
    made["data"]["commit"] = found.commit
    if not found.facilities or found.hazard is None or found.value is None:
        return made
    settling = {axis: [_step(one, texts) for one in of.settling] for axis, of in _axes(found)}
    return made | {
        "drawing": scatter.draw(found.facilities, texts, is_narrow=False),
        "narrow": scatter.draw(found.facilities, texts, is_narrow=True),
        "rows": [_row(one, found, asked.by, texts) for one in found.facilities],
        "counted": say(words["counted"], shown=numbers.count(len(found.facilities)), total=numbers.count(found.total)),
        "turning": {axis: _turning(of, texts) for axis, of in _axes(found)},
        "settling": settling,
        "looks": settling["hazard"][:LOOKS],
    }


def _axes(found: FacilityComparison) -> list[tuple[Axis, ComparedAxis]]:
    return [(axis, of) for axis in AXES if (of := getattr(found, axis)) is not None]


def _query(asked: ComparisonQuery, **changes: str) -> str:
    """The address of what was asked for, without what stands there anyway."""
    given = asked.model_dump(exclude_defaults=True, exclude={"limit"}) | changes
    return urlencode(given)


def _verdict(found: FacilityComparison, texts: Texts) -> VerdictBanner:
    words, hazard, value = texts["compare"], found.hazard, found.value
    if hazard is None or value is None:
        return VerdictBanner("", words["none"], words["none_says"])
    first, second, leader = hazard.first, hazard.second, value.first
    if second is None:
        return VerdictBanner("", say(words["single"], name=first.name), words["single_says"], words["note"])
    title = say(words["sure" if first.first >= SURE else "open"], name=first.name)
    says = say(
        words["says"],
        name=first.name,
        first=_percent(first.first),
        second=second.name,
        leader=leader.name,
        share=_percent(leader.first),
    )
    return VerdictBanner("", title, says, words["note"])


def _facts(found: FacilityComparison, texts: Texts) -> list[Fact]:
    words, listed = texts["compare"]["facts"], found.facilities
    own = sum(one.facility is not None for one in listed)
    leads = [
        Fact(words[axis], of.first.name, sub=say(words["share"], share=_percent(of.first.first)))
        for axis, of in _axes(found)
    ]
    turning = found.hazard.turning if found.hazard else None
    moved = Fact(words["moved"], words["never"], sub=words["never_sub"])
    if turning is not None:
        moved = Fact(words["moved"], _percent(turning.moved, 1), "%", words["moved_sub"])
    sure = numbers.fixed(PERCENT * 0.5 / math.sqrt(found.draws), 1)
    return [
        Fact(
            words["compared"],
            numbers.count(found.total),
            sub=say(words["compared_sub"], own=own, rows=len(listed) - own),
        ),
        *leads,
        Fact(words["unseen"], numbers.count(found.unseen), sub=words["unseen_sub"]),
        moved,
        Fact(words["draws"], numbers.count(found.draws), sub=say(words["draws_sub"], sure=sure)),
    ]


def _left(found: FacilityComparison, texts: Texts) -> list[str]:
    """What is not compared."""
    words = texts["compare"]
    counts = (("silent", found.silent_entries), ("left_out", found.left_out))
    return [say(words[name], count) for name, count in counts if count]


def _row(one: ComparedFacility, found: FacilityComparison, by: Axis, texts: Texts) -> RankRow:
    words = texts["compare"]
    own, other = (one.hazard, one.value) if by == "hazard" else (one.value, one.hazard)
    first_three = [*own.shares, 0.0, 0.0, 0.0]
    return RankRow(
        facility=one,
        address=f"/f/{one.facility}/safety" if one.facility else f"/register/{one.entry}",
        state=scatter.state_of(one),
        own=own,
        other=other,
        range=words["always"] if own.rank_low == own.rank_high else _between(own, texts),
        parts=_parts(one, found.indicators, by),
        parts_says=_parts_says(one, found.indicators, by, texts),
        shares=[PERCENT * share for share in own.shares[:SHOWN_SHARES]],
        shares_says=say(
            words["shares_says"],
            None,
            **dict(zip(("first", "second", "third"), map(_percent, first_three), strict=False)),
        ),
        known=say(words["known_of"], n=sum(it.is_known for it in one.indicators), total=len(one.indicators)),
        cells=[_cell(it, texts) for it in one.indicators],
    )


def _between(own: RankShares, texts: Texts) -> str:
    return say(texts["compare"]["range"], low=numbers.count(own.rank_low), high=numbers.count(own.rank_high))


def _of_axis(
    one: ComparedFacility, indicators: Sequence[ComparedIndicator], by: Axis
) -> list[tuple[ComparedIndicator, KnownIndicator]]:
    return [(of, it) for of, it in zip(indicators, one.indicators, strict=True) if of.axis == by]


def _parts(one: ComparedFacility, indicators: Sequence[ComparedIndicator], by: Axis) -> list[ScorePart]:
    found, left = [], 0.0
    for look, (of, it) in zip(PARTS, _of_axis(one, indicators, by), strict=False):
        weight = PERCENT * of.weight
        if width := weight * centre(it):
            found.append(ScorePart(left, width, weight * it.low, look))
        left += width
    return found


def _parts_says(one: ComparedFacility, indicators: Sequence[ComparedIndicator], by: Axis, texts: Texts) -> str:
    names = texts["compare"]["indicators"]
    return ", ".join(
        f"{names[of.name]} {numbers.fixed(PERCENT * of.weight * centre(it), 0)}"
        for of, it in _of_axis(one, indicators, by)
        if of.weight
    )


def centre(one: KnownIndicator) -> float:
    """The middle of an indicator, by which the order is made."""
    return (one.low + one.high) / 2 if one.middle is None else one.middle


def _cell(one: KnownIndicator, texts: Texts) -> KnownCell | None:
    words = texts["compare"]
    if one.source is None:
        return None
    low, high = _percent(one.low), _percent(one.high)
    index = low if low == high else say(words["range"], low=low, high=high)
    if one.middle is not None and low != high:
        index = f"{index}, {say(words['middle'], middle=_percent(one.middle))}"
    return KnownCell(index, told.words(one, texts), str(words["sources"][one.source]), one.dated)


def _turning(of: ComparedAxis, texts: Texts) -> str:
    words = texts["compare"]
    if of.second is None:
        return str(words["no_second"])
    named = {"first": of.first.name, "second": of.second.name}
    if of.turning is None:
        return say(words["never"], None, **named)
    if not of.turning.moves:
        return say(words["equal"], None, **named)
    names = words["indicators"]
    moves = [
        say(words["move"], share=_percent(one.share, 1), giver=names[one.giver], receiver=names[one.receiver])
        for one in of.turning.moves
    ]
    return say(words["turns"], None, **named, moved=_percent(of.turning.moved, 1), moves=", ".join(moves))


@dataclass(frozen=True)
class SettlingRow:
    """What would settle a rank: whose, what is missing, how far it is open now and then, what to do, what it costs."""

    name: str
    address: str
    missing: str
    now: str
    known: str
    does: str
    cost: str
    says: str


def _step(one: SettlingStep, texts: Texts) -> SettlingRow:
    words = texts["compare"]
    now, known = numbers.fixed(one.now, 1), numbers.fixed(one.known, 1)
    cost = words["no_cost"]
    if one.cost is not None:
        cost = say(words["step"], name=one.measure, cost=numbers.count(one.cost), currency=one.currency)
    return SettlingRow(
        name=one.name,
        address=f"/f/{one.facility}" if one.facility else f"/register/{one.key.partition(':')[2]}",
        missing=words["indicators"][one.indicator],
        now=now,
        known=known,
        does=words["steps"][one.indicator],
        cost=str(cost),
        says=say(words["settle_sub"], now=now, known=known),
    )


def _percent(share: float, places: int = 0) -> str:
    return numbers.fixed(PERCENT * share, places)
