"""The proofs of sight as the api shows them: what `tailings.sight.model` says, in the same words."""

from typing import Annotated

from pydantic import Field

from api.http.models import Shape, Time
from api.http.structs import STRUCT
from tailings.levels import LevelWord
from tailings.sight.model import BlindCode, LossKind, ProofState, ScenarioKind
from tailings.sight.year import SightYear


class InjectedMove(Shape):
    """A datastream that moves steadily from the start of the failure on."""

    datastream: str = Field(examples=["n02:pond.level"])
    rate_per_h: float = Field(description="Change per hour, in the unit of the datastream")
    lasts_s: float = Field(description="For so many seconds; from then on it stays where it is")


class Scenario(Shape):
    """The failure that was injected."""

    kind: ScenarioKind
    lasts_s: float
    movements: list[InjectedMove]


class BlindReason(Shape):
    """Why a test, or a person, sees nothing."""

    code: BlindCode = Field(
        description="silent or never-read: an instrument; flagged-before: readings that are flagged without a failure; "
        "flagged: the failure itself is taken for a fault; not-reached; approval-ended (it goes on calling); "
        "not-approved, shelved, nobody-told or no-way: what is seen reaches nobody"
    )
    subject: str = Field(description="The instrument, the datastream, or the plan")
    since: Time | None
    tests: list[str] = Field(description="Of what is flagged: the tests that did")


class Mend(Shape):
    """The instruments whose return restores sight: the cheapest where the facility file says what each costs, else the
    fewest."""

    instruments: list[str]
    is_tried: bool = Field(description="The failure was injected again with their last readings, and was seen")
    cost: float | None = Field(
        default=None, description="Of all of them (`replacement_cost`), in `currency`; null: not stated of each"
    )
    currency: str | None = Field(default=None, description="ISO 4217", examples=["EUR"])


class Loss(Shape):
    """Something that fails too, and when the worst level is told without it."""

    kind: LossKind
    subject: str
    seen_s: float | None = Field(description="Seconds after the failure began; null: never")


class PlanSight(Shape):
    """What would be seen of the failure that a plan looks for, if it began at `made_at`."""

    plan: str
    made_at: Time
    state: ProofState = Field(
        description="seen: its worst level was reached, and a message would be made. stands: that level stands "
        "already. simulated: the plan calls nobody"
    )
    level: LevelWord = Field(description="The worst level of the plan")
    scenario: Scenario
    crossed_s: float | None = Field(description="When the true quantities are past that level; null: not known")
    first_level: LevelWord | None
    first_s: float | None = Field(description="When the first level is told")
    seen_s: float | None = Field(description="When the worst level is told, in seconds after the failure began")
    datastreams: list[str]
    instruments: list[str] = Field(description="Those whose tests of the worst level see it")
    may_fail: int = Field(description="So many instruments may fail, whichever they are, before it is not seen")
    reasons: list[BlindReason]
    mend: Mend | None
    losses: list[Loss]


class SightProof(PlanSight):
    """What would be seen of the failure that a plan in force looks for, as it was proved and stored."""

    version: int = Field(description="Of the facility file")
    number: int = Field(description="In the chain of proofs, which `tailwatch audit verify` checks")
    blind_since: Time | None = Field(description="Of a blind plan: the first proof since it was last seen to see")


class FacilitySight(Shape):
    """The newest proof of each plan of a facility."""

    facility: str
    looked_at: Time | None = Field(
        description="When it was last looked at: where nothing changed since, a proof holds. null: never"
    )
    proofs: list[SightProof]


class YearOfSight(Shape):
    """The record of a year, as far as it has come."""

    record: Annotated[SightYear, STRUCT] = Field(
        description="Shares of the time that each failure mode was proven seen, blind, simulated (it called nobody) or "
        "not proved; its stretches of blindness; times of detection; and the proofs that it rests on"
    )
