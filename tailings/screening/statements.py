"""What is stated of each facility and element: an interval with where it comes from, or why there is none."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Annotated, Final

import msgspec
import numpy as np
from msgspec import Meta, Struct

from tailings.commodities import lists, prices
from tailings.screening import points, pooling
from tailings.screening.facts import MAX_OWN, FacilityFacts
from tailings.screening.pooling import PARTS, Fitted
from tailings.series import Values

METHOD: Final = "pooled log grades, version 1"
LEAST_DONORS: Final = 5
"""Facilities with samples of an element, below which nothing is borrowed (our own rule)."""
MOST_DONORS: Final = 600
"""Of which covariances are made; of more, those with most samples."""
MOST_TO_COME: Final = 8
TENTHS: Final = (0.1, 0.5, 0.9)
KG_PER_T: Final = 1000.0
MG_PER_KG: Final = 1e6
AT_ONCE: Final = 200


class ScreeningParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person answers for: within which factor of the truth 80 % of the masses that registers state are."""

    mass_factor: Annotated[float, Meta(ge=1.0, le=10.0)] = 1.5


class GradeSpread(Struct, frozen=True):
    """P90, P50 and P10: nine, five and one in ten outcomes are higher."""

    p90: float
    p50: float
    p10: float


class Borrowed(Struct, frozen=True):
    """From how many facilities with samples an interval comes: all, of the same commodity, type, age, and near it."""

    all: int
    commodity: int
    type: int
    age: int
    near: int


class StatedGrade(Struct, frozen=True):
    """The interval of an element in a facility.

    grade: mean [mg/kg]; metal: [t]; None where the mass is unknown, and why. to_come: P90 and P10 of the geometric mean
    [mg/kg] of the next 1, 2, ... places sampled, by which it is scored. log_mean, log_variance: of the mean of logs;
    sample_variance: of the log of one sample.
    """

    key: str
    element: str
    own: int
    below: int
    grade: GradeSpread
    metal: GradeSpread | None
    metal_missing: str
    to_come: tuple[tuple[float, float], ...]
    borrowed: Borrowed
    log_mean: float
    log_variance: float
    sample_variance: float
    mass_t: float | None


class UnstatedGrade(Struct, frozen=True):
    """A facility or element without a number: a code, and the number that its sentence names."""

    key: str
    element: str
    reason: str
    count: int = 0


class ElementPool(Struct, frozen=True):
    """What an element was pooled from: facilities, samples, those below their limit, and the expected shares."""

    element: str
    donors: int
    samples: int
    below: int
    shares: dict[str, float]


class Screening(Struct, frozen=True):
    """All that is stated of some facilities, and of which inputs by which method."""

    method: str
    inputs_sha256: str
    parameters: ScreeningParameters
    statements: tuple[StatedGrade, ...]
    without: tuple[UnstatedGrade, ...]
    pools: tuple[ElementPool, ...]


def screen(facilities: Sequence[FacilityFacts], parameters: ScreeningParameters | None = None) -> Screening:
    """State what can be stated of each facility; keys are unique."""
    chosen = parameters or ScreeningParameters()
    wanted, without = _wanted(facilities)
    statements, pools = list[StatedGrade](), list[ElementPool]()
    for element, targets in sorted(wanted.items()):
        known = pooling.donors(_most_sampled(facilities, element), element)
        if len(known.facilities) < LEAST_DONORS:
            without += [UnstatedGrade(one.key, element, "few_donors", len(known.facilities)) for one in targets]
            continue
        found = pooling.fit(known)
        pools.append(_pool(element, found))
        for start in range(0, len(targets), AT_ONCE):
            statements += _stated(element, found, targets[start : start + AT_ONCE], chosen)
    return Screening(METHOD, digest(facilities), chosen, tuple(statements), without=tuple(without), pools=tuple(pools))


def digest(facilities: Sequence[FacilityFacts]) -> str:
    """The SHA-256 of what a screening is made from."""
    return hashlib.sha256(msgspec.json.encode(sorted(facilities, key=lambda one: one.key), order="sorted")).hexdigest()


def _wanted(facilities: Sequence[FacilityFacts]) -> tuple[dict[str, list[FacilityFacts]], list[UnstatedGrade]]:
    """By element the facilities that are to be screened for it, and those that are not at all, and why."""
    wanted, without = dict[str, list[FacilityFacts]](), list[UnstatedGrade]()
    for one in facilities:
        elements = dict.fromkeys((*one.commodities, *filter(_is_commodity, one.assays)))
        if one.samples > MAX_OWN:
            without.append(UnstatedGrade(one.key, "", "many_samples", one.samples))
        elif not elements:
            without.append(UnstatedGrade(one.key, "", "nothing_known"))
        else:
            for element in elements:
                wanted.setdefault(element, []).append(one)
    return wanted, without


def _is_commodity(element: str) -> bool:
    """Whether an element that is assayed is screened too where no register names it: it is listed, or has a price."""
    if lists.status(element).standing != "unlisted":
        return True
    try:
        prices.newest(element)
    except prices.UnknownPrice:
        return False
    return True


def _most_sampled(facilities: Sequence[FacilityFacts], element: str) -> list[FacilityFacts]:
    found = [one for one in facilities if element in one.assays]
    return sorted(found, key=lambda one: (-len(one.assays[element].grades), one.key))[:MOST_DONORS]


def _pool(element: str, found: Fitted) -> ElementPool:
    known = found.known
    shares = {name: round(float(share), 3) for name, share in zip(PARTS, found.shares, strict=True)}
    below = sum(one.assays[element].below for one in known.facilities)
    return ElementPool(element, len(known.facilities), int(known.count.sum()), below, shares=shares)


def _stated(
    element: str, fitted: Fitted, targets: Sequence[FacilityFacts], parameters: ScreeningParameters
) -> Iterator[StatedGrade]:
    found = pooling.points_of(fitted, targets)
    logs, log_grade = found.mean_log(), found.log_grade()
    grades = _spreads(np.exp(log_grade))
    to_come = [np.exp(np.quantile(found.mean_log(count), (0.1, 0.9), axis=0)).T for count in range(1, MOST_TO_COME + 1)]
    likeness = pooling.likeness(fitted.known.facilities, targets)
    sample_variance = float(found.sample_variance.mean())
    for row, one in enumerate(targets):
        own = one.assays.get(element)
        yield StatedGrade(
            one.key,
            element,
            0 if own is None else len(own.grades),
            0 if own is None else own.below,
            grades[row],
            metal=_metal(log_grade[:, row], one, parameters),
            metal_missing=one.mass_missing if one.mass_t is None else "",
            to_come=tuple((float(some[row, 0]), float(some[row, 1])) for some in to_come),
            borrowed=_borrowed(likeness, row),
            log_mean=float(logs[:, row].mean()),
            log_variance=float(logs[:, row].var()),
            sample_variance=sample_variance,
            mass_t=one.mass_t,
        )


def _borrowed(likeness: pooling.Alikeness, column: int) -> Borrowed:
    """How many other donors are alike by each part."""
    other = likeness.same[:, column] == 0
    commodity, type, age = (int((part[:, column] * other).sum()) for part in likeness.groups)
    near = int(((likeness.km[:, column] <= max(pooling.REACHES_KM)) & other).sum())
    return Borrowed(int(other.sum()), commodity, type, age, near)


def _metal(log_grade: Values, one: FacilityFacts, parameters: ScreeningParameters) -> GradeSpread | None:
    """Tonnes of metal; the mass is as uncertain as the parameters say, and independent of the grade."""
    if one.mass_t is None:
        return None
    deviation = np.log(parameters.mass_factor) / NormalDist().inv_cdf(TENTHS[-1])
    mass_t = one.mass_t * np.exp(deviation * points.normal(3))
    return _spreads((mass_t * np.exp(log_grade) / MG_PER_KG)[:, None])[0]


def _spreads(values: Values) -> list[GradeSpread]:
    return [GradeSpread(*map(float, column)) for column in np.quantile(values, TENTHS, axis=0).T]


def by_key(found: Screening) -> Mapping[str, list[StatedGrade]]:
    """The statements of each facility."""
    ordered = sorted(found.statements, key=lambda one: one.key)
    return {key: list(some) for key, some in itertools.groupby(ordered, key=lambda one: one.key)}
