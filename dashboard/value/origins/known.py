"""What the figures of the value page are taken from: study and study file, samples, plans and levels as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from api.http.errors import NotFound
from api.studies.models import Allowed, CommodityOutcome, Outcomes, Rating, Sample, Study
from dashboard.value.valued import ValuedFacility
from tailings.study import BadStudy, StudyInputs, StudyResult, read_inputs
from tailings.study.results import CommodityResult
from texts import Texts, say


@dataclass(frozen=True)
class KnownFacility:
    """A valued facility with the words to tell of it; `factors` are those of the sliders.

    samples: where the figure is one of the laboratory. ratings: where it is a class.
    """

    valued: ValuedFacility
    texts: Texts
    factors: Mapping[str, float]
    samples: Sequence[Sample] = ()
    ratings: Sequence[Rating] = ()

    @property
    def study(self) -> Study:
        """The study."""
        return self.valued.study

    @property
    def result(self) -> StudyResult:
        """What it found."""
        return self.valued.result

    @property
    def can(self) -> Allowed:
        """What the dam allows now."""
        return self.valued.now.allowed

    @cached_property
    def inputs(self) -> StudyInputs:
        """The study file; raises NotFound where an older program wrote it in a form that is not read any more."""
        try:
            return read_inputs(self.study.inputs)
        except BadStudy as error:
            raise NotFound(f"The study file is of an older form ({error}); run the study again.", "figure") from error

    @property
    def drawn(self) -> Outcomes:
        """The outcomes, with the factors."""
        return self.valued.now.what_if

    def of_commodity(self, element: str) -> CommodityOutcome:
        """The outcome of one commodity; raises NotFound."""
        self.of_element(element)
        return next(one for one in self.drawn.commodities if one.element == element)

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

    def say(self, key: str, n: int | None = None, **values: object) -> str:
        """Fill in a sentence of these origins."""
        return say(self.texts["value"]["origins"][key], n, **values)
