"""A region as it leaves the api: facilities, what needs a look, sums with their doubt, and what is not known."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.http.models import Page, Shape, Time
from api.register.models import Contradiction, RegisterChoices, RegisterEntry
from api.studies.models import OutcomeSpread
from tailings.assess.model import Verdict


class MeasuredFacility(Shape):
    """A facility of this site."""

    facility: str = Field(examples=["vale"])
    name: str
    operator: str | None
    state: Verdict = Field(description="The worst that is to be said of dam and water")
    country: str = Field(description="ISO 3166; '': not known", examples=["PT"])
    nuts: str = Field(description="By its place where regions are loaded, else as its file says; '': not known")
    consequence: str = Field(description="System and class; '': not stated", examples=["GISTM: Very High"])
    elements: list[str] = Field(description="Commodities of its newest study", examples=[["Cu", "W"]])
    last_time: Time | None = Field(description="Of its newest observation")
    sample_data: str = Field(description="What of it is invented; '': nothing is")
    lon: float | None
    lat: float | None


class RegionEntry(RegisterEntry):
    """A row of a register, with the region that it lies in, and the facility of this site that it is."""

    nuts: str = Field(description="By its place; '': no region is loaded, or it lies in none")
    facility: str = Field(description="The facility of this site that a person said it is; '': none")


class RegionName(Shape):
    """A region that facilities lie in."""

    code: str = Field(examples=["PT16B"])
    name: str
    facilities: int = Field(description="Measured here and rows of registers, each facility once, without gone rows")


class RegionSource(Shape):
    """Whose boundaries they are."""

    title: str
    licence: str
    day: date
    regions: int


class RegionChoices(RegisterChoices):
    """What can be chosen by."""

    states: list[Verdict]
    elements: list[str] = Field(description="Of the newest studies")
    nuts: list[RegionName]


class LateReview(Shape):
    """A row of a register whose next review should have been."""

    number: int = Field(description="Of the entry")
    name: str
    register_: str = Field(alias="register")
    day: date = Field(description="Of the register's newest file that has it")
    next_review: date
    late_d: int = Field(description="Days since then")


class MeasuredContradiction(Shape):
    """A row of a register that measurements of this site, or layers of land use around it, contradict."""

    number: int = Field(description="Of the entry")
    name: str
    register_: str = Field(alias="register")
    day: date
    facility: str
    facility_name: str
    is_same: bool | None = Field(description="A person said that they are the same; null: alike, and nobody decided")
    contradictions: list[Contradiction]


class NeedsALook(Shape):
    """What needs a look, of the facilities that meet what is asked for; the newest or worst few, and how many."""

    states: list[MeasuredFacility] = Field(description="Red, orange, blind and yellow ones, the worst first")
    states_total: int
    contradictions: list[MeasuredContradiction]
    contradictions_total: int
    without_place: int = Field(description="Rows of registers that are still listed and have no coordinates")
    reviews: list[LateReview] = Field(description="The longest overdue first")
    reviews_total: int


class StatedAmounts(Shape):
    """What one register states of its rows that meet what is asked for. Registers are not added: they overlap."""

    register_: str = Field(alias="register")
    title: str
    day: date
    rows: int = Field(description="Still listed")
    gone: int
    unmeasured: int = Field(description="Of the rows, those of which nobody said that they are a facility of this site")
    dry_t: float
    wet_t: float
    basis_unknown_t: float = Field(description="Tonnes of which the register does not say whether dry or wet")
    with_tonnage: int
    without_tonnage: int
    without_place: int
    late_reviews: int = Field(description="Rows whose next review should have been")


class SummedAmount(Shape):
    """A sum over facilities by how they go together: nobody has measured that, so both cases stand here."""

    independent: OutcomeSpread = Field(description="None tells of another (Monte Carlo)")
    together: OutcomeSpread = Field(description="All are high or low at once (quantiles added)")


class CommodityTotal(Shape):
    """One commodity in one UNFC class over the newest studies of the facilities that meet what is asked for."""

    element: str = Field(examples=["W"])
    unfc: str = Field(description="'': of all classes", examples=["E2;F2;G2"])
    facilities: int
    invented: int = Field(description="Of those, how many by assays that no laboratory measured")
    unsigned: int = Field(description="Of those, how many by a study that no competent person signed")
    contained_t: SummedAmount
    recoverable_t: SummedAmount


class StatedConsumptionRow(Shape):
    """The EU's consumption of a year, as the operator entered it."""

    tonnes_per_year: float
    year: int
    source: str
    author: str
    entered: date


class BenchmarkShare(Shape):
    """What the recovery of a strategic raw material would be of the EU's yearly consumption.

    The 2030 benchmarks are 10 % (extraction), 40 % (processing) and 25 % (recycling) of it, of all strategic raw
    materials: Regulation (EU) 2024/1252, Article 5(1)(a). For which of them a recovery counts is not said here.
    """

    element: str
    facilities: int
    with_throughput: int = Field(description="Studies that state a yearly throughput; the others are not in the sum")
    yearly_t: SummedAmount | None = Field(description="Recovered in a year; null: no study states a throughput")
    consumption: StatedConsumptionRow | None = Field(description="null: denominator missing")
    share: SummedAmount | None = Field(description="0 to 1 and more; null: numerator or denominator is missing")


class Benchmark(Shape):
    """A benchmark of the Union for 2030."""

    kind: Literal["extraction", "processing", "recycling"]
    share: float
    ref: str = Field(examples=["Art. 5(1)(a)(i)"])


class Region(Page):
    """Facilities that meet what is asked for: all measured ones, and a part of the rows of registers, by name."""

    now: Time
    commit: int
    zone: str = Field(description="Time zone that all measured facilities share, else UTC")
    by_state: dict[Verdict, int] = Field(description="Of all measured facilities that you may read")
    matching: dict[Verdict, int] = Field(description="Of those, how many meet what is asked for")
    registered: int = Field(description="Rows of registers that you may read")
    chosen: RegionName | None = Field(description="The region that is asked for; null: none is, or there is none")
    choices: RegionChoices
    measured: list[MeasuredFacility] = Field(description="The worst first; at most 100")
    entries_total: int
    entries: list[RegionEntry]
    needs: NeedsALook
    totals: list[CommodityTotal]
    stated: list[StatedAmounts]
    benchmarks: list[BenchmarkShare]
    goals: list[Benchmark]
    boundaries: RegionSource | None = Field(description="null: the operator has loaded no regions")


class RegionPoint(Shape):
    """A facility on the map."""

    name: str
    lon: float
    lat: float
    facility: str = Field(description="Of this site; '': a row of a register")
    number: int = Field(description="Of the row; 0: a facility of this site")
    state: Verdict | None = Field(description="null: nothing of it is measured here")


class RegionPlaces(Shape):
    """Where facilities lie that meet what is asked for: measured ones, and rows of registers that are none of them."""

    places: list[RegionPoint]
    cut: int = Field(description="Rows that lie somewhere and are left out, for there are too many")
