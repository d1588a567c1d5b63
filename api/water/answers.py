"""The answer about the water of a facility, made from its readings and the samples of laboratories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.observations import trends
from api.observations.trends import Means
from api.safety import history, situation
from api.safety.history import History, Quantities, usable
from api.water import balance as balances
from api.water import loads, queries
from api.water.models import (
    DrainageReason,
    Water,
    WaterAnalysis,
    WaterDrainage,
    WaterLimit,
    WaterSample,
    WithoutLimit,
)
from api.water.queries import SampleOrigin
from tailings import quantities, units
from tailings.assess import limits
from tailings.assess.gauges import RAIN, GaugeReading, governing
from tailings.assess.water import LimitVerdict, WaterOutcome, assess, look_back
from tailings.water import ParsedSample, drainage
from tailings.water.limits import LegalLimit

QUANTITIES: Final = Quantities(
    hours=(
        "pond-level",
        "seepage-flow",
        "turbidity",
        "rain",
        "ph",
        "conductivity",
        "conductivity-25",
        "redox-potential",
        "evaporation",
    ),
    days=("seepage-flow", "rain", "evaporation"),
)
PROBES: Final = ("ph", "conductivity-25", "conductivity", "redox-potential", "turbidity", "temperature", "seepage-flow")
BESIDE: Final = ("temperature",)


@dataclass(frozen=True)
class SampledWater:
    """What laboratories found: samples that verdicts ask for, the newest first, the files of those of the last year,
    the limits of the permit, and the days of the weir."""

    samples: Sequence[ParsedSample] = ()
    origins: Mapping[str, SampleOrigin] = field(default_factory=dict)
    permit: Sequence[LegalLimit] = ()
    weir: Datastream | None = None
    days: Means | None = None


class JudgedWater(NamedTuple):
    """Laboratory results against the limits of the permit; samples: those that were asked, the newest first."""

    outcome: WaterOutcome
    limits: list[WaterLimit]
    without_limit: list[WithoutLimit]
    samples: Sequence[ParsedSample]


async def judged(
    database: DatabasePool,
    facility: str,
    timezone: str,
    now: datetime,
    *,
    until: datetime | None = None,
    since: date | None = None,
    permit: Sequence[LegalLimit] | None = None,
) -> JudgedWater:
    """Hold the samples that were taken by `until` (None: by `now`) against the limits, as they are judged at `now`.

    since: those that ended on this day or after it are held too, each as on its last day. permit: its limits; None:
    those of the facility file of now.
    """
    stated = await queries.permit(database, facility) if permit is None else permit
    found = await queries.samples(database, facility, look_back(now))
    taken = [one for one in found if one.taken_at <= (until or now)]
    return _judged(taken, stated, now, timezone, since)


def _judged(
    samples: Sequence[ParsedSample],
    permit: Sequence[LegalLimit],
    now: datetime,
    timezone: str,
    since: date | None = None,
) -> JudgedWater:
    verdict = assess(samples, permit, now, timezone, since)
    return JudgedWater(
        verdict.outcome,
        [limit(one) for one in verdict.limits],
        [WithoutLimit(**one._asdict()) for one in verdict.without_limit],
        samples,
    )


async def of_facility(database: DatabasePool, facility: str, now: datetime) -> Water:
    """Return the answer at `now`; raise NotFound."""
    known = await _with_first_hours(database, await history.gather(database, facility, now, QUANTITIES))
    since = now - queries.YEAR
    samples = await queries.samples(database, facility, look_back(now))
    origins = await queries.origins(database, facility, since)
    permit = await queries.permit(database, facility)
    weir = loads.weir(known.state.datastreams)
    days = await trends.days(database, [weir.id], since, now) if weir else {}
    return answer(known, SampledWater(samples, origins, permit, weir, days=days.get(weir.id) if weir else None))


async def _with_first_hours(database: DatabasePool, known: History) -> History:
    """Add the hours of rain of the day in whose middle the balance begins."""
    rain = {one.id: known.name(one) for one in known.of_quantity(RAIN)}
    begins = balances.begins(known.now)
    found = await trends.hours(database, [*rain], begins, begins + timedelta(days=1))
    hours = dict(known.hours)
    for id, first in found.items():
        own = hours.get(rain[id])
        hours[rain[id]] = first if own is None else trends.joined(first, own)
    return replace(known, hours=hours)


def answer(known: History, sampled: SampledWater) -> Water:
    """Make the answer."""
    recent = [one for one in sampled.samples if known.now - queries.YEAR < one.taken_at <= known.now]
    verdict = _judged(sampled.samples, sampled.permit, known.now, known.state.facility.timezone)
    return Water(
        **situation.parts(known),
        outcome=verdict.outcome,
        limits=verdict.limits,
        without_limit=verdict.without_limit,
        samples=[sample(one, sampled.origins[one.name]) for one in recent],
        probes=[known.name(one) for one in probes(known)],
        drainage=kind_of(known, recent),
        balance=balances.balance(known),
        weir=known.name(sampled.weir) if sampled.weir else None,
        loads=loads.of_samples(recent, sampled.days),
    )


def probes(known: History) -> list[Datastream]:
    """Return what is measured in the water; a temperature only where its instrument tells of the water's quality.

    Of several of one quantity that stands first which tells most.
    """
    found = [one for quantity in PROBES for one in _first(known, known.of_quantity(quantity))]
    sondes = {(one.node, one.instrument) for one in found if one.quantity not in BESIDE}
    return [one for one in found if one.quantity not in BESIDE or (one.node, one.instrument) in sondes]


def kind_of(known: History, samples: Sequence[ParsedSample]) -> WaterDrainage:
    """Classify the seepage by its probes and the newest sulphate that a laboratory found in seepage."""
    ph = _fresh(known, ("ph",))
    salt, redox = _fresh(known, ("conductivity-25", "conductivity"), ph), _fresh(known, ("redox-potential",), ph)
    seepage = [one for one in samples if one.medium == loads.SEEPAGE]
    sulphate = next((so4.reckoned / loads.UG_PER_MG for one in seepage if (so4 := one.of("SO4"))), None)
    rates = (known.rates.get(known.name(one)) if one else None for one in (ph, salt, redox))
    found = drainage.classify(usable(ph), sulphate, _in(salt, "uS/cm"), *rates)
    return WaterDrainage(
        kind=found.kind,
        reasons=[DrainageReason(code=code, value=value) for code, value in found.reasons],
        signs=list(found.signs),
        evaluated=list(found.evaluated),
        is_acidifying=found.is_acidifying,
    )


def _in(stream: Datastream | None, unit: str) -> float | None:
    """The newest reading in a unit; as `usable`."""
    value = usable(stream)
    return None if stream is None or value is None else units.convert(value, stream.unit, unit)


def _fresh(known: History, wanted: Sequence[str], beside: Datastream | None = None) -> Datastream | None:
    """The probe that tells most now, by the first of these quantities; first of the instrument of another."""
    found = [
        one
        for quantity in wanted
        for one in known.of_quantity(quantity)
        if known.is_fresh(one) and usable(one) is not None
    ]
    own = [one for one in found if beside and (one.node, one.instrument) == (beside.node, beside.instrument)]
    told = own or found
    alike = [one for one in told if one.quantity == told[0].quantity]
    return governing(alike, lambda one: _reading(known, one))


def _first(known: History, streams: Sequence[Datastream]) -> list[Datastream]:
    told = governing(streams, lambda one: _reading(known, one))
    return sorted(streams, key=lambda one: one is not told)


def _reading(known: History, stream: Datastream) -> GaugeReading:
    """What a probe says: past the worst level first, then the most acid, else the highest."""
    value, name = _in(stream, quantities.get(stream.quantity).unit), known.name(stream)
    worse = -value if value is not None and stream.quantity == "ph" else value
    place = limits.place_of(limits.margin_of(known.assessment, name))
    return GaugeReading(name, worse, known.is_fresh(stream), place)


def limit(one: LimitVerdict) -> WaterLimit:
    """Set a verdict on a limit as the api shows it, its value in the unit of the limit."""
    of, source = one.limit, one.limit.origin
    return WaterLimit(
        point=one.point,
        symbol=of.symbol,
        statistic=of.statistic,
        medium=of.medium,
        fraction=of.fraction,
        hardness_class=of.hardness_class,
        hardness=of.hardness,
        least=of.least,
        most=of.most,
        unit=of.unit,
        valid_from=of.valid_from,
        valid_to=of.valid_to,
        source=source.title,
        address=source.address,
        note=of.note,
        checked=of.checked,
        value=None if one.value is None else of.analyte.convert_back(one.value),
        value_fraction=one.fraction,
        missing=list(one.missing),
        notes=list(one.notes),
        year_from=one.first,
        year_to=one.last_day,
        outcome=one.outcome,
        reason=one.reason,
        sign=one.sign,
        samples=one.samples,
        below=one.below,
        ignored=one.ignored,
        counted=one.counted,
        required=one.required,
        newest=one.newest,
    )


def sample(one: ParsedSample, origin: SampleOrigin) -> WaterSample:
    """Set a sample as the api shows it, with the file that it came with."""
    analyses = [WaterAnalysis(**msgspec.to_builtins(analysis)) for analysis in one.analyses]
    return WaterSample(
        name=one.name,
        point=one.point,
        medium=one.medium,
        taken_at=one.taken_at,
        laboratory=one.laboratory,
        analyses=analyses,
        revision=origin.revision,
        file=origin.file,
        sha256=origin.sha256,
        imported_at=origin.imported_at,
        author=origin.author,
    )
