"""The result of a study: a document of plain values, stored as it is and read by the pages."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from tailings.commodities import unfc
from tailings.commodities.prices import CURRENCY
from tailings.commodities.unfc import Criterion
from tailings.estimate.kriging import Check
from tailings.estimate.outcomes import MG_PER_KG, Case
from tailings.estimate.variograms import Variogram
from tailings.study.competent_person import CompetentPerson
from tailings.study.generated import Generated, OriginalDeposit
from tailings.study.inputs import Bench, Borders, NextStep, Piezometer
from tailings.study.materials import Assayed, StatedMaterial
from tailings.study.statements import Certified, ExchangeRate, Statement


class Censored(Struct, frozen=True):
    """Results of an element of which some are below their limits [mg/kg].

    mean: of the results as they count, by regression on order statistics where is_by_order, else with half of the
    limits; half_mean: with half of the limits; kaplan_meier_mean, _median: of the same results, without a distribution.
    """

    results: int
    below: int
    least_limit: float
    most_limit: float
    kaplan_meier_mean: float
    kaplan_meier_median: float
    mean: float
    half_mean: float
    is_by_order: bool


class TopCut(Struct, frozen=True):
    """Where high results were cut [mg/kg], how many, and the mean before and after; author "": by the rule."""

    mg_per_kg: float
    results: int
    highest: float
    mean_before: float
    mean_after: float
    author: str


class Undetected(Struct, frozen=True):
    """A commodity of which every result is below its limit: it has an upper bound [mg/kg] and no value.

    bound_mg_per_kg: the mean with each result at its limit.
    """

    element: str
    listed: str
    results: int
    most_limit: float
    bound_mg_per_kg: float

    def most_t(self, dry_t: float) -> float:
        """The most of it [t] that so many dry tonnes can hold."""
        return self.bound_mg_per_kg / MG_PER_KG * dry_t


class Simulated(Struct, frozen=True):
    """How many realisations of an element there are, of how many models, P90, P50, P10 of the models' ranges in plan
    and down the hole [m], nugget [share], and longest over shortest range in plan.

    power: mean of the powers that turn grades to scores, 0 is the logarithm; drift_share: of models with a drift;
    model_share: of the variance of the mean grade, what is there because the model is not known.
    """

    realisations: int
    models: int
    along_m: tuple[float, float, float]
    down_m: tuple[float, float, float]
    nugget: tuple[float, float, float]
    stretch: tuple[float, float, float]
    power: float
    drift_share: float
    model_share: float


class CommodityResult(Struct, frozen=True):
    """One element: its grade, how the samples vary, how the estimate checks, its class and its price.

    oxidised_recovery: that of the oxidised part (P50) where it is another one. price_spread: whose P90 and P10 those of
    the price are.
    oxidised_recovery: that of the oxidised part (P50) where it is another one. simulated: None in a study that was run
    before there were realisations. half_width: of the metal from P90 to P10, as a share of its P50; kriged:
    mean grade by ordinary kriging of all panels; None likewise. above: results above the most that their method tells.
    """

    element: str
    listed: str
    mean_mg_per_kg: float
    deviation_mg_per_kg: float
    inverse_distance_mg_per_kg: float
    composites: int
    variogram: Variogram
    check: Check
    unfc: str
    unfc_class: str
    criteria: tuple[Criterion, ...]
    price_form: str
    price_source: str
    price_licence: str
    price_published: dt.date
    eu_share: str
    oxidised_recovery: float | None = None
    unfc_sub_class: str = ""
    censored: Censored | None = None
    top_cut: TopCut | None = None
    price_spread: str = ""
    simulated: Simulated | None = None
    half_width: float | None = None
    kriged_mg_per_kg: float | None = None
    above: int = 0


class GradeTonnage(Struct, frozen=True):
    """At each cut-off [mg/kg]: share of the tonnes above it (P90, P50, P10) and their mean grade (P50), 0 where no
    realisation has any. That of the study is one of them, but for studies that are older than this rule.

    g: G of UNFC that these have, which is not that of the metal.
    """

    cut_off: tuple[float, ...]
    low: tuple[float, ...]
    mid: tuple[float, ...]
    high: tuple[float, ...]
    grade: tuple[float, ...]
    g: int = unfc.OF_CURVE


class Panels(Struct, frozen=True):
    """Centres of the panels [m] and their estimated grade of the cut-off element [mg/kg].

    weight: share of the tonnes that each has; () where all weigh the same. sides_m: of a panel along, across and up
    [m]; () in studies that are older.
    """

    chainage_m: tuple[float, ...]
    offset_m: tuple[float, ...]
    elevation_m: tuple[float, ...]
    grade: tuple[float, ...]
    weight: tuple[float, ...] = ()
    sides_m: tuple[float, ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the tonnes that each panel has."""
        return self.weight or (1.0 / len(self.grade),) * len(self.grade)


class Survey(Struct, frozen=True):
    """A surface of a study: its file, the hash of its grid, its errors [m], and whose it is."""

    file: str
    sha256: str
    height_sd_m: float
    datum_sd_m: float
    author: str
    dated: dt.date
    source: str


class BetweenSurfaces(Struct, frozen=True):
    """Surfaces that bound the tailings, and what they leave: share of the box outside of them, share of what lies
    between that is above or below the box, and where the top lies below the bottom [m2]."""

    top: Survey
    bottom: Survey
    outside: float
    beyond: float
    crossed_m2: float


class Ranked(Struct, frozen=True):
    """A hole that could be drilled: the share of the variance of the mean grade that it removes, and its cost."""

    name: str
    chainage_m: float
    offset_m: float
    removed: float
    cost: float


class Strip(Struct, frozen=True):
    """One hole for its log: collar, pieces of material, composites of the cut-off element.

    oxidised_m: how deep it is oxidised below its collar; None where its log does not say.
    """

    hole: str
    chainage_m: float
    offset_m: float
    collar_m: float
    material: tuple[tuple[float, float, str], ...]
    composite: tuple[tuple[float, float, float], ...]
    oxidised_m: float | None = None


class StudyResult(Struct, frozen=True):
    """All that a page, a file or a later study needs to know of this one.

    density_from: what the dry density was reckoned from; "" where the author of the study answers for it. Money is in
    `currency`. npv: discounted net value (P90, P50, P10); None where something is missing for it, which is named.
    seepage_ph: datastream of the pH of the seepage, "" where none is named. oxidised_share: of the tonnes; None where
    no log says how deep. longer_samples: than a composite, each of them one. assayed: what intervals have results of;
    empty in studies that are older than this list. panel_grades: estimated grade [mg/kg] of each commodity
    in each panel; empty in those that are older, which know it of the element of the cut-off alone. bounded: None where
    the deposit is the box, with the volume that is stated. borders: of the domains; shared_panels: those that more than
    one domain has a part of.
    """

    title: str
    author: str
    competent_person: str
    synthetic: str
    seed: int
    draws: int
    holes: int
    samples: int
    composites: int
    spacing_m: float
    domains: tuple[str, ...]
    cut_off_element: str
    cut_off_mg_per_kg: float
    case: Case
    correlation: tuple[tuple[float, ...], ...]
    commodities: tuple[CommodityResult, ...]
    grade_tonnage: GradeTonnage
    panels: Panels
    next_holes: tuple[Ranked, ...]
    strips: tuple[Strip, ...]
    benches: tuple[Bench, ...]
    piezometers: tuple[Piezometer, ...]
    net: tuple[float, float, float]
    chance_of_loss: float
    method: str
    density_from: str = ""
    extent_m2: float | None = None
    currency: str = CURRENCY
    exchange_rate: ExchangeRate | None = None
    npv: tuple[float, float, float] | None = None
    missing_for_discounting: tuple[str, ...] = ("discount rate", "yearly throughput")
    generated: Generated | None = None
    seepage_ph: str = ""
    standards: tuple[Certified, ...] = ()
    oxidised_share: float | None = None
    longer_samples: int = 0
    assayed: tuple[Assayed, ...] = ()
    stated_materials: tuple[StatedMaterial, ...] = ()
    original_deposit: OriginalDeposit | None = None
    exemption: Statement | None = None
    signed: CompetentPerson | None = None
    panel_grades: tuple[tuple[float, ...], ...] = ()
    undetected: tuple[Undetected, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    bounded: BetweenSurfaces | None = None
    borders: Borders = "hard"
    shared_panels: int = 0

    @property
    def grades_by_panel(self) -> dict[str, tuple[float, ...]]:
        """Of each element that is known by panel."""
        if not self.panel_grades:
            return {self.cut_off_element: self.panels.grade}
        return {one.element: grades for one, grades in zip(self.commodities, self.panel_grades, strict=True)}
