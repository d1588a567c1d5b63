"""Holds the samples of a facility against all limits in force: place by place, each limit in its own water."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tailings.analytes import FRACTIONS
from tailings.assess.model import WaterOutcome
from tailings.assess.water.statistic import DatedResult, counted, exact, judge_each, judge_mean
from tailings.assess.water.values import LimitVerdict, Unlimited, WaterVerdict
from tailings.assess.water.year import year_of
from tailings.water import ParsedSample, limits
from tailings.water.limits import HARDNESS_MG_L, LegalLimit

HARDNESS: Final = "CaCO3"
UG_PER_MG: Final = 1000
DAY: Final = dt.timedelta(days=1)
YEAR: Final = dt.timedelta(days=366)
ORDER: Final[dict[WaterOutcome, int]] = {"exceeded": 0, "not-decided": 1, "met": 2}


class _FacilityDay(NamedTuple):
    """Today by the facility's clock; next_day: that of the next instant, which is today until the day is over."""

    zone: ZoneInfo
    today: dt.date
    next_day: dt.date

    @classmethod
    def of(cls, now: dt.datetime, zone: str) -> _FacilityDay:
        """The day of an instant."""
        today, next_day = (at.astimezone(ZoneInfo(zone)).date() for at in (now, now + dt.timedelta.resolution))
        return cls(ZoneInfo(zone), today, next_day)


class _Place(NamedTuple):
    """The samples of one water at one point, and the day on which they are judged."""

    point: str
    medium: str
    samples: tuple[ParsedSample, ...]
    on: _FacilityDay

    def results(self, limit: LegalLimit, fraction: str) -> list[DatedResult]:
        """The results of a limit's substance in one fraction, of samples since the limit took effect."""
        found = [(one, analysis) for one in self.samples if (analysis := one.of(limit.symbol, fraction)) is not None]
        results = [
            DatedResult(
                one.taken_at.astimezone(self.on.zone).date(), one.taken_at, exact(analysis.value), analysis.sign
            )
            for one, analysis in found
        ]
        return [one for one in results if one.day >= limit.valid_from]


def look_back(now: dt.datetime) -> dt.datetime:
    """Since when samples are asked for: what was sampled after it, and not in the last year, is outdated."""
    return now - YEAR * limits.value_of("outdated")


def assess(
    samples: Iterable[ParsedSample],
    permit: Sequence[LegalLimit],
    now: dt.datetime,
    zone: str,
    since: dt.date | None = None,
) -> WaterVerdict:
    """Hold samples against all limits in force now, of law and of the permit (rules "in-force" and "permit").

    A limit of law is held against what was sampled of its substance, in its own water, since `look_back`. since: limits
    that ended on this day or after it are held too, each as on its last day (rule "ended"). At the last instant of a
    day that day is over, and with it its month, sampled or not (rule "year").
    """
    on = _FacilityDay.of(now, zone)
    taken = [one for one in samples if look_back(now) < one.taken_at <= now]
    places = _places(taken, on)
    found = _in_force(places, permit, on)
    for last_day in _last_days(permit, since or on.today, on.today):
        then = [one for one in taken if one.taken_at.astimezone(on.zone).date() <= last_day]
        at_end = _FacilityDay(on.zone, last_day, last_day + DAY)
        held = _in_force(_places(then, at_end), permit, at_end)
        found += [_ended(one, last_day) for one in held if not _goes_on(one.limit, last_day)]
    judged = {(one.point, one.limit.medium) for one in found}
    unlimited = [
        Unlimited(place.point, place.medium, recent)
        for place in places
        if (place.point, place.medium) not in judged
        and (recent := sum(one.taken_at > now - YEAR for one in place.samples))
    ]
    found.sort(key=lambda one: (ORDER[one.outcome], one.point, one.limit.symbol, one.limit.statistic))
    return WaterVerdict(tuple(found), tuple(unlimited))


def _in_force(places: Sequence[_Place], permit: Iterable[LegalLimit], on: _FacilityDay) -> list[LimitVerdict]:
    """What is said of each limit that holds on a day."""
    own = [one for one in permit if one.is_in_force(on.today)]
    known = {(place.point, place.medium): place for place in places}
    found = [_judge(one, known.get((str(one.point), one.medium)) or _nowhere(one, on)) for one in own]
    return found + [verdict for place in places for verdict in _by_law(place)]


def _last_days(permit: Iterable[LegalLimit], since: dt.date, today: dt.date) -> list[dt.date]:
    """The days from `since` to yesterday that may be the last one of a limit."""
    of_law = {one.valid_from - DAY for one in limits.of_law()}
    return sorted(day for day in of_law | {one.valid_to for one in permit if one.valid_to} if since <= day < today)


def _goes_on(limit: LegalLimit, day: dt.date) -> bool:
    """Whether a limit that holds on a day holds on the next one too."""
    return limit.is_in_force(day + DAY) and (limit.point is not None or limit in limits.in_force(day + DAY))


def _ended(verdict: LimitVerdict, last_day: dt.date) -> LimitVerdict:
    return replace(verdict, limit=replace(verdict.limit, valid_to=last_day))


def _places(samples: Iterable[ParsedSample], on: _FacilityDay) -> list[_Place]:
    by_place: dict[tuple[str, str], list[ParsedSample]] = {}
    for one in samples:
        by_place.setdefault((one.point, one.medium), []).append(one)
    return [_Place(*place, tuple(found), on) for place, found in sorted(by_place.items())]


def _nowhere(limit: LegalLimit, on: _FacilityDay) -> _Place:
    return _Place(str(limit.point), limit.medium, (), on)


def _by_law(place: _Place) -> list[LimitVerdict]:
    sampled = {analysis.symbol for sample in place.samples for analysis in sample.analyses}
    own = [one for one in limits.in_force(place.on.today) if one.medium == place.medium and one.symbol in sampled]
    own.sort(key=lambda one: (one.symbol, one.statistic, one.hardness_class or 0))
    return [_judge_classes(list(rows), place) for _, rows in groupby(own, key=lambda one: (one.symbol, one.statistic))]


def _judge_classes(classes: Sequence[LegalLimit], place: _Place) -> LimitVerdict:
    """Judge by the class of the mean hardness; without one only what all classes, strictest first, agree on."""
    found = [_judge(one, place) for one in classes]
    if len(found) == 1:
        return found[0]
    number = _hardness_class(place, found[0])
    if number is not None:
        return found[number - 1]
    outcomes = {one.outcome for one in found}
    if len(outcomes) > 1:
        return replace(found[0], outcome="not-decided", reason="no-hardness")
    if found[0].outcome == "not-decided":
        return found[0]
    agreed = found[0] if found[0].outcome == "met" else found[-1]
    return replace(agreed, notes=(*agreed.notes, "class-unknown"))


def _hardness_class(place: _Place, within: LimitVerdict) -> int | None:
    """The class of the mean hardness of the samples of a verdict's year; None when none was measured."""
    found = [
        exact(analysis.reckoned) / UG_PER_MG
        for one in place.samples
        if within.first <= one.taken_at.astimezone(place.on.zone).date() <= within.last_day
        and (analysis := one.of(HARDNESS)) is not None
    ]
    return 1 + sum(sum(found) / len(found) >= begins for begins in HARDNESS_MG_L) if found else None


def _judge(limit: LegalLimit, place: _Place) -> LimitVerdict:
    """Judge by the results of the limit's fraction; another fraction is shown and decides nothing."""
    verdict = _of_fraction(limit, place, limit.fraction)
    if verdict.samples:
        return verdict
    others = (_of_fraction(limit, place, one) for one in FRACTIONS if one != limit.fraction)
    other = next((one for one in others if one.samples), None)
    return replace(other, outcome="not-decided", reason="wrong-fraction", notes=()) if other else verdict


def _of_fraction(limit: LegalLimit, place: _Place, fraction: str) -> LimitVerdict:
    results = place.results(limit, fraction)
    is_mean = limit.statistic == "annual-mean"
    days = [one.day for one in results]
    since = None if is_mean else limit.valid_from
    sampled = year_of(days, place.on.today, limit.samples_a_year, since, next_day=place.on.next_day)
    within = [one for one in results if sampled.holds(one.day)]
    verdict = LimitVerdict(
        limit,
        place.point,
        "not-decided",
        "outdated" if results else "no-sample",
        sampled.first,
        last_day=sampled.last_day,
        fraction=fraction,
        samples=len(within),
        below=sum(one.sign == "<" for one in within),
        newest=max((one.at for one in results), default=None),
    )
    if not within:
        return counted(verdict, within, sampled)
    return (judge_mean if is_mean else judge_each)(verdict, within, sampled)
