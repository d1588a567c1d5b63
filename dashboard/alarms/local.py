"""What the gateways say of the plan of an alarm: their own alarm stays until a person there releases it."""

from datetime import datetime
from typing import NamedTuple

from api.alarms.models import AlarmDetail, LocalAlarm
from dashboard import ages
from texts import Texts, say

from . import words


class Gateway(NamedTuple):
    """The level it wears, what it says, and how it is released (empty: there is nothing to release)."""

    state: str
    says: str
    why: str
    release: str


def sentences(found: AlarmDetail, zone: str, now: datetime, texts: Texts) -> list[Gateway]:
    """Give those that stand, and those that were released since the alarm began."""
    alarm = found.alarm
    return [
        _gateway(one, alarm.rule, zone, now, texts)
        for one in found.gateways
        if 0 <= one.level < len(words.LEVELS)
        and (one.level > 0 or (one.released_at is not None and one.released_at >= alarm.began_at))
    ]


def _gateway(one: LocalAlarm, plan: str, zone: str, now: datetime, texts: Texts) -> Gateway:
    said, names = texts["alarms"]["local"], [texts["states"][name].lower() for name in words.LEVELS]
    if one.level == 0:
        assert one.released_at is not None
        time = ages.day_and_clock(one.released_at, zone, now)
        reason = say(said["reason"], reason=one.reason) if one.reason else ""
        return Gateway(words.LEVELS[0], say(said["released"], agent=one.agent, time=time), reason, "")
    is_back = one.signal is not None and 0 <= one.signal < one.level
    why = [
        say(
            said["doubt"],
            name=one.suspect_reading.datastream,
            time=ages.day_and_clock(one.suspect_reading.time, zone, now),
            tests=one.suspect_reading.tests or said["a_test"],
        )
        if one.suspect_reading
        else "",
        say(said["signal"], level=names[one.signal or 0]) if is_back else "",
        said["blind"] if one.sight == "blind" else "",
        "" if one.is_online else said["offline"],
    ]
    stands = say(said["stands"], agent=one.agent, level=names[one.level], time=ages.day_and_clock(one.since, zone, now))
    command = f"tailwatch gateway release {plan} SETTINGS.toml --reason" if is_back else ""
    return Gateway(words.LEVELS[one.level], stands, " ".join(filter(None, why)), command)
