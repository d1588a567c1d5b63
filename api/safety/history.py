"""What answers about a facility at one instant are computed from: its file, and means of its datastreams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

import msgspec

from api.alarms import approvals
from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.observations import trends
from api.observations.trends import Means, Then
from api.overview import answers
from api.overview.models import FacilityState, Overview
from tailings import trend
from tailings.assess import freshness
from tailings.assess.gauges import RAIN, GaugeReading, counts_as_gauge, governing
from tailings.assess.model import Assessment
from tailings.facility import Facility
from tailings.trend import Rate
from wire import quality as flag


class Quantities(NamedTuple):
    """Which quantities an answer is made of: by lines through their hours, and by means of their days.

    limited: those whose hours are read too where a plan sets a level on the datastream.
    """

    hours: tuple[str, ...]
    days: tuple[str, ...]
    limited: tuple[str, ...] = ()


LEVELS: Final = ("water-level", "pond-level")
"""The quantities of which is told what they were thirty days ago."""
WINDOW_S: Final = 7 * 86400.0
"""Rates are fitted to hourly means of so long."""
HALF_HOUR_MS: Final = 1_800_000
"""The mean of an hour stands in its middle."""
DAYS: Final = timedelta(days=60)
BEFORE: Final = timedelta(days=30)
NEAR: Final = timedelta(days=1)
MAX_TOLD: Final = 120
"""Datastreams that lines are fitted to: of a facility with more, pond, rain and seepage come before those of which it
has many, and those with trigger levels before others."""
MANY: Final = ("water-level", "displacement", "tilt")

Value = TypeVar("Value")


@dataclass(frozen=True)
class History:
    """A facility at one instant with means of its datastreams, by their names in its file ('n07:vw1.level').

    file: with the approvals that were given here; None where there is none that can be read. hours: of the last week.
    days: of the last two months. before: what they were thirty days ago. last_hour: by how much they changed over the
    last hour, where good readings of then and now tell.
    """

    overview: Overview
    file: Facility | None
    hours: Mapping[str, Means] = field(default_factory=dict)
    days: Mapping[str, Means] = field(default_factory=dict)
    before: Mapping[str, Then] = field(default_factory=dict)
    last_hour: Mapping[str, float] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.overview.now

    @property
    def state(self) -> FacilityState:
        """The one facility of the overview."""
        return self.overview.facilities[0]

    @property
    def id(self) -> str:
        return self.state.facility.id

    @cached_property
    def streams(self) -> dict[str, Datastream]:
        """The datastreams by name."""
        return {self.name(one): one for one in self.state.datastreams}

    @cached_property
    def assessment(self) -> Assessment:
        """The assessment of the facility as the science has it."""
        return msgspec.convert(self.state.assessment.model_dump(), Assessment)

    def name(self, stream: Datastream) -> str:
        """Return its name in the facility file."""
        return stream.name.removeprefix(f"{self.id}:")

    def measured(self, quantity: str) -> list[Datastream]:
        """Return the datastreams of a quantity that were ever read, also by hand."""
        return [one for one in self.state.datastreams if one.quantity == quantity and one.latest is not None]

    def of_quantity(self, quantity: str) -> list[Datastream]:
        """Return the datastreams of a quantity that instruments have ever measured, derived ones first."""
        found = [
            one
            for one in self.measured(quantity)
            if counts_as_gauge(quantity, one.formula, is_manual=one.origin == "manual")
        ]
        return sorted(found, key=lambda one: (one.formula is None, self.name(one)))

    @cached_property
    def pond(self) -> Datastream | None:
        """The gauge by which the pond is told; None where no instrument measures its level."""
        return governing(
            self.of_quantity("pond-level"),
            lambda one: GaugeReading(self.name(one), usable(one), self.is_fresh(one)),
        )

    def is_fresh(self, stream: Datastream) -> bool:
        """Tell whether its newest reading is not stale."""
        return is_fresh(stream, self.now)

    @cached_property
    def rates(self) -> dict[str, Rate]:
        """The lines through the hours of the datastreams up to now; one whose hours carry none is left out.

        Rain comes in showers: a line through its hours would say nothing.
        """
        rain = {self.name(one) for one in self.measured(RAIN)}
        found = {name: line_of(means, self.now) for name, means in self.hours.items() if name not in rain}
        return {name: rate for name, rate in found.items() if rate is not None}

    def tip_m(self, stream: Datastream) -> float | None:
        """Return the elevation of the tip of a datastream's instrument now, m a.s.l."""
        instrument = self.file.instruments.get(f"{stream.node}:{stream.instrument}") if self.file else None
        return instrument.tip_m(self.now) if instrument else None


def line_of(means: Means, now: datetime, window_s: float = WINDOW_S) -> Rate | None:
    """Return the line through hours up to now; None where they do not carry one."""
    return trend.rate(means.start_ms + HALF_HOUR_MS, means.mean, round(now.timestamp() * 1000), window_s)


def is_fresh(stream: Datastream, now: datetime) -> bool:
    """Tell whether there is a reading of a datastream that is not stale."""
    if stream.latest is None:
        return False
    return not freshness.is_stale((now - stream.latest.time).total_seconds(), stream.expected_interval_s)


def usable(stream: Datastream | None) -> float | None:
    """Return the newest reading as far as it is a number that no filter rejected."""
    latest = stream.latest if stream else None
    return latest.result if latest is not None and flag.is_usable(latest.quality) else None


async def gather(database: DatabasePool, facility: str, now: datetime, wanted: Quantities) -> History:
    """Read one facility; raise NotFound."""
    overview = await answers.of_facility(database, facility, now)
    (state,), file = overview.facilities, await approvals.file_in_force(database, facility, now.date())
    found = [one for one in state.datastreams if one.latest is not None]
    limited = {one.datastream for one in state.assessment.margins}
    ids = names(facility, (one for one in found if one.quantity in (*wanted.hours, *wanted.limited)))
    quantities = {one.id: one.quantity for one in found}
    told = sorted(
        (id for id, name in ids.items() if quantities[id] in wanted.hours or name in limited),
        key=lambda id: (quantities[id] in MANY, ids[id] not in limited, ids[id]),
    )[:MAX_TOLD]
    daily = [id for id in told if quantities[id] in wanted.days]
    levels = [id for id in told if quantities[id] in LEVELS]
    hours = await trends.hours(database, told, now - timedelta(seconds=WINDOW_S) - NEAR, now)
    days = await trends.days(database, daily, now - DAYS, now)
    before = await trends.at(database, levels, now - BEFORE, NEAR)
    recent = await trends.last_hour(database, told, now)
    return History(
        overview, file, named(hours, ids), named(days, ids), before=named(before, ids), last_hour=named(recent, ids)
    )


def names(facility: str, some: Iterable[Datastream]) -> dict[int, str]:
    """Return the names of datastreams in the facility file, by their ids."""
    return {one.id: one.name.removeprefix(f"{facility}:") for one in some}


def named(found: Mapping[int, Value], ids: Mapping[int, str]) -> dict[str, Value]:
    """Return what was found by id by the names instead."""
    return {ids[id]: value for id, value in found.items()}
