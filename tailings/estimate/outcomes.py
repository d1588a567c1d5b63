"""Outcomes: many draws of volume, density, grade, recovery, price and cost, and the net value of each.

    dry tonnes  = volume x dry density
    recoverable = dry tonnes x reachable share x grade x recovery
    net value   = recoverable x price x payability + bulk and liability lines - cost per tonne - plant
    NPV         = (net value + plant) x discount factor - plant: the plant is paid at the start

Source: the design's worked example (field guide, 3.4). The net value is undiscounted; the NPV stands beside it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Annotated, Final

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from tailings.estimate.discounting import Discounting
from tailings.estimate.together import root
from tailings.series import Values

Z10: Final = 1.2815515655446004
"""The standard normal deviate that one in ten exceeds."""
MG_PER_KG: Final = 1e6
MAX_DRAWS: Final = 100_000
CLASSES: Final = 50
Share = Annotated[float, Meta(ge=0, le=1)]


class Spread(Struct, frozen=True, forbid_unknown_fields=True):
    """An uncertain input: nine in ten are above `low` (P90), half above `mid`, one in ten above `high` (P10).

    Drawn from two half normals that meet in the middle, and cut at `least` and `most`.
    """

    low: float
    mid: float
    high: float
    least: float = 0.0
    most: float = 1e15

    def __post_init__(self) -> None:
        if not self.low <= self.mid <= self.high:
            raise ValueError("low, mid and high must rise: P90 is the value that nine in ten exceed")
        if not self.least <= self.mid <= self.most:
            raise ValueError("mid must lie between least and most")

    def at(self, deviate: Values) -> Values:
        """The value at standard normal deviates."""
        step = np.where(deviate < 0, self.mid - self.low, self.high - self.mid) / Z10
        return np.clip(self.mid + deviate * step, self.least, self.most)


class Commodity(Struct, frozen=True):
    """One element: grade [mg/kg], recovery [1], price [per tonne of the element], and the share that is paid.

    realised: mean grade [mg/kg] in each realisation, of which `grade` is P90, P50 and P10; () where there are none.
    """

    element: str
    grade: Spread
    recovery: Spread
    price: Spread
    payability: Share = 1.0
    realised: tuple[float, ...] = ()


class Bulk(Struct, frozen=True):
    """A use of the mass itself: the share of the tonnes that goes there, and its net price per tonne."""

    name: str
    share: Share
    price: Spread


class Case(Struct, frozen=True):
    """All inputs of one facility. Money is in one currency; volume [m3], density [t/m3], cost [per dry tonne].

    price_correlation: (k, k) of the prices in the order of the commodities, () where they are independent;
    recovery_correlation: of each two recoveries; tonnes_per_year: dry, worked off, also where nothing is discounted.
    """

    volume: Spread
    density: Spread
    commodities: tuple[Commodity, ...]
    cost: Spread
    plant: Spread
    bulk: tuple[Bulk, ...] = ()
    avoided_liability: Spread = Spread(0.0, 0.0, 0.0)
    reachable: Share = 1.0
    discounting: Discounting | None = None
    price_correlation: tuple[tuple[float, ...], ...] = ()
    recovery_correlation: Annotated[float, Meta(ge=0, le=1)] = 0.0
    tonnes_per_year: float | None = None

    def __post_init__(self) -> None:
        if len({len(one.realised) for one in self.commodities}) > 1:
            raise ValueError("realised: each realisation is of all commodities")

    @property
    def throughput(self) -> float | None:
        """Dry tonnes that are worked off in a year; None where nobody states them."""
        return self.discounting.tonnes_per_year if self.discounting else self.tonnes_per_year

    def inputs(self) -> dict[str, Spread]:
        """Every uncertain input by its name ("price W")."""
        named = {"volume": self.volume, "density": self.density, "cost": self.cost, "plant": self.plant}
        named["avoided liability"] = self.avoided_liability
        for one in self.commodities:
            named |= {f"grade {one.element}": one.grade, f"recovery {one.element}": one.recovery}
            named[f"price {one.element}"] = one.price
        return named | {f"price {use.name}": use.price for use in self.bulk}


class Outcomes(Struct, frozen=True):
    """One row a draw: net value, dry tonnes, and by element the contained and recoverable tonnes and their values.

    uses: value of each use of the mass by its name; avoided: liability that does not arise; both are in the net value.
    npv: discounted net value; None where the case has no discounting.
    """

    net: Values
    tonnes: Values
    contained: dict[str, Values]
    recoverable: dict[str, Values]
    recovered_value: Values
    uses: dict[str, Values]
    avoided: Values
    npv: Values | None = None

    @property
    def judged(self) -> Values:
        """What a project is judged by: the discounted value where there is one."""
        return self.net if self.npv is None else self.npv

    @property
    def chance_of_loss(self) -> float:
        """Share of the draws that lose money, undiscounted."""
        return share_of_losses(self.net)


class Bar(Struct, frozen=True):
    """One input of the tornado: its P90 and P10, and the net value at each, the rest at P50."""

    name: str
    low: float
    high: float
    net_low: float
    net_high: float


def recovered_in_a_year(case: Case, drawn: Outcomes) -> dict[str, Values] | None:
    """Tonnes of each element that a year brings, all where less than a year is worked; None without a throughput."""
    if case.throughput is None:
        return None
    years = np.maximum(drawn.tonnes * case.reachable / case.throughput, 1.0)
    return {element: values / years for element, values in drawn.recoverable.items()}


def share_of_losses(values: Values) -> float:
    """Share of the draws below zero."""
    return float(np.mean(values < 0))


def p90_p50_p10(values: Values) -> tuple[float, float, float]:
    """The values that nine in ten, half, and one in ten exceed."""
    low, mid, high = np.quantile(values, (0.1, 0.5, 0.9))
    return float(low), float(mid), float(high)


def histogram(values: Values) -> tuple[list[float], list[int]]:
    """Edges of about CLASSES classes of equal, round width with one edge at zero, and how many values each holds.

    They span the middle 99.8 % of the values; the classes at the ends take the rest.
    """
    low, high = (float(one) for one in np.quantile(values, (0.001, 0.999)))
    least = max(high - low, 1e-9) / CLASSES
    power = 10.0 ** math.floor(math.log10(least))
    width = next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= least * 0.999)
    first, last = math.floor(low / width), math.ceil(high / width)
    edges = [float(edge) for edge in np.arange(first, max(last, first + 1) + 1) * width]
    return edges, counted(values, edges)


def counted(values: Values, edges: Sequence[float]) -> list[int]:
    """How many values each class holds; the classes at the ends take the rest."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return [int(count) for count in counts]


def run(case: Case, draws: int = 10_000, seed: int = 1, correlation: Values | None = None) -> Outcomes:
    """Draw every input and reckon the outcomes; see `draw`."""
    return reckon(case, draw(case, draws, seed, correlation))


def draw(case: Case, draws: int, seed: int, correlation: Values | None = None) -> dict[str, Values]:
    """Draw every input on its own stream, so that a further input changes no draw of the others.

    Grades are those of one realisation a draw, each of them taken as often as the others; the other inputs are drawn
    beside. correlation: (k, k) of grades without realisations, in the order of the commodities; independent without it.
    Raises ValueError for more than MAX_DRAWS.
    """
    if not 1 <= draws <= MAX_DRAWS:
        raise ValueError(f"draws must be 1 to {MAX_DRAWS}")
    inputs = case.inputs()
    deviates = {name: _stream(seed, name, draws) for name in inputs}
    prices = np.array(case.price_correlation) if case.price_correlation else None
    count, of_recovery = len(case.commodities), case.recovery_correlation
    recoveries = np.full((count, count), of_recovery) + (1 - of_recovery) * np.eye(count)
    for kind, matrix in (("grade", correlation), ("price", prices), ("recovery", recoveries)):
        if matrix is not None and count:
            names = [f"{kind} {one.element}" for one in case.commodities]
            mixed = root(matrix) @ np.stack([deviates[name] for name in names])
            deviates |= dict(zip(names, mixed, strict=True))
    values = {name: spread.at(deviates[name]) for name, spread in inputs.items()}
    if count and (realised := len(case.commodities[0].realised)):
        rows = _resampled(realised, draws, seed)
        values |= {f"grade {one.element}": np.array(one.realised)[rows] for one in case.commodities}
    return values


def _resampled(count: int, draws: int, seed: int) -> NDArray[np.int64]:
    """Numbers of realisations (draws,) at random, each as often as the others."""
    random = np.random.default_rng([seed, zlib.crc32(b"realisation")])
    turns = [random.permutation(count) for _ in range(-(-draws // count))]
    return np.concatenate(turns)[:draws]


def reckon(case: Case, value: dict[str, Values]) -> Outcomes:
    """Reckon the net value at values of each input, all of one length."""
    tonnes = value["volume"] * value["density"]
    taken = tonnes * case.reachable
    contained, recoverable = {}, {}
    paid = np.zeros_like(tonnes)
    for one in case.commodities:
        content = value[f"grade {one.element}"] / MG_PER_KG
        contained[one.element] = tonnes * content
        recoverable[one.element] = taken * content * value[f"recovery {one.element}"]
        paid += recoverable[one.element] * value[f"price {one.element}"] * one.payability
    uses = {use.name: taken * use.share * value[f"price {use.name}"] for use in case.bulk}
    avoided = value["avoided liability"] * case.reachable
    bulk = sum(uses.values(), np.zeros_like(tonnes))
    earned = paid + bulk + avoided - taken * value["cost"]
    npv = None if case.discounting is None else earned * case.discounting.factor(taken) - value["plant"]
    net = earned - value["plant"]
    return Outcomes(
        net, tonnes, contained, recoverable, recovered_value=paid + bulk, uses=uses, avoided=avoided, npv=npv
    )


def tornado(case: Case) -> list[Bar]:
    """Move one input at a time from its P90 to its P10, the rest at P50; the widest first."""
    inputs = case.inputs()
    bars = []
    for name, spread in inputs.items():
        if spread.low == spread.high:
            continue
        values = {other: of.at(np.zeros(2)) for other, of in inputs.items()} | {name: spread.at(np.array([-Z10, Z10]))}
        low, high = reckon(case, values).net
        bars.append(Bar(name, spread.low, spread.high, float(low), float(high)))
    return sorted(bars, key=lambda bar: -abs(bar.net_high - bar.net_low))


def _stream(seed: int, name: str, draws: int) -> Values:
    return np.random.default_rng([seed, zlib.crc32(name.encode())]).standard_normal(draws)
