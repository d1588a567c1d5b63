"""The level of a plan over the last seven days as a stair: height, colour and the words of the axis say the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.alarms.models import LevelTimeline
from tailings.time_span import DAY_S
from texts import Texts, say, writing

from . import words

DAYS: Final = 7
WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, STEP = 720, 190, 92, 8, 24, 40
LEAST: Final = 6
"""What began this minute is seen too."""


@dataclass(frozen=True)
class LevelStretch:
    """One stretch at one level, in the units of the drawing."""

    x: float
    y: float
    width: float
    depth: float
    level: str


@dataclass(frozen=True)
class Stair:
    """Stretches, the lines of the axis with their words, days, one sentence, and the changes as a table."""

    stretches: list[LevelStretch]
    lines: list[tuple[float, str]]
    days: list[tuple[float, str]]
    words: str
    changes: list[tuple[datetime, str]]


def start_of(now: datetime) -> datetime:
    """Give when the drawing begins."""
    return now - timedelta(days=DAYS)


def draw(timeline: LevelTimeline, now: datetime, zone: str, texts: Texts) -> Stair:
    """Draw the last seven days."""
    start = start_of(now)
    steps = [(one.at, one.level) for one in timeline.steps]
    names = [texts["states"][name] for name in words.LEVELS]
    xs = [*(min(_x(at, start), WIDTH - RIGHT - LEAST) for at, _ in steps), WIDTH - RIGHT]
    stretches = [
        LevelStretch(x, _y(level), round(until - x, 1), round(HEIGHT - BOTTOM - _y(level), 1), words.LEVELS[level])
        for (_, level), x, until in zip(steps, xs, xs[1:], strict=False)
    ]
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    highest, last = max(level for _, level in steps), steps[-1][1]
    sentence = say(texts["alarms"]["stair"]["says"], highest=names[highest].lower(), last=names[last].lower())
    return Stair(
        stretches,
        [(_y(rank), name) for rank, name in enumerate(names)],
        [(_x(day, start), writing.day(day.date(), day.date())) for day in days],
        sentence,
        [(at, words.LEVELS[level]) for at, level in steps],
    )


def _x(at: datetime, start: datetime) -> float:
    share = (at - start).total_seconds() / (DAYS * DAY_S)
    return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)


def _y(rank: int) -> float:
    return HEIGHT - BOTTOM - STEP * rank - STEP / 2
