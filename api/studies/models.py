"""Studies and samples as the api shows them: what reprocessing would bring, how sure, and made from what."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.http.models import Page, Shape, Time
from api.http.structs import STRUCT
from api.overview.models import Overview
from tailings.commodities.unfc import Criterion
from tailings.levels import LevelWord
from tailings.study import StudyResult, WaterLevel
from tailings.study.inputs import About
from tailings.study.materials import AnnexMaterial


class AssayFile(Shape):
    """A laboratory's file that samples came from."""

    id: int
    name: str
    sha256: str
    imported_at: Time
    synthetic: str = Field(description="Why no laboratory measured its assays; empty when one did")
    faults: int = Field(description="Rows that were not taken")


class AssayWithdrawal(Shape):
    """Samples of an import that were taken back: they count no more from then on."""

    id: int
    samples: int = Field(description="How many")
    author: str = Field(examples=["user:3"])
    reason: str
    withdrawn_at: Time


class AssayImport(AssayFile):
    """A laboratory's file that was imported, and what of it was taken back."""

    author: str = Field(examples=["user:3"])
    samples: int = Field(
        description="New samples and further revisions that it brought; unchanged ones are not counted"
    )
    withdrawals: list[AssayWithdrawal]


class AssayImports(Shape):
    """Files of assays that were imported, the newest first."""

    facility: str
    imports: list[AssayImport]


class Study(Shape):
    """The newest study of a facility. Money is in the currency of its result; nine in ten draws exceed a P90."""

    facility: str
    version: int
    author: str = Field(examples=["user:3"])
    made_at: Time
    inputs: str = Field(description="The study file (TOML) that it was made by")
    inputs_sha256: str = Field(description="Of that file")
    samples_sha256: str
    files: list[AssayFile]
    changed_samples: int = Field(
        default=0, description="Samples that came, or changed, since: the study does not know them"
    )
    withdrawn_samples: int = Field(default=0, description="Samples that it was made with and that were withdrawn since")
    result: Annotated[StudyResult, STRUCT] = Field(description="What it found: docs/operating/value.md")


class OutcomeSpread(Shape):
    """P90, P50 and P10 of an outcome: exceeded by nine, five and one in ten draws."""

    p90: float
    p50: float
    p10: float


class Worth(Shape):
    """The newest study of a facility in short."""

    facility: str
    made_at: Time
    net: OutcomeSpread = Field(description="Net value, undiscounted, in its currency")
    npv: OutcomeSpread | None = Field(description="Net present value; null where something is missing for it")
    currency: str = Field(examples=["EUR"])
    usd: float = Field(description="What one unit of its currency costs in US dollars, by the study's own rate")
    element: str = Field(description="Of the cut-off, which the UNFC class is of", examples=["W"])
    chance_of_loss: float
    unfc: str = Field(description="Empty: not classified", examples=["E2;F2;G2"])
    signed_by: str = Field(description="Competent person; empty: nobody signed, so it is a screening, not an estimate")
    synthetic: str = Field(description="Why no laboratory measured its assays; empty when one did")


class Worths(Shape):
    """The newest study of each facility that has one, by its id."""

    studies: list[Worth]


class Bar(Shape):
    """One input at its P90 and its P10, the rest at P50, and the undiscounted net value at each."""

    name: str
    low: float
    high: float
    net_low: float
    net_high: float


class TurningPoint(Shape):
    """The value of one input at which the net value is zero while the rest stay at P50."""

    name: str
    value: float
    change: float = Field(description="As a share of its P50")
    deviate: float = Field(description="In standard deviates of its own spread")


class CommodityOutcome(Shape):
    """One commodity of the draws: tonnes of the element, and its value with all at P50, before costs."""

    element: str = Field(examples=["W"])
    contained_t: OutcomeSpread
    recoverable_t: OutcomeSpread
    value: float = Field(description="Recoverable tonnes at P50 times price times the share that is paid")


class Outcomes(Shape):
    """The study's draws again, with factors on its inputs."""

    facility: str
    version: int
    factors: dict[str, float]
    reachable: float = Field(description="Share of the tonnes that is reached")
    currency: str = Field(description="Of all money here", examples=["EUR"])
    net: OutcomeSpread = Field(description="Net value, undiscounted")
    chance_of_loss: float
    npv: OutcomeSpread | None = Field(description="Net present value; null where something is missing for it")
    npv_chance_of_loss: float | None
    missing_for_discounting: list[str] = Field(
        description="What nobody has stated, of what a net present value needs; empty where there is one",
        examples=[["discount rate", "yearly throughput"]],
    )
    discount_rate: float | None = Field(description="1/a; null where there is none")
    years: OutcomeSpread | None = Field(description="To work off the tonnes that are reached; null: no throughput")
    dry_tonnes: OutcomeSpread
    recoverable_value: OutcomeSpread = Field(description="Before costs")
    commodities: list[CommodityOutcome] = Field(description="In the order of the study")
    uses: dict[str, OutcomeSpread] = Field(description="Value of each use of the mass by its name, such as sand")
    avoided_liability: OutcomeSpread = Field(description="Cost that does not arise where the waste is taken away")
    edges: list[float] = Field(description="Edges of the classes of net value")
    counts: list[int] = Field(description="Draws in each class")
    npv_counts: list[int] | None = Field(description="Draws by net present value, in the same classes")
    tornado: list[Bar]
    turning: list[TurningPoint] = Field(
        description="Inputs that alone bring the undiscounted net value to zero, the nearest first"
    )


class Sample(Shape):
    """The newest revision of a sample, with its assays as printed and in mg/kg of the element."""

    name: str
    revision: int
    kind: str
    of_sample: str
    hole: str
    chainage_m: float | None
    offset_m: float | None
    collar_m: float | None
    top_m: float | None
    bottom_m: float | None
    material: str
    file: int
    file_row: int
    assays: list[dict[str, Any]]
    sampled: date | None = None
    bulk_t_m3: float | None = Field(default=None, description="Density of the moist material")
    water_share: float | None = Field(default=None, description="Mass of water over mass of solids")
    oxidised_m: float | None = Field(default=None, description="How deep its hole is oxidised, below the collar")
    withdrawn_at: Time | None = Field(default=None, description="When it was taken back, where `as_of` is before that")
    withdrawn_by: str | None = Field(default=None, examples=["user:3"])
    withdrawal_reason: str | None = None


class Samples(Page):
    """Samples of a facility, in the order of their names."""

    facility: str
    samples: list[Sample]


class Rating(Shape):
    """The UNFC class of a commodity in one version of the study, with the criteria that gave it."""

    version: int
    author: str
    made_at: Time
    unfc: str = Field(examples=["E2;F2;G2"])
    criteria: list[Annotated[Criterion, STRUCT]]


class Ratings(Shape):
    """The class of one commodity in each version of the study, the newest first."""

    facility: str
    element: str = Field(examples=["W"])
    ratings: list[Rating]


class Reached(Shape):
    """What the outcomes are with the part of the tonnes that can be reached now."""

    net: OutcomeSpread
    npv: OutcomeSpread | None = Field(description="Net present value; null where something is missing for it")


class BulkUse(Shape):
    """A use of the mass itself, such as sand."""

    name: str
    share: float = Field(description="Of the dry tonnes")
    tonnes: float = Field(description="At P50")
    price: float = Field(description="Net, per tonne, at P50")
    value: OutcomeSpread


class PriceAge(Shape):
    """How old the price of a commodity is."""

    element: str
    published: date
    age_d: int
    is_stale: bool


class AboveCutOff(Shape):
    """What of the tailings lies above the cut-off of the study, at P50."""

    element: str
    cut_off_mg_per_kg: float
    tonnes: float
    grade_mg_per_kg: float = Field(description="Mean of those tonnes")


class BenchState(Shape):
    """A bench of the study now. A plan whose level is not known closes it too."""

    name: str
    share: float = Field(description="Of the tonnes")
    tonnes: float
    is_guarded: bool = Field(description="It has a plan, which can close it")
    is_closed: bool
    plan: str | None = Field(description="The plan that closes it; null: open")
    level: LevelWord | None = Field(description="At which that plan stands; null: open, or it is not known")


class Unlevelled(Shape):
    """A water level that is stale or rejected, and what is nearer to it than to any other."""

    datastream: str
    share: float = Field(description="Of the tonnes")
    tonnes: float


class Allowed(Shape):
    """What the dam allows now. Shares are of the tonnes, 0 to 1."""

    reachable: float = Field(description="In open benches that have a plan")
    unguarded: float = Field(description="Outside every bench, or in a bench without a plan; never reachable")
    unguarded_t: float
    flooded: float | None = Field(description="Below the water line; null without a level that is fresh")
    dry_and_reachable: float | None = Field(
        description="Reachable, above the water line, and nearest to a level that is fresh"
    )
    dry_and_reachable_t: float | None
    benches: list[BenchState]
    unlevelled: list[Unlevelled]
    grades: dict[str, float] = Field(
        description="Mean grade of what is reachable over that of all, by element; 1 where it is not known by panel"
    )


class PlanLevel(Shape):
    """A plan of the facility, as it counts for benches: by its readings, or higher where an alarm still stands."""

    plan: str
    level: LevelWord | None = Field(description="null: it is not known")
    since: Time | None
    alarm: int | None = Field(description="Number of its alarm of record")


class YearAgo(Shape):
    """The water line through the mean levels of a day a year ago."""

    time: Time
    flooded: float | None = Field(description="Share of the tonnes below it; null without a level of that day")
    water: list[Annotated[WaterLevel, STRUCT]]


class Along(Shape):
    """A hole of the study on a line."""

    hole: str
    distance_m: float = Field(description="Of its foot along the line")
    off_m: float = Field(description="How far it stands off the line")
    water_m: list[float] = Field(
        description="Today's water line from the hole before it, in equal steps, to here; of the first hole only here;"
        " empty without a level that is fresh"
    )


class HoleLine(Shape):
    """A section of the dam, or the axis of the holes, with the holes near it in the order of their distance."""

    id: str
    name: str = Field(description="As the facility file calls it; empty: the axis of the holes")
    is_section: bool = Field(description="Its distance is the offset from the crest, downstream positive")
    reach_m: float | None = Field(description="How far off it a hole may be; null: however far")
    holes: list[Along]
    others: list[str] = Field(description="Holes that are not near it")


class OxidisedDepth(Shape):
    """How deep the tailings are oxidised below the collars of the holes whose logs say it."""

    holes: int
    least_m: float
    median_m: float
    most_m: float
    ph: float | None = Field(description="Of the seepage, now; null: no probe is named, or it is stale or rejected")


class NextHole(Shape):
    """A hole that could be drilled."""

    name: str
    cost: float
    removed: float = Field(description="Share of the variance of the mean grade that it removes")
    removed_per_1000: float = Field(description="The same for each 1000 of its cost")
    is_guarded: bool = Field(description="It stands on benches, and each has a plan")
    closed_by: str | None = Field(description="A closed bench that it stands on")


class Driver(Shape):
    """A group of inputs of the study: what knowing it would tell."""

    about: About
    variance_share: float = Field(description="Of the variance of the judged value that knowing the group takes away")
    perfect: float = Field(description="Expected value of perfect information about the group, in the study's currency")


class NextStep(Shape):
    """A step that would tell more: a hole, or what the study states."""

    kind: Literal["hole", "stated"]
    name: str
    about: About
    elements: list[str] = Field(description="Empty: all commodities")
    cost: float
    removes: float = Field(description="Share of the variance of what it is about that it removes")
    brings: float = Field(description="Expected value of its information to the decision")
    per_cost: float = Field(description="What it brings for one unit of its cost")
    plan: str = Field(description="As the study states it; empty of a hole")
    is_open: bool = Field(description="It can be taken now: no hole where a bench is closed, or no plan guards it")


class Advice(Shape):
    """What to find out next. The decision is to go on or to leave it, by the expected value."""

    expected: float = Field(description="Expected value of going on")
    perfect: float = Field(description="Expected value of knowing everything before")
    is_discounted: bool = Field(description="By the net present value")
    drivers: list[Driver] = Field(description="The one with the largest share of the variance first")
    steps: list[NextStep] = Field(description="The one that brings most for its cost first")
    best: str | None = Field(description="The first that is open and brings more than it costs; null: none")


class Duplicate(Shape):
    """A sample that was sent twice."""

    first_mg_per_kg: float
    again_mg_per_kg: float


class Standard(Shape):
    """A result of a standard material, beside what its certificate states."""

    material: str
    mg_per_kg: float
    certified_mg_per_kg: float | None = Field(description="null: the study does not state it")
    sd_mg_per_kg: float | None = Field(description="Standard deviation of that")


class LaboratoryControl(Shape):
    """What the laboratory found of one element in blanks, duplicates and standards, and how that meets its bounds."""

    element: str
    primary: int = Field(description="Samples that are none of these")
    blanks: list[float] = Field(description="mg/kg")
    blank_bound_mg_per_kg: float | None = Field(
        description="Five detection limits; null: none is known, or blanks have several"
    )
    bad_blanks: int | None = Field(description="Above that; null where there is nothing to say")
    duplicates: list[Duplicate]
    duplicate_bound: float = Field(description="Half relative difference of a pair that is a bound")
    half_difference: float | None = Field(description="Mean half relative difference of the pairs")
    standards: list[Standard]
    standard_bound: float = Field(description="Standard deviations that are a bound")
    bias: float | None = Field(description="Of the material whose mean is furthest off its certificate, as a share")
    bad_standards: int | None = Field(description="Beyond the bound; null where there is nothing to say")
    is_enough: bool = Field(description="One in twenty is a blank, one a duplicate and one a standard")


class RecordField(Shape):
    """A field of the Article 27 record."""

    name: str
    ref: str = Field(description="Where the regulation asks for it")
    asks: str
    is_there: bool = Field(description="It says all that is asked for")


class Due(Shape):
    """A date of Article 27, and how far off it is on the facility's own day."""

    name: str = Field(examples=["study"])
    ref: str
    whose: Literal["operator", "member_state"]
    date: date
    days: int = Field(description="Left until then; below zero: past")


class StudyNow(Shape):
    """A study with what follows from it now. Money is in `currency` of its outcomes; datastreams as in its file."""

    study: Study
    outcomes: Outcomes = Field(description="Of the study itself")
    what_if: Outcomes = Field(description="With the factors that were asked for")
    reached: Reached
    uses: list[BulkUse]
    has_avoided_liability: bool = Field(description="Somebody states cost that does not arise where it is taken away")
    tonnes: float = Field(description="Dry, volume and density at P50")
    above_cut_off: AboveCutOff
    prices: list[PriceAge]
    rate_age_d: int | None = Field(description="Of the exchange rate; null: prices are in the currency of the study")
    allowed: Allowed
    plans: list[PlanLevel]
    water: list[Annotated[WaterLevel, STRUCT]]
    year_ago: YearAgo
    lines: list[HoleLine] = Field(description="Those with most holes first, the axis of the holes last")
    oxidised: OxidisedDepth | None = Field(description="null: no log says it")
    next_holes: list[NextHole]
    advice: Advice
    control: list[LaboratoryControl]
    record: list[RecordField]
    materials: list[Annotated[AnnexMaterial, STRUCT]] = Field(
        description="Every point of Annexes I and II; empty where the study is older than that list: run it again"
    )
    dues: list[Due] = Field(description="In the order of their days")


class Valuation(Shape):
    """What reprocessing the waste would bring, how sure that is, and what the dam allows now: codes and numbers."""

    facility: str
    overview: Overview = Field(description="The facility alone, as under /facilities/{facility}/overview")
    study: StudyNow | None = Field(description="null: there is no study yet")
