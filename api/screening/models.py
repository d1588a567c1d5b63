"""Screenings as they leave the api: codes and numbers, each with the day and the method that it is of."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.http.models import Page, Shape, Time
from api.http.structs import STRUCT
from tailings.screening import GradeSpread
from tailings.screening.statements import Borrowed

Grade = Annotated[GradeSpread, STRUCT]


class ElementPool(Shape):
    """What the intervals of an element were pooled from."""

    element: str = Field(examples=["Cu"])
    donors: int = Field(description="Facilities with samples of it")
    samples: int = Field(description="Their places; what comes of one hole is one place")
    below: int = Field(description="Of these below their limit, of which half counts")
    shares: dict[str, float] = Field(description="Of the variance between facilities, expected: what explains it")


class ScreeningRun(Shape):
    """One screening: when, by whom, by which method, from what."""

    number: int
    made_at: Time
    author: str = Field(examples=["user:3"], description="'': you may not know")
    method: str
    inputs_sha256: str
    mass_factor: float = Field(
        description="Assumed: 80 % of the masses in registers are within this factor of the truth"
    )
    facilities: int
    synthetic: int = Field(description="Facilities whose assays no laboratory measured")
    unknown_words: list[str] = Field(description="Commodities of registers that name no element here")
    pools: list[ElementPool]


class HitRate(Shape):
    """How many scored intervals held what was sampled after them."""

    claimed: float = Field(description="What they claim: 0.8")
    scored: int
    held: int
    undecided: int = Field(description="Not counted: the new samples are below their limit")
    share: float | None = Field(description="null: not yet scored")
    low: float = Field(description="Binomial interval, 95 % (Clopper and Pearson)")
    high: float


class ScreeningDocument(Shape):
    """The newest screening that you may read, and how all intervals held; never an estimate."""

    standing: str = Field(description="Always: screening, not an estimate")
    scope: Literal["public", "all"] = Field(description="Of what is public, or of all, for who may read every facility")
    run: ScreeningRun | None = Field(description="null: nobody has run one")
    hit_rate: HitRate
    elements: list[str] = Field(description="That intervals are stated of")


class ScreeningInterval(Shape):
    """What is stated of an element in a facility, or why nothing is."""

    number: int
    name: str
    facility: str | None = Field(description="Id of the facility of this site")
    entry: int | None = Field(description="Of the register's row: /api/v1/registers/entries/{number}")
    element: str = Field(description="'': of all")
    reason: str = Field(
        description="Why there is none: nothing_known, few_donors (count: facilities that have samples), many_samples "
        "(count: of its samples, a study is the place). '': there is one"
    )
    count: int
    own: int = Field(description="Places sampled in the facility itself")
    below: int = Field(description="Of these below their limit")
    grade: Grade | None = Field(description="Mean [mg/kg]: P90, P50, P10")
    metal: Grade | None = Field(description="[t], where the dry mass is stated")
    metal_missing: str = Field(description="no_mass, wet_mass; '': there is one")
    borrowed: Annotated[Borrowed, STRUCT] | None = Field(description="From how many other facilities with samples")


class ScreeningIntervals(Page):
    """A part of the intervals, by name."""

    total: int
    intervals: list[ScreeningInterval]


class ScreeningScore(Shape):
    """An interval that was scored by what was sampled after it."""

    interval: int
    name: str
    facility: str | None
    element: str
    stated: date
    scored_at: Time
    verdict: Literal["held", "missed", "undecided"]
    places: int = Field(description="Sampled after it, up to eight")
    below: int
    mean: float = Field(description="Their geometric mean [mg/kg]; an upper bound where some are below their limit")
    low: float = Field(description="P90 that was stated for the mean of as many places [mg/kg]")
    high: float = Field(description="P10")


class ScreeningScores(Shape):
    """The newest scores, and how all intervals held."""

    hit_rate: HitRate
    scores: list[ScreeningScore]


class PlannedSamples(Shape):
    """Where to sample, and what that is expected to take away."""

    name: str
    facility: str | None
    entry: int | None
    samples: int
    cost: float
    removes: float = Field(description="Share of all doubt that these samples are expected to take away, 0 to 1")
    elements: list[str] = Field(description="What it is for, the most first")


class ScreeningPlan(Shape):
    """The next samples over all facilities, by what they take away for their cost (Art. 27(7))."""

    run: int | None
    legal_basis: str
    wanted: int = Field(description="Samples that were to be planned")
    samples: int = Field(description="Planned; fewer than asked where no facility is left")
    cost: float
    removes: float = Field(description="Share of all doubt about tonnes of metal, 0 to 1")
    evenly: float = Field(description="The same of as many samples spread evenly")
    without_mass: int = Field(description="Facilities with an interval and no dry mass: they are not planned")
    facilities: list[PlannedSamples]


class NewScreening(Shape, defer_build=False):
    """What a screening is asked with."""

    mass_factor: float = Field(1.5, ge=1, le=10, description="80 % of the masses in registers are assumed within it")
