"""At which level each plan that counts stands: as the assessment says, with the alarm of record beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.alarms.models import Alarm
from dashboard import states
from tailings.assess.model import Assessment, FailureMode
from tailings.facility import Facility, Plan


@dataclass(frozen=True)
class Standing:
    """A plan, what the assessment says of it, and its alarm of record, which stands until a person lowers it."""

    plan: Plan
    mode: FailureMode
    alarm: Alarm | None = None

    @property
    def level(self) -> str:
        return self.mode.level

    @property
    def since(self) -> datetime | None:
        """Since when it stands there by the record; None for green, and until the record is written."""
        return self.alarm.began_at if self.alarm else self.mode.since

    @property
    def noted(self) -> datetime | None:
        """From when on its actions run: when the centre knew, which may be long after the values."""
        return self.alarm.noted_at if self.alarm else self.since

    @property
    def is_raised(self) -> bool:
        return self.level in states.RAISED


def of_assessment(assessment: Assessment, alarms: Iterable[Alarm], file: Facility) -> list[Standing]:
    """Return where each plan that counts stands, the worst first; alarms: those of the dam that are open."""
    record = {one.rule: one for one in alarms if one.type == "level" and not one.is_simulated and one.level > 0}
    found = [
        Standing(file.tarp[mode.plan], mode, record.get(mode.plan))
        for mode in assessment.failure_modes
        if mode.counts and mode.plan in file.tarp
    ]
    return sorted(found, key=lambda one: states.severity(one.level))
