"""The instruments of a facility, each with the state of its datastreams."""

from __future__ import annotations

from dataclasses import dataclass

from api.instruments.models import Instrument, Instruments
from dashboard import states
from dashboard.states import StateSummary
from dashboard.view_models import DatastreamRow, FacilityRow
from texts import called


@dataclass(frozen=True)
class InstrumentRow:
    """One instrument, and the state of its datastreams."""

    instrument: Instrument
    summary: StateSummary
    datastreams: tuple[DatastreamRow, ...]

    @property
    def code(self) -> str:
        """Node and instrument ('n07 vw1')."""
        return self.instrument.name.replace(":", " ")

    @property
    def node(self) -> str:
        return self.instrument.name.partition(":")[0]

    @property
    def called(self) -> str:
        """Its name and place, else its code."""
        return called(self.instrument.title, self.instrument.place) if self.instrument.title else self.code

    @property
    def device(self) -> str:
        return " ".join(filter(None, (self.instrument.maker, self.instrument.model)))


def rows_of(facility: FacilityRow, known: Instruments) -> list[InstrumentRow]:
    """Give the instruments of the file, those that need a look first."""
    found = [row_of(facility, one) for one in known.instruments]
    return sorted(
        found, key=lambda row: (row.instrument.is_calibrated, states.severity(row.summary.state), row.instrument.name)
    )


def row_of(facility: FacilityRow, instrument: Instrument) -> InstrumentRow:
    """Give one instrument; the worst datastream gives the state."""
    streams = tuple(row for row in facility.datastreams if f"{row.node}:{row.instrument}" == instrument.name)
    told = [facility.judged(row) for row in streams]
    worst = min(told, key=states.severity, default=states.UNKNOWN)
    return InstrumentRow(instrument, StateSummary(worst, {state: told.count(state) for state in told}), streams)
