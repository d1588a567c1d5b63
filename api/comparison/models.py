"""A comparison as it leaves the api: each indicator with its range, source and day, each rank with its shares."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from tailings.assess.model import Verdict
from tailings.comparison import Axis

Source = Literal["assessment", "facility-file", "water-samples", "study", "register", "layer"]


class ComparedIndicator(Shape):
    """What is compared by: 0 is at `at_0`, 1 at `at_1`, whoever else is compared."""

    name: str = Field(examples=["state"])
    axis: Axis
    at_0: str
    at_1: str
    unit: str
    weight: float = Field(description="Its share of the weights of its axis")


class KnownIndicator(Shape):
    """Where an indicator of a facility lies, from 0 to 1; one of which nothing is known may lie anywhere."""

    name: str
    low: float
    middle: float | None = Field(description="low and high are P90 and P10; null: anywhere between low and high")
    high: float
    is_known: bool
    source: Source | None
    dated: Time | None = Field(description="Of what it is made from; null: not known")
    code: str | None = Field(
        description="What was said: verdict, sight, class or UNFC code, as its source has it", examples=["E2;F2;G2"]
    )
    numbers: list[float] = Field(
        description="What was said: limits exceeded, not decided and in all; least and most pH; net value P90, P50 and "
        "P10 [USD]; points of Annexes I and II known and in all; people, distance [m]: of layers the least and the "
        "most that it can be, or the least alone where no most is known"
    )


class RankShares(Shape):
    """A facility on one axis."""

    place: int = Field(description="By the score of the middles at the stated weights; equal scores share the better")
    centre: float = Field(description="That score, 0 to 1")
    low: float = Field(description="P90 of the score when weights and indicators are drawn")
    high: float = Field(description="P10")
    rank_low: int = Field(description="In one draw of ten its rank is better than this")
    rank_high: int = Field(description="In one draw of ten its rank is worse than this")
    first: float = Field(description="Share of the draws in which it is first")
    shares: list[float] = Field(description="Share of the draws in which it has rank 1, 2, ... 20")
    central_weights: dict[str, float] | None = Field(
        description="Mean weights of the draws in which it is first; null: it never is"
    )


class ComparedFacility(Shape):
    """A facility that is compared: of this site, or a row of a register."""

    key: str = Field(description="Id of the facility, or register:NUMBER of the row", examples=["vale", "register:7"])
    facility: str | None
    entry: int | None = Field(description="Number of the row in registers")
    register_: str | None = Field(alias="register")
    name: str
    state: Verdict | None = Field(description="Of its dam now; null: this site does not monitor it")
    sample_data: str | None = Field(description="What of it is invented; null: nothing is")
    indicators: list[KnownIndicator]
    hazard: RankShares
    value: RankShares


class WeightMove(Shape):
    """A share of the weights that goes from one indicator to another."""

    giver: str
    receiver: str
    share: float


class TurningWeights(Shape):
    """The smallest change of weights after which the second is as good as the first."""

    moved: float = Field(description="Share of the weights that moves; 0: they are equal already")
    moves: list[WeightMove]
    weights: dict[str, float] = Field(description="Then")


class SettlingStep(Shape):
    """What would tell most of a rank: an indicator of a facility that is not known exactly."""

    key: str
    facility: str | None
    name: str
    indicator: str
    now: float = Field(description="Standard deviation of the rank of the facility")
    known: float = Field(description="What is expected of it once the indicator is known")
    measure: str | None = Field(description="What its study says would tell more; null: it says nothing")
    cost: float | None = Field(description="As its study states it; null: not stated")
    currency: str | None


class Leader(Shape):
    """A facility that leads an axis."""

    key: str
    name: str
    first: float = Field(description="Share of the draws in which it is first")


class ComparedAxis(Shape):
    """One axis: who is first and second, what turns them, what would settle the ranks."""

    first: Leader = Field(description="With the highest score of the middles at the stated weights")
    second: Leader | None = Field(description="null: there is one facility")
    turning: TurningWeights | None = Field(description="null: no weights of the chosen indicators turn the order")
    settling: list[SettlingStep] = Field(description="What tells most first")


class FacilityComparison(Shape):
    """Facilities on two axes, which nothing adds up: a high value makes no hazard smaller."""

    now: Time
    commit: int
    seed: int
    draws: int
    freedom: float = Field(description="Share of the weights that may lie anywhere")
    total: int = Field(description="How many facilities are compared")
    unseen: int = Field(
        description="How many of these nobody sees, listed or not: blind, not monitored, or of a register alone"
    )
    silent_entries: int = Field(description="Rows of registers that say nothing of any indicator, which are left out")
    left_out: int = Field(description="Facilities that are more than 2,000, which are left out")
    indicators: list[ComparedIndicator]
    hazard: ComparedAxis | None = Field(description="null: there is no facility to compare")
    value: ComparedAxis | None
    facilities: list[ComparedFacility]
