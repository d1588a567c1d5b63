"""The annual statement as the api shows it: results in aggregate, what happened, and what is missing of what is asked.

The operator reports once a year to the authority "on the basis of aggregated data, all monitoring results" (Directive
2006/21/EC Article 11(3)); GISTM asks for a report of performance (7.5) and for disclosure (15.1) each year.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints

from api.alarms.models import Approval
from api.http.models import Shape, Time
from api.water.models import WaterLimit, WithoutLimit

Remark = Literal[
    "conclusion", "dam", "water", "instruments", "authority", "inspections", "review", "exercise", "waste_placed"
]
REMARKS: Final[tuple[Remark, ...]] = get_args(Remark)
"""What who signs can say in own words; one with the name of a gap closes it."""
GapCode = Literal[
    "year",
    "sample_data",
    "consequence_class",
    "engineer",
    "plan",
    "plan_not_in_force",
    "blind",
    "not_proved",
    "only_simulated",
    "never_read",
    "coverage",
    "authority",
    "open_event",
    "no_limits",
    "no_samples",
    "limit_not_decided",
    "lost",
    "inspections",
    "review",
    "exercise",
    "waste_placed",
    "conclusion",
]
MAX_REMARK: Final = 2_000
MAX_NAME: Final = 120


class MonitoringResult(Shape):
    """What one datastream gave in the year: readings by flag, and their extremes and mean in its unit."""

    datastream: str = Field(examples=["n07:vw1.level"])
    title: str | None = Field(description="What the facility file calls its instrument", examples=["Piezometer P-07"])
    place: str | None
    quantity: str
    unit: str
    is_derived: bool
    retired_at: Time | None
    passed: int = Field(description="Readings by flag: 1 pass")
    not_evaluated: int = Field(description="2 not evaluated")
    suspect: int = Field(description="3 suspect")
    rejected: int = Field(description="4 fail")
    missing: int = Field(description="9 missing: asked for, and no value came")
    expected: int | None = Field(
        description="Readings that its interval asks for, from its first reading on (never read: from the beginning of"
        " the year) until it was retired; null: none is stated"
    )
    coverage: float | None = Field(
        description="Share of these that came with a value, of each day no more than it asks for; null: none are"
        " expected"
    )
    minimum: float | None = Field(description="Of readings that are neither rejected nor missing")
    mean: float | None = Field(description="The same, each reading counted once")
    maximum: float | None


class PlanInYear(Shape):
    """One trigger action response plan over the year."""

    plan: str
    title: str = Field(description="The failure mode in the words of the facility file")
    approval: Approval = Field(description="Of today")
    approved_by: str | None
    approved_on: str | None
    events: dict[str, int] = Field(
        description="Alarms by the highest level that they reached", examples=[{"yellow": 2, "orange": 0, "red": 0}]
    )
    hours: dict[str, float] = Field(description="Hours that readings stood at each level")
    seen: float = Field(
        description="Share of the time for which it was proved that its worst level would be told (`/sight/{year}`)"
    )
    blind: float = Field(description="Share for which it was proved that it would not")
    not_proved: float = Field(description="Share for which no proof holds; the rest the plan only simulated")


class DamEvent(Shape):
    """An alarm of the dam that reached orange or red, or a plan that could not see."""

    alarm: int
    plan: str
    title: str
    type: Literal["level", "suspect", "blind"]
    highest: int = Field(description="1 yellow, 2 orange, 3 red")
    began_at: Time
    returned_at: Time | None = Field(description="null: not within the year")
    acknowledged_after_s: float | None = Field(description="After it called as it stood then; null: nobody did")
    notified_at: Time | None = Field(description="When somebody was first called; null: nobody was")
    is_taken_back: bool = Field(description="Later readings or flags left nothing of what raised it")
    is_open: bool = Field(description="It was not closed at the end of the year")


class DeliveredSum(Shape):
    """Packs and batches of the year by fate, by days of UTC."""

    stored: int
    quarantined: int
    dropped: int
    unreadable: int
    lost: int
    late: int


class RevisedSum(Shape):
    """Changes of stored values and flags that were made in the year, by kind."""

    kind: str
    revisions: int
    changed: int
    added: int


class CalibrationMade(Shape):
    """A calibration that began to hold in the year."""

    instrument: str
    title: str | None
    valid_from: Time


class StatementGap(Shape):
    """What is asked for and is not there."""

    code: GapCode
    ref: str = Field(description="Where it is asked for; empty: by the sense of it", examples=["GISTM 7.5"])
    values: dict[str, str | float | list[str]] = Field(default={}, description="By name")


class Signature(Shape):
    """Who signed a version of it, and the words that stand in it by that person."""

    version: int
    name: str = Field(description="As the person gave it for this statement")
    role: str = Field(examples=["Engineer of Record"])
    signed_at: Time


class AnnualStatement(Shape):
    """What monitoring found in a year. All figures are of [start, stop), whole days of the facility's standard time."""

    facility: str
    name: str
    operator: str | None
    region: str | None
    consequence_class: str | None
    timezone: str
    sample_data: str | None = Field(description="What of it is invented; null: nothing is")
    year: int
    start: Time
    stop: Time
    is_whole: bool = Field(description="The year is over")
    version: int = Field(description="Of the facility file")
    file_hash: str
    versions: list[int] = Field(description="Versions of the facility file that were applied in the year")
    results: list[MonitoringResult]
    plans: list[PlanInYear]
    events: list[DamEvent] = Field(description="The oldest first")
    simulated: int = Field(description="Alarms of plans that only simulated: they are in no other figure")
    equipment: dict[str, int] = Field(description="Alarms of the equipment by rule")
    limits: list[WaterLimit] = Field(
        description="Of water, by the samples of the year before `stop`; one that ended in it, as on its last day"
    )
    without_limit: list[WithoutLimit]
    samples: int = Field(description="Water samples that were taken in the year")
    calibrations: list[CalibrationMade]
    revisions: list[RevisedSum]
    delivered: DeliveredSum
    remarks: dict[Remark, str] = Field(default={}, description="In the words of who signed")
    gaps: list[StatementGap]
    figures_sha256: str = Field(description="Of all above but remarks and gaps: statements of one hash say the same")
    signature: Signature | None = Field(default=None, description="null: a draft")


class SignedStatement(Shape):
    """One signed version in short."""

    year: int
    version: int
    name: str
    role: str
    signed_at: Time
    gaps: int
    figures_sha256: str


class Statements(Shape):
    """The years that a statement can be made of, and what was signed, the newest first."""

    facility: str
    years: list[int]
    signed: list[SignedStatement]


class SigningStatement(Shape, defer_build=False):
    """What who signs sends: the hash of the figures that were looked at, and words."""

    figures_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=MAX_NAME)]
    role: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=MAX_NAME)]
    remarks: dict[Remark, Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REMARK)]] = Field(
        default={}
    )
