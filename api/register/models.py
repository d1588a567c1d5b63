"""Registers as they leave the api: each row with the register that it is of, its day and licence."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.http.cursors import MAX_POSITION
from api.http.models import Page, Shape, Time
from api.land.models import LandLayer

Value = str | int | float
ExportForm = Literal["csv", "geojson", "gpkg", "inspire-mr"]


class Register(Shape):
    """One register, as its newest file has it."""

    id: str = Field(examples=["pt-cadastro"])
    title: str
    publisher: str
    address: str
    licence: str = Field(description="SPDX, or what the publisher says")
    day: date = Field(description="Of its newest file")
    is_public: bool
    facilities: int
    gone: int = Field(description="Facilities that an earlier file had")
    without_place: int = Field(description="Facilities that are still listed and have no coordinates")


class Registers(Shape):
    """All registers that you may read."""

    registers: list[Register]


class RegisterEntry(Shape):
    """A facility in a register, as its newest file has it."""

    number: int = Field(description="Of the entry here; it never changes")
    register_: str = Field(alias="register")
    title: str = Field(description="Of the register")
    day: date = Field(description="Of the newest file of the register that has it")
    licence: str
    is_gone: bool = Field(description="A later file of the register has it no more")
    revision: int = Field(description="1: it has not changed since it first stood there")
    values: dict[str, Value] = Field(description="By column (docs/operating/registers.md); an empty one is not there")


class RegisterChoices(Shape):
    """What can be chosen by."""

    registers: list[str]
    countries: list[str]
    statuses: list[str]
    consequences: list[str] = Field(description="Each class with its system", examples=[["GISTM: High"]])
    commodities: list[str] = Field(description="In small letters, as registers name them; the first two hundred")


class RegisterEntries(Page):
    """A part of the facilities that meet what is asked for, by name."""

    total: int = Field(description="How many meet it")
    choices: RegisterChoices
    entries: list[RegisterEntry]


class RegisterRevision(Shape):
    """What a register said of a facility, and since which file."""

    revision: int
    day: date = Field(description="Of the file")
    file: str
    file_row: int
    sha256: str = Field(description="Of the file")
    author: str = Field(examples=["user:3"], description="'': you may not know")
    imported_at: Time
    values: dict[str, Value]
    differs: list[str] = Field(description="Columns that are another than in the revision before")


class RegisterEntryDocument(RegisterEntry):
    """A facility in a register with all that the register ever said of it, the newest first."""

    history: list[RegisterRevision]


class RegisterImport(Shape):
    """One file of a register; rows_in = added + changed + unchanged + refused."""

    number: int
    register_: str = Field(alias="register")
    file: str
    day: date
    imported_at: Time
    author: str
    rows_in: int
    added: int
    changed: int
    unchanged: int
    refused: int
    gone: int


class RegisterImports(Shape):
    """The newest imports."""

    imports: list[RegisterImport]


class Contradiction(Shape):
    """A column that both fill, and fill otherwise."""

    column: str
    here: Value
    there: Value = Field(description="Where it was measured: the verdict of the dam now, or P50 of the newest study")
    is_measured: bool = Field(description="What this site measures contradicts it, not what somebody says")
    layers: list[LandLayer] = Field(default=[], description="Of land use that contradict it; none: no layer does")


class RegisterCandidate(Shape):
    """What may be the same facility: an entry of another register, or a facility of this site."""

    number: int | None = Field(description="Of the entry; null: a facility of this site")
    facility: str | None = Field(description="Id of the facility of this site")
    register_: str | None = Field(alias="register")
    title: str | None = Field(description="Of the register")
    day: date | None = Field(description="Of the register's newest file that has it")
    id: str
    name: str
    is_same_id: bool
    name_likeness: float = Field(ge=0, le=1, description="1: the same words")
    distance_m: float | None
    is_same: bool | None = Field(description="What a person said; null: nobody yet")
    contradictions: list[Contradiction]


class RegisterCandidates(Shape):
    """Confirmed ones first, then those that nobody decided on, then rejected ones."""

    candidates: list[RegisterCandidate]
    by_layers: list[Contradiction] = Field(description="What layers of land use contradict at the place of the entry")


class NewRegisterMatch(Shape, defer_build=False):
    """What a person says of an entry and another one, or a facility of this site."""

    entry: int = Field(ge=1, le=MAX_POSITION)
    is_same: bool
    other: int | None = Field(None, ge=1, le=MAX_POSITION)
    facility: str | None = Field(None, pattern="^[a-z0-9][a-z0-9-]{0,31}$")
