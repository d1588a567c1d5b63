"""What changed since the last look, a line each: words, the shape of its state, and where to read more."""

from datetime import datetime
from typing import NamedTuple

from api.safety.models import Change, Changes
from dashboard import ages, states
from texts import Texts, say, sentence

PLANS = ("plan-approved", "plan-withdrawn")


class NewsLine(NamedTuple):
    """One thing that changed."""

    at: datetime
    clock: str
    state: str
    words: str
    address: str


def lines(found: Changes, zone: str, texts: Texts) -> list[NewsLine]:
    """Give them, the newest first."""
    return [_line(one, found, zone, texts) for one in found.changes]


def _line(one: Change, found: Changes, zone: str, texts: Texts) -> NewsLine:
    said, at = texts["safety"]["news"], ages.day_and_clock(one.at, zone, found.until)
    place = f"/f/{found.facility}"
    if one.kind in PLANS:
        words = say(said[one.kind], plan=one.plan)
        return NewsLine(one.at, at, "event", words, f"{place}/plans/{one.plan}")
    if one.instrument is not None:
        words = say(said[one.kind], instrument=one.instrument)
        return NewsLine(one.at, at, "event", words, f"{place}/instruments/{one.instrument}")
    level = states.LEVELS[one.level or 0]
    what = say(texts["alarms"]["kinds"][one.kind], level=texts["states"][level].lower())
    return NewsLine(one.at, at, level, say(said["alarm"], title=sentence(one.title), what=what), f"/alarms/{one.alarm}")
