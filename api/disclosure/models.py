"""What the public is shown of a facility: codes, numbers and times, which the public page says in plain words."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.alarms.models import Rank, Type
from api.http.models import Shape, Time
from api.land.models import FacilityLand
from api.water.models import WaterLimit, WithoutLimit
from tailings.assess.model import ReasonCode, Verdict
from tailings.disclosure import Opened
from tailings.levels import LevelWord, SightState

InstrumentKind = Literal[
    "water-in-the-dam", "pond", "movement", "vibration", "seepage", "water-quality", "weather", "dust"
]
QuestionKind = Literal["question", "observation"]
QuestionState = Literal["waiting", "published", "declined"]


class PublicContact(Shape):
    """An office that answers the public, as the facility file states it."""

    name: str = Field(examples=["Community office"])
    telephone: str | None = None
    mail: str | None = None
    address: str | None = None
    hours: str | None = Field(None, description="When it answers")


class PublicDocument(Shape):
    """A document that the operator names."""

    title: str
    address: str
    day: date


class PublicState(Shape):
    """What the newest assessment says; after `valid_until` it says nothing, and the verdict is blind."""

    verdict: Verdict
    level: LevelWord = Field(description="The level that stands, also beside a verdict of blind")
    doubted: LevelWord | None = Field(
        description="A worse level that a suspect value, or one within its uncertainty, may have reached; null: none"
    )
    sight: SightState
    since: Time | None = Field(description="Since when the verdict is this one; null: not recorded")
    made_at: Time
    valid_until: Time
    is_expired: bool = Field(description="Nobody has assessed the facility for longer than an assessment holds")
    reasons: list[ReasonCode] = Field(description="Each once, the worst first")
    plans: int = Field(description="Plans in force")
    ways: int = Field(description="Ways of failing that they watch; several plans may watch one")
    blind: list[str] = Field(description="Of these, those whose worst level nothing left could detect, by their titles")
    reduced: list[str] = Field(description="Those that have lost a part of their sight and can still detect it")


class InstrumentCount(Shape):
    """Instruments of one kind: how many there are, and how many report usable values in time."""

    kind: InstrumentKind
    total: int
    reporting: int
    newest: Time | None = Field(description="The newest usable reading; null: there never was one")


class PublicReading(Shape):
    """The newest usable reading that may be shown, of one instrument."""

    datastream: str = Field(examples=["n07:vw1.level"])
    kind: InstrumentKind
    title: str | None = Field(description="The name that is painted on the instrument")
    place: str | None
    quantity: str
    unit: str
    value: float
    uncertainty: float | None = Field(description="Expanded (k = 2), in `unit`; null: not known of this very reading")
    time: Time


class PublicWater(Shape):
    """Laboratory values of the last year against the limits in force, and water without a limit."""

    outcome: Literal["exceeded", "not-decided", "met"]
    limits: list[WaterLimit] = Field(description="Exceeded ones first")
    without_limit: list[WithoutLimit]
    samples: int = Field(description="Samples of the last year that may be shown")
    newest: Time | None = Field(description="When the newest of them was taken")


class PublicAlarm(Shape):
    """An alarm of the dam of the last thirty days, as far as it may be shown."""

    id: int
    type: Type
    title: str = Field(description="The way of failing, in the words of the facility file")
    highest: Rank
    began_at: Time
    ended_at: Time | None = Field(description="When its level was green again; null: it stands")
    is_taken_back: bool = Field(description="Later values did not confirm it")


class VerdictChange(Shape):
    """When the verdict of a facility became this one."""

    id: int
    at: Time
    verdict: Verdict


class PublicQuestion(Shape):
    """A question or an observation of a citizen; of a declined one the words are gone, and `answer` is the reason."""

    number: int
    kind: QuestionKind
    language: str
    words: str
    sent_on: date
    state: QuestionState
    is_shortened: bool = Field(description="Words of it were left out before it was published")
    answer: str
    decided_at: Time | None


class PublicQuestions(Shape):
    """What citizens asked of a facility: whether it takes questions, and what became of them."""

    are_open: bool
    waiting: int
    published: list[PublicQuestion] = Field(description="The newest answer first, at most fifty")
    declined: list[PublicQuestion] = Field(description="Of the last ninety days")


class PublicFacility(Shape):
    """All that a stranger may see of a facility at `now`; what is null is not opened by its operator."""

    now: Time
    facility: str
    name: str
    operator: str | None
    region: str | None = Field(description="NUTS code")
    timezone: str
    sample_data: str | None = Field(description="What of it is invented; null: nothing is")
    opens: list[Opened]
    delay_h: float = Field(description="How late readings, water and alarms stand here; state and instruments are not")
    state: PublicState | None
    instruments: list[InstrumentCount] | None
    readings: list[PublicReading] | None
    water: PublicWater | None
    alarms: list[PublicAlarm] | None = Field(description="The newest first")
    surroundings: FacilityLand | None = Field(
        description="Protected areas, waters and settlements near, of layers that everybody may read; a kind without "
        "a layer is not known"
    )
    changes: list[VerdictChange] | None = Field(
        description="Of the verdict, the newest first; null: no state is opened"
    )
    contact: PublicContact | None
    emergency: PublicContact | None
    authority: PublicContact | None
    in_an_alarm: dict[str, str] = Field(description="What to do in an alarm, by language")
    documents: list[PublicDocument]
    questions: PublicQuestions
    by_mail: bool = Field(description="Whether news of it can be had by mail")


class PlaceChange(VerdictChange):
    """When the verdict of a facility of the list became this one."""

    facility: str


class PublicPlace(Shape):
    """One facility of the list: its state is null where its operator opens none."""

    facility: str
    name: str
    operator: str | None
    region: str | None
    sample_data: str | None
    timezone: str
    state: PublicState | None
    delay_h: float
    emergency: PublicContact | None = Field(description="Whom to call in danger; null: its operator states nobody")


class PublicRegion(Shape):
    """The facilities that have a public page, the worst first."""

    now: Time
    region: str | None = Field(description="The NUTS code that was asked for; null: all")
    regions: list[str] = Field(description="The regions that there are")
    facilities: list[PublicPlace]
    changes: list[PlaceChange] = Field(
        description="Of the verdicts of those that open their state, the newest first, at most fifty"
    )
    by_mail: bool = Field(description="Whether news of them can be had by mail")


class Questions(Shape):
    """What citizens sent, for those who answer: what waits first, the oldest first."""

    questions: list[PublicQuestion]


class NewQuestion(Shape, defer_build=False):
    """What a citizen sends: nothing of who it is."""

    kind: QuestionKind
    language: str = Field(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", description="That of the page")
    words: str = Field(min_length=10, max_length=2000)


class DisclosureRule(Shape):
    """What a facility opens to strangers by its file."""

    has_page: bool = Field(description="Whether there is a public page")
    opens: list[Opened]
    delay_h: float = Field(description="How late readings, water and alarms stand there; state and instruments are not")
    questions: bool = Field(description="Whether the page takes questions")
    waiting: int = Field(description="Questions that wait for an answer")
