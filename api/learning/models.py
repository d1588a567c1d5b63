"""Good practices, learning events and organisations, as people write them and as they leave the api.

What a good practice is, follows Interreg Europe: an initiative of regional development policy with tangible, measurable
results, of interest to other regions; a private one counts where it inspired a public policy; what failed teaches too
(help centre of interregeurope.eu, read as stored pages). The fields are those that its template asks for (secondary:
the template itself was not opened).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from api.http.models import Shape, Time
from api.http.structs import STRUCT
from api.policy.models import MAX_INDICATORS, PRINTED, Address, IndicatorQuery, Line, Text, Title
from tailings.policy import Evaluation

MAX_RESULTS: Final = 20
MAX_VALIDATIONS: Final = 4
MAX_LEARNED: Final = 100
OrganisationKind = Literal["authority", "operator", "research", "business", "association", "other"]
RecordId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]
OptionalId = Annotated[str, StringConstraints(pattern="^([a-z0-9][a-z0-9-]{0,31})?$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160, pattern=PRINTED)]
Country = Annotated[str, StringConstraints(pattern="^([A-Z]{2})?$")]


class MeasuredResult(Shape, defer_build=False):
    """A result that somebody measured, and where that is said."""

    what: Short
    value: Short = Field(description="With its unit, and its interval where one is known")
    source: Line = Field("", description="'': it says no source")


class PracticeValidation(Shape, defer_build=False):
    """Who validated a good practice, and when; Interreg Europe has two stages, the project's and the platform's."""

    name: Short = Field(description="An organisation or an office; no person has to be named")
    on: date


class FacilityFigures(Shape, defer_build=False):
    """Figures of a facility, frozen when the version was written: queries, rows and values with their hashes."""

    facility: RecordId
    as_of: Time
    evaluations: list[Annotated[Evaluation, STRUCT]]


class PracticeDocument(Shape, defer_build=False):
    """A good practice, or what was learned from one that failed."""

    title: Title
    region: Line = ""
    institution: Line = Field("", description="The main institution involved")
    summary: Line = ""
    problem: Text = Field("", description="The problem, and why it was taken up")
    done: Text = Field("", description="What was done, by whom")
    resources: Text = Field("", description="Money, people and time that it took")
    evidence: Text = Field("", description="Evidence of success, in words")
    results: list[MeasuredResult] = Field(default=[], max_length=MAX_RESULTS, description="Measured results")
    difficulties: Text = ""
    transfer: Text = Field("", description="What another region could take over, and what it needs for that")
    influence: Text = Field("", description="The public policy that it influenced")
    has_failed: bool = Field(False, description="It did not succeed: it is here for what it teaches")
    address: Address = ""
    validations: list[PracticeValidation] = Field(default=[], max_length=MAX_VALIDATIONS)
    figures: FacilityFigures | None = Field(None, description="null: it has none of a facility here")
    is_example: bool = False


class LearnedLesson(Shape, defer_build=False):
    """What an organisation learned."""

    organisation: RecordId
    what: Text


class LearningEventDocument(Shape, defer_build=False):
    """A meeting, visit or course: who took part, and who learned what."""

    title: Title
    day: date
    until: date | None = Field(None, description="Its last day; null: it took one")
    place: Line = ""
    about: Text = ""
    organisations: list[RecordId] = Field(default=[], max_length=MAX_LEARNED, description="Those that took part")
    learned: list[LearnedLesson] = Field(default=[], max_length=MAX_LEARNED)
    practices: list[RecordId] = Field(default=[], max_length=MAX_LEARNED, description="Those that were shown")
    address: Address = ""
    is_example: bool = False


class OrganisationDocument(Shape, defer_build=False):
    """An organisation that takes part."""

    title: Title = Field(description="Its name")
    kind: OrganisationKind = "other"
    country: Country = ""
    region: Line = ""
    address: Address = ""
    about: Text = ""
    is_example: bool = False


class Written(Shape, defer_build=False):
    """What every version says beside its document."""

    version: int = Field(ge=0, description="That was looked at; 0: a new one")
    is_public: bool
    is_withdrawn: bool = False


class FiguresOrder(Shape, defer_build=False):
    """Which figures of a facility are frozen with a version."""

    facility: RecordId
    indicators: list[IndicatorQuery] = Field(min_length=1, max_length=MAX_INDICATORS)


class WritingPractice(Written, defer_build=False):
    """A version of a good practice; fill: freeze figures of a facility, else those of the document stay."""

    document: PracticeDocument
    fill: FiguresOrder | None = None


class WritingEvent(Written, defer_build=False):
    """A version of a learning event."""

    document: LearningEventDocument


class WritingOrganisation(Written, defer_build=False):
    """A version of an organisation."""

    document: OrganisationDocument


class Kept(Shape):
    """What every record says beside its document."""

    id: str
    version: int
    is_public: bool
    written_at: Time


class Practice(Kept):
    """A good practice, its newest version; gaps: fields that are asked for and say nothing."""

    document: PracticeDocument
    gaps: list[str]


class LearningEvent(Kept):
    """A learning event, its newest version."""

    document: LearningEventDocument


class Organisation(Kept):
    """An organisation, its newest version."""

    document: OrganisationDocument


class LearningLibrary(Shape):
    """What meets what is asked for, with how many there are of each."""

    now: Time
    commit: int
    totals: dict[str, int]
    practices: list[Practice]
    events: list[LearningEvent] = Field(description="The newest first")
    organisations: list[Organisation]


class ImportedRecords(Shape):
    """What became of a file: all rows were taken."""

    kind: str
    written: list[str] = Field(description="Ids of those with a new version")
    unchanged: list[str]
