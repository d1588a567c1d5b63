"""The assessment of a facility as values: codes, numbers and times, for whoever shows or tells them in words."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tailings.levels import LevelWord, LostReason, SightState

Verdict = Literal["green", "yellow", "orange", "red", "blind", "not-monitored"]
ModeState = Literal["in-force", "approval-ended", "simulated"]
ReasonCode = Literal[
    "not-assessed",  # nobody has judged it, or not for too long
    "level",  # a plan stands at a level
    "suspect-past",  # only a suspect value is past a level
    "within-uncertainty",  # a level is nearer than the uncertainty of the value that it is held against
    "blind",  # nothing left could detect the worst level of a plan
    "limit-unwatched",  # a minimum freeboard that no datastream watches
    "reduced",  # a test is lost, and the worst level can still be detected
    "held",  # a plan is shelved or out of service
    "approval-ended",  # a plan goes on calling although its approval has ended
    "no-plan",  # no plan is in force
]
WaterOutcome = Literal["exceeded", "not-decided", "met"]
Freshness = Literal["fresh", "stale", "never"]
TestKind = Literal["above", "below", "away"]


class LostTest(Struct, frozen=True):
    """A datastream that decides nothing now, why, the levels that ask for it, and its last usable reading."""

    datastream: str
    reason: LostReason
    levels: tuple[str, ...]
    since: datetime | None


class FailureMode(Struct, frozen=True):
    """One plan: the level that stands, what the values say, and what can still be detected.

    kind: a plan of the file, or a limit of the facility that counts like one. level: of record, which a person lowers
    where the plan says so. signal: by the newest values. believed: if suspect values were right. within: the worst
    level that a value reaches within its uncertainty. may_fail: how many more instruments may fail before it is blind.
    """

    plan: str
    title: str
    kind: Literal["plan", "limit"]
    state: ModeState
    level: LevelWord
    signal: LevelWord
    believed: LevelWord
    sight: SightState
    lost: tuple[LostTest, ...] = ()
    may_fail: int = 0
    since: datetime | None = None
    alarm: int | None = None
    is_acknowledged: bool = False
    held_until: datetime | None = None
    within: LevelWord = "green"

    @property
    def counts(self) -> bool:
        """Whether it counts in the verdict: a plan that only simulates does not."""
        return self.state != "simulated"


class LevelMargin(Struct, frozen=True):
    """A trigger level of a plan, and how far the value is from it: negative when it is past.

    margin: by the end of the interval that lies nearer to danger; None: not known.
    """

    level: LevelWord
    value: float
    plan: str
    margin: float | None


class Margin(Struct, frozen=True):
    """What plans compare of one datastream, and the trigger levels on it, the mildest first.

    low, high: the interval in which the value of the last usable reading lies; None: endless, or there was none.
    rate_over_s: it is the change per hour over that time. against: it is the difference from that datastream. past: the
    worst level that it is certainly past. is_alone: past a level, that level is reached whatever other tests say.
    is_lost: it decides nothing now; then the last usable reading is old. uncertainty: of what is compared, expanded
    (k = 2), in its unit; None where it is not known.
    """

    datastream: str
    test: TestKind
    unit: str
    rate_over_s: float | None
    against: str | None
    time: datetime | None
    low: float | None
    high: float | None
    past: LevelWord
    is_alone: bool
    is_lost: bool
    levels: tuple[LevelMargin, ...]
    uncertainty: float | None = None


class DueAction(Struct, frozen=True):
    """What somebody has to do for an alarm that stands, and by when."""

    action: int
    alarm: int
    plan: str
    level: LevelWord
    who: str
    what: str
    due: datetime | None
    is_overdue: bool


class SilentNode(Struct, frozen=True):
    """A node that says nothing usable, and the likeliest cause as a code of `tailings.assess.diagnosis`."""

    node: str
    cause: str
    since: datetime | None
    agent: str | None = None


class Reason(Struct, frozen=True):
    """One reason for the verdict, worst first: a code and what it is of."""

    code: ReasonCode
    plan: str | None = None
    level: LevelWord | None = None
    datastreams: tuple[str, ...] = ()


class DatastreamCounts(Struct, frozen=True):
    """How many datastreams are fresh, stale or were never read; of the fresh ones how many are suspect, rejected or
    missing."""

    fresh: int = 0
    stale: int = 0
    never: int = 0
    suspect: int = 0
    rejected: int = 0
    missing: int = 0


class WaterCompliance(Struct, frozen=True):
    """How many limits of water hold, how many of these are exceeded or not decided, and what follows for the whole.

    outcome: exceeded when one limit is; met only when all are.
    """

    outcome: WaterOutcome
    limits: int
    exceeded: int = 0
    not_decided: int = 0


class Assessment(Struct, frozen=True):
    """What the stored readings mean for a facility at `made_at`. After `valid_until` it says nothing: that is blind.

    verdict: of the dam. water: of the limits of water; None: there is none.
    """

    facility: str
    made_at: datetime
    valid_until: datetime
    verdict: Verdict
    level: LevelWord
    sight: SightState
    reasons: tuple[Reason, ...]
    failure_modes: tuple[FailureMode, ...]
    margins: tuple[Margin, ...] = ()
    due_actions: tuple[DueAction, ...] = ()
    silent_nodes: tuple[SilentNode, ...] = ()
    datastreams: DatastreamCounts = DatastreamCounts()
    water: WaterCompliance | None = None

    @property
    def worst(self) -> Verdict:
        """The worst that is to be said of the facility: of its dam, or that a limit of water is exceeded."""
        return "red" if self.water is not None and self.water.outcome == "exceeded" else self.verdict


def as_read(one: Assessment, now: datetime) -> Assessment:
    """An assessment as it reads at `now`: one that has expired is blind, and so is each of its plans."""
    if now <= one.valid_until:
        return one
    modes = tuple(replace(mode, sight="blind") for mode in one.failure_modes)
    reasons = (Reason("not-assessed"), *one.reasons)
    return replace(one, verdict="blind", sight="blind", reasons=reasons, failure_modes=modes)


def is_expired(one: Assessment) -> bool:
    """Whether an assessment, as it reads now, says that nobody has judged the facility for too long."""
    return bool(one.reasons) and one.reasons[0].code == "not-assessed"


def not_assessed(facility: str, now: datetime) -> Assessment:
    """What is said of a facility that nobody has judged yet."""
    return Assessment(
        facility, now, now, "blind", "green", sight="blind", reasons=(Reason("not-assessed"),), failure_modes=()
    )
