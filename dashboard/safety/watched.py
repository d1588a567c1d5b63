"""What the pages of safety and water are made from: one answer of the api, and the rows of its overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, Self, TypeVar

from api.safety.models import Situation, Trend
from dashboard import ages, reads
from dashboard.reads import Shown
from dashboard.view_models import DatastreamRow, FacilityRow
from tailings.assess import limits
from tailings.assess.gauges import counts_as_gauge
from tailings.assess.model import Margin

from .sentences import Course, Following

Answer = TypeVar("Answer", bound=Situation)


@dataclass(frozen=True)
class WatchedFacility(Generic[Answer]):
    """An answer about a facility at one instant, with what the page shows of the facility."""

    answer: Answer
    shown: Shown

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Make it from an answer alone."""
        return cls(answer, reads.shown(answer.overview))

    @property
    def facility(self) -> FacilityRow:
        return self.shown.facilities[0]

    @property
    def now(self) -> datetime:
        return self.shown.now

    @property
    def zone(self) -> str:
        return self.facility.timezone

    @cached_property
    def _rows(self) -> dict[str, DatastreamRow]:
        return {row.name: row for row in self.facility.datastreams}

    @cached_property
    def _trends(self) -> dict[str, Trend]:
        return {one.datastream: one for one in self.answer.trends}

    def row(self, name: str) -> DatastreamRow | None:
        """Return the datastream of this name."""
        return self._rows.get(name)

    def known(self, name: str) -> DatastreamRow:
        """Return a datastream that the answer names of its own overview."""
        return self._rows[name]

    def of_quantity(self, quantity: str) -> list[DatastreamRow]:
        """Return the datastreams of a quantity that instruments have ever measured, derived ones first."""
        found = [
            row
            for row in self.facility.datastreams
            if row.quantity == quantity and row.time is not None
            if counts_as_gauge(quantity, row.formula, is_manual=row.is_manual)
        ]
        return sorted(found, key=lambda row: (row.is_raw, row.name))

    @cached_property
    def _last_hours(self) -> dict[str, float]:
        return {one.datastream: one.change for one in self.answer.last_hour}

    def course(self, row: DatastreamRow, following: Following | None = None) -> Course:
        """Return how the values of a datastream go on."""
        return Course(row.unit, row.quantity, self.rate(row.name), self._last_hours.get(row.name), following)

    def rate(self, name: str) -> Trend | None:
        """Return the line of a datastream over the last week; None where its hours do not carry one."""
        return self._trends.get(name)

    def margin(self, name: str) -> Margin | None:
        """Return the margin of the value of a datastream that reaches its trigger levels alone."""
        return limits.margin_of(self.facility.assessment, name)

    def past(self, name: str) -> str:
        """Return the worst level that a datastream is certainly past, by its value alone; green: none."""
        return limits.past(self.facility.assessment, name)

    def clock(self, time: datetime) -> str:
        """Write a time in the facility's zone."""
        return ages.day_and_clock(time, self.zone, self.now)
