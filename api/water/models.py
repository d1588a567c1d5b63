"""Laboratory values of water and what they say against limits, as the api shows them."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.http.models import Shape, Time
from api.safety.models import Name, Situation
from tailings.assess.water import Note, Reason, WaterOutcome
from tailings.water.drainage import Kind


class WaterAnalysis(Shape):
    """One result."""

    symbol: str = Field(examples=["Cd"])
    fraction: str = Field(description="dissolved (filtered at 0.45 um), total, or bioavailable (by a model)")
    value: float = Field(description="In `unit`; with a sign the limit of quantification")
    sign: str = Field(description="<: below it; >: above it; empty: the value itself")
    unit: str
    method: str


class WaterSample(Shape):
    """One water sample of a laboratory."""

    name: str
    point: str
    medium: str
    taken_at: Time
    laboratory: str
    revision: int = Field(description="The newest one counts")
    file: str = Field(description="The laboratory's file that it came with")
    sha256: str = Field(description="Of that file; the audit log has it too")
    imported_at: Time
    author: str = Field(description="Who brought the file", examples=["user:3"])
    analyses: list[WaterAnalysis]


class WaterLimit(Shape):
    """One limit against the laboratory values of a year at one point: what it is, what was found, what follows."""

    point: str
    symbol: str
    statistic: Literal["annual-mean", "maximum", "range"]
    medium: str = Field(description="The water that the limit is for; samples of another one change nothing")
    fraction: str
    hardness_class: int | None
    hardness: str | None = Field(description="The water hardness of that class, as its source states it")
    least: float | None
    most: float = Field(description="In `unit`")
    unit: str
    valid_from: date
    valid_to: date | None = Field(description="Its last day; null where none is known")
    source: str = Field(description="The law, or the words of the site's permit")
    address: str
    note: str
    checked: Literal["read", "secondary", "entered"] = Field(
        description="secondary: the text itself was not read; entered: the operator states it from the site's permit"
    )
    outcome: WaterOutcome = Field(description="not-decided: neither met nor exceeded can be said; `reason` says why")
    reason: Reason
    notes: list[Note] = Field(
        description="incomplete: exceeded whatever the missing samples bring; class-unknown: so in every class;"
        " loq-share: a limit of quantification is above 30 % of the limit"
    )
    value: float | None = Field(description="The statistic of the laboratory values, in the unit of the limit")
    sign: str = Field(description="<: less than the value, a limit of quantification; >: more than it")
    value_fraction: str = Field(description="What the value is of; another one than the limit's decides nothing")
    samples: int = Field(description="Results of the year")
    below: int = Field(description="Of these below their limit of quantification; a mean counts half of it")
    ignored: int = Field(description="Results that decide nothing: their limit of quantification is above the limit")
    counted: int = Field(description="Of the samples that the source asks for, how many there are")
    required: int = Field(description="How many samples the source asks for in the year; 0: it states no number")
    missing: list[str] = Field(description="Months without a sample (2026-03), or intervals (2026-01/2026-03)")
    year_from: date
    year_to: date
    newest: Time | None


class WithoutLimit(Shape):
    """A point for whose water there is no limit: nothing is said of its samples."""

    point: str
    medium: str
    samples: int


class DrainageReason(Shape):
    """Why a water is of its kind: a code and the value that it is about."""

    code: str = Field(examples=["ph-below"])
    value: float = Field(description="pH, mg/L of sulphate, or uS/cm, as the code says")


class WaterDrainage(Shape):
    """What kind of drainage the seepage is, and whether it is turning acid."""

    kind: Kind
    reasons: list[DrainageReason]
    signs: list[str] = Field(description="Of ph, conductivity and redox those whose line points to acidification")
    evaluated: list[str] = Field(description="Those that have a line")
    is_acidifying: bool


class CatchmentAssumption(Shape):
    """What the facility file assumes of the ground around the pond, and who answers for it."""

    run_off_coefficient: float = Field(description="Share of its rain that gets to the pond")
    author: str
    since: date
    source: str


class BalanceTerm(Shape):
    """One term of the balance; into the pond is plus."""

    code: Literal["storage", "rain", "run_off", "evaporation", "seepage", "pumps", "rest"]
    volume_m3: float | None = Field(default=None, description="In `days`; null: `missing` says why")
    missing: Literal["rain", "run_off", "run_off_rain", "evaporation", "seepage", "pumps"] | None = Field(
        default=None,
        description="What is not measured or stated; run_off_rain: a catchment is stated, no rain is measured",
    )
    datastream: Name | None = Field(default=None, description="What it is made from")
    days_with_mean: int | None = Field(default=None, description="Days with a mean of that datastream")
    depth_mm: float | None = Field(default=None, description="Of rain on those days")
    rate_mm_d: float | None = Field(default=None, description="Of evaporation: mean of those days")
    area_m2: float | None = Field(default=None, description="The surface that it falls on or leaves")
    assumed: CatchmentAssumption | None = None
    not_counted: list[Name] = Field(
        default=[],
        description="Other weirs: one may stand below another, and a sum would count its water twice",
    )


class Balance(Shape):
    """Change of storage = rain + run-off + evaporation + seepage + pumps + rest, which is all that is not known."""

    days: int
    survey: date = Field(description="Of the stage-storage curve that the change of storage is by")
    surface_m2: float = Field(description="Of the pond at the mean of both levels")
    terms: list[BalanceTerm]


class MassLoad(Shape):
    """What one substance carried on the day of one sample of seepage."""

    sample: str
    point: str
    taken_at: Time
    symbol: str
    fraction: str
    concentration_mg_l: float = Field(description="With the sign < a limit of quantification; the load has half of it")
    sign: str
    flow_l_s: float = Field(description="Mean of that day at the weir")
    load_kg_d: float


class Water(Situation):
    """Do we meet the limits, is it acidifying? The last year of laboratory values, and what probes tell beside them.

    Probes decide nothing about a limit: they cannot show compliance.
    """

    outcome: WaterOutcome = Field(description="exceeded when one limit is; met only when all are, and there is one")
    limits: list[WaterLimit]
    without_limit: list[WithoutLimit]
    samples: list[WaterSample]
    probes: list[Name] = Field(description="Datastreams of what is measured in the water")
    drainage: WaterDrainage
    balance: Balance | None = Field(description="null: the stored volume is not known at both ends of thirty days")
    weir: Name | None = Field(description="The one weir whose flow loads are by; null: none, or several")
    loads: list[MassLoad] = Field(description="By substance, the newest first")
