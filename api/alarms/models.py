"""Alarms as the api shows them: what stands, what was done, what is to be done, and how much of it there is."""

from typing import Literal

from pydantic import Field

from api.assessments.models import FailureMode, Margin
from api.evidence.models import Evidence
from api.http.models import Page, Shape, Time
from api.recipients.models import LastTest, Notification, Recipient, Rota
from api.safety import models as safety
from tailings.levels import LostReason, SightState

State = Literal[
    "normal",
    "unacknowledged",
    "acknowledged",
    "returned-unacknowledged",
    "shelved",
    "out-of-service",
    "suppressed-by-design",
]
Family = Literal["dam", "maintenance"]
Approval = Literal["simulated", "in-force", "approval-ended"]
APPROVAL: str = "simulated: never approved, or withdrawn, calls nobody; approval-ended: goes on calling until withdrawn"
Type = Literal["level", "suspect", "blind"]
TYPE: str = "level: usable values reach it; suspect: a doubted reading does; blind: the worst level cannot be seen"
Rank = int
NAMES: str = "Of users, by author (`user:3`), for those with a right of their own in all these facilities"
RANK: str = "0 green, 1 yellow, 2 orange, 3 red; of equipment 1 while it lasts"


class PlanTest(Shape):
    """One test of a plan on a datastream."""

    level: str
    test: str
    value: float
    rate_over_s: float | None = None
    against: str | None = None


class Lost(Shape):
    """A datastream that a plan misses, and why."""

    code: LostReason
    datastream: str = Field(description="Its name in the facility file", examples=["n01:pond.level"])


class Alarm(Shape):
    """One alarm: an event of the dam by a plan, or a fault of the equipment by a rule."""

    id: int
    facility: str
    facility_name: str
    family: Family
    rule: str = Field(description="The plan, or the rule of the equipment", examples=["overtopping"])
    subject: str = Field(description="Of equipment: the node, the datastream ...; of a plan empty")
    type: Type = Field("level", description=TYPE)
    title: str = Field(
        description="The failure mode in the words of the facility file; of equipment empty", examples=["overtopping"]
    )
    detail: dict[str, object] = Field(
        {},
        description="Of equipment: what is wrong, as a code and values; texts/en/record.toml has their sentences",
        examples=[{"code": "silent-node", "node": "n07", "last_seen_at": "2026-11-24T22:24Z"}],
    )
    state: State = Field(description="In the words of ISA-18.2 (secondary source)")
    level: Rank = Field(description=f"As it stands until a person lowers it: {RANK}")
    signal: Rank = Field(description=f"As the newest values are: {RANK}")
    highest: Rank = Field(description=RANK)
    lowered_by: str | None = Field(description="The role that alone may lower it; null: it falls by itself")
    began_at: Time = Field(description="Time of the values")
    noted_at: Time = Field(description="Time at which the centre knew")
    called_since: Time | None = Field(None, description="From when on it waits, as it stands, for an acknowledgement")
    returned_at: Time | None
    acknowledged_at: Time | None
    acknowledged_after_s: float | None = Field(
        None, description="After it called as it stood then: a level that rises asks for an answer anew"
    )
    acknowledged_by: str | None = Field(description="Only for those with a right of their own", examples=["user:3"])
    closed_at: Time | None
    is_simulated: bool = Field(description="The plan only simulates: nobody is called")
    approval: Approval | None = Field(None, description=f"Of its plan today. {APPROVAL}")
    approval_ended_on: str | None = Field(None, description="The last day of the approval that has ended")
    lost: list[Lost] = Field([], description="Of a plan that is blind: what it misses")
    is_past: bool = Field(description="It was over, or long begun, when it became known")
    corrections: int = Field(description="How often values that came late changed its past")
    is_taken_back: bool = Field(
        description="No rise that made it stands any more: readings were judged suspect later, or values came late"
    )
    open_actions: int
    next_action: str | None
    next_who: str | None
    next_due_at: Time | None
    held_until: Time | None
    hold: int | None = Field(description="Number of the hold: shelved, or out of service")
    watched: str | None = Field(
        description="The datastream of its plan that is past the worst limit now, by value, rate or difference;"
        " else that was past one of its own when it began; where none is or was, the one that the plan names first",
        examples=["vale:n01:pond.level"],
    )
    watched_title: str | None = Field(
        None, description="What the facility file calls its instrument", examples=["Piezometer P-07"]
    )
    watched_place: str | None = Field(None, description="And where that is", examples=["berm B"])
    quantity: str | None
    unit: str | None
    value_now: float | None = Field(description="The newest value of that datastream")
    time_now: Time | None = Field(description="Its time")
    quality_now: int | None = Field(description="Its quality: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing")
    is_stale: bool = Field(description="It is older than three of the datastream's expected intervals")
    limits: list[PlanTest]


class Alarms(Page):
    """Alarms, the newest first."""

    alarms: list[Alarm]
    names: dict[str, str] = Field({}, description=NAMES)


class Movement(Shape):
    """How the value of the datastream behind an alarm goes on."""

    alarm: int
    margin: Margin | None = Field(
        description="The trigger levels that this datastream reaches alone, one of them of the alarm's plan; null: none"
    )
    rate: safety.FittedLine | None = Field(
        description="Over the last day; where a day has too few hours over the last week; null: the hours carry no line"
    )
    last_hour: float | None = Field(
        None,
        description="Its newest good reading minus that of an hour before, in its unit; null: not read then or now",
    )


class ReadingsAround(Shape):
    """What one datastream said when the alarm began, and what it says now."""

    datastream: str
    quantity: str
    unit: str
    time: Time | None
    value: float | None
    quality: int | None
    quality_since: int | None = Field(description="Quality of that same reading as it is judged today")
    day_before: float | None = Field(description="The value a day before")
    sum_24h: float | None = Field(description="Of rain: the sum of the day before")
    is_of_plan: bool = Field(description="false: pond or rain, shown beside the plan's own")
    limits: list[PlanTest]
    value_now: float | None
    time_now: Time | None
    quality_now: int | None


class AlarmAction(Shape):
    """What somebody has to do, and what was done."""

    id: int
    level: Rank
    who: str
    what: str
    due_at: Time | None
    closed_at: Time | None
    closed_by: str | None
    evidence: str | None = Field(description="What a person typed; a code, where a program closed it")


class HistoryEntry(Shape):
    """One line of an alarm's history."""

    id: int
    at: Time
    noted_at: Time
    kind: str = Field(examples=["raised", "acknowledged", "corrected"])
    level: Rank
    author: str
    note: str = Field(description="What a person typed")
    detail: dict[str, object] = Field(
        {},
        description="Codes and values of the line: of corrected what changed, by a code that texts/en/record.toml has a"
        " sentence for; of learned-late from when to when (null: it stands), and how often",
    )


class SuspectReading(Shape):
    """The reading without which a gateway would not have raised its alarm."""

    datastream: str
    time: Time
    tests: str


class LocalLost(Shape):
    """A datastream that decides nothing at the gateway now, and why."""

    datastream: str
    reason: LostReason


class LocalAlarm(Shape):
    """The alarm of the same plan at a gateway, by its newest word: latched there until a person there releases it."""

    agent: str
    is_online: bool
    reported_at: Time | None
    level: Rank = Field(description=f"As it stands there until it is released: {RANK}")
    since: Time
    signal: Rank | None = Field(None, description=f"As the newest readings there are: {RANK}; null: it does not say")
    believed: Rank | None = Field(None, description=f"If suspect readings there were right: {RANK}")
    sight: SightState | None = Field(None, description="blind: nothing left there could detect the worst level")
    lost: list[LocalLost] = Field([], description="Datastreams that decide nothing there now, and why")
    suspect_reading: SuspectReading | None = Field(
        None, description="Raised by a reading that was later judged suspect"
    )
    released_at: Time | None = None
    reason: str | None = Field(None, description="Why a person released it the last time")


class CalledRecipient(Shape):
    """One notification of an alarm on its way to somebody."""

    recipient: str = Field(examples=["Shift phone"])
    channel: str = Field(description="The service of apprise", examples=["mailto", "twilio"])
    kind: str = Field(description="Why: raised, escalated, unacknowledged, returned ...")
    made_at: Time
    due_at: Time = Field(description="Later than made_at in quiet hours")
    sent_at: Time | None = Field(description="When the channel took it; null: not yet")
    attempts: int
    is_given_up: bool
    retry_at: Time | None = Field(description="While it did not arrive: when it is tried again")
    error: str = Field(description="What the last attempt met")


class NextCall(Shape):
    """Who is called at what time unless somebody acknowledges."""

    recipient: str
    channel: str
    at: Time


class Escalation(Shape):
    """Who was called of an alarm, how that went, and who comes next."""

    called: list[CalledRecipient] = Field(description="The first one first")
    following: list[NextCall] = Field(description="The next one first; empty once it is acknowledged, held or closed")


class Confirmation(Shape):
    """Somebody got a test alarm."""

    author: str = Field(examples=["recipient:7"])
    at: Time


class AlarmTest(Shape):
    """A test alarm: who got it and when, and who confirmed. It counts in no figure of alarms."""

    id: int
    facility: str
    level: Rank = Field(description="As which it was sent: 1 yellow, 2 orange, 3 red")
    author: str
    made_at: Time
    confirmed_at: Time | None = Field(description="By the first one: nobody further is called")
    escalation: Escalation
    confirmations: list[Confirmation]


class AlarmDetail(Shape):
    """One alarm with the instruments of its failure mode, pond and rain, its actions and its whole history."""

    alarm: Alarm
    gateways: list[LocalAlarm]
    context: list[ReadingsAround]
    actions: list[AlarmAction]
    history: list[HistoryEntry]
    names: dict[str, str] = Field({}, description=NAMES)
    evidence: list[Evidence] = Field(
        [], description="Photos of its actions, notes and acknowledgements; for those with a right of their own"
    )
    escalation: Escalation | None = Field(None, description="For those who may act")
    movement: Movement | None = Field(None, description="While it is open and its datastream has a value")


class Hold(Shape):
    """A rule that is shelved or out of service: recorded as ever, told to nobody, with an end."""

    id: int
    facility: str
    family: Family
    rule: str
    subject: str
    type: Type = Field("level", description="Of which events of its rule")
    level: Rank = Field(
        description="What it holds, and nothing that is worse: 1 yellow, 2 orange, 3 red; of equipment 1"
    )
    kind: Literal["shelved", "out-of-service"]
    reason: str
    author: str
    from_: Time = Field(alias="from")
    until: Time


class Holds(Shape):
    """What is held now."""

    holds: list[Hold]


class PlanAction(Shape):
    """What a plan asks for at a level."""

    who: str
    what: str
    within_h: float | None = None


class PlanLevel(Shape):
    """One level of a plan: its condition as the facility file has it, and its actions."""

    level: str
    when: dict[str, object]
    actions: list[PlanAction]


class Plan(Shape):
    """A trigger action response plan, its approval, and where it stands."""

    id: str
    failure_mode: str
    digest: str = Field(description="Of its conditions; an approval names it")
    approved_by: str | None
    approved_on: str | None
    valid_to: str | None
    withdrawn_by: str | None
    withdrawn_on: str | None = Field(description="Approvals given until this day say nothing more")
    approval: Approval = Field(description=APPROVAL)
    is_changed: bool = Field(description="It only simulates: its conditions changed since they were approved")
    lowered_by: str | None
    level: Rank = Field(description=f"As the newest values are: {RANK}")
    believed: Rank | None = Field(description=f"If suspect values were right: {RANK}; null: not followed yet")
    sight: SightState = Field(description="blind: nothing left could detect its worst level, or nobody has judged it")
    lost: list[str] = Field(description="Datastreams that decide nothing now")
    followed_to: Time | None = Field(description="The newest reading that it was followed to; null: none yet")
    levels: list[PlanLevel]
    open_alarm: int | None


class Plans(Shape):
    """The plans of a facility."""

    facility: str
    plans: list[Plan]


class AllPlans(Shape):
    """The plans of several facilities, by id."""

    facilities: list[Plans]


class LevelStep(Shape):
    """From when on a plan stood at a level."""

    at: Time
    level: Rank


class LevelLine(Shape):
    """What the alarms of a plan said."""

    at: Time
    kind: str = Field(examples=["raised", "acknowledged", "fell"])
    level: Rank


class LevelTimeline(Shape):
    """The level of record of a plan from a time until now, and what its alarms said."""

    facility: str
    plan: str
    from_: Time = Field(alias="from")
    steps: list[LevelStep] = Field(description="The oldest first; the first one is what stood at `from`")
    lines: list[LevelLine] = Field(
        description="The newest first; also what was said before by alarms that were open then"
    )


class TrialOutcome(Shape):
    """What one other setting of a plan would have brought."""

    for_n: int | None = Field(description="Tried: so many readings in a row; null: as it is")
    dead_band_times: float | None = Field(description="Tried: dead bands so many times as wide; null: as they are")
    alarms: int
    later_s: float | None = Field(description="How much later the first alarm comes; null: there is none with it")
    lost: list[str] = Field(description="Levels that were reached and are not any more, the mildest first")


class Trial(Shape):
    """A plan replayed on the readings of the last days, as it is and with other settings."""

    facility: str
    plan: str
    days: int
    state: Literal["done", "computing", "none"] = Field(
        description="computing: ask again; none: too many readings, or a plan or file that cannot be replayed"
    )
    alarms: int | None = Field(None, description="With the plan as it is")
    outcomes: list[TrialOutcome] = Field([], description="Of each setting that was tried")


class Duty(Shape):
    """One holder of a named role of plans."""

    facility: str
    role: str = Field(examples=["Engineer of Record"])
    holder: str = Field(examples=["user:3"], description="user, key or command, and which")


class Possible(Shape):
    """A user who could hold a role in a facility."""

    id: int
    name: str


class Duties(Shape):
    """Who holds the named roles of a facility, for those with a right of their own; to others it is empty."""

    facility: str
    held: list[Duty] = Field(description="The longest holder first")
    possible: list[Possible] = Field(description="Who could, for an administrator")
    names: dict[str, str] = Field(description=NAMES)


class AllRecipients(Shape):
    """Who is told of alarms, how the telling went, and who holds which role, where the caller may act."""

    recipients: list[Recipient]
    notifications: list[Notification] = Field(description="The newest first")
    tests: list[AlarmTest] = Field(description="The newest three of each facility, the newest first")
    held: list[Duty]
    names: dict[str, str] = Field(description=NAMES)


class AlarmDay(Shape):
    """Alarms of one day (UTC) by level."""

    day: str
    yellow: int
    orange: int
    red: int
    equipment: int


class Measure(Shape):
    """One figure of the load beside its limit; every limit is from a secondary source."""

    code: str = Field(description="Which figure it is, whatever its name in a language")
    name: str
    value: float
    unit: str
    target: str
    limit: str
    is_over: bool = Field(description="Whether the value is above the limit")
    source: str
    checked: str


class Busy(Shape):
    """A rule that speaks often."""

    facility: str
    family: Family
    rule: str
    subject: str
    alarms: int
    share: float


class AlarmPerformance(Shape):
    """How much the alarms ask of people."""

    from_: Time = Field(alias="from")
    to: Time
    alarms: int
    median_acknowledged_s: float | None
    days: list[AlarmDay]
    measures: list[Measure]
    worst: list[Busy] = Field(description="The ten rules with the most alarms")
    chattering: list[Busy] = Field(description="Three or more within a minute")
    stale: list[int] = Field(description="Alarms open for more than a day")


class NotedAlarm(Shape):
    """An alarm that was open when a hand-over note was written, as it stood then."""

    alarm: int
    level: Rank
    type: Type
    is_acknowledged: bool


class NotedHold(Shape):
    """What was held when a hand-over note was written."""

    hold: int
    kind: Literal["shelved", "out-of-service"]
    rule: str
    until: Time


class HandOverNote(Shape):
    """What a person leaves to the next one at the end of a shift."""

    id: int
    facility: str
    author: str
    written_at: Time
    note: str
    alarms: list[NotedAlarm] = Field(description="Of the dam, listed by the system; the worst first")
    holds: list[NotedHold]
    confirmed_by: str | None = Field(description="Who has read it; null: nobody yet")
    confirmed_at: Time | None


class BoardFacility(Shape):
    """A facility, by its name and its clock."""

    id: str
    name: str
    timezone: str = Field(examples=["Europe/Lisbon"])


class UnseenMode(Shape):
    """A failure mode that is not seen whole."""

    facility: str
    mode: FailureMode | None = Field(description="null: nobody has judged the facility for too long")


class AlarmBoard(Shape):
    """All that stands of alarms at `now`, in the facilities that the caller may read."""

    now: Time
    commit: int
    facilities: list[BoardFacility]
    open: list[Alarm] = Field(description="Open and told, of the dam and of the equipment, the newest first")
    held: list[Alarm] = Field(description="Open alarms of the dam that are shelved or out of service")
    holds: list[Hold] = Field(description="What ends next first")
    load: AlarmPerformance = Field(description="Of 30 days")
    names: dict[str, str] = Field(description=NAMES)
    recipients: list[Recipient] = Field(description="Where the caller may act")
    rotas: list[Rota] = Field([], description="Who is on duty in turn, where the caller may act")
    notes: list[HandOverNote] = Field([], description="The newest 20 hand-over notes, where the caller may act")
    tested: LastTest | None = Field(description="Of the way to people, where the caller may act")
    unseen: list[UnseenMode] = Field(description="Blind ones first")
    not_monitored: list[str] = Field([], description="Facilities without a plan in force: no alarm can come of them")
    movements: list[Movement] = Field(description="Of the first three alarms of the dam, the worst first")
