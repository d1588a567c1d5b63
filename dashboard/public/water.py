"""The water on the public page: one sentence, then each limit with what was found and whose limit it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.disclosure.models import PublicFacility, PublicWater
from api.water.models import WaterLimit
from dashboard import states
from dashboard.full_times import full_day
from dashboard.water import verdicts
from texts import Texts, say

QUANTIFIED: Final = frozenset({"loq-above-standard", "loq-share"})
"""Reasons and notes of a verdict that speak of a limit of quantification."""


@dataclass(frozen=True)
class WaterLine:
    """One limit in words; state: the shape beside it."""

    state: str
    name: str
    outcome: str
    found: str
    basis: str
    source: str
    address: str
    since: str


def verdict(water: PublicWater | None, texts: Texts) -> tuple[str, str]:
    """Give the state and the sentence of the whole; met is said only where nothing is left open."""
    words = texts["public"]["water"]
    if water is None:
        return states.UNKNOWN, words["closed"]
    over = sum(one.outcome == "exceeded" for one in water.limits)
    left = sum(one.outcome == "not-decided" for one in water.limits)
    state = states.OF_WATER[water.outcome]
    if over:
        also = say(words["also_open"], left) if left else ""
        return state, " ".join(filter(None, (say(words["exceeded"], over), also)))
    if left:
        return state, say(words["open"], left)
    if not water.limits:
        return states.UNKNOWN, words["no_limit" if water.samples else "no_samples"]
    return state, say(words["met"], len(water.limits))


def basis(found: PublicFacility, texts: Texts) -> str:
    """Say by how many samples, and of which day the newest is; '' where there are none."""
    water = found.water
    if water is None or water.newest is None:
        return ""
    day = full_day(water.newest, found.timezone)
    return say(texts["public"]["water"]["basis"], water.samples, day=day)


def quantification(water: PublicWater | None, texts: Texts) -> str:
    """Say what a limit of quantification is, where a line speaks of one; else ''."""
    for one in water.limits if water is not None else ():
        if one.below or QUANTIFIED & {one.reason, *one.notes}:
            return str(texts["public"]["water"]["quantification"])
    return ""


def lines(limits: Sequence[WaterLimit], texts: Texts, zone: str) -> list[WaterLine]:
    """Give each limit its line, in the order of the answer; days are those of the zone."""
    return [_line(one, texts, zone) for one in limits]


def _line(one: WaterLimit, texts: Texts, zone: str) -> WaterLine:
    words, of_water, row = texts["public"]["water"], texts["water"], verdicts.line(one, texts, zone)
    allowed = say(words["allowed" if one.least is None else "range"], limit=row.limit, unit=row.unit)
    value = words["not_found"] if one.value is None else say(words["found"], value=row.value, unit=row.unit)
    return WaterLine(
        state=row.state,
        name=say(
            words["at"],
            name=substance(one.symbol, texts),
            medium=of_water["media"][one.medium],
            point=one.point,
            statistic=of_water["limits"]["statistics"][one.statistic],
        ),
        outcome=words["outcomes"][one.outcome],
        found=f"{value}, {allowed}",
        basis=row.says,
        source=row.source,
        address=row.address if row.address.startswith("https://") else "",
        since=row.since,
    )


def substance(symbol: str, texts: Texts) -> str:
    """Say what a symbol stands for, with the symbol; the symbol alone where the catalogue has no name."""
    named = texts["public"]["substances"].get(symbol) or texts["value"]["elements"].get(symbol)
    return f"{named} ({symbol})" if named and symbol not in named else str(named or symbol)
