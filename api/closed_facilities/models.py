"""The database of closed facilities as it leaves the api: codes, values with their source, counts and dates."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.http.models import Page, Shape, Time
from api.http.structs import STRUCT
from tailings.register.closed_facilities import FieldCount, FieldState

Value = str | int | float


class ClosedField(Shape):
    """One field that the article asks, as it is known."""

    name: str = Field(examples=["extent"])
    state: FieldState = Field(description="screened: a screening alone states an interval, which is no estimate")
    values: dict[str, Value] = Field(description="By column of registers; empty where it is missing")
    source: str = Field(description="Id of the register, study or screening; '': missing", examples=["pt-cadastro"])
    day: date | None = Field(description="Of the register's newest file, or when the study was made")


class ClosedStage(Shape):
    """One activity of Article 27(7) at a facility."""

    name: Literal["permits", "sampling", "detail"]
    done: date | None = Field(description="The first day that a register or this site has; null: not said")


class ClosedFacilityDocument(Shape):
    """A closed facility; what people said is one facility stands here once."""

    number: int = Field(description="Of its first row: /api/v1/registers/entries/{number}")
    id: str
    name: str
    country: str
    region: str
    municipality: str
    status: str = Field(examples=["abandoned"])
    is_disputed: bool = Field(description="Another register says that it is not closed")
    facility: str | None = Field(description="Id of the facility of this site, whose study and samples count too")
    registers: list[str] = Field(description="Those that have it, the newest first")
    is_public: bool = Field(description="A register that everybody may read has it (Art. 27(6))")
    fields: list[ClosedField]
    stages: list[ClosedStage]
    samples: int = Field(description="Measured samples that this site has of it")
    complete: int = Field(description="Needed fields that are stated")
    needed: int


class ExcludedFacility(Shape):
    """A closed facility that a register leaves out of the database (Art. 27(4))."""

    number: int
    id: str
    name: str
    registers: list[str]
    reason: str = Field(description="As the register says it")


class ClosedDue(Shape):
    """A date of the article that Member States keep, and how far it is done."""

    name: str = Field(examples=["sampling"])
    ref: str = Field(examples=["Art. 27(7)(b)"])
    date: date
    days: int = Field(description="That are left; below zero: it is past")
    done: int | None = Field(description="Facilities of which it is said to be done; null: nothing here tells")
    of: int | None


class RegisterRenewal(Shape):
    """A register that closed facilities come from: whether it is public, and by when it is renewed (Art. 27(6))."""

    id: str
    title: str
    day: date
    licence: str
    is_public: bool
    closed: int = Field(description="Its closed facilities, those that it leaves out included")
    renew_by: date
    days: int


class ClosedPlanned(Shape):
    """Samples of a campaign at a closed facility."""

    number: int = Field(description="Of its first row: /api/v1/registers/entries/{number}")
    id: str
    name: str
    sampled: date | None = Field(description="When sampling was done, as a register or this site says; null: not said")
    samples: int
    cost: float
    removes: float = Field(description="Share of all doubt about these facilities that the samples are to take away")
    elements: list[str] = Field(description="What it is for, the most first")


class ClosedPlan(Shape):
    """A sampling campaign over all closed facilities, the most doubt for its cost first (Art. 27(7)(b) and (c))."""

    wanted: int = Field(description="Samples that were to be planned")
    samples: int = Field(description="Planned; fewer than asked where no facility is left")
    cost: float
    removes: float = Field(description="Share of all doubt about tonnes of metal in closed facilities, 0 to 1")
    evenly: float = Field(description="The same of as many samples spread evenly")
    without_mass: int = Field(description="Closed facilities with an interval and no dry mass: they are not planned")
    without_interval: int = Field(description="Closed facilities of which the screening states no interval")
    facilities: list[ClosedPlanned]


class ClosedFacilities(Page):
    """The database with what it lacks, and a part of its facilities by name."""

    now: Time
    commit: int
    source: str = Field(description="What the article was read in")
    total: int = Field(description="Closed facilities in the database, whatever is asked for")
    matching: int
    complete: int = Field(description="Of these that have each needed field")
    public: int
    disputed: int
    unsaid: int = Field(description="Rows of which no register states whether they are closed")
    needed: list[str]
    counts: list[Annotated[FieldCount, STRUCT]]
    due: list[ClosedDue]
    registers: list[RegisterRenewal]
    countries: list[str]
    facilities: list[ClosedFacilityDocument]
    excluded_total: int
    excluded: list[ExcludedFacility] = Field(description="The first hundred by name")
    screening: int | None = Field(description="Number of the newest screening")
    plan: ClosedPlan | None = Field(
        description="By that screening, whatever the list is narrowed to; null: none, or with too many intervals"
    )
