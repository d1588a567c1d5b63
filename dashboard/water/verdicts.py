"""The limits of the water page: a line a limit with what was found, and the verdict on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from api.water.models import Water, WaterDrainage, WaterLimit
from dashboard import numbers, states
from dashboard.full_times import full_day
from dashboard.verdict import MAX_NAMES, VerdictBanner
from texts import Texts, say, writing

TWICE: Final = 2.0
FIGURES: Final = 3
MAX_FIGURES: Final = 12


@dataclass(frozen=True)
class LimitRow:
    """One line of the limits' table."""

    judged: WaterLimit
    state: str
    name: str
    limit: str
    value: str
    unit: str
    margin: str
    says: str
    source: str
    address: str
    since: str
    mark: str

    @property
    def place(self) -> str:
        """The limit with its point, as the verdict names it."""
        return f"{self.name} ({self.judged.point})"


def lines(found: Water, texts: Texts) -> list[LimitRow]:
    """Give a line of each limit, exceeded ones first."""
    zone = found.overview.facilities[0].facility.timezone
    return [line(one, texts, zone) for one in found.limits]


def without_limit(found: Water, texts: Texts) -> str:
    """Name the points for whose water there is no limit; '' when there is none such."""
    words = texts["water"]["limits"]
    places = [
        say(words["unlimited_place"], one.samples, medium=texts["water"]["media"][one.medium], point=one.point)
        for one in found.without_limit
    ]
    return say(words["unlimited"], places=", ".join(places)) if places else ""


def verdict(found: Water, made: Sequence[LimitRow], kind: WaterDrainage, texts: Texts) -> VerdictBanner:
    """Answer 'do we meet the limits, is it acidifying?'; met is said only when no limit is left open."""
    words = texts["water"]["verdict"]
    about = drainage(kind, texts)
    over = [line for line in made if line.judged.outcome == "exceeded"]
    left = [line for line in made if line.judged.outcome == "not-decided"]
    state = states.OF_WATER[found.outcome]
    if over:
        named = say(words["which"], names=_names(over))
        also = say(words["also_open"], len(left)) if left else ""
        return VerdictBanner(state, say(words["over"], len(over)), " ".join(filter(None, (named, also, about))))
    if left:
        title = say(words["open"], len(left), total=len(made))
        return VerdictBanner(state, title, f"{say(words['open_which'], names=_names(left))} {about}".strip())
    if not made:
        title = words["no_limit" if found.without_limit else "no_samples"]
        return VerdictBanner(state, title, f"{words['probe']} {about}".strip())
    return VerdictBanner(state, say(words["met"], len(made)), about, words["laboratory"])


def drainage(kind: WaterDrainage, texts: Texts) -> str:
    """Say in one sentence what kind the water is, by which value, and whether it gets worse; '' of an unknown one."""
    words = texts["water"]["verdict"]
    if kind.kind == "unknown":
        return ""
    trend = "worsening" if kind.is_acidifying else "not_worsening" if kind.evaluated else "no_trend"
    name = texts["water"]["kinds"][kind.kind]
    return say(words["kind"], kind=name, value=_deciding(kind, texts), trend=words[trend]) + "."


def _deciding(kind: WaterDrainage, texts: Texts) -> str:
    """Give the value that makes the kind: the sulphate of saline water, else the pH."""
    words, wanted = texts["water"]["verdict"], "sulphate" if kind.kind == "saline" else "ph"
    one = next((one for one in kind.reasons if one.code.partition("-")[0] == wanted), None)
    if one is None:
        return ""
    return say(words["value"], value=say(words[wanted], value=numbers.number(one.value, wanted)))


def _names(some: Sequence[LimitRow]) -> str:
    return ", ".join(dict.fromkeys(line.place for line in some[:MAX_NAMES]))


def line(one: WaterLimit, texts: Texts, zone: str) -> LimitRow:
    """Set out one limit: what was found, what is allowed, and what the verdict stands on; days in the zone."""
    words = texts["water"]["limits"]
    dates = "since" if one.valid_to is None else "between"
    return LimitRow(
        judged=one,
        state=states.OF_WATER[one.outcome],
        name=f"{one.symbol} {words['statistics'][one.statistic]}",
        limit=_limit(one),
        value=_value(one),
        unit=numbers.unit_words(one.unit),
        margin=_margin(one, texts),
        says=_basis(one, texts, zone),
        source=one.source,
        address=one.address,
        since=say(words[dates], first=writing.day(one.valid_from), last=one.valid_to and writing.day(one.valid_to)),
        mark=words["marks"].get(one.checked, ""),
    )


def _value(one: WaterLimit) -> str:
    """Write what was found with three figures, or more where these would stand on another side of a limit."""
    if one.value is None:
        return one.sign
    sides = [_side(one.value, limit) for limit in _ends(one)]
    for figures in range(FIGURES, MAX_FIGURES):
        rounded = float(f"{one.value:.{figures}g}")
        if [_side(rounded, limit) for limit in _ends(one)] == sides:
            return f"{one.sign}{numbers.short(one.value, figures)}"
    return f"{one.sign}{numbers.short(one.value, MAX_FIGURES)}"


def _ends(one: WaterLimit) -> Iterator[float]:
    yield one.most
    if one.least is not None:
        yield one.least


def _side(value: float, limit: float) -> int:
    """-1 below a limit, 0 at it, 1 above."""
    return (value > limit) - (value < limit)


def _limit(one: WaterLimit) -> str:
    most = numbers.short(one.most)
    return most if one.least is None else f"{numbers.short(one.least)}–{most}"


def _basis(one: WaterLimit, texts: Texts, zone: str) -> str:
    """Say what a verdict stands on: samples, what of them does not count, and why nothing is decided."""
    words = texts["water"]["limits"]
    counts = (("of", one.samples), ("below", one.below), ("ignored", one.ignored))
    parts = [say(words[key], number) for key, number in counts if number]
    parts += [_why(words["why"][key], one, texts, zone) for key in (one.reason, *one.notes) if key]
    return "; ".join(parts)


def _why(text: str, one: WaterLimit, texts: Texts, zone: str) -> str:
    fractions = texts["water"]["fractions"]
    return say(
        text,
        counted=one.counted,
        required=one.required,
        missing=", ".join(map(_months, one.missing)),
        fraction=fractions.get(one.value_fraction, one.value_fraction),
        wanted=fractions[one.fraction],
        newest=full_day(one.newest, zone) if one.newest else "",
    )


def _months(span: str) -> str:
    """Write a month ('2026-03'), or from which to which ('2026-01/2026-03'), in which a sample is missing."""
    return "–".join(map(writing.month_of_year, span.split("/")))


def _margin(one: WaterLimit, texts: Texts) -> str:
    """Say the room to the limit as a share of it, where it is decided by a figure; a range has none, nor has zero."""
    words = texts["water"]["limits"]
    if one.value is None or one.sign or one.outcome == "not-decided" or one.least is not None:
        return ""
    if one.most == 0 or one.value < 0:
        return ""
    share = one.value / one.most
    key = "times" if share >= TWICE else "over" if one.outcome == "exceeded" else "left"
    percent = abs(1 - share) * 100
    if round(percent) == 0:  # not "0 % over"
        return say(words[key], percent=numbers.short(percent, 1))
    return say(words[key], share=numbers.fixed(share, 1), percent=round(percent))
