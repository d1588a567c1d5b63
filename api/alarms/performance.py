"""The load of alarms on people: rate, flood, chattering, stale, the worst ten, each beside its limit."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from api.alarms.models import AlarmDay, AlarmPerformance, Busy, Measure
from api.alarms.queries import Answered, Raised

TEN_MIN_S: Final = 600
HOUR_S: Final = 3600
FLOOD: Final = 10
BUSY: Final = 30
CHATTER_COUNT, CHATTER_S = 3, 60.0
WORST: Final = 10
Key = tuple[str, Any, str, str]


def load(raised: Sequence[Raised], answered: Answered, start: datetime, end: datetime) -> AlarmPerformance:
    """Sum up the calls of an interval, given in order of time."""
    counts = Counter(map(_key, raised))
    worst = counts.most_common(WORST)
    hours = Counter(int(one.noted_at.timestamp()) // HOUR_S for one in raised)
    levels = Counter(_colour(one) for one in raised if one.family == "dam")
    periods = Counter(int(one.noted_at.timestamp()) // TEN_MIN_S for one in raised)
    by_rule: dict[Key, list[Raised]] = defaultdict(list)
    for one in raised:
        by_rule[_key(one)].append(one)
    chattering = [(key, counts[key]) for key, some in by_rule.items() if _chatters(some)]
    span_s = (end - start).total_seconds()
    figures = {
        "per_10_min": len(raised) * TEN_MIN_S / span_s,
        "per_hour": len(raised) * HOUR_S / span_s,
        "per_day": len(raised) * 86_400 / span_s,
        "most_in_10_min": max(periods.values(), default=0),
        "flood": 100 * sum(count > FLOOD for count in periods.values()) * TEN_MIN_S / span_s,
        "busy_hours": 100 * sum(count > BUSY for count in hours.values()) * HOUR_S / span_s,
        "top_ten": 100 * sum(count for _, count in worst) / len(raised) if raised else 0.0,
        "chattering": len(chattering),
        "stale": len(answered.stale),
        **{colour: 100 * levels[colour] / max(levels.total(), 1) for colour in ("orange", "red")},
    }
    return AlarmPerformance(
        **{"from": start},
        to=end,
        alarms=len(raised),
        median_acknowledged_s=answered.median_s,
        days=_days(raised, start, end),
        measures=[_measure(name, value) for name, value in figures.items()],
        worst=_busy(worst, len(raised)),
        chattering=_busy(chattering, len(raised)),
        stale=answered.stale,
    )


@cache
def limits() -> dict[str, Any]:
    """The limits with their source."""
    return tomllib.loads((Path(__file__).parent / "alarm_limits.toml").read_text("utf-8"))


def _key(one: Raised) -> Key:
    return one.facility, one.family, one.rule, one.subject


def _chatters(raised: Iterable[Raised]) -> bool:
    times = [one.noted_at.timestamp() for one in raised]
    return any(later - first <= CHATTER_S for first, later in zip(times, times[CHATTER_COUNT - 1 :], strict=False))


def _days(raised: Sequence[Raised], start: datetime, end: datetime) -> list[AlarmDay]:
    by_day = {
        day: Counter(_colour(one) for one in some) for day, some in groupby(raised, lambda one: one.noted_at.date())
    }
    days = [start.date() + timedelta(days=number) for number in range((end.date() - start.date()).days + 1)]
    names = ("yellow", "orange", "red", "equipment")
    return [AlarmDay(day=str(day), **{name: by_day.get(day, Counter())[name] for name in names}) for day in days]


def _colour(one: Raised) -> str:
    return "equipment" if one.family == "maintenance" else ("yellow", "orange", "red")[max(one.level, 1) - 1]


def _busy(some: Iterable[tuple[Key, int]], total: int) -> list[Busy]:
    return [
        Busy(facility=key[0], family=key[1], rule=key[2], subject=key[3], alarms=count, share=count / total)
        for key, count in some
    ]


def _measure(name: str, value: float) -> Measure:
    known = limits()
    stated = dict(known[name])
    is_over = value > stated.pop("most")
    return Measure(
        code=name, value=round(value, 3), is_over=is_over, source=known["source"], checked=known["checked"], **stated
    )
