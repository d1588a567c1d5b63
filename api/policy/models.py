"""Policy instruments as they are written, and their indicators before and after as they leave the api."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from api.http.models import Shape, Time
from api.http.structs import STRUCT
from tailings.policy import Comparison
from tailings.policy.values import Shown

MAX_INDICATORS: Final = 12
MAX_TITLE: Final = 160
MAX_TEXT: Final = 4_000
PRINTED: Final = r"^[^\x00]*$"
Moment = Literal["before", "after"]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=MAX_TITLE, pattern=PRINTED)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TITLE, pattern=PRINTED)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT, pattern=PRINTED)]
Address = Annotated[str, StringConstraints(max_length=500, pattern=r"^(https?://[^\s\x00]+)?$")]


class IndicatorQuery(Shape, defer_build=False):
    """What an indicator asks: of which facilities, and of which year or element where it needs one."""

    indicator: str = Field(max_length=40, examples=["consequence_known"])
    country: str = Field("", pattern="^([A-Z]{2})?$", description="ISO 3166; '': any")
    region: str = Field(
        "",
        max_length=40,
        pattern=PRINTED,
        description="As registers and facility files name it, from its first letters",
    )
    year: int = Field(0, ge=0, le=2200, description="Calendar year; 0: the indicator asks for none")
    element: str = Field("", max_length=40, pattern="^([A-Z][A-Za-z0-9]*)?$", description="'': it asks for none")


class PolicyInstrumentDocument(Shape, defer_build=False):
    """A policy instrument as people describe it."""

    title: Title
    region: Line = Field("", description="Where it holds")
    authority: Line = Field("", description="Who answers for it")
    about: Text = Field("", description="What it is, and what is to change by it")
    address: Address = Field("", description="Where its text stands")
    licence: Line = Field("", description="Of its dossiers, a name of SPDX or words; '': none is stated")
    began: date | None = Field(None, description="The day from which it changes something; null: not said")
    indicators: list[IndicatorQuery] = Field(min_length=1, max_length=MAX_INDICATORS)
    is_example: bool = Field(False, description="It is invented, to show how this works")


class PolicyInstrument(Shape):
    """A policy instrument, its newest version."""

    id: str = Field(examples=["land-plan"])
    version: int
    is_public: bool
    written_at: Time
    document: PolicyInstrumentDocument


class PolicyInstruments(Shape):
    """All that you may read."""

    instruments: list[PolicyInstrument]


class WritingPolicyInstrument(Shape, defer_build=False):
    """A version of a policy instrument."""

    version: int = Field(ge=0, description="That was looked at; 0: a new one")
    is_public: bool = Field(description="Everybody may read it; it is then evaluated over what is public alone")
    is_withdrawn: bool = False
    document: PolicyInstrumentDocument


class FreezingIndicators(Shape, defer_build=False):
    """Which moment is frozen."""

    moment: Moment
    as_of: Time | None = Field(None, description="Null: now")


class PolicyFreeze(Shape):
    """All indicators of an instrument as they were frozen."""

    number: int
    moment: Moment
    as_of: Time
    frozen_at: Time
    instrument_version: int
    is_public: bool = Field(description="Over what everybody could read, or over all")
    sha256: str = Field(description="Of its document: /api/v1/policy/freezes/{number}")


class IndicatorValue(Shape):
    """An indicator at an instant."""

    as_of: Time
    method: int
    shown: Shown = Field(description="How the value is written; a share is between 0 and 1")
    value: float | None = Field(description="null: nothing here tells")
    low: float | None
    high: float | None = Field(description="null beside a value: nothing bounds it from above")
    known: int = Field(description="Rows that say enough")
    of: int = Field(description="Rows that were asked")
    independent: tuple[float, float, float] | None = Field(
        description="Of a sum of uncertain amounts: P90, P50, P10 where none tells of another; the value and its "
        "bounds are those where all are high or low at once"
    )
    sha256: str


class IndicatorChange(Shape):
    """One indicator before and after; comparison: null where one of both is missing."""

    query: IndicatorQuery
    before: IndicatorValue | None
    after: IndicatorValue | None
    comparison: Annotated[Comparison, STRUCT] | None = Field(
        description="Effects by cause, which add up to the total; of rows that changed the first fifty"
    )
    changes_total: int


class PolicyEvidence(Shape):
    """A policy instrument with its indicators before and after."""

    now: Time
    commit: int
    instrument: PolicyInstrument
    freezes: list[PolicyFreeze] = Field(description="The newest first")
    before: int | None = Field(description="Number of the freeze that stands for before; null: none is frozen")
    after: int | None = Field(description="Number of the freeze that stands for after; null: evaluated now")
    indicators: list[IndicatorChange]
