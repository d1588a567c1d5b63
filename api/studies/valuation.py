"""What a study says now: its outcomes, what the dam allows of it, its holes, its laboratory and its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from api.overview.models import Overview
from api.studies import control, draws, holes, today
from api.studies.models import (
    AboveCutOff,
    Due,
    OxidisedDepth,
    PlanLevel,
    PriceAge,
    Reached,
    RecordField,
    Sample,
    Study,
    StudyNow,
    YearAgo,
)
from tailings.commodities.prices import STALE_AFTER_D
from tailings.facility import SurveyedSection
from tailings.study import StudyResult, WaterLevel, article_27, net_values, oxidation
from tailings.study.allowed import allowed, flooded
from tailings.study.article_27 import FacilityPlace


@dataclass(frozen=True)
class KnownStudy:
    """A study with what is known of its facility at the instant of the overview; then: water levels of a year ago."""

    overview: Overview
    study: Study
    plans: Sequence[PlanLevel] = ()
    water: Sequence[WaterLevel] = ()
    then: Sequence[WaterLevel] = ()
    samples: Sequence[Sample] = ()
    sections: Sequence[SurveyedSection] = ()

    @property
    def result(self) -> StudyResult:
        """What the study found."""
        return self.study.result


def answer(known: KnownStudy, factors: Mapping[str, float]) -> StudyNow:
    """Make the answer; draws the study again for factors, and where not all of it can be reached."""
    result, (state,) = known.result, known.overview.facilities
    can = allowed(result, {one.plan: one.level for one in known.plans}, known.water)
    place = (known.study.facility, known.study.version, result)
    own = draws.own(*place)
    reached = draws.own(*place, can.reachable, tuple(sorted(can.grades.items())))
    next_holes = holes.next_ones(result, can)
    tonnes, day = result.case.volume.mid * result.case.density.mid, _day(known.overview)
    return StudyNow(
        study=known.study,
        outcomes=own,
        what_if=draws.of_study(*place, factors) if factors else own,
        reached=Reached(net=reached.net, npv=reached.npv),
        uses=draws.uses(result, own),
        has_avoided_liability=result.case.avoided_liability.high > 0,
        tonnes=tonnes,
        above_cut_off=_above_cut_off(result, tonnes),
        prices=_prices(result, day),
        rate_age_d=None if result.exchange_rate is None else (day - result.exchange_rate.dated).days,
        allowed=today.allowed(can, tonnes),
        plans=list(known.plans),
        water=list(known.water),
        year_ago=_year_ago(result, known.then, known.overview.now - today.YEAR),
        lines=holes.along(result, known.sections, known.water),
        oxidised=_oxidised(known),
        next_holes=next_holes,
        advice=holes.advised(draws.advised(*place), next_holes),
        control=control.of_study(result, known.samples),
        record=_record(article_27.place(state.facility), result),
        materials=list(article_27.of_study(result)) if result.assayed else [],
        dues=_dues(day),
    )


def _day(overview: Overview) -> date:
    """The day of the overview, in the zone of its one facility."""
    (state,) = overview.facilities
    return overview.now.astimezone(ZoneInfo(state.facility.timezone)).date()


def _dues(day: date) -> list[Due]:
    return [
        Due(name=one.name, ref=one.ref, whose=one.whose, date=one.date, days=one.days(day))
        for one in article_27.rules().due
    ]


def _above_cut_off(result: StudyResult, tonnes: float) -> AboveCutOff:
    """By the curve at the cut-off, which is one of its places; in older studies between two of them."""
    curve, cut = result.grade_tonnage, result.cut_off_mg_per_kg
    share, grade = (float(np.interp(cut, curve.cut_off, of)) for of in (curve.mid, curve.grade))
    return AboveCutOff(
        element=result.cut_off_element,
        cut_off_mg_per_kg=cut,
        tonnes=share * tonnes,
        grade_mg_per_kg=grade,
    )


def _prices(result: StudyResult, day: date) -> list[PriceAge]:
    return [
        PriceAge(
            element=one.element,
            published=one.price_published,
            age_d=(day - one.price_published).days,
            is_stale=(day - one.price_published).days > STALE_AFTER_D,
        )
        for one in result.commodities
    ]


def _year_ago(result: StudyResult, then: Sequence[WaterLevel], time: datetime) -> YearAgo:
    wet = flooded(result, then)
    return YearAgo(time=time, flooded=None if wet is None else float(wet @ result.panels.shares), water=list(then))


def _oxidised(known: KnownStudy) -> OxidisedDepth | None:
    found, name = oxidation.of(known.result.strips), known.result.seepage_ph
    if found is None:
        return None
    return OxidisedDepth(
        holes=found.holes,
        least_m=found.least_m,
        median_m=found.median_m,
        most_m=found.most_m,
        ph=today.trusted(known.overview, name) if name else None,
    )


def _record(place: FacilityPlace, result: StudyResult) -> list[RecordField]:
    """Which fields are there; one draw says it as well as all."""
    drawn = net_values(msgspec.structs.replace(result, draws=1), {})
    return [
        RecordField(name=one.name, ref=one.ref, asks=one.asks, is_there=one.is_there)
        for one in article_27.record(place, result, drawn).fields
        if not one.is_optional
    ]
