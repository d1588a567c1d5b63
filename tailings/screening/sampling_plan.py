"""Where the next samples take away most doubt for their cost, over all facilities; Article 27(7)(b) and (c) ask for it.

The doubt of an element is the sum over all facilities of the variance of their tonnes of metal, divided by the square
of the tonnes expected of all together, so that elements count alike. The mean of logs is taken as normal with variance
v, one sample as normal about it with variance s: k samples leave v' = v s / (s + k v), and take away

    (M exp(m + v/2))^2 (exp(v - v') - 1)

in expectation, whatever they find (law of total variance of a lognormal quantity). What a sample tells of other
facilities is not counted.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct

from tailings.screening.facts import MAX_OWN
from tailings.screening.statements import StatedGrade
from tailings.series import Values

MOST_SAMPLES: Final = 1_000
MOST_EACH: Final = MAX_OWN
"""Of one facility in one plan: then look again."""


class BadPlan(ValueError):
    """A plan that cannot be made; the sentence says why."""


class PlanCosts(Struct, frozen=True):
    """What a sample costs with its assay, and the way to a facility, in any money."""

    sample: Annotated[float, Meta(gt=0, le=1e9)] = 1.0
    visit: Annotated[float, Meta(ge=0, le=1e9)] = 0.0


class PlannedFacility(Struct, frozen=True):
    """Samples for a facility: how many, for what, and the share of all doubt that they are expected to take away."""

    key: str
    samples: int
    cost: float
    removes: float
    elements: tuple[str, ...]


class SamplingPlan(Struct, frozen=True):
    """The facilities in the order in which they are worth it; removes, evenly: shares of all doubt, 0 to 1.

    evenly: of as many samples, spread evenly. without_mass: facilities that have an interval and no tonnes.
    """

    facilities: tuple[PlannedFacility, ...]
    samples: int
    cost: float
    removes: float
    evenly: float
    without_mass: int


class _Doubts(Struct, frozen=True):
    keys: tuple[str, ...]
    taken: Values
    of_element: tuple[tuple[str, ...], ...]


def sampling_plan(statements: Sequence[StatedGrade], samples: int, costs: PlanCosts | None = None) -> SamplingPlan:
    """GradeSpread so many samples where they take away most; raises BadPlan."""
    if not 1 <= samples <= MOST_SAMPLES:
        raise BadPlan(f"{samples} samples: plan 1 to {MOST_SAMPLES}")
    chosen, doubts = costs or PlanCosts(), _doubts(statements)
    without = len({one.key for one in statements} - set(doubts.keys))
    if not doubts.keys:
        return SamplingPlan((), 0, 0.0, 0.0, 0.0, without_mass=without)
    counts, order = _shared_out(doubts.taken, samples, chosen)
    facilities = tuple(
        PlannedFacility(
            doubts.keys[row],
            counts[row],
            _cost(counts[row], chosen),
            float(doubts.taken[row, counts[row]]),
            doubts.of_element[row],
        )
        for row in order
    )
    return SamplingPlan(
        facilities,
        sum(one.samples for one in facilities),
        sum(one.cost for one in facilities),
        sum(one.removes for one in facilities),
        evenly=_evenly(doubts.taken, samples),
        without_mass=without,
    )


def _cost(samples: int, costs: PlanCosts) -> float:
    return costs.visit + samples * costs.sample if samples else 0.0


def _doubts(statements: Sequence[StatedGrade]) -> _Doubts:
    """taken: the share of all doubt that 0, 1, 2 ... samples of each facility take away, (facilities, samples)."""
    known = [one for one in statements if one.mass_t]
    keys = tuple(sorted({one.key for one in known}))
    rows, most = {key: row for row, key in enumerate(keys)}, np.arange(MOST_EACH + 1)
    taken, total = np.zeros((len(keys), len(most))), 0.0
    shares: list[dict[str, float]] = [{} for _ in keys]
    for element in sorted({one.element for one in known}):
        some = [one for one in known if one.element == element]
        mass, mean, variance, sample = (
            np.array([getattr(one, name) for one in some])
            for name in ("mass_t", "log_mean", "log_variance", "sample_variance")
        )
        expected = mass * np.exp(mean + variance / 2)
        left = variance[:, None] * sample[:, None] / (sample[:, None] + most * variance[:, None])
        of_all = (expected / expected.sum()) ** 2
        gains = of_all[:, None] * np.expm1(variance[:, None] - left)
        total += float((of_all * np.expm1(variance)).sum())
        for one, gain in zip(some, gains, strict=True):
            taken[rows[one.key]] += gain
            shares[rows[one.key]][element] = float(gain[1])
    leading = tuple(tuple(sorted(one, key=lambda name, of=one: -of[name])) for one in shares)  # type: ignore[misc]
    return _Doubts(keys, taken / total if total else taken, leading)


def _shared_out(taken: Values, samples: int, costs: PlanCosts) -> tuple[list[int], list[int]]:
    """How many samples each facility gets, and the order in which they first come in.

    Each step takes the facility and number of further samples with most taken away for what they cost.
    """
    counts, order, left = [0] * len(taken), dict[int, None](), samples
    waiting = [(-worth, row, more) for row, of in enumerate(taken) for worth, more in (_best(of, 0, left, costs),)]
    heapq.heapify(waiting)
    while left > 0 and waiting:
        worth, row, more = heapq.heappop(waiting)
        if more <= left and worth < 0:
            counts[row] += more
            left -= more
            order[row] = None
        again, more = _best(taken[row], counts[row], left, costs)
        if again > 0:
            heapq.heappush(waiting, (-again, row, more))
    return counts, list(order)


def _best(taken: Values, has: int, left: int, costs: PlanCosts) -> tuple[float, int]:
    """Most taken away for a unit of cost, and by how many further samples; 0 where none is possible."""
    options = range(1, min(MOST_EACH - has, left) + 1)
    return max(
        (
            (float(taken[has + more] - taken[has]) / (_cost(has + more, costs) - _cost(has, costs)), more)
            for more in options
        ),
        default=(0.0, 0),
    )


def _evenly(taken: Values, samples: int) -> float:
    """What as many samples take away where each facility gets its turn, in expectation over who gets the rest."""
    each, rest = divmod(samples, len(taken))
    most = taken.shape[1] - 1
    low, high = min(each, most), min(each + 1, most)
    share = rest / len(taken)
    return float(((1 - share) * taken[:, low] + share * taken[:, high]).sum())
