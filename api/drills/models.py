"""The shapes of drills: the list, and the record of one with reaction times, limits and outcomes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time

Outcome = Literal["in-time", "late", "missing", "open", "no-limit"]


class DrillSummary(Shape):
    """A drill, and how many of the things that had to happen have each outcome."""

    id: int
    scenario: str = Field(description="Id of the scenario")
    title: str
    led_by: str = Field(description="Who held it: the number of a user, a key or a system user")
    began_at: Time = Field(description="The first second of the drill, which may lie ahead")
    ended_at: Time | None = Field(description="null while it is held")
    sha256: str | None = Field(description="Of the record as JSON, when it is over")
    counts: dict[Outcome, int]


class Drills(Shape):
    """The newest drills of a facility, the newest first."""

    facility: str
    drills: list[DrillSummary]


class PlayedInject(Shape):
    """What the leader let happen."""

    what: str
    after_min: float = Field(description="From the first second of the drill [min]")
    played_at: Time | None = Field(description="null: not yet, or the drill ended before")


class Reaction(Shape):
    """One thing that had to happen, with its limit, and when it was done."""

    measured: Literal["level", "notified", "acknowledged", "action"] = Field(
        description="A plan reached a level since its inject; somebody was told, or acknowledged, since the alarm was "
        "raised; an action of the plan was closed since its level was reached"
    )
    plan: str
    level: int = Field(ge=0, le=3, description="0 green, 3 red")
    what: str = Field(description="The action, in the words of the plan; else empty")
    who: str = Field(description="Who was told first, who acknowledged, or the role that the plan names")
    since: Time
    limit_at: Time | None = Field(description="By the scenario, the next call of the escalation, or the plan")
    done_at: Time | None
    after_s: float | None = Field(description="From `since` to `done_at` [s]")
    outcome: Outcome = Field(
        description="missing: not done when the limit passed or the drill ended without one; open: not done, and the "
        "limit had not passed; no-limit: done, and nothing says by when"
    )
    alarm: int | None


class DrillMessage(Shape):
    """A notification of the drill: all go to the pager of its installation."""

    recipient: str
    subject: str
    made_at: Time
    notified_at: Time | None = Field(description="null: it was not handed over")
    error: str


class DrillAction(Shape):
    """What the plan asked of somebody."""

    level: int
    what: str
    who: str
    due_at: Time | None
    closed_at: Time | None
    closed_by: str | None
    evidence: str | None


class LevelLine(Shape):
    """A line of the history of an alarm."""

    kind: str
    level: int
    noted_at: Time
    author: str = Field("", description="Of an acknowledgement")
    escalates_at: Time | None = Field(
        None, description="Of a call: when somebody further is called of it where nobody has acknowledged; null: nobody"
    )


class DrillAlarm(Shape):
    """An alarm of the dam that began in the drill."""

    id: int
    plan: str
    title: str
    type: str
    highest: int
    noted_at: Time
    acknowledged_at: Time | None
    acknowledged_by: str | None
    escalates_at: Time | None = Field(
        description="When somebody further is called of its newest call where nobody has acknowledged"
    )
    lines: list[LevelLine]
    messages: list[DrillMessage]
    actions: list[DrillAction]


class DrillRecord(Shape):
    """All that is kept of a drill."""

    format: int
    scenario: str
    title: str
    briefing: str
    began_at: Time
    ended_at: Time | None
    injects: list[PlayedInject]
    reactions: list[Reaction]
    unexpected: list[DrillAlarm] = Field(description="Alarms of plans that no inject names")
    alarms: list[DrillAlarm]
    past_h: float | None = Field(
        None,
        description="Hours of simulated calm readings that were brought before it, as plans look back; null: none",
    )


class Drill(DrillSummary):
    """A drill with its record."""

    facility: str
    record: DrillRecord
