"""What the figures of the value page are taken from: study and study file, samples, plans and levels as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from api.http.errors import NotFound
from dashboard.value.reads import Study, Valued
from tailings.estimate.outcomes import Outcomes
from tailings.study import Allowed, BadStudy, StudyInputs, net_values, read_inputs
from tailings.study.results import CommodityResult
from texts import Texts, say


@dataclass(frozen=True)
class KnownFacility:
    """A valued facility with the words to tell of it; `factors` are those of the sliders."""

    valued: Valued
    texts: Texts
    factors: Mapping[str, float]

    @cached_property
    def study(self) -> Study:
        """The study; raises NotFound where there is none."""
        if self.valued.study is None:
            raise NotFound(f"There is no study of {self.valued.facility.id} yet.", "facility")
        return self.valued.study

    @cached_property
    def can(self) -> Allowed:
        """What the dam allows now."""
        assert self.valued.can is not None
        return self.valued.can

    @cached_property
    def inputs(self) -> StudyInputs:
        """The study file; raises NotFound where an older program wrote it in a form that is not read any more."""
        try:
            return read_inputs(self.study.inputs)
        except BadStudy as error:
            raise NotFound(f"The study file is of an older form ({error}); run the study again.", "figure") from error

    @cached_property
    def plain(self) -> Outcomes:
        """The outcomes, with the factors."""
        return net_values(self.study.result, self.factors)

    @cached_property
    def today(self) -> Outcomes:
        """The outcomes with what can be reached now."""
        return net_values(self.study.result, {}, self.can.reachable)

    @property
    def currency(self) -> str:
        """The currency of the study."""
        return self.study.result.currency

    @property
    def usd(self) -> float:
        """What one unit of it costs [USD], as the study was made."""
        rate = self.study.result.exchange_rate
        return rate.usd if rate else 1.0

    @property
    def tonnes(self) -> float:
        """Dry tonnes at the middle."""
        case = self.study.result.case
        return case.volume.mid * case.density.mid

    def of_element(self, element: str) -> CommodityResult:
        """One commodity; raises NotFound."""
        for one in self.study.result.commodities:
            if one.element == element:
                return one
        raise NotFound(f"The study has no commodity {element!r}.", "figure")

    def say(self, key: str, n: int | None = None, **values: object) -> str:
        """Fill in a sentence of these origins."""
        return say(self.texts["value"]["origins"][key], n, **values)
