"""All that the safety page is made from, at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from api.observations.trends import Means, Then
from api.revisions.models import Annotation, Revision
from dashboard import ages
from dashboard.reads import Shown
from dashboard.rows import DatastreamRow, FacilityRow
from tailings import trend
from tailings.assess.model import Margin
from tailings.facility import Facility

from . import limits
from .limits import Limits
from .standing import Standing

WINDOW_S = 7 * 86400.0
"""Rates are fitted to hourly means of so long."""
HALF_HOUR_MS = 1_800_000
"""The mean of an hour stands in its middle."""


@dataclass(frozen=True)
class Watched:
    """A facility with its limits, the levels of its plans, and means of its datastreams by their short names.

    hours: of the last week. days: of the last two months. before: what they were thirty days ago.
    profiles: of the chains' datastreams, at several dates.
    """

    shown: Shown
    file: Facility | None
    limits: tuple[Limits, ...] = ()
    standings: tuple[Standing, ...] = ()
    hours: Mapping[str, Means] = field(default_factory=dict)
    days: Mapping[str, Means] = field(default_factory=dict)
    before: Mapping[str, Then] = field(default_factory=dict)
    profiles: Mapping[datetime, Mapping[str, Then]] = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    @property
    def facility(self) -> FacilityRow:
        return self.shown.facilities[0]

    @property
    def now(self) -> datetime:
        return self.shown.now

    @property
    def zone(self) -> str:
        return self.facility.timezone

    @property
    def now_ms(self) -> int:
        return round(self.now.timestamp() * 1000)

    def row(self, name: str) -> DatastreamRow | None:
        """Return the datastream of this name."""
        return next((row for row in self.facility.datastreams if row.name == name), None)

    def of_quantity(self, quantity: str) -> list[DatastreamRow]:
        """Return the datastreams of a quantity that instruments have ever measured, derived ones first."""
        found = [row for row in self._measured(quantity) if not row.is_manual]
        return sorted(found, key=lambda row: (row.is_raw, row.name))

    def dips_of(self, row: DatastreamRow) -> list[DatastreamRow]:
        """Return the readings by hand that belong to this tip: no other tip of the same node is nearer in height."""
        tips = [one for one in self.of_quantity(row.quantity) if one.node == row.node]
        by_hand = [one for one in self._measured(row.quantity) if one.is_manual and one.node == row.node]
        return [dip for dip in by_hand if row == min(tips, key=lambda tip: abs(self._tip(tip) - self._tip(dip)))]

    def tip_m(self, row: DatastreamRow) -> float | None:
        """Return the elevation of the tip of a datastream's instrument now, m a.s.l."""
        instrument = self.file.instruments.get(f"{row.node}:{row.instrument}") if self.file else None
        return instrument.tip_m(self.now) if instrument else None

    def _tip(self, row: DatastreamRow) -> float:
        return self.tip_m(row) or 0.0

    def _measured(self, quantity: str) -> list[DatastreamRow]:
        return [row for row in self.facility.datastreams if row.quantity == quantity and row.time is not None]

    def rate(self, name: str, window_s: float = WINDOW_S) -> trend.Rate | None:
        """Return the rate of a datastream over the window that ends now; None where its hours do not carry one."""
        means = self.hours.get(name)
        return None if means is None else trend.rate(means.start_ms + HALF_HOUR_MS, means.mean, self.now_ms, window_s)

    def margin(self, name: str) -> Margin | None:
        """Return the margin of the value of a datastream that reaches its trigger levels alone."""
        return limits.margin_of(self.facility.assessment, name)

    def usable(self, name: str) -> float | None:
        """Return the last value that the plans took in, the middle of its interval; None where they have lost it."""
        margin = self.margin(name)
        return None if margin is None or margin.is_lost else limits.middle(margin)

    def past(self, name: str) -> str:
        """Return the worst level that a datastream is certainly past, by its value alone; green: none."""
        return limits.past(self.facility.assessment, name)

    def limits_of(self, name: str) -> Limits | None:
        """Return the limits on the value of a datastream."""
        return next((one for one in self.limits if one.datastream == name and one.rate_over_s is None), None)

    def clock(self, time: datetime) -> str:
        """Write a time in the facility's zone."""
        return ages.day_and_clock(time, self.zone, self.now)

    @property
    def today(self) -> date:
        return self.now.date()
