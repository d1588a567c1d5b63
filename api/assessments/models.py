"""The assessment of a facility as the api shows it: what `tailings.assess.model` says, in the same words."""

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from tailings.assess.model import ModeState, ReasonCode, TestKind, Verdict, WaterOutcome
from tailings.levels import LevelWord, LostReason, SightState


class LostTest(Shape):
    """A datastream that decides nothing now, why, and the levels of the plan that ask for it."""

    datastream: str = Field(examples=["n07:vw1.level"])
    reason: LostReason = Field(
        description="never-read, silent for three expected intervals, failed reads (missing), rejected or suspect "
        "readings whose error is not known or too large to decide, a rate that is not known again since an outage, or "
        "a level that no reading can reach (a filter or a range of the facility file is in the way)"
    )
    levels: list[LevelWord]
    since: Time | None = Field(description="Time of its last usable reading; null: there never was one")


class FailureMode(Shape):
    """One plan: at which level it stands, what the values say, and what it can still detect."""

    plan: str
    title: str = Field(description="The failure mode in the words of the facility file")
    kind: Literal["plan", "limit"] = Field(description="limit: of the facility itself, such as its minimum freeboard")
    state: ModeState = Field(description="simulated: it counts in no verdict and calls nobody")
    level: LevelWord = Field(description="Of record: it falls by a person's hand where the plan says so")
    signal: LevelWord = Field(description="By the newest values that are certain")
    believed: LevelWord = Field(description="If suspect values were right")
    within: LevelWord = Field(description="The worst that a value, alone enough for it, reaches within its uncertainty")
    sight: SightState = Field(description="blind: nothing left could detect its worst level")
    lost: list[LostTest]
    may_fail: int = Field(description="How many more instruments may fail before it is blind")
    since: Time | None = Field(description="Since when it stands at its level or above; null: green")
    alarm: int | None
    is_acknowledged: bool
    held_until: Time | None = Field(description="Shelved or out of service until then")


class LevelMargin(Shape):
    """A trigger level, and the room to it: negative when the value is past it, null when it is not known."""

    level: LevelWord
    value: float
    plan: str
    margin: float | None


class Margin(Shape):
    """What plans compare of one datastream, by its last usable reading, and the trigger levels on it."""

    datastream: str
    test: TestKind
    unit: str
    rate_over_s: float | None = Field(description="The levels are of its change per hour over so many seconds")
    against: str | None = Field(description="The levels are of its difference from this datastream")
    time: Time | None
    low: float | None = Field(description="The true value lies between low and high; null: endless on that side")
    high: float | None
    past: LevelWord = Field(description="The worst level that it is certainly past")
    is_alone: bool = Field(description="Past a level, that level is reached whatever other tests say")
    is_lost: bool = Field(description="It decides nothing now: the last usable reading is too old")
    uncertainty: float | None = Field(
        description="Expanded (k = 2), of what is compared; null: not stated of all that it is made of"
    )
    levels: list[LevelMargin]


class DueAction(Shape):
    """What somebody has to do, by when."""

    action: int
    alarm: int
    plan: str
    level: LevelWord
    who: str
    what: str
    due: Time | None
    is_overdue: bool


class SilentNode(Shape):
    """A node that says nothing usable, and the likeliest cause."""

    node: str
    cause: str
    since: Time | None
    agent: str | None


class Reason(Shape):
    """One reason for the verdict."""

    code: ReasonCode
    plan: str | None
    level: LevelWord | None
    datastreams: list[str]


class DatastreamCounts(Shape):
    """Datastreams by freshness; of the fresh ones those whose newest reading did not pass."""

    fresh: int
    stale: int
    never: int
    suspect: int
    rejected: int
    missing: int


class WaterCompliance(Shape):
    """How many limits of water hold, and how many of these are exceeded or not decided, as the page of water has it."""

    outcome: WaterOutcome = Field(description="exceeded when one limit is; met only when all are")
    limits: int
    exceeded: int
    not_decided: int


class Summary(Shape):
    """The verdict of a facility in short."""

    verdict: Verdict = Field(
        description="The worst of level and sight over all failure modes. blind: of one of them nothing left could "
        "detect the worst level, or nobody has judged the facility for too long. not-monitored: no plan is in force"
    )
    level: LevelWord
    sight: SightState
    made_at: Time
    valid_until: Time = Field(description="After it an assessment says nothing, and reads as blind")
    reasons: list[Reason] = Field(description="Worst first")
    water: WaterCompliance | None = Field(
        None, description="Of the limits of water, which the verdict of the dam leaves out; null: there is none"
    )


class Assessment(Summary):
    """What the stored readings mean for a facility, as it was judged after the last commit."""

    facility: str
    failure_modes: list[FailureMode]
    margins: list[Margin]
    due_actions: list[DueAction]
    silent_nodes: list[SilentNode]
    datastreams: DatastreamCounts
