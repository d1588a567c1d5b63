"""What is known of each facility, as ranges of indicators with their source and day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple

import msgspec

from api.comparison.models import Source
from api.comparison.queries import Acidity, ComparedFacts, EntryFacts, StudyFacts
from api.land.nearby import LandSpan, Nearby
from tailings.assess.model import Assessment, Verdict
from tailings.comparison import Candidate, Range, indices
from tailings.study.materials import Assayed, StatedMaterial, materials, unknown

UNSEEN: Final[tuple[Verdict, ...]] = ("blind", "not-monitored")


class Told(NamedTuple):
    """The range of an indicator, what said so and when, and what it said: a code, or numbers."""

    range: Range
    source: Source
    dated: datetime | None
    code: str | None = None
    numbers: tuple[float, ...] = ()


class StatedStep(NamedTuple):
    """A step that a study states: what it is called and costs."""

    name: str
    cost: float
    currency: str


class GatheredFacility(NamedTuple):
    """A facility with what is known of its indicators; of indicators that are not here nothing is."""

    key: str
    name: str
    told: dict[str, Told]
    facility: str | None = None
    entry: int | None = None
    register: str | None = None
    state: Verdict | None = None
    sample_data: str | None = None
    step: StatedStep | None = None

    @property
    def candidate(self) -> Candidate:
        """As it is compared."""
        return Candidate(self.key, {name: one.range for name, one in self.told.items()})


def is_unseen(state: Verdict | None) -> bool:
    """Whether nobody sees a dam now; None: it is of a register alone."""
    return state is None or state in UNSEEN


def of_facility(
    facts: ComparedFacts,
    judged: Assessment,
    acidity: Acidity | None,
    study: StudyFacts | None,
    near: Nearby | None = None,
) -> GatheredFacility:
    """What is known of a facility of this site; near: as layers of land use say."""
    told = {
        "state": Told(indices.state(judged), "assessment", judged.made_at, judged.verdict),
        "sight": Told(indices.sight(judged), "assessment", judged.made_at, judged.sight),
    }
    if facts.consequence:
        found = indices.consequence(facts.consequence)
        told["consequence"] = Told(found, "facility-file", facts.applied_at, facts.consequence)
    if judged.water is not None:
        counts = (judged.water.exceeded, judged.water.not_decided, judged.water.limits)
        told["water"] = Told(indices.water(judged.water), "assessment", judged.made_at, numbers=counts)
    if acidity is not None:
        ends = (acidity.least, acidity.most)
        told["acid"] = Told(indices.acid(*ends), "water-samples", acidity.taken_at, numbers=ends)
    if near is not None:
        told |= _of_layers(near)
    return GatheredFacility(
        facts.id,
        facts.name,
        told | (_of_study(study) if study else {}),
        facility=facts.id,
        state=judged.verdict,
        sample_data=facts.sample_data,
        step=_step(study) if study else None,
    )


def _of_layers(near: Nearby) -> dict[str, Told]:
    """Protected areas, and people whom a failure reaches by a loaded inundation area."""
    rules = {
        "protected": (near.protected_m, indices.protected_between),
        "people": (near.people, indices.people_between),
    }
    return {
        name: Told(rule(span.least, span.most), "layer", _midnight(span.day), numbers=_numbers(span))
        for name, (span, rule) in rules.items()
        if span is not None
    }


def _numbers(span: LandSpan) -> tuple[float, ...]:
    return tuple(one for one in (span.least, span.most) if math.isfinite(one))


def of_entry(facts: EntryFacts) -> GatheredFacility:
    """What registers say of a facility; that one tells of no concern is no measure of safety."""
    told = {}
    if facts.concern == "yes":
        told["state"] = _by_register(indices.concern(), facts.concern_day, "yes")
    if facts.consequence:
        found = indices.consequence(facts.consequence)
        told["consequence"] = _by_register(found, facts.consequence_day, facts.consequence)
    if facts.people is not None:
        told["people"] = _by_register(indices.people(facts.people), facts.people_day, facts.people)
    if facts.protected_m is not None:
        told["protected"] = _by_register(indices.protected(facts.protected_m), facts.protected_m_day, facts.protected_m)
    return GatheredFacility(f"register:{facts.number}", facts.name, told, entry=facts.number, register=facts.register)


def _by_register(found: Range, day: date | None, said: str | float) -> Told:
    dated = None if day is None else _midnight(day)
    if isinstance(said, str):
        return Told(found, "register", dated, said)
    return Told(found, "register", dated, numbers=(said,))


def _of_study(study: StudyFacts) -> dict[str, Told]:
    """Money in US dollars, so that studies in several currencies compare."""
    p90, p50, p10 = (value * study.usd for value in study.net)
    told = {"net": Told(indices.net(p90, p50, p10), "study", study.made_at, numbers=(p90, p50, p10))}
    for name, rule in (("feasibility", indices.feasibility), ("confidence", indices.confidence)):
        if study.unfc:
            told[name] = Told(rule(study.unfc), "study", study.made_at, study.unfc)
    if study.assayed:
        points = materials(
            msgspec.convert(study.assayed, tuple[Assayed, ...]),
            msgspec.convert(study.stated or (), tuple[StatedMaterial, ...]),
        )
        known = len(points) - len(unknown(points))
        found = indices.completeness(known, len(points))
        told["completeness"] = Told(found, "study", study.made_at, numbers=(known, len(points)))
    return told


def _step(study: StudyFacts) -> StatedStep | None:
    """The cheapest of the steps that a person stated and of the hole that tells most."""
    known: Sequence[dict[str, object]] = [*(study.steps or ()), *([study.hole] if study.hole else [])]
    steps = [StatedStep(str(one["name"]), float(str(one["cost"])), study.currency) for one in known]
    return min(steps, key=lambda one: (one.cost, one.name), default=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
