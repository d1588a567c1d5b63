"""The instruments of a facility file, each with its datastreams and the calibration in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api.dashboard import states
from api.dashboard.rows import DatastreamRow, FacilityRow
from api.dashboard.states import Summary
from tailings.facility import Facility, Instrument


@dataclass(frozen=True)
class Row:
    """One instrument: what it is, the state of its datastreams, and since when its present calibration holds."""

    instrument: Instrument
    summary: Summary
    datastreams: tuple[DatastreamRow, ...]
    calibrated: datetime | None
    is_calibrated: bool

    @property
    def device(self) -> str:
        return " ".join(filter(None, (self.instrument.maker, self.instrument.model)))


def rows_of(facility: FacilityRow, file: Facility | None, now: datetime) -> list[Row]:
    """Give the instruments of the file, those that need a look first."""
    found = []
    for instrument in file.instruments.values() if file else ():
        streams = tuple(row for row in facility.datastreams if f"{row.node}:{row.instrument}" == instrument.name)
        begun = [one for one in instrument.calibrations if one.valid_from <= now]
        in_force = [one for one in begun if one.valid_to is None or one.valid_to > now]
        calibrated = in_force[-1].valid_from if in_force else None
        # One without calibrations is read in its own unit, and needs none.
        is_calibrated = calibrated is not None or not instrument.calibrations
        summary = states.of_parts(row.state for row in streams)
        found.append(Row(instrument, summary, streams, calibrated, is_calibrated))
    return sorted(found, key=lambda row: (row.is_calibrated, states.severity(row.summary.state), row.instrument.name))
