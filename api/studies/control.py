"""Quality control of the laboratory whose samples a study stands on, one answer an element."""

from __future__ import annotations

from collections.abc import Iterable

from api.studies.models import Duplicate, LaboratoryControl, Sample, Standard
from tailings.laboratory.quality_control import (
    DEVIATIONS,
    HALF_DIFFERENCE,
    SentSamples,
    checks,
    control,
    sent,
)
from tailings.study import StudyResult
from tailings.study.statements import of_element


def of_study(result: StudyResult, samples: Iterable[Sample]) -> list[LaboratoryControl]:
    """Return the control of each commodity, in the order of the study, by the samples that it was made with."""
    found = sent((one.name, one.kind, one.of_sample, one.assays) for one in samples)
    return [_of_element(result, one.element, found) for one in result.commodities]


def _of_element(result: StudyResult, element: str, found: SentSamples) -> LaboratoryControl:
    certified = of_element(result.standards, element)
    seen, judged = checks(element, found), control(element, found, certified)
    bounds = {bound for _, bound in seen.blanks}
    return LaboratoryControl(
        element=element,
        primary=judged.primary,
        blanks=[value for value, _ in seen.blanks],
        blank_bound_mg_per_kg=bounds.pop() if len(bounds) == 1 else None,
        bad_blanks=judged.bad_blanks,
        duplicates=[Duplicate(first_mg_per_kg=first, again_mg_per_kg=again) for again, first in seen.pairs],
        duplicate_bound=HALF_DIFFERENCE,
        half_difference=judged.half_difference,
        standards=[_standard(material, value, certified) for material, value in seen.standards],
        standard_bound=DEVIATIONS,
        bias=judged.bias,
        bad_standards=judged.bad_standards,
        is_enough=judged.is_enough,
    )


def _standard(material: str, mg_per_kg: float, certified: dict[str, tuple[float, float]]) -> Standard:
    value, deviation = certified.get(material, (None, None))
    return Standard(material=material, mg_per_kg=mg_per_kg, certified_mg_per_kg=value, sd_mg_per_kg=deviation)
