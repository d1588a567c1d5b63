"""What the figures of a study are taken from: study and study file, samples, plans and levels as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from api.datastreams.models import Datastream
from api.http.errors import NotFound
from api.studies.models import Allowed, CommodityOutcome, Outcomes, Rating, Study, StudyNow
from api.studies.valuation import KnownStudy
from tailings.study import BadStudy, StudyInputs, StudyResult, read_inputs
from tailings.study.results import CommodityResult


@dataclass(frozen=True)
class KnownOrigin:
    """A study with what follows from it now; `ratings` where the figure is a class."""

    known: KnownStudy
    now: StudyNow
    ratings: Sequence[Rating] = ()

    @property
    def study(self) -> Study:
        """The study."""
        return self.known.study

    @property
    def result(self) -> StudyResult:
        """What it found."""
        return self.known.result

    @property
    def can(self) -> Allowed:
        """What the dam allows now."""
        return self.now.allowed

    @cached_property
    def inputs(self) -> StudyInputs:
        """The study file; raises NotFound where an older program wrote it in a form that is not read any more."""
        try:
            return read_inputs(self.study.inputs)
        except BadStudy as error:
            raise NotFound(f"The study file is of an older form ({error}); run the study again.", "figure") from error

    @property
    def drawn(self) -> Outcomes:
        """The outcomes, with the factors that are asked for."""
        return self.now.what_if

    @property
    def currency(self) -> str:
        """The currency of the study."""
        return self.result.currency

    @property
    def usd(self) -> float:
        """What one unit of it costs [USD], as the study was made."""
        rate = self.result.exchange_rate
        return rate.usd if rate else 1.0

    def of_element(self, element: str) -> CommodityResult:
        """One commodity; raises NotFound."""
        for one in self.result.commodities:
            if one.element == element:
                return one
        raise NotFound(f"The study has no commodity {element!r}.", "figure")

    def of_commodity(self, element: str) -> CommodityOutcome:
        """The outcome of one commodity; raises NotFound."""
        self.of_element(element)
        return next(one for one in self.drawn.commodities if one.element == element)

    def datastream(self, named: str) -> Datastream | None:
        """A datastream by its name in the study; None where the facility has none of that name."""
        (state,) = self.known.overview.facilities
        full = f"{state.facility.id}:{named}"
        return next((one for one in state.datastreams if one.name == full), None)
