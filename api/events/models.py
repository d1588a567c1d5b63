"""What happened in a facility, as the api shows it."""

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from tailings.levels import LevelWord

Code = Literal["raised", "cleared", "calibrated", "rain-storm", "annotation", "revision", "gap"]


class FacilityEvent(Shape):
    """One event; what does not belong to its code is null."""

    code: Code
    time: Time = Field(description="Of the values for an alarm, of the day in force for a calibration")
    end: Time | None = Field(
        default=None, description="Of a storm, an annotation or a gap; null: it goes on, or is an instant"
    )
    level: LevelWord | None = Field(default=None, description="raised: to which; cleared: the worst that it was")
    alarm: int | None = None
    failure_mode: str | None = Field(default=None, description="What the plan is about, in the words of its file")
    instrument: str | None = None
    datastream: str | None = Field(default=None, description="Of an annotation on one; null: on the facility")
    node: str | None = Field(default=None, description="Of a gap: who was silent")
    depth_mm: float | None = None
    is_least: bool = Field(default=False, description="More may have fallen: hours of it or near it were not measured")
    reason: str | None = Field(default=None, description="What a person typed; of a program or agent a code")
    kind: str | None = Field(default=None, description="Of a revision")
    author: str | None = Field(default=None, description="Of a revision: the program or agent, null: a person")
    version: int | None = Field(default=None, description="Of the facility file that a revision was made under")


class FacilityEvents(Shape):
    """The events of a window, the first first."""

    facility: str
    start: Time
    end: Time
    storms_from: Time = Field(description="Rain storms are looked for from then on: in the last 366 days of the window")
    is_cut: bool = Field(description="Of some kind there are more than are told; the newest are")
    events: list[FacilityEvent]
