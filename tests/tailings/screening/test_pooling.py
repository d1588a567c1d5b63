"""Partial pooling held against a brute-force second implementation, and against what must hold of any such model."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tailings import great_circle
from tailings.screening import pooling
from tailings.screening.facts import ElementSamples, FacilityFacts
from tests.tailings.screening import brute_force

FACILITIES = (
    ("Cu", "pond", 1950, (0.0, 0.0), (6.1, 6.9)),
    ("Cu", "pond", 1980, (8.0, 3.0), (6.6, 7.4, 6.2)),
    ("Zn", "slag", 1950, (60.0, 0.0), (4.9,)),
    ("Zn", "pond", None, None, (5.2, 4.1)),
    ("", "", 1980, (9.0, 1.0), (7.9,)),
    ("Sn", "slag", 2000, (55.0, 5.0), ()),
    ("Cu", "slag", 1960, (2.0, 2.0), ()),
)
KM_PER_DEG = math.radians(1) * great_circle.EARTH_M / 1000


@pytest.mark.parametrize("target", [0, 5])
def test_the_quantiles_are_those_of_a_brute_force_sum(target: int) -> None:
    """Each tenth agrees with a sum over grids of mean, scale and shares that shares no code, to 4 % of a log unit."""
    facts = [fact(number) for number in range(len(FACILITIES))]

    found = pooling.points_of(pooling.fit(pooling.donors(facts, "Cu")), facts)

    expected = brute_force.quantiles([plain(one) for one in FACILITIES], target, [0.1, 0.5, 0.9])
    assert np.quantile(found.log_grade()[:, target], [0.1, 0.5, 0.9]) == pytest.approx(expected, abs=0.04)


def test_own_samples_draw_the_middle_towards_them_and_narrow_it() -> None:
    """A facility with three samples is nearer to their mean, and surer, than its twin with none."""
    facts = [fact(number) for number in range(len(FACILITIES))]
    twin = FacilityFacts("twin", facts[1].commodities, facts[1].type, facts[1].year, facts[1].place)

    found = pooling.points_of(pooling.fit(pooling.donors(facts, "Cu")), [facts[1], twin]).mean_log()

    away = abs(found.mean(0) - np.mean(FACILITIES[1][4]))
    assert away[0] < away[1]
    assert found[:, 0].std() < found[:, 1].std()


def test_the_unit_of_grades_shifts_the_middle_and_nothing_else() -> None:
    """In percent instead of mg/kg the same is found, lower by the log of ten thousand."""
    facts = [fact(number) for number in range(len(FACILITIES))]

    found, other = (
        pooling.points_of(pooling.fit(pooling.donors(some, "Cu")), some).log_grade()
        for some in (facts, [in_percent(one) for one in facts])
    )

    assert other == pytest.approx(found - math.log(1e4), abs=1e-6)


def fact(number: int) -> FacilityFacts:
    """A facility of the table, on the ground near the equator."""
    commodity, type, year, place, logs = FACILITIES[number]
    grades = tuple(math.exp(one) for one in logs)
    return FacilityFacts(
        f"f{number}",
        (commodity,) if commodity else (),
        type,
        year,
        (place[0] / KM_PER_DEG, place[1] / KM_PER_DEG) if place else None,
        samples=len(logs),
        assays={"Cu": ElementSamples(grades)} if logs else {},
    )


def plain(row: tuple) -> dict:
    """The same for the second implementation."""
    commodity, type, year, place, logs = row
    classes = {None: "", 1950: "2", 1960: "2", 1980: "3", 2000: "4"}
    return {"commodity": commodity, "type": type, "age": classes[year], "place": place, "logs": logs}


def in_percent(one: FacilityFacts) -> FacilityFacts:
    """The same with grades in percent."""
    assays = {name: ElementSamples(tuple(grade / 1e4 for grade in some.grades)) for name, some in one.assays.items()}
    return FacilityFacts(
        one.key, one.commodities, one.type, one.year, one.place, mass_t=None, samples=one.samples, assays=assays
    )
