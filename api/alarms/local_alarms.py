"""The alarms of gateways as their state documents say them; what an older agent does not say is unknown."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from api.alarms.models import LocalAlarm, LocalLost, SuspectReading
from api.http.database import DatabasePool
from tailings.levels import LostReason, SightState

MS_PER_S: Final = 1000
OF_ALARM: Final = """
SELECT s.agent_id AS agent, s.is_online, s.reported_at, s.document -> 'alarms' -> e.rule AS word
FROM alarm_event e JOIN agent_state s ON s.facility_id = e.facility_id
WHERE e.id = %(id)s AND e.family = 'dam' AND s.document -> 'alarms' ? e.rule ORDER BY s.agent_id
"""


class ReportedDoubt(msgspec.Struct, frozen=True):
    """As an agent writes it."""

    datastream: str
    time_ms: int
    tests: str = ""


class ReportedRelease(msgspec.Struct, frozen=True):
    """As an agent writes it."""

    at_ms: int
    reason: str = ""


class ReportedLostTest(msgspec.Struct, frozen=True):
    """As an agent writes it."""

    datastream: str
    reason: LostReason


class Sight(msgspec.Struct, frozen=True):
    """As an agent writes it."""

    state: SightState
    lost: tuple[ReportedLostTest, ...] = ()


class ReportedPlan(msgspec.Struct, frozen=True):
    """What an agent says of one plan."""

    level: int
    since_ms: int
    signal: int | None = None
    believed: int | None = None
    sight: Sight | None = None
    doubt: ReportedDoubt | None = None
    released: ReportedRelease | None = None


async def of_alarm(database: DatabasePool, id: int) -> list[LocalAlarm]:
    """Return how the plan of an alarm stands at each gateway that follows it and can be read."""
    return [one for one in await database.rows(_local, OF_ALARM, {"id": id}) if one is not None]


def _local(agent: str, is_online: bool, reported_at: datetime | None, word: Any) -> LocalAlarm | None:
    try:
        said = msgspec.convert(word, ReportedPlan)
        return LocalAlarm(
            agent=agent,
            is_online=is_online,
            reported_at=reported_at,
            level=said.level,
            since=_time(said.since_ms),
            signal=said.signal,
            believed=said.believed,
            sight=None if said.sight is None else said.sight.state,
            lost=[]
            if said.sight is None
            else [LocalLost(datastream=one.datastream, reason=one.reason) for one in said.sight.lost],
            suspect_reading=None if said.doubt is None else _suspect_reading(said.doubt),
            released_at=None if said.released is None else _time(said.released.at_ms),
            reason=None if said.released is None else said.released.reason,
        )
    except (msgspec.ValidationError, OverflowError, ValueError, OSError):
        return None  # a gateway writes what it likes; the alarm of record does not hang on it


def _suspect_reading(said: ReportedDoubt) -> SuspectReading:
    return SuspectReading(datastream=said.datastream, time=_time(said.time_ms), tests=said.tests)


def _time(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / MS_PER_S, UTC)
