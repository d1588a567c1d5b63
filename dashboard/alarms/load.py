"""The load of thirty days as bars: alarms a day, those of the equipment on top, drawn by the server."""

from dataclasses import dataclass
from datetime import date, timedelta

from api.alarms.models import AlarmPerformance
from dashboard import numbers
from texts import Texts, say, writing

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 170, 34, 22
ROOM = HEIGHT - BOTTOM - 8
"""Of the highest bar."""


@dataclass(frozen=True)
class DayBar:
    """One part of a day's bar, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class LoadPicture:
    """Bars, the lines of the axis with their words, and one sentence for those who do not see it."""

    bars: list[DayBar]
    lines: list[tuple[float, str]]
    days: list[tuple[float, str]]
    words: str


def picture(load: AlarmPerformance, texts: Texts) -> LoadPicture:
    """Draw the days; the axis is never shorter than four alarms, so that a quiet month looks quiet."""
    most = max([4, *(day.yellow + day.orange + day.red + day.equipment for day in load.days)])
    step = (WIDTH - LEFT) / max(len(load.days), 1)
    bars = []
    for number, day in enumerate(load.days):
        top = float(HEIGHT - BOTTOM)
        for kind in ("red", "orange", "yellow", "equipment"):
            height = getattr(day, kind) / most * ROOM
            top -= height
            if height:
                bars.append(
                    DayBar(
                        round(LEFT + (number + 0.2) * step, 1),
                        round(top, 1),
                        round(0.6 * step, 1),
                        round(height, 1),
                        kind,
                    )
                )
    shown = [
        (round(LEFT + (number + 0.5) * step, 1), _label(day.day))
        for number, day in enumerate(load.days)
        if number % 7 == 0
    ]
    total = sum(day.yellow + day.orange + day.red for day in load.days)
    days = round((load.to - load.from_) / timedelta(days=1))  # one less than the dates that they touch
    said = say(texts["alarms"]["load_says"], dam=total, equipment=load.alarms - total, days=days)
    return LoadPicture(bars, axis(most), shown, said)


def _label(day: str) -> str:
    one = date.fromisoformat(day)
    return writing.day(one, one)


def axis(most: float) -> list[tuple[float, str]]:
    """Give the lines of the axis: nothing, half, and the most."""
    return [(round(HEIGHT - BOTTOM - share * ROOM, 1), numbers.fixed(share * most, 0)) for share in (0, 0.5, 1)]
