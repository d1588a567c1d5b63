"""What a study is made from besides samples: geometry, volume, density, dated assumptions with author, criteria."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tailings.commodities import lists, price_moves, prices
from tailings.commodities.contribution import Consumption
from tailings.commodities.unfc import Criterion
from tailings.estimate.discounting import Discounting
from tailings.estimate.outcomes import MAX_DRAWS, Bulk, Spread
from tailings.estimate.panels import MAX_PANELS
from tailings.study.competent_person import CompetentPerson
from tailings.study.generated import Generated, OriginalDeposit
from tailings.study.materials import StatedMaterial
from tailings.study.stated_surfaces import Surfaces
from tailings.study.statements import (
    Assumption,
    Certified,
    DiscountRate,
    ExchangeRate,
    Positive,
    Sentence,
    Statement,
    Word,
    YearlyThroughput,
)
from toml_file import shapes
from toml_file import text as toml_text
from toml_file.lines import key_lines
from toml_file.problems import Report

REALISATIONS: Final = 400
Borders = Literal["hard", "soft"]
About = Literal["price", "grade", "recovery", "cost", "volume", "density"]
"""What moves a decision, and can be learned more of."""


class BadStudy(ValueError):
    """A study file that cannot be run; the sentence names the key and the fix."""


class Box(Struct, frozen=True, forbid_unknown_fields=True):
    """The deposit in the frame of the nodes: chainage, offset and elevation [m], cut into panels.

    borders: of the domains that lift_tops_m and beach_m make. Hard: no sample of one tells of another. Soft: each has
    its own mean, and what grades differ from it is alike across the border.
    """

    chainage_m: tuple[float, float]
    offset_m: tuple[float, float]
    elevation_m: tuple[float, float]
    panel_m: tuple[Positive, Positive, Positive]
    lift_tops_m: tuple[float, ...] = ()
    beach_m: float = 0.0
    borders: Borders = "hard"

    def __post_init__(self) -> None:
        for name, (low, high) in (
            ("chainage_m", self.chainage_m),
            ("offset_m", self.offset_m),
            ("elevation_m", self.elevation_m),
        ):
            if low >= high:
                raise ValueError(f"{name} must rise")
        if self.count > MAX_PANELS:
            raise ValueError(f"panel_m gives {self.count} panels; {MAX_PANELS} are the most, so make them larger")

    @property
    def counts(self) -> tuple[int, ...]:
        """Panels along each axis."""
        spans = (self.chainage_m, self.offset_m, self.elevation_m)
        return tuple(max(1, round((high - low) / size)) for (low, high), size in zip(spans, self.panel_m, strict=True))

    @property
    def sides_m(self) -> tuple[float, ...]:
        """Sides of a panel: those asked for, or the nearest that part the box evenly."""
        spans = (self.chainage_m, self.offset_m, self.elevation_m)
        return tuple((high - low) / count for (low, high), count in zip(spans, self.counts, strict=True))

    @property
    def count(self) -> int:
        """All panels."""
        along, across, up = self.counts
        return along * across * up


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """One commodity: recovery, price series and how far prices may move, what is paid, UNFC criteria for E and F.

    oxidised_recovery: that of the oxidised part, which the logs of the holes tell; left out, it is as of the rest.
    price_p90_share, price_p10_share: left out, how far the price moves is as its annual averages tell.
    top_cut_mg_per_kg: where high results are cut; left out, the rule of `tailings.estimate.top_cut` decides.
    """

    element: Word
    recovery: Assumption
    price_series: Word
    payability: Annotated[float, Meta(ge=0, le=1)]
    price_author: Word
    price_p90_share: Annotated[float, Meta(gt=0, le=1)] | None = None
    price_p10_share: Annotated[float, Meta(ge=1)] | None = None
    criteria: tuple[Criterion, ...] = ()
    oxidised_recovery: Assumption | None = None
    top_cut_mg_per_kg: Positive | None = None

    def __post_init__(self) -> None:
        try:
            price = prices.newest(self.price_series)
            price.per_tonne  # noqa: B018 - raises where the row does not say how much of the element was priced
        except prices.UnknownPrice as error:
            raise ValueError(f"price_series: {error}") from error
        if price.element != self.element:
            raise ValueError(f"price_series: {self.price_series} is a price of {price.element}, not of {self.element}")
        for name, recovery in (("recovery", self.recovery), ("oxidised_recovery", self.oxidised_recovery)):
            if recovery is not None and recovery.p10 > 1:
                raise ValueError(f"{name}: {recovery.p10:g} is more than the whole; write 52 % as 0.52")
        if (self.price_p90_share is None) != (self.price_p10_share is None):
            raise ValueError("price_p90_share, price_p10_share: state both, or neither")
        if self.price_p90_share is None and not price_moves.is_known(self.price_series):
            raise ValueError(
                f"price_p90_share: there are no averages of several years of {self.price_series}; state it"
            )
        for recovery in filter(None, (self.recovery, self.oxidised_recovery)):
            recovery.spread(most=1.0)  # one that cannot be drawn is refused with the file

    def recovered(self, oxidised_share: float) -> Spread:
        """Recovery of the whole, of which a share of the tonnes is oxidised."""
        parts = [(1.0, self.recovery)]
        if self.oxidised_recovery is not None:
            parts = [(1.0 - oxidised_share, self.recovery), (oxidised_share, self.oxidised_recovery)]
        low, mid, high = (sum(share * getattr(one, at) for share, one in parts) for at in ("p90", "p50", "p10"))
        return Spread(low, mid, high, 0.0, 1.0)

    def price_shares(self, horizon_years: float) -> tuple[float, float]:
        """P90 and P10 of the price as shares of the newest one: as stated, else by its annual averages."""
        if self.price_p90_share is not None and self.price_p10_share is not None:
            return self.price_p90_share, self.price_p10_share
        return price_moves.shares(self.price_series, horizon_years)

    def price_spread_words(self, horizon_years: float) -> str:
        """Say whose P90 and P10 those of the price are."""
        if self.price_p90_share is not None:
            return f"stated by {self.price_author}"
        first, last = price_moves.years()
        return f"by its annual averages of {first} to {last}, {horizon_years:g} years on"

    def price(self, usd: float = 1.0, horizon_years: float = 1.0) -> Spread:
        """Price per tonne of the element, in a currency of which one unit costs so many dollars."""
        mid, (low, high) = prices.newest(self.price_series).per_tonne / usd, self.price_shares(horizon_years)
        return Spread(mid * low, mid, mid * high)


class Bench(Struct, frozen=True, forbid_unknown_fields=True):
    """A part that is dug as one, closed while one of its plans stands at `closes_at` or above."""

    name: Word
    offset_m: tuple[float, float]
    elevation_m: tuple[float, float]
    plans: tuple[str, ...]
    closes_at: Annotated[str, Meta(pattern="^(yellow|orange|red)$")] = "yellow"


class Piezometer(Struct, frozen=True, forbid_unknown_fields=True):
    """A datastream of a water level, and where it is measured."""

    datastream: Word
    chainage_m: float
    offset_m: float


class NextHole(Struct, frozen=True, forbid_unknown_fields=True):
    """A hole that could be drilled: where, how deep, for how much."""

    name: Word
    chainage_m: float
    offset_m: float
    collar_m: float
    depth_m: Positive
    cost: Positive


class NextStep(Struct, frozen=True, forbid_unknown_fields=True):
    """A step that would tell more: what it is about, what it costs, and which share of the variance of that it removes.

    elements: of a price, grade or recovery; all commodities where none is named. plan: what is sampled, asked or tried.
    """

    name: Word
    about: About
    cost: Positive
    removes: Annotated[float, Meta(gt=0, le=1)]
    plan: Sentence
    author: Word
    dated: dt.date
    source: Word
    elements: Annotated[tuple[str, ...], Meta(max_length=20)] = ()


class StudyInputs(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a person decides about a study. All money in it is in its currency; prices are turned into it.

    volume_m3: that of the box; left out where `surfaces` bound it.
    density_t_m3: left out, it is reckoned from the samples' bulk densities and water contents. seepage_ph: the
    datastream whose pH tells of oxidation; "" names none. competent_person: who states E and F and signs, or "".
    price_horizon_years: how far on prices are looked at; recovery_correlation: of each two recoveries, which one plant
    and one ore have in common. realisations: of the grades; 100 are a first look in half the time of 400.
    """

    title: Word
    author: Word
    competent_person: str | CompetentPerson
    seed: int
    draws: Annotated[int, Meta(ge=100, le=MAX_DRAWS)]
    composite_m: Positive
    lag_m: Positive
    box: Box
    cost_per_t: Assumption
    plant: Assumption
    cut_off_element: Word
    cut_off_mg_per_kg: Positive
    commodity: Annotated[tuple[Wanted, ...], Meta(min_length=1, max_length=20)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = prices.CURRENCY
    exchange_rate: ExchangeRate | None = None
    discount_rate: DiscountRate | None = None
    throughput: YearlyThroughput | None = None
    volume_m3: Assumption | None = None
    surfaces: Surfaces | None = None
    density_t_m3: Assumption | None = None
    extent_m2: Positive | None = None
    bulk: tuple[Bulk, ...] = ()
    avoided_liability: Assumption | None = None
    bench: tuple[Bench, ...] = ()
    piezometer: tuple[Piezometer, ...] = ()
    next_hole: Annotated[tuple[NextHole, ...], Meta(max_length=50)] = ()
    next_step: Annotated[tuple[NextStep, ...], Meta(max_length=50)] = ()
    consumption: tuple[Consumption, ...] = ()
    generated: Generated | None = None
    synthetic: str = ""
    seepage_ph: str = ""
    price_horizon_years: Annotated[float, Meta(gt=0, le=30)] = 1.0
    recovery_correlation: Annotated[float, Meta(ge=0, le=1)] = 0.0
    standard: Annotated[tuple[Certified, ...], Meta(max_length=200)] = ()
    material: Annotated[tuple[StatedMaterial, ...], Meta(max_length=60)] = ()
    original_deposit: OriginalDeposit | None = None
    exemption: Statement | None = None
    realisations: Annotated[int, Meta(ge=100, le=2_000, multiple_of=100)] = REALISATIONS

    def __post_init__(self) -> None:
        if (self.volume_m3 is None) == (self.surfaces is None):
            raise ValueError("volume_m3: state it, or give surfaces, from which it follows; one of the two")
        elements = [one.element for one in self.commodity]
        if self.cut_off_element not in elements:
            raise ValueError(f"cut_off_element must be one of the commodities: {', '.join(elements)}")
        if len(set(elements)) != len(elements):
            raise ValueError("commodity: an element stands twice")
        for step in self.next_step:
            for element in step.elements:
                if element not in elements:
                    raise ValueError(f"next_step: {step.name} is about {element}, which is no commodity of the study")
        listed = [one for one in elements if lists.status(one).is_critical]
        if self.exemption and listed:
            raise ValueError(
                f"exemption: it says that no critical raw material can be recovered, and {listed[0]} is a commodity "
                "with a recovery; leave one of them out"
            )
        if sum(use.share for use in self.bulk) > 1:
            raise ValueError("bulk: the shares add up to more than the whole mass")
        if (self.currency == prices.CURRENCY) != (self.exchange_rate is None):
            raise ValueError(
                f"exchange_rate: prices are printed in {prices.CURRENCY}; state a rate for any other currency, and "
                "none for that one"
            )

    @property
    def signed(self) -> CompetentPerson | None:
        """Who states E and F and signs; a name alone is no signature."""
        return self.competent_person if isinstance(self.competent_person, CompetentPerson) else None

    @property
    def usd(self) -> float:
        """What one unit of the currency costs [USD]."""
        return self.exchange_rate.usd if self.exchange_rate else 1.0

    @property
    def discounting(self) -> Discounting | None:
        """How the net value is discounted; None where something for it is missing."""
        if self.discount_rate is None or self.throughput is None:
            return None
        return Discounting(self.discount_rate.per_year, self.throughput.tonnes_per_year, self.throughput.cash_flows)

    @property
    def missing_for_discounting(self) -> tuple[str, ...]:
        """What nobody has stated, of what discounting needs."""
        asked = {"discount rate": self.discount_rate, "yearly throughput": self.throughput}
        return tuple(name for name, stated in asked.items() if stated is None)


def read_inputs(text: str) -> StudyInputs:
    """Read a study file; raises BadStudy."""
    try:
        tables = toml_text.read(text)
    except (tomllib.TOMLDecodeError, toml_text.TooDeep) as error:
        raise BadStudy(f"study: {error}") from error
    _require_storable(tables)
    report = Report(lambda: key_lines(text))
    found = shapes.read(report, (), tables, StudyInputs)
    if report.problems:
        raise BadStudy("; ".join(f"study: {one}" for one in report.problems))
    assert isinstance(found, StudyInputs)
    return found


def _require_storable(value: object, key: str = "study") -> None:
    """TOML has words for what is no number, and a spelling of NUL; a database takes neither."""
    if isinstance(value, str) and "\0" in value:
        raise BadStudy(f"{key}: take the NUL out of the text")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadStudy(f"{key}: state a finite number")
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in named:
        _require_storable(part, f"{key}.{name}")
