"""What if: the outcomes of a study again, with factors on its inputs and with what can be reached today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
import numpy as np

from tailings.estimate import outcomes
from tailings.estimate.outcomes import Case, Commodity, Outcomes, Spread
from tailings.study.results import StudyResult

LEAST_FACTOR: Final = 0.25
MOST_FACTOR: Final = 4.0
EVEN: Final[Mapping[str, float]] = {}
"""The grades of what is reached are those of all."""
FACTORS: Final = ("price", "grade", "recovery", "cost", "plant")


def net_values(
    result: StudyResult,
    factors: Mapping[str, float],
    reachable: float = 1.0,
    grades: Mapping[str, float] = EVEN,
) -> Outcomes:
    """Draw again with the seed of the study.

    reachable: share of the tonnes that is taken; grades: mean grade of that by element, over the mean of all.
    factors: for each of FACTORS a number that all its inputs are multiplied with; `price W` for one element alone.
    Raises ValueError for an unknown name or a factor outside LEAST_FACTOR to MOST_FACTOR.
    """
    known = {*FACTORS, *(f"price {one.element}" for one in result.case.commodities)}
    for name, factor in factors.items():
        if name not in known:
            raise ValueError(f"{name}: known factors are {', '.join(sorted(known))}")
        if not LEAST_FACTOR <= factor <= MOST_FACTOR:
            raise ValueError(f"{name}: a factor is {LEAST_FACTOR} to {MOST_FACTOR}")
    case = moved(result.case, factors, reachable, grades)
    return outcomes.run(case, result.draws, result.seed, np.array(result.correlation))


def moved(case: Case, factors: Mapping[str, float], reachable: float, grades: Mapping[str, float] = EVEN) -> Case:
    """The case with its inputs multiplied."""
    commodities = tuple(_moved(one, factors, grades.get(one.element, 1.0)) for one in case.commodities)
    cost, plant = _times(case.cost, factors.get("cost", 1.0)), _times(case.plant, factors.get("plant", 1.0))
    return msgspec.structs.replace(case, commodities=commodities, cost=cost, plant=plant, reachable=reachable)


def _moved(one: Commodity, factors: Mapping[str, float], reached: float) -> Commodity:
    """A commodity with its inputs multiplied; reached: grade of what is reached over that of all."""
    of_grade = factors.get("grade", 1.0) * reached
    return msgspec.structs.replace(
        one,
        grade=_times(one.grade, of_grade),
        recovery=_times(one.recovery, factors.get("recovery", 1.0)),
        price=_times(one.price, factors.get("price", 1.0) * factors.get(f"price {one.element}", 1.0)),
        realised=tuple(of_grade * grade for grade in one.realised),
    )


def _times(spread: Spread, factor: float) -> Spread:
    low, mid, high = (min(value * factor, spread.most) for value in (spread.low, spread.mid, spread.high))
    return Spread(low, mid, high, spread.least, spread.most)
