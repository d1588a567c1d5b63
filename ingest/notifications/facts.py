"""What somebody who is told of an alarm must know at once: its readings beside their limits, rain, actions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec

from ingest.values import Connection
from tailings import tarp
from tailings.facility.plans import LEVELS, Plan
from tailings.levels import is_past
from texts import called
from wire import quality as flag

MAX_READINGS: Final = 4
ALARM: Final = """
SELECT e.family, e.rule, e.type, e.level, e.signal, e.began_at, e.returned_at, e.acknowledged_at, e.lowered_by,
       (SELECT jsonb_build_object('note', h.note, 'detail', h.detail) FROM alarm_history h
        WHERE h.event_id = e.id AND h.kind = 'corrected' ORDER BY h.id DESC LIMIT 1),
       p.approval_ended_on, e.lost, p.digest, p.standing, f.document #> ARRAY['tarp', e.rule],
       (1000 * extract(epoch FROM f.standard_offset))::bigint
FROM alarm_event e JOIN facility f ON f.id = e.facility_id
LEFT JOIN tarp_state p ON e.family = 'dam' AND (p.facility_id, p.plan) = (e.facility_id, e.rule) WHERE e.id = %s"""
READINGS: Final = """
SELECT d.name, d.quantity, d.unit, l.phenomenon_time, l.result, l.quality, coalesce(c.limits, '[]'), l.tests,
       f.document #>> ARRAY['instruments', concat(d.node_id, ':', d.instrument_id), 'title'],
       f.document #>> ARRAY['instruments', concat(d.node_id, ':', d.instrument_id), 'place']
FROM alarm_event e JOIN facility f ON f.id = e.facility_id
CROSS JOIN jsonb_to_recordset(e.context) AS c (datastream text, is_of_plan boolean, limits jsonb)
JOIN datastream d ON d.name = c.datastream JOIN latest l ON l.datastream_id = d.id
WHERE e.id = %s AND c.is_of_plan ORDER BY d.id"""
RAIN: Final = """
SELECT c.datastream, c.sum_24h FROM alarm_event e
CROSS JOIN jsonb_to_recordset(e.context) AS c (datastream text, quantity text, sum_24h float8)
WHERE e.id = %s AND c.quantity = 'rain' AND c.sum_24h IS NOT NULL ORDER BY c.sum_24h DESC LIMIT 1"""
ACTIONS: Final = """
SELECT what, who, due_at FROM alarm_action WHERE event_id = %s AND closed_at IS NULL
ORDER BY due_at NULLS LAST, level DESC, id LIMIT 20"""


class PlanTest(msgspec.Struct, frozen=True):
    """One test of the plan on a datastream, as the event keeps it."""

    level: str
    test: str
    value: float
    rate_over_s: float | None = None
    against: str | None = None


class NewestReading(msgspec.Struct, frozen=True):
    """The newest reading of a datastream of the plan."""

    datastream: str
    quantity: str
    unit: str
    time: datetime
    value: float | None
    quality: int
    limits: list[PlanTest]
    tests: str | None = None
    title: str | None = None
    place: str | None = None
    by_tests: int = 0
    """The highest level of which a test on it is met by what the plan compares: a rate or a difference too."""

    @property
    def called(self) -> str:
        """What its instrument is called, and its code ('Piezometer P-07, berm B, n07:vw1.level')."""
        code = self.datastream.partition(":")[2]  # without the facility, which the letter names anyway
        return f"{called(self.title, self.place)}, {code}" if self.title else code

    @property
    def passed(self) -> int:
        """The highest level whose fixed limit it is past, 0: none; a rejected value is past nothing."""
        fixed = [one for one in self.limits if one.rate_over_s is None and one.against is None]
        value = self.value if flag.is_usable(self.quality) else None
        past = [one for one in fixed if value is not None and is_past(one.test, value, one.value)]
        return max((LEVELS.index(one.level) for one in past), default=0)


class Action(msgspec.Struct, frozen=True):
    """What somebody has to do."""

    what: str
    who: str
    due_at: datetime | None


class LostDatastream(msgspec.Struct, frozen=True):
    """A datastream that a blind plan misses, and why."""

    code: str
    datastream: str


class Corrected(msgspec.Struct, frozen=True):
    """A line of history that says what of the past was changed: a note, or a code and values of `texts.record`."""

    note: str
    detail: dict[str, Any]


class Facts(msgspec.Struct, frozen=True):
    """How an alarm stands now. The reading furthest past a limit comes first; rain: datastream and sum of 24 h [mm].

    corrected: what of its past was changed last by values that came later, or by a verdict on one.
    """

    family: str
    rule: str
    type: str
    level: int
    signal: int
    began_at: datetime
    returned_at: datetime | None
    acknowledged_at: datetime | None
    lowered_by: str | None
    corrected: Corrected | None
    approval_ended_on: date | None = None
    lost: list[LostDatastream] = []
    readings: list[NewestReading] = []
    rain: tuple[str, float] | None = None
    actions: list[Action] = []


def gather(connection: Connection, event_id: int) -> Facts:
    """Read them, inside the open transaction."""
    row = connection.execute(ALARM, (event_id,)).fetchone()
    assert row is not None
    *columns, corrected, approval_ended_on, lost, digest, standing, plan, offset_ms = row
    met = dict[str, int]()
    if standing and plan:
        met = tarp.standing_from_plain(standing, msgspec.convert(plan, Plan), of=digest).past(offset_ms)
    readings = [_reading(met, *columns) for columns in connection.execute(READINGS, (event_id,)).fetchall()]
    readings.sort(key=lambda one: (-one.passed, -one.by_tests))
    rain = connection.execute(RAIN, (event_id,)).fetchone()
    columns += [msgspec.convert(corrected, Corrected | None), approval_ended_on]
    return msgspec.structs.replace(
        Facts(*columns),
        lost=msgspec.convert(lost, list[LostDatastream]),
        readings=readings[:MAX_READINGS],
        rain=(rain[0], rain[1]) if rain else None,
        actions=[Action(*columns) for columns in connection.execute(ACTIONS, (event_id,)).fetchall()],
    )


def _reading(met: Mapping[str, int], *columns: Any) -> NewestReading:
    known = dict(zip(NewestReading.__struct_fields__, columns, strict=False))
    return msgspec.convert({**known, "by_tests": met.get(columns[0].partition(":")[2], 0)}, NewestReading)
