"""A country of facilities with a known truth: lognormal grades with effects of commodity, type, age and neighbours.

It shares no code with the model that is judged. Of each facility 0 to 8 samples are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tailings.screening.facts import ElementSamples, FacilityFacts

ELEMENT: Final = "Cu"
COMMODITIES: Final = ("Cu", "Zn", "Sn", "W", "Au", "Fe")
TYPES: Final = ("tailings dam", "dry stack", "waste rock", "heap leach", "pond")
YEARS: Final = (1880, 1930, 1960, 1980, 2000, 2015)
SIDE_DEG: Final = 4.0
REACH_DEG: Final = 0.25
MEDIAN_MG_KG: Final = 900.0
MOST_SAMPLES: Final = 8
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Scatter:
    """Deviations of the log grade: between groups, along the ground, of one facility, and of samples in it."""

    commodity: float = 0.7
    type: float = 0.4
    age: float = 0.3
    neighbours: float = 0.4
    own: float = 0.5
    samples: float = 0.6


@dataclass(frozen=True)
class Country:
    """The facilities as they are known, what is true of each, and samples that nobody has taken yet."""

    facts: tuple[FacilityFacts, ...]
    log_mean: Numbers
    scatter: Scatter
    to_come: Numbers

    @property
    def grade(self) -> Numbers:
        """The true mean grade [mg/kg] of each facility."""
        return np.exp(self.log_mean + 0.5 * self.scatter.samples**2)


def country(seed: int, facilities: int = 500, scatter: Scatter | None = None) -> Country:
    """Draw a country; the number of samples goes round from 0 to 8, so each has as many facilities."""
    chance, of = np.random.default_rng(seed), scatter or Scatter()
    commodity = chance.choice(len(COMMODITIES), facilities, p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.05])
    type, age = (chance.integers(0, len(some), facilities) for some in (TYPES, YEARS))
    place = np.array([-8.0, 38.0]) + SIDE_DEG * chance.random((facilities, 2))
    apart = np.linalg.norm(place[:, None] - place, axis=2)
    field = np.linalg.cholesky(np.exp(-apart / REACH_DEG) + 1e-9 * np.eye(facilities))
    log_mean = np.log(MEDIAN_MG_KG) + of.neighbours * (field @ chance.standard_normal(facilities))
    log_mean += of.commodity * chance.standard_normal(len(COMMODITIES))[commodity]
    log_mean += of.type * chance.standard_normal(len(TYPES))[type] + of.age * chance.standard_normal(len(YEARS))[age]
    log_mean += of.own * chance.standard_normal(facilities)
    logs = log_mean[:, None] + of.samples * chance.standard_normal((facilities, 4 * MOST_SAMPLES))
    mass_t = np.exp(np.log(2e6) + 1.2 * chance.standard_normal(facilities))
    counts = np.arange(facilities) % (MOST_SAMPLES + 1)
    facts = tuple(
        FacilityFacts(
            f"f{number}",
            tuple(dict.fromkeys((COMMODITIES[commodity[number]], ELEMENT))),
            TYPES[type[number]],
            YEARS[age[number]],
            (float(place[number, 0]), float(place[number, 1])),
            mass_t=float(mass_t[number]),
            samples=int(counts[number]),
            assays=assays(np.exp(logs[number, : counts[number]])),
        )
        for number in range(facilities)
    )
    return Country(facts, log_mean, of, np.exp(logs[:, MOST_SAMPLES:]))


def assays(grades: Numbers) -> dict[str, ElementSamples]:
    """Samples of the element as a facility has them; none where there are none."""
    return {ELEMENT: ElementSamples(tuple(map(float, grades)))} if len(grades) else {}
