"""What is counted over the runs of a case: how often intervals hold the truth, bias, and score against the true model.

Score: width of the interval plus ten times how far the truth lies outside (Gneiting and Raftery 2007, secondary): the
least is best, and neither wide nor wrong intervals win.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeVar

import numpy as np
from msgspec import Struct

from bench.coverage import chance, study, true_model
from bench.coverage.deposits import POOL, DepositCase, Drilled, Simulator, Values
from bench.coverage.study import DENSITY_T_M3, VOLUME_M3, Claimed, Interval

CLAIMED: Final = 0.8
LEAST, MOST = 0.76, 0.84
MOST_BIAS: Final = 0.03
MOST_RATIO: Final = 1.15
PENALTY: Final = 2.0 / (1.0 - CLAIMED)
CUTS: Final = (0.25, 0.5, 0.75)
"""Cut-offs, as quantiles of the panel grades that the deposit may have."""
ABOVE: Final = tuple(f"above {cut:g}" for cut in CUTS)
"""Names of the shares of the tonnes above these."""
UNSURE: Final = 3
"""The first G of which nothing is asked."""
FEW: Final = 5
"""Runs of a class below which its coverage says nothing."""
REDRILLED: Final = 5
"""One deposit in so many is drilled a second time."""
Figure = TypeVar("Figure")
Tell = Callable[[float], None]
Claim = Callable[[Drilled, Values, float, Values, int], Claimed]


class One(Struct, frozen=True):
    """One run: its class, what it claimed, the truth, and the interval of the true model, by quantity."""

    g: int
    g_of_curve: int
    claimed: dict[str, Interval]
    truth: dict[str, float]
    known: dict[str, Interval]
    again: int | None


class Row(Struct, frozen=True):
    """One case and one confidence, G12 or G3: runs, and by quantity coverage, bias and ratio of scores.

    known: coverage of the true model in the same runs, which errs by chance alone. misses: figures that lie beyond
    their limits by more than two standard errors of so many runs, in words; near_misses: those that do by less; likely:
    of every figure that was asked, how likely it is by chance. Nothing is asked of what the program calls G3, nor of
    too few runs.
    """

    case: str
    says: str
    confidence: str
    runs: int
    coverage: dict[str, float]
    bias: dict[str, float]
    ratio: dict[str, float]
    known: dict[str, float] = {}
    misses: dict[str, str] = {}
    near_misses: dict[str, str] = {}
    likely: dict[str, float] = {}

    @property
    def is_asked(self) -> bool:
        """Whether it has to keep the limits."""
        return bool(self.likely)


class Beyond(NamedTuple):
    """A figure in words, by how much it lies beyond its limit, two standard errors, and how likely that is."""

    words: str
    excess: float
    scatter: float
    likely: float


class Counted(Struct, frozen=True):
    """A case: runs, how many of each G, how many of those drilled twice went from G1 to G3 or back, and its rows."""

    case: DepositCase
    says: str
    runs: int
    seed: int
    g: tuple[int, int, int]
    redrilled: int
    jumped: int
    seconds: float
    rows: tuple[Row, ...]


def runs(case: DepositCase, count: int, seed: int, tell: Tell | None = None, claim: Claim = study.claim) -> list[One]:
    """Simulate, drill and estimate `count` deposits; run n has the seed plus n, mixed with the case's name.

    claim: how they are estimated.
    """
    simulator = Simulator(case)
    pool = simulator.fields(POOL, np.random.default_rng([seed, 1]))
    cut_offs = np.quantile(simulator.panels(pool), CUTS)
    found = []
    for number in range(count):
        found.append(
            _run(simulator, pool, cut_offs, seed + number, claim, is_drilled_twice=number % REDRILLED == REDRILLED - 1)
        )
        if tell is not None:
            tell((number + 1) / count)
    return found


def _run(
    simulator: Simulator, pool: Values, cut_offs: Values, seed: int, claim: Claim, *, is_drilled_twice: bool
) -> One:
    random = np.random.default_rng([seed, 2, zlib.crc32(simulator.case.name.encode())])
    field = simulator.fields(1, random)
    truth = simulator.panels(field)[0]
    drilled = simulator.drill(field[0], random)
    volume = study.surveyed(random)
    claimed = claim(drilled, simulator.places, volume, cut_offs, seed)
    known = true_model.realisations(simulator, drilled, pool, random)
    again = None
    if is_drilled_twice:
        other = simulator.drill(field[0], random)
        again = claim(other, simulator.places, study.surveyed(random), cut_offs, seed).g
    return One(
        claimed.g,
        claimed.g_of_curve,
        _quantities(claimed),
        _truth(simulator, truth, cut_offs),
        known=_known(known, volume, cut_offs, random),
        again=again,
    )


def _quantities(claimed: Claimed) -> dict[str, Interval]:
    named = {"tonnes": claimed.tonnes, "grade": claimed.grade, "metal": claimed.metal}
    return named | dict(zip(ABOVE, claimed.above, strict=True))


def _truth(simulator: Simulator, panels: Values, cut_offs: Values) -> dict[str, float]:
    named = {"tonnes": VOLUME_M3 * DENSITY_T_M3, "grade": float(panels.mean())}
    named["metal"] = study.true_metal(simulator.case, panels)
    return named | {name: float((panels >= at).mean()) for name, at in zip(ABOVE, cut_offs, strict=True)}


def _known(panels: Values, volume_m3: float, cut_offs: Values, random: np.random.Generator) -> dict[str, Interval]:
    """Intervals of the true model; that of the tonnes is what the spreads of volume and density make it."""
    deviate = random.standard_normal((2, len(panels)))
    density = DENSITY_T_M3 + study.DENSITY_SD / np.sqrt(study.WEIGHED) * deviate[0]
    tonnes = volume_m3 * (1 + study.VOLUME_SPREAD * deviate[1]) * density
    grade = panels.mean(axis=1)
    named = {"tonnes": tonnes, "grade": grade, "metal": tonnes * grade / 1e6}
    named |= {name: (panels >= at).mean(axis=1) for name, at in zip(ABOVE, cut_offs, strict=True)}
    return {name: study.spread(values) for name, values in named.items()}


def counted(case: DepositCase, says: str, found: Sequence[One], seed: int, seconds: float) -> Counted:
    """Count a case."""
    of_class = tuple(sum(one.g == number for one in found) for number in (1, 2, 3))
    twice = [one for one in found if one.again is not None]
    sure, unsure = [one for one in found if one.g < UNSURE], [one for one in found if one.g >= UNSURE]
    rows = [_row(case, says, name, part) for name, part in (("G1, G2", sure), ("G3", unsure)) if part]
    return Counted(
        case,
        says,
        len(found),
        seed,
        (of_class[0], of_class[1], of_class[2]),
        redrilled=len(twice),
        jumped=sum(abs(one.g - (one.again or one.g)) > 1 for one in twice),
        seconds=round(seconds, 1),
        rows=tuple(rows),
    )


def _row(case: DepositCase, says: str, confidence: str, found: Sequence[One]) -> Row:
    names = list(found[0].truth)
    truth = {name: np.array([one.truth[name] for one in found]) for name in names}
    ours = {name: np.array([one.claimed[name] for one in found]) for name in names}
    known = {name: np.array([one.known[name] for one in found]) for name in names}
    coverage = {name: float(_holds(ours[name], truth[name]).mean()) for name in names}
    bias = {name: _share(ours[name][:, 1], truth[name]) for name in ("tonnes", "grade", "metal")}
    ratio = {name: _share(score(ours[name], truth[name]), score(known[name], truth[name])) for name in names}
    asked = _asked(found)
    beyond = _beyond(_only(asked, coverage), _only(asked, bias), _only(asked, ratio), runs=len(found))
    return Row(
        case.name,
        says,
        confidence,
        len(found),
        coverage={name: round(one, 3) for name, one in coverage.items()},
        bias={name: round(one - 1, 4) for name, (one, _) in bias.items()},
        ratio={name: round(one, 3) for name, (one, _) in ratio.items()},
        known={name: round(float(_holds(known[name], truth[name]).mean()), 3) for name in names},
        misses={name: one.words for name, one in beyond.items() if one.excess > max(one.scatter, 0.0)},
        near_misses={name: one.words for name, one in beyond.items() if 0 < one.excess <= one.scatter},
        likely={name: float(f"{one.likely:.4g}") for name, one in beyond.items()},
    )


def _asked(found: Sequence[One]) -> set[str]:
    """The quantities that all of these runs call G1 or G2; none of too few runs."""
    sure = {name: max(one.g_of_curve if name in ABOVE else one.g for one in found) for name in found[0].truth}
    return {name for name, g in sure.items() if g < UNSURE} if len(found) >= FEW else set()


def _only(asked: set[str], figures: dict[str, Figure]) -> dict[str, Figure]:
    return {name: one for name, one in figures.items() if name in asked}


def _beyond(
    coverage: dict[str, float], bias: dict[str, tuple[float, float]], ratio: dict[str, tuple[float, float]], runs: int
) -> dict[str, Beyond]:
    """All figures of a row against their limits."""
    found = {}
    for name, share in coverage.items():
        likely = chance.of_share(round(share * runs), runs, CLAIMED, (LEAST, MOST))
        found[name] = Beyond(f"{name} {100 * share:.0f} %", max(LEAST - share, share - MOST), scatter(runs), likely)
    for name, (one, error) in bias.items():
        words, excess = f"bias of {name} {100 * (one - 1):+.1f} %", abs(one - 1) - MOST_BIAS
        found[f"bias of {name}"] = Beyond(words, excess, 2 * error, chance.of_excess(excess, error, runs))
    for name, (one, error) in ratio.items():
        words, excess = f"score of {name} {one:.2f}", one - MOST_RATIO
        found[f"score of {name}"] = Beyond(words, excess, 2 * error, chance.of_excess(excess, error, runs))
    return found


def _share(of: Values, over: Values) -> tuple[float, float]:
    """Mean of the one over mean of the other, and its standard error."""
    found = float(of.mean() / over.mean())
    apart = float((of - found * over).std(ddof=1)) if len(of) > 1 else math.inf
    return found, apart / float(over.mean()) / math.sqrt(len(of))


def _holds(interval: Values, truth: Values) -> Values:
    return np.asarray((interval[:, 0] <= truth) & (truth <= interval[:, 2]))


def score(interval: Values, truth: Values) -> Values:
    """Interval score of rows of P90, P50, P10 for their truths."""
    low, high = interval[:, 0], interval[:, 2]
    return np.asarray(high - low + PENALTY * (np.maximum(low - truth, 0.0) + np.maximum(truth - high, 0.0)))


def scatter(runs: int) -> float:
    """How far a share of so many runs lies beyond 76 or 84 % by chance: two deviations of a binomial share of 80 %."""
    return max(0.0, 2.0 * float(np.sqrt(CLAIMED * (1.0 - CLAIMED) / runs)) - (MOST - CLAIMED))
