"""The instruments of a facility file, each with its datastreams and the calibration in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard import states
from dashboard.rows import DatastreamRow, FacilityRow
from dashboard.states import Summary
from tailings.assess import limits
from tailings.assess.model import Assessment
from tailings.facility import Facility, Instrument
from tailings.geometry import Tip, in_force


@dataclass(frozen=True)
class Row:
    """One instrument: what it is, the state of its datastreams, its tip, and since when it is calibrated as now."""

    instrument: Instrument
    summary: Summary
    datastreams: tuple[DatastreamRow, ...]
    calibrated: datetime | None
    is_calibrated: bool
    tip: Tip | None

    @property
    def device(self) -> str:
        return " ".join(filter(None, (self.instrument.maker, self.instrument.model)))


def rows_of(facility: FacilityRow, file: Facility | None, now: datetime) -> list[Row]:
    """Give the instruments of the file, those that need a look first; the worst datastream gives the state."""
    found = []
    for instrument in file.instruments.values() if file else ():
        streams = tuple(row for row in facility.datastreams if f"{row.node}:{row.instrument}" == instrument.name)
        present = in_force(instrument.calibrations, now)
        calibrated = present.valid_from if present else None
        # One without calibrations is read in its own unit, and needs none.
        is_calibrated = calibrated is not None or not instrument.calibrations
        told = [state_of(row, facility.assessment) for row in streams]
        worst = min(told, key=states.severity, default=states.UNKNOWN)
        summary = Summary(worst, {state: told.count(state) for state in told})
        found.append(
            Row(instrument, summary, streams, calibrated, is_calibrated, tip=in_force(instrument.geometry, now))
        )
    return sorted(found, key=lambda row: (row.is_calibrated, states.severity(row.summary.state), row.instrument.name))


def state_of(row: DatastreamRow, assessment: Assessment) -> str:
    """Give the worst trigger level that a value is past, else whether it reports and can be used."""
    level = limits.past(assessment, row.name)
    return row.judged_state if level == states.GREEN else level
